"""Nothing heard is lost, and nothing is heard twice: the promises of the memory, each against a real server."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from connectors.base import Published, Unreadable
from connectors.errors import TryLater
from monitor import poll, quarantine
from monitor.models import PollOutcome, Quarantined, SeenReply, WorkState
from tests.fakes.demo_platform import DemoPlatform, Fault
from tests.fakes.platform import MisbehavingServer
from tests.fakes.scripted import ScriptedPlatform
from tests.monitor.watching import Watched, accept, refuse

Demo = tuple[Watched, DemoPlatform]
Misbehaving = tuple[Watched, MisbehavingServer]


async def test_twenty_of_twenty_items_published_late_with_old_dates_are_found(demo: Demo) -> None:
    watched, site = demo
    for _ in range(60):
        site.publish()
    await watched.poll()
    late = {site.publish_late(days=30 + number) for number in range(20)}
    await watched.poll()
    assert late <= {item.external_id for item in watched.items()}
    assert len(watched.items()) == 80


async def test_a_burst_of_fifty_with_page_size_ten_gives_fifty(misbehaving: Misbehaving) -> None:
    watched, server = misbehaving
    server.platform.publish("The first one.")
    await watched.poll()
    for number in range(50):
        server.platform.publish(f"Burst {number}.")
    run = await watched.poll()
    assert run.new == 50
    assert len(watched.items()) == 51


async def test_the_database_refuses_one_write_and_thirty_of_thirty_arrive_afterwards(misbehaving: Misbehaving) -> None:
    watched, server = misbehaving
    for number in range(30):
        server.platform.publish(f"Review {number}.")
    refusals = [OperationalError("INSERT", {}, Exception("disk full"))]

    def refuse_once(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO item ") and refusals:
            raise refusals.pop()

    event.listen(watched.db.engine, "before_cursor_execute", refuse_once)
    first = await watched.poll()
    assert (first.outcome, watched.items(), watched.place().cursor) == (PollOutcome.FAILED, [], None)
    await watched.poll()
    assert len(watched.items()) == 30


async def test_a_burst_that_broke_off_in_the_middle_is_read_whole_afterwards(watched: Watched,
                                                                             platform: ScriptedPlatform) -> None:
    platform.publish("The first one.")
    await watched.poll()
    for number in range(30):
        platform.publish(f"Review {number}.")
    platform.total = False
    platform.fail_at[2] = TryLater("busy")
    first = await watched.poll()
    assert (first.outcome, first.new) == (PollOutcome.FAILED, 10)
    await watched.poll()
    assert len(watched.items()) == 31


async def test_nothing_new_means_nothing_written(demo: Demo) -> None:
    watched, site = demo
    for _ in range(60):
        review = site.publish()
    site.reply_elsewhere(review, "Thank you.")
    await watched.poll()
    before, place = watched.rows(), watched.place()
    run = await watched.poll()
    assert (run.outcome, run.new, run.edited, run.removed) == (PollOutcome.GOOD, 0, 0, 0)
    assert watched.rows() == before
    health = {"last_poll_at", "last_good_poll_at", "next_poll_at"}
    assert watched.place().model_dump(exclude=health) == place.model_dump(exclude=health)


async def test_twenty_of_twenty_edits_to_one_star_are_noticed_and_reopen_what_was_done(demo: Demo) -> None:
    watched, site = demo
    reviews = [site.publish("Lovely.", 5) for _ in range(20)]
    await watched.poll()
    for review in reviews:
        watched.change(review, work_state=WorkState.DONE, replied_at=watched.now, due_at=None)
        site.edit(review, text="They never called back.", rating=1)
    run = await watched.poll()
    assert run.edited == 20
    assert {(item.rating, item.work_state, item.outdated) for item in watched.items()} == {(1, WorkState.OPEN, True)}
    assert watched.rows()["Revision"] == 20
    assert watched.world.events("item.edited")[0].data["rating"] == [5, 1]


async def test_one_poisonous_item_among_95_leaves_94_and_one_in_visible_quarantine(demo: Demo) -> None:
    watched, site = demo
    for _ in range(94):
        site.publish()
    site.publish("This is poison for the database.")
    refuse(watched.db, "poison")
    run = await watched.poll()
    assert (len(watched.items()), run.quarantined) == (94, 1)
    with watched.db.read() as session:
        [(row, _, _)] = quarantine.waiting(session)
    assert row.raw["text"] == "This is poison for the database."
    assert "refuse" in row.error
    accept(watched.db, "poison")
    assert quarantine.retry(watched.tools, row.id or 0, watched.now)
    assert len(watched.items()) == 95


async def test_an_unreadable_item_leaves_its_neighbours_and_waits_with_its_raw_answer(demo: Demo) -> None:
    watched, site = demo
    reviews = [site.publish() for _ in range(3)]
    site.spoil(lambda entry: {**entry, "created_at": "yesterday"} if entry["id"] == reviews[1] else entry)
    await watched.poll()
    assert len(watched.items()) == 2
    with watched.db.read() as session:
        [(row, _, _)] = quarantine.waiting(session)
    assert (row.external_id, row.raw["created_at"]) == (reviews[1], "yesterday")
    assert not quarantine.retry(watched.tools, row.id or 0, watched.now)


async def test_what_was_set_aside_and_comes_well_again_is_stored_and_resolved(demo: Demo) -> None:
    watched, site = demo
    site.publish()
    site.spoil(lambda entry: {**entry, "created_at": "yesterday"})
    await watched.poll()
    site.spoil()
    await watched.poll()
    with watched.db.read() as session:
        assert quarantine.waiting(session) == []
    assert len(watched.items()) == 1


async def test_a_sign_in_page_with_status_200_removes_nothing(demo: Demo) -> None:
    watched, site = demo
    for _ in range(5):
        site.publish()
    await watched.poll()
    site.next_read(Fault.SIGN_IN)
    run = await watched.poll(sweep=True)
    assert run.outcome is PollOutcome.FAILED
    assert "item.removed" not in watched.kinds()


async def test_three_thousand_known_items_polled_again_write_nothing(sqlite_watched: Watched,
                                                                     platform: ScriptedPlatform) -> None:
    platform.pages_of = 100
    for number in range(3000):
        platform.publish(f"Review {number}.")
    await sqlite_watched.poll()
    before, changes = sqlite_watched.rows(), list[str]()
    event.listen(sqlite_watched.db.engine, "before_cursor_execute",
                 lambda c, cursor, statement, *_: changes.append(statement))
    run = await sqlite_watched.poll(sweep=True)
    assert (run.same, sqlite_watched.rows()) == (3000, before)
    written = {statement.split()[1 if statement.startswith("UPDATE") else 2] for statement in changes
               if statement.startswith(("INSERT", "UPDATE", "DELETE"))}
    assert written == {"place", "poll_run"}


async def test_our_own_reply_never_comes_back_as_an_item(watched: Watched, platform: ScriptedPlatform) -> None:
    review = platform.publish()
    await watched.poll()
    platform.publish("We are sorry.", None, ours=True, parent_id=review)
    await watched.poll()
    assert [item.external_id for item in watched.items()] == [review]
    with watched.db.read() as session:
        [reply] = session.scalars(select(SeenReply)).all()
    assert (reply.text, reply.ours, reply.item_id) == ("We are sorry.", True, watched.item(review).id)


async def test_a_reply_that_we_posted_never_comes_back_even_when_the_platform_does_not_mark_it(
        watched: Watched, platform: ScriptedPlatform) -> None:
    review = platform.publish()
    await watched.poll()
    reply = platform.publish("We are sorry.", None, parent_id=review)
    watched.world.add(SeenReply(source_id=watched.item(review).source_id, external_id=reply, ours=True,
                                first_seen_at=watched.now, last_seen_at=watched.now))
    await watched.poll()
    assert [item.external_id for item in watched.items()] == [review]


async def test_two_polls_of_one_place_at_once_one_works_the_other_says_so(demo: Demo) -> None:
    watched, site = demo
    site.publish()
    runs = await asyncio.gather(*(poll.poll_place(watched.place_id, watched.tools, watched.now, connect=watched.connect)
                                  for _ in range(2)))
    assert sorted(run.outcome for run in runs) == [PollOutcome.BUSY, PollOutcome.GOOD]
    [busy] = [run for run in runs if run.outcome is PollOutcome.BUSY]
    assert busy.error == "This place is being checked right now."
    assert len(watched.items()) == 1


async def test_the_lease_of_a_worker_that_died_runs_out(watched: Watched, platform: ScriptedPlatform) -> None:
    platform.publish()
    with watched.db.write() as session:
        place = session.get_one(type(watched.place()), watched.place_id)
        place.polling_until = watched.now + timedelta(minutes=90)
    assert (await watched.poll()).outcome is PollOutcome.BUSY
    assert (await watched.poll()).outcome is PollOutcome.GOOD


async def test_a_removed_item_is_marked_not_deleted_and_may_return(watched: Watched,
                                                                   platform: ScriptedPlatform) -> None:
    gone, _ = platform.publish(), platform.publish()
    await watched.poll()
    entry = platform.entries.pop(gone)
    await watched.poll()
    assert (watched.item(gone).removed_at, watched.item(gone).status) == (watched.now, Published.REMOVED)
    platform.entries[gone] = entry
    await watched.poll()
    assert (watched.item(gone).removed_at, watched.item(gone).status) == (None, Published.PUBLISHED)
    assert watched.kinds()[-2:] == ["item.removed", "item.returned"]


@pytest.mark.parametrize("kept", [0, 20])
async def test_a_listing_that_lost_most_of_its_items_removes_nothing_and_is_an_error(
        watched: Watched, platform: ScriptedPlatform, kept: int) -> None:
    for _ in range(50):
        platform.publish()
    await watched.poll()
    platform.entries = dict(list(platform.entries.items())[:kept])
    run = await watched.poll(sweep=True)
    assert (run.outcome, run.error_kind, run.facts) == (PollOutcome.FAILED, "Surprise", {"seen": kept, "known": 50})
    assert watched.items(removed_at=None) == watched.items()
    assert (await watched.poll(sweep=True, believe_removals=True)).removed == 50 - kept


async def test_an_unreadable_neighbour_without_an_id_is_never_taken_for_a_removal(
        watched: Watched, platform: ScriptedPlatform) -> None:
    reviews = [platform.publish() for _ in range(3)]
    await watched.poll()
    platform.remove(reviews[0])
    platform.unreadable = [Unreadable(raw={"broken": True}, error="no id")]
    await watched.poll(sweep=True)
    assert watched.item(reviews[0]).removed_at is None
    with watched.db.read() as session:
        assert session.scalars(select(col(Quarantined.error))).all() == ["no id"]
