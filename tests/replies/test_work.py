"""Work on items: assigned, put off, finished, undone; one or many; an old page overwrites nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.models import Item, WorkState
from replies import work
from replies.errors import Conflict, NotAllowed
from tests.world import World, id_of


def act(world: World, item: Item, name: str, *args: object, who: str = "edgars", **other: object) -> work.Act:
    """One act of a colleague."""
    with world.db.write() as session:
        return work.ACTS[name](session, id_of(item), *args, id_of(getattr(world, who)), world.now, **other)


def test_assigning_opens_a_new_item_and_is_history(world: World) -> None:
    item = world.item()
    act(world, item, "assign", id_of(world.anna))
    fresh = world.fresh(item)
    assert (fresh.assignee_id, fresh.work_state, fresh.version) == (world.anna.id, WorkState.OPEN, 2)
    [event] = world.events("item.assigned")
    assert (event.by_id, event.data["before"]["assignee_id"]) == (world.edgars.id, None)


def test_a_snoozed_item_wakes_by_itself_and_only_then(world: World) -> None:
    item = world.item()
    act(world, item, "snooze", world.now + timedelta(hours=2))
    assert work.wake_due(world.db, world.now + timedelta(hours=1)) == []
    assert work.wake_due(world.db, world.now + timedelta(hours=2)) == [item.id]
    assert world.fresh(item).work_state is WorkState.OPEN


def test_nothing_is_put_off_into_the_past(sqlite_world: World) -> None:
    with pytest.raises(NotAllowed, match="future"):
        act(sqlite_world, sqlite_world.item(), "snooze", sqlite_world.now)


def test_an_old_page_changes_nothing(world: World) -> None:
    item = world.item()
    act(world, item, "done", version=1)
    with pytest.raises(Conflict) as conflict:
        act(world, item, "irrelevant", version=1)
    assert conflict.value.version == 2
    assert world.fresh(item).work_state is WorkState.DONE


@pytest.mark.parametrize("name", ["done", "irrelevant"])
def test_an_act_can_be_undone_by_who_did_it(world: World, name: str) -> None:
    item = world.item()
    done = act(world, item, name)
    with world.db.write() as session:
        work.undo(session, done.event_id, id_of(world.edgars), world.now)
    fresh = world.fresh(item)
    assert (fresh.work_state, fresh.done_at) == (WorkState.NEW, None)


def test_undoing_restores_the_moment_of_a_snooze(sqlite_world: World) -> None:
    item, until = sqlite_world.item(), sqlite_world.now + timedelta(hours=2)
    act(sqlite_world, item, "snooze", until)
    done = act(sqlite_world, item, "done")
    with sqlite_world.db.write() as session:
        work.undo(session, done.event_id, id_of(sqlite_world.edgars), sqlite_world.now)
    assert sqlite_world.fresh(item).snoozed_until == until


def test_nobody_undoes_what_another_did(sqlite_world: World) -> None:
    done = act(sqlite_world, sqlite_world.item(), "done")
    with sqlite_world.db.write() as session, pytest.raises(NotAllowed):
        work.undo(session, done.event_id, id_of(sqlite_world.anna), sqlite_world.now)


def test_what_changed_since_is_not_undone(sqlite_world: World) -> None:
    item = sqlite_world.item()
    done = act(sqlite_world, item, "done")
    act(sqlite_world, item, "reopen", who="anna")
    with sqlite_world.db.write() as session, pytest.raises(Conflict):
        work.undo(session, done.event_id, id_of(sqlite_world.edgars), sqlite_world.now)


def test_one_item_that_refuses_does_not_stop_the_others(world: World) -> None:
    items = [world.item(), world.item(work_state=WorkState.DONE), world.item()]
    ids = [id_of(item) for item in items]
    with world.db.write() as session:
        results = work.bulk(session, [*ids, 999_999], "done", id_of(world.edgars), world.now)
    assert [result.ok for result in results] == [True, False, True, False]
    assert [world.fresh(item).work_state for item in items] == [WorkState.DONE] * 3


def test_five_hundred_at_once_and_no_more(sqlite_world: World) -> None:
    with sqlite_world.db.write() as session, pytest.raises(NotAllowed, match="500"):
        work.bulk(session, range(1, 502), "done", id_of(sqlite_world.edgars), sqlite_world.now)


def test_a_viewer_changes_nothing(sqlite_world: World) -> None:
    with pytest.raises(NotAllowed):
        act(sqlite_world, sqlite_world.item(), "done", who="vera")


def test_reading_disturbs_nobodys_version(world: World) -> None:
    item = world.item()
    with world.db.write() as session:
        assert work.mark_read(session, id_of(item), id_of(world.vera), world.now)
    with world.db.write() as session:
        assert not work.mark_read(session, id_of(item), id_of(world.anna), world.now)
    fresh = world.fresh(item)
    assert (fresh.version, fresh.read_at, fresh.work_state) == (1, world.now, WorkState.OPEN)
