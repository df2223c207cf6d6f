"""Cases: numbered, due in working hours, moved with reasons, resolved with a text."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Channel
from replies import case_list, cases
from replies.case_list import CaseFilter
from replies.errors import Conflict, NotAllowed
from replies.models import Case, Justified, Stage
from replies.settings import RepliesSettings
from tests.world import World, id_of

SETTINGS = RepliesSettings()


def opened(world: World, **item: object) -> Case:
    """A case from a fresh item."""
    row = world.item(**item)  # type: ignore[arg-type]
    with world.db.write() as session:
        return cases.open_from(session, id_of(row), "", id_of(world.anna), world.now, SETTINGS)


def test_a_case_takes_the_next_number_and_is_due_in_working_hours(world: World) -> None:
    first, second = opened(world), opened(world)
    assert (first.number, second.number, first.title) == (1, 2, "The soup was cold.")
    # Wednesday noon in Riga plus 16 hours of 9 to 18: 6 today, 9 on Thursday, 1 on Friday.
    assert first.due_at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_two_at_once_take_two_numbers(world: World) -> None:
    items, start, taken = [world.item(), world.item()], threading.Barrier(2), []

    def work(item_id: int) -> None:
        start.wait()
        with world.db.write() as session:
            taken.append(cases.open_from(session, item_id, "x", id_of(world.anna), world.now, SETTINGS).number)

    threads = [threading.Thread(target=work, args=(id_of(item),)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [1, 2]


def test_an_item_belongs_to_one_open_case(sqlite_world: World) -> None:
    item = sqlite_world.item()
    with sqlite_world.db.write() as session:
        anna = id_of(sqlite_world.anna)
        cases.open_from(session, id_of(item), "", anna, sqlite_world.now, SETTINGS)
        with pytest.raises(NotAllowed, match="case 1 already"):
            cases.open_from(session, id_of(item), "", anna, sqlite_world.now, SETTINGS)
    assert sqlite_world.fresh(item).case_number == 1


def test_a_case_joins_several_items(world: World) -> None:
    case, other = opened(world), world.item("Also cold")
    with world.db.write() as session:
        cases.join(session, id_of(case), id_of(other), id_of(world.edgars), world.now)
        assert len(cases.items_of(session, id_of(case))) == 2
    assert world.fresh(other).case_number == case.number


def test_a_step_back_needs_a_reason(sqlite_world: World) -> None:
    case_id, anna, now = id_of(opened(sqlite_world)), id_of(sqlite_world.anna), sqlite_world.now
    with sqlite_world.db.write() as session:
        cases.move(session, case_id, Stage.ANALYSIS, "", anna, now)
        with pytest.raises(NotAllowed, match="Say why"):
            cases.move(session, case_id, Stage.REGISTRATION, "", anna, now)
        case = cases.move(session, case_id, Stage.REGISTRATION, "Wrong branch", anna, now)
    assert case.stages["registration"]["reason"] == "Wrong branch"


def test_satisfaction_comes_after_the_solution(sqlite_world: World) -> None:
    case_id, anna = id_of(opened(sqlite_world)), id_of(sqlite_world.anna)
    with sqlite_world.db.write() as session, pytest.raises(NotAllowed, match="Write first"):
        cases.move(session, case_id, Stage.SATISFACTION, "skip", anna, sqlite_world.now)


def test_resolving_makes_the_public_word_due_under_public_items_only(world: World) -> None:
    case, letter = opened(world), world.item("By e-mail", channel=Channel.CLOSED)
    with world.db.write() as session:
        anna = id_of(world.anna)
        cases.join(session, id_of(case), id_of(letter), anna, world.now)
        cases.resolve(session, id_of(case), "New stove", anna, world.now)
        rows = case_list.follow_ups(session)
    assert [row.case_id for row, _ in rows] == [case.id]
    assert world.fresh(letter).follow_up_state == ""


def test_a_private_complaint_closes_without_a_public_word(sqlite_world: World) -> None:
    case = opened(sqlite_world, channel=Channel.CLOSED)
    with sqlite_world.db.write() as session:
        cases.resolve(session, id_of(case), "Refunded", id_of(sqlite_world.anna), sqlite_world.now)
    assert sqlite_world.fresh(case).stage is Stage.CLOSED


def test_a_resolved_case_opens_again(world: World) -> None:
    case, anna = opened(world), id_of(world.anna)
    with world.db.write() as session:
        cases.resolve(session, id_of(case), "New stove", anna, world.now)
    with world.db.write() as session:
        cases.reopen(session, id_of(case), "It broke", anna, world.now)
    fresh = world.fresh(case)
    assert (fresh.stage, fresh.resolved_at) == (Stage.CORRECTIVE_ACTION, None)


def test_an_old_page_does_not_overwrite_a_case(sqlite_world: World) -> None:
    case, anna = opened(sqlite_world), id_of(sqlite_world.anna)
    with sqlite_world.db.write() as session:
        cases.judge(session, id_of(case), Justified.OBJECTIVE, anna, sqlite_world.now)
    with sqlite_world.db.write() as session, pytest.raises(Conflict):
        cases.edit(session, id_of(case), anna, sqlite_world.now, version=1, cause="kitchen")
    assert sqlite_world.fresh(case).justified is Justified.OBJECTIVE


@pytest.mark.parametrize(("wanted", "numbers"), [
    (CaseFilter(), [2, 1]), (CaseFilter(stage=Stage.ANALYSIS), [1]), (CaseFilter(department="Kitchen"), [2]),
    (CaseFilter(overdue=True), []), (CaseFilter(responsible_id=99), []),
])
def test_cases_are_filtered(sqlite_world: World, wanted: CaseFilter, numbers: list[int]) -> None:
    first, second = opened(sqlite_world), opened(sqlite_world)
    with sqlite_world.db.write() as session:
        anna, now = id_of(sqlite_world.anna), sqlite_world.now
        cases.move(session, id_of(first), Stage.ANALYSIS, "", anna, now)
        cases.edit(session, id_of(second), anna, now, department="Kitchen")
        found = case_list.page(session, wanted, now)
    assert [case.number for case in found] == numbers


def test_overdue_and_paging(sqlite_world: World) -> None:
    for _ in range(3):
        opened(sqlite_world)
    with sqlite_world.db.read() as session:
        late = sqlite_world.now + timedelta(days=30)
        page = case_list.page(session, CaseFilter(overdue=True), late, limit=2)
        rest = case_list.page(session, CaseFilter(overdue=True), late, after=page[-1].number)
    assert [case.number for case in [*page, *rest]] == [3, 2, 1]
