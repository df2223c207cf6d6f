"""Lists of items: every queue, every order, page by page, with a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import InvalidRequestError
from sqlmodel import col, select

from connectors.base import ItemKind
from monitor import items
from monitor.db import Database
from monitor.filters import Filter, Queue, Sort
from monitor.item_order import BadCursor
from monitor.models import Item, Verdict, WorkState
from tests.world import World, id_of

HOUR = timedelta(hours=1)


def ids(world: World, filter: Filter, limit: int = 100) -> list[int]:
    with world.db.read() as session:
        return [item.id or 0 for item in items.page(session, filter, now=world.now, limit=limit).items]


def all_pages(world: World, filter: Filter, limit: int) -> list[int]:
    found, after = list[int](), ""
    with world.db.read() as session:
        while True:
            page = items.page(session, filter, now=world.now, after=after, limit=limit)
            found += [item.id or 0 for item in page.items]
            if not page.next:
                return found
            after = page.next


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    found: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    yield found
    event.remove(db.engine, "before_cursor_execute", listen)


QUEUES: dict[Queue, dict[str, Any]] = {
    Queue.NEEDS_REPLY: {"work_state": WorkState.NEW},
    Queue.SUSPICIOUS: {"work_state": WorkState.DONE, "score": 80},
    Queue.AWAITING_APPROVAL: {"work_state": WorkState.WAITING, "reply_state": "in_review"},
    Queue.FOLLOW_UP_DUE: {"work_state": WorkState.WAITING, "follow_up_state": "due"},
    Queue.DONE: {"work_state": WorkState.DONE},
    Queue.SNOOZED: {"work_state": WorkState.SNOOZED},
    Queue.ASIDE: {"aside": True},
    Queue.COMPETITORS: {"competitor": True},
}


def test_each_queue_shows_its_own_items(world: World) -> None:
    made = {queue: id_of(world.item(**columns)) for queue, columns in QUEUES.items()}
    for queue, item_id in made.items():
        expected = {item_id, made[Queue.SUSPICIOUS]} if queue is Queue.DONE else {item_id}
        assert set(ids(world, Filter(brand_id=world.brand.id, queue=queue))) == expected, queue
    assert set(ids(world, Filter(brand_id=world.brand.id))) == set(made.values()) - {
        made[Queue.ASIDE], made[Queue.COMPETITORS]}


def test_overdue_mine_and_unassigned(world: World) -> None:
    late = id_of(world.item(due_at=world.now - HOUR))
    mine = id_of(world.item(due_at=world.now + HOUR, assignee_id=world.anna.id, work_state=WorkState.OPEN))
    done = id_of(world.item(assignee_id=world.anna.id, work_state=WorkState.DONE))
    member = Filter(brand_id=world.brand.id, member_id=world.anna.id)
    assert ids(world, replace(member, queue=Queue.OVERDUE)) == [late]
    assert ids(world, replace(member, queue=Queue.MINE)) == [mine]
    assert ids(world, replace(member, queue=Queue.UNASSIGNED)) == [late]
    assert done not in ids(world, replace(member, queue=Queue.NEEDS_REPLY))


def test_what_is_removed_there_needs_no_reply_but_is_still_found(world: World) -> None:
    gone = id_of(world.item(removed_at=world.now))
    assert ids(world, Filter(brand_id=world.brand.id, queue=Queue.NEEDS_REPLY)) == []
    assert ids(world, Filter(brand_id=world.brand.id)) == [gone]


def test_another_brand_sees_nothing(world: World) -> None:
    world.item()
    assert ids(world, Filter(brand_id=(world.brand.id or 0) + 1)) == []


@pytest.mark.parametrize(("filter", "found"), [
    (Filter(kinds=(ItemKind.QUESTION,)), {"question"}), (Filter(min_rating=4), {"five"}),
    (Filter(max_rating=2), {"question", "russian"}), (Filter(languages=("ru", "lv")), {"russian"}),
    (Filter(work_states=(WorkState.DONE, WorkState.OPEN)), {"five"}), (Filter(verdicts=(Verdict.FAKE,)), {"five"}),
    (Filter(min_score=50), {"russian"}), (Filter(case_number=7), {"question"}), (Filter(has_reply=True), {"five"}),
    (Filter(has_reply=False, languages=("en",)), {"question"}), (Filter(kinds=tuple(ItemKind)[1:]), {"question"})])
def test_filters_narrow(sqlite_world: World, filter: Filter, found: set[str]) -> None:
    world = sqlite_world
    names = {id_of(world.item("?", kind=ItemKind.QUESTION, case_number=7)): "question",
             id_of(world.item("!", 5, work_state=WorkState.DONE, verdict=Verdict.FAKE, replied_at=world.now)): "five",
             id_of(world.item("Да", 1, language="ru", score=60)): "russian"}
    assert {names[item_id] for item_id in ids(world, replace(filter, brand_id=world.brand.id))} == found


def test_places_sources_locations_and_days_narrow(sqlite_world: World) -> None:
    world = sqlite_world
    source, place = world.other_source()
    here, there = id_of(world.item(ago=HOUR * 2)), id_of(world.item(place_id=place.id, source_id=source.id, ago=HOUR))
    assert ids(world, Filter(place_ids=(id_of(place),))) == [there]
    assert ids(world, Filter(source_ids=(id_of(world.source),))) == [here]
    assert ids(world, Filter(location_ids=(id_of(world.location),))) == [there, here]
    assert ids(world, Filter(since=world.now - HOUR)) == [there]
    assert ids(world, Filter(until=world.now - HOUR)) == [here]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("queue", [Queue.ALL, Queue.NEEDS_REPLY, Queue.MINE])
def test_pages_join_to_the_whole_list_in_order(world: World, sort: Sort, queue: Queue) -> None:
    for number in range(30):
        world.item(rating=[None, 1, 3][number % 3], ago=HOUR * (number % 4), assignee_id=world.anna.id,
                   due_at=[None, world.now, world.now + HOUR, world.now - HOUR][number % 4],
                   work_state=[WorkState.NEW, WorkState.OPEN][number % 2])
    filter = Filter(brand_id=world.brand.id, queue=queue, sort=sort, member_id=world.anna.id)
    pages = all_pages(world, filter, 7)
    with world.db.read() as session:
        rows = list(session.exec(select(Item).order_by(col(Item.id))))
    far = world.now + timedelta(days=999)
    order = {Sort.NEWEST: lambda row: (-row.published_at.timestamp(), -row.id),
             Sort.OLDEST: lambda row: (row.published_at, row.id),
             Sort.DEADLINE: lambda row: (row.due_at or far, row.id),
             Sort.RATING: lambda row: (9 if row.rating is None else row.rating, row.id)}[sort]
    assert pages == [row.id for row in sorted(rows, key=order)]
    assert pages == ids(world, filter, 30)


@pytest.mark.parametrize("sort", list(Sort))
def test_neighbours_are_those_of_the_list(world: World, sort: Sort) -> None:
    for number in range(6):
        world.item(rating=[None, 1][number % 2], due_at=[None, world.now][number % 2])
    filter = Filter(brand_id=world.brand.id, sort=sort)
    listed: list[int | None] = [None, *ids(world, filter), None]
    with world.db.read() as session:
        for before, here, after in zip(listed, listed[1:], listed[2:], strict=False):
            assert items.neighbours(session, filter, here or 0, world.now) == (before, after)


@pytest.mark.parametrize("word", ["x", "AAAA", "bnVsbA", "WzEsMiwzXQ", "\u2028", "WyJuZXdlc3QiLG51bGws"])
def test_a_foreign_cursor_is_told_in_a_sentence(sqlite_world: World, word: str) -> None:
    with sqlite_world.db.read() as session, pytest.raises(BadCursor, match="Start again from the first page"):
        items.page(session, Filter(), now=sqlite_world.now, after=word)


def test_a_cursor_of_another_order_is_not_taken(sqlite_world: World) -> None:
    for _ in range(3):
        sqlite_world.item()
    with sqlite_world.db.read() as session:
        first = items.page(session, Filter(), now=sqlite_world.now, limit=1)
        with pytest.raises(BadCursor):
            items.page(session, Filter(sort=Sort.RATING), now=sqlite_world.now, after=first.next)


def test_counts_are_those_of_the_lists_and_stop_at_a_bound(world: World) -> None:
    for columns in QUEUES.values():
        world.item(**columns)
    with world.db.read() as session:
        found = items.counts(session, world.brand.id, world.anna.id, world.now)
    for queue in Queue:
        asked = Filter(brand_id=world.brand.id, queue=queue, member_id=world.anna.id)
        assert found[queue.value] == len(ids(world, asked)), queue


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World) -> None:
    numbers = []
    for _ in range(2):
        for _ in range(8):
            world.item()
        with statements(world.db) as found:
            ids(world, Filter(brand_id=world.brand.id))
            with world.db.read() as session:
                items.counts(session, world.brand.id, world.anna.id, world.now)
        numbers.append(len(found))
    assert numbers[0] == numbers[1] <= 3


def test_a_page_never_loads_the_raw_answer(sqlite_world: World) -> None:
    sqlite_world.item(raw={"big": "x" * 1000})
    with sqlite_world.db.read() as session:
        [item] = items.page(session, Filter(), now=sqlite_world.now).items
        with pytest.raises(InvalidRequestError):
            _ = item.raw
