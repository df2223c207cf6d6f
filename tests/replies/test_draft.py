"""Writing: nobody's words are lost, two people do not overwrite each other, a double click is one save."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from replies import draft, lock
from replies.errors import Conflict, Locked, NotAllowed
from replies.models import Purpose, Reply, ReplyState, ReplyVersion
from replies.settings import RepliesSettings
from tests.world import World, id_of

SETTINGS = RepliesSettings()


def save(world: World, item_id: int, text: str, version: int, who: str = "edgars", minutes: int = 0) -> Reply:
    """A colleague saves a reply to the item."""
    return draft.save(world.db, item_id, Purpose.REPLY, text, version, id_of(getattr(world, who)),
                      world.now + timedelta(minutes=minutes), SETTINGS)


def versions(world: World) -> list[str]:
    """All texts that were kept."""
    with world.db.read() as session:
        return [row.text for row in session.exec(select(ReplyVersion).order_by(ReplyVersion.id))]  # type: ignore[arg-type]


def test_the_first_save_opens_the_reply(world: World) -> None:
    item = world.item()
    reply = save(world, id_of(item), "Thank you for telling us", 0)
    assert (reply.version, reply.state, reply.language) == (1, ReplyState.DRAFT, "en")
    assert world.fresh(item).reply_state == "draft"
    assert [event.kind for event in world.events("reply.drafted")] == ["reply.drafted"]


def test_autosave_grows_the_version_without_filling_history(sqlite_world: World) -> None:
    item_id = id_of(sqlite_world.item())
    for version, text in enumerate(["a", "ab", "abc"]):
        reply = save(sqlite_world, item_id, text, version)
    assert (reply.version, reply.text, versions(sqlite_world)) == (3, "abc", [])
    assert sqlite_world.events("reply.edited") == []


def test_the_second_of_two_tabs_is_told_and_its_text_is_kept(world: World) -> None:
    item_id = id_of(world.item())
    save(world, item_id, "First tab", 0)
    with pytest.raises(Conflict) as conflict:
        save(world, item_id, "Second tab", 0)
    assert (conflict.value.text, conflict.value.version) == ("First tab", 1)
    assert versions(world) == ["Second tab"]


def test_the_same_text_again_is_one_save(world: World) -> None:
    item_id = id_of(world.item())
    assert save(world, item_id, "Same", 0).id == save(world, item_id, "Same", 0).id
    assert draft_versions(world, item_id) == 1


def draft_versions(world: World, item_id: int) -> int:
    """The version that a page opened now would hold."""
    with world.db.read() as session:
        return draft.version_of(session, item_id)


def test_two_threads_open_one_reply(world: World) -> None:
    item_id, start, told = id_of(world.item()), threading.Barrier(2), []

    def click() -> None:
        start.wait()
        told.append(save(world, item_id, "One click too many", 0).id)

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 2
    assert len(set(told)) == 1


def test_a_colleague_is_kept_out_while_somebody_writes(world: World) -> None:
    item_id = id_of(world.item())
    save(world, item_id, "Edgars writes", 0)
    with pytest.raises(Locked) as locked:
        save(world, item_id, "Anna writes", 1, "anna")
    assert locked.value.by_id == world.edgars.id
    assert versions(world) == ["Anna writes"]


def test_a_lock_ends_by_itself_and_the_earlier_text_is_kept(world: World) -> None:
    item_id = id_of(world.item())
    save(world, item_id, "Edgars writes", 0)
    reply = save(world, item_id, "Anna writes on", 1, "anna", minutes=SETTINGS.lock_minutes + 1)
    assert (reply.text, reply.saved_by_id, versions(world)) == ("Anna writes on", world.anna.id, ["Edgars writes"])
    assert len(world.events("reply.edited")) == 1


def test_taking_over_is_history_and_the_other_is_told(world: World) -> None:
    item_id, anna = id_of(world.item()), id_of(world.anna)
    save(world, item_id, "Edgars writes", 0)
    with world.db.write() as session:
        lock.take_over(session, item_id, Purpose.REPLY, anna, world.now, SETTINGS)
    with pytest.raises(Locked):
        save(world, item_id, "Edgars writes on", 1)
    assert [event.data["from_id"] for event in world.events("draft.taken_over")] == [world.edgars.id]
    assert versions(world) == ["Edgars writes on"]


def test_releasing_leaves_a_colleagues_lock(sqlite_world: World) -> None:
    item_id = id_of(sqlite_world.item())
    save(sqlite_world, item_id, "Edgars writes", 0)
    with sqlite_world.db.write() as session:
        lock.release(session, item_id, Purpose.REPLY, id_of(sqlite_world.anna))
        assert lock.holder(session, item_id, Purpose.REPLY, sqlite_world.now) is not None
        lock.release(session, item_id, Purpose.REPLY, id_of(sqlite_world.edgars))
        assert lock.holder(session, item_id, Purpose.REPLY, sqlite_world.now) is None


def test_a_viewer_writes_nothing(sqlite_world: World) -> None:
    with pytest.raises(NotAllowed):
        save(sqlite_world, id_of(sqlite_world.item()), "Hello", 0, "vera")


def test_nul_and_broken_letters_do_not_stop_a_save(world: World) -> None:
    reply = save(world, id_of(world.item()), "so\x00 \ud800sorry\r\n", 0)
    assert reply.text == "so sorry\n"


def test_a_megabyte_is_refused_with_a_sentence(sqlite_world: World) -> None:
    with pytest.raises(NotAllowed, match="100000 characters"):
        save(sqlite_world, id_of(sqlite_world.item()), "a" * 1_000_000, 0)
