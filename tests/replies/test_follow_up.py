"""The public end of a case: said, asked, confirmed, disputed, silent, and a raised rating."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.base import ReplyMode
from monitor.models import WorkState
from replies import approve, cases, draft, follow_up
from replies.errors import NotAllowed
from replies.models import Case, FollowUp, FollowUpState, Purpose, Reply, ReplyState, Stage
from replies.settings import RepliesSettings
from tests.fakes.demo_platform import DemoPlatform, SingleShop
from tests.replies.desk import WORDS, Desk
from tests.world import World, id_of

SOLVED = "Marta, the soup station stands next to the pass now, so the soup is hot. Is it solved for you?"


def resolved(desk: Desk) -> int:
    """A case of the item, solved; its id."""
    anna, now = id_of(desk.world.anna), desk.world.now
    with desk.world.db.write() as session:
        case = cases.open_from(session, desk.item_id, "", anna, now, desk.settings)
        return id_of(cases.resolve(session, id_of(case), "Moved the soup station.", anna, now))


def say(desk: Desk, case_id: int, text: str = SOLVED) -> Reply:
    """The public word, written and approved."""
    edgars, anna, now = id_of(desk.world.edgars), id_of(desk.world.anna), desk.world.now
    with desk.world.db.write() as session:
        reply = follow_up.say_solved(session, case_id, desk.item_id, text, edgars, now, desk.settings,
                                     platforms={"demo_shop": desk.kind})
        return approve.approve(session, id_of(reply), anna, now, desk.settings, platforms={"demo_shop": desk.kind})


async def asked(desk: Desk) -> tuple[int, int]:
    """A customer who has been asked; ids of the case and the follow-up."""
    await desk.post(desk.approved())
    case_id = resolved(desk)
    await desk.post(id_of(say(desk, case_id)))
    with desk.world.db.read() as session:
        row = follow_up.of_item(session, case_id, desk.item_id)
    assert row is not None
    return case_id, id_of(row)


def state(desk: Desk, number: int) -> FollowUpState:
    """Where a follow-up stands."""
    with desk.world.db.read() as session:
        return session.get_one(FollowUp, number).state


def case_of(desk: Desk, case_id: int) -> Case:
    """The case as it stands."""
    with desk.world.db.read() as session:
        return session.get_one(Case, case_id)


async def test_the_item_waits_while_its_case_is_open(desk: Desk) -> None:
    with desk.world.db.write() as session:
        cases.open_from(session, desk.item_id, "", id_of(desk.world.anna), desk.world.now, desk.settings)
    await desk.post(desk.approved())
    item = desk.world.fresh(desk.item)
    assert (item.work_state, item.case_number) == (WorkState.WAITING, 1)


async def test_the_public_word_is_a_new_comment_in_a_thread_and_the_customer_is_asked(desk: Desk) -> None:
    _, number = await asked(desk)
    item = desk.world.fresh(desk.item)
    assert desk.public() == [WORDS, SOLVED]
    assert state(desk, number) is FollowUpState.ASKED
    assert (item.follow_up_state, item.work_state) == ("asked", WorkState.DONE)


async def test_where_one_reply_is_shown_it_holds_both_texts_and_both_rows_stay(world: World) -> None:
    with DemoPlatform(world.now, {"brivibas": ReplyMode.SINGLE}) as platform:
        async with Desk(world, platform, SingleShop) as desk:
            first = await desk.post(desk.approved())
            word = await desk.post(id_of(say(desk, resolved(desk))))
            assert desk.public() == [f"{WORDS}\n\n{SOLVED}"]
            assert (desk.reply(id_of(first)).text, word.replaces_id) == (WORDS, first.id)
            assert (await desk.verify(id_of(word), seconds=30)).state is ReplyState.VERIFIED
            assert (await desk.verify(id_of(first), hours=1)).removed_at is None


async def test_a_confirmed_follow_up_closes_the_case(desk: Desk) -> None:
    case_id, number = await asked(desk)
    with desk.world.db.write() as session:
        follow_up.confirm(session, number, id_of(desk.world.edgars), desk.at(days=1), "Thank you")
    assert (state(desk, number), case_of(desk, case_id).stage) == (FollowUpState.CONFIRMED, Stage.CLOSED)


async def test_a_disputed_follow_up_opens_the_case_and_the_item_again(desk: Desk) -> None:
    case_id, number = await asked(desk)
    with desk.world.db.write() as session:
        follow_up.dispute(session, number, id_of(desk.world.edgars), desk.at(days=1), "Still cold")
    case = case_of(desk, case_id)
    assert (state(desk, number), case.stage, case.resolved_at) == (
        FollowUpState.DISPUTED, Stage.CORRECTIVE_ACTION, None)
    assert desk.world.fresh(desk.item).work_state is WorkState.OPEN


async def test_a_disputed_case_is_resolved_and_said_anew(sqlite_desk: Desk) -> None:
    case_id, number = await asked(sqlite_desk)
    anna = id_of(sqlite_desk.world.anna)
    with sqlite_desk.world.db.write() as session:
        follow_up.dispute(session, number, anna, sqlite_desk.world.now)
        cases.resolve(session, case_id, "A second stove.", anna, sqlite_desk.world.now)
    await sqlite_desk.post(id_of(say(sqlite_desk, case_id, SOLVED + " Now with a second stove.")))
    assert (len(sqlite_desk.public()), state(sqlite_desk, number)) == (3, FollowUpState.ASKED)


@pytest.mark.parametrize(("days", "expected"), [(29, FollowUpState.ASKED), (30, FollowUpState.SILENT)])
async def test_silence_counts_after_thirty_days(sqlite_desk: Desk, days: int, expected: FollowUpState) -> None:
    _, number = await asked(sqlite_desk)
    follow_up.silent_due(sqlite_desk.world.db, sqlite_desk.world.now + timedelta(days=days))
    assert state(sqlite_desk, number) is expected


async def test_a_customer_who_answers_after_the_silence_is_heard(sqlite_desk: Desk) -> None:
    case_id, number = await asked(sqlite_desk)
    late = sqlite_desk.world.now + timedelta(days=31)
    follow_up.silent_due(sqlite_desk.world.db, late)
    assert case_of(sqlite_desk, case_id).closed_at == late
    with sqlite_desk.world.db.write() as session:
        follow_up.dispute(session, number, id_of(sqlite_desk.world.anna), late)
    assert case_of(sqlite_desk, case_id).closed_at is None


@pytest.mark.parametrize(("rating", "raised"), [(5, True), (2, False), (1, False), (None, False)])
async def test_a_raised_rating_is_found_by_itself(desk: Desk, rating: float | None, raised: bool) -> None:
    _, number = await asked(desk)
    with desk.world.db.write() as session:
        session.get_one(type(desk.item), desk.item_id).rating = rating
    assert follow_up.notice_ratings(desk.world.db, desk.at(days=2)) == ([number] if raised else [])
    assert (state(desk, number) is FollowUpState.RATING_RAISED) is raised
    assert follow_up.notice_ratings(desk.world.db, desk.at(days=3)) == []


async def test_a_new_comment_of_the_customer_in_the_thread_is_shown(sqlite_desk: Desk) -> None:
    _, number = await asked(sqlite_desk)
    world, item = sqlite_desk.world, sqlite_desk.item
    later: dict[str, Any] = {"parent_id": item.external_id, "published_at": world.now + timedelta(days=1)}
    answer = world.item("Yes, thank you", None, author_id=item.author_id, **later)
    world.item("I am somebody else", None, author_id="another", **later)
    with world.db.read() as session:
        found = follow_up.answers(session, session.get_one(FollowUp, number))
    assert [row.id for row in found] == [answer.id]


def test_nothing_is_said_publicly_before_the_case_is_resolved(sqlite_world: World, demo_platform: DemoPlatform) -> None:
    item, anna = sqlite_world.item(), id_of(sqlite_world.anna)
    with sqlite_world.db.write() as session:
        case = cases.open_from(session, id_of(item), "", anna, sqlite_world.now, RepliesSettings())
        with pytest.raises(NotAllowed, match="Resolve the case first"):
            follow_up.say_solved(session, id_of(case), id_of(item), SOLVED, anna, sqlite_world.now, RepliesSettings())


async def test_the_follow_up_and_the_reply_keep_drafts_of_their_own(sqlite_desk: Desk) -> None:
    case_id = resolved(sqlite_desk)
    with sqlite_desk.world.db.write() as session:
        edgars, now = id_of(sqlite_desk.world.edgars), sqlite_desk.world.now
        follow_up.say_solved(session, case_id, sqlite_desk.item_id, SOLVED, edgars, now, sqlite_desk.settings)
        draft.write(session, sqlite_desk.item_id, Purpose.REPLY, WORDS, 0, edgars, now, sqlite_desk.settings)
    assert (sqlite_desk.version(Purpose.FOLLOW_UP), sqlite_desk.version(Purpose.REPLY)) == (1, 1)
