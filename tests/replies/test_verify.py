"""Looking at the page: proof, removal, adoption, and what a look means in every state."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from connectors.base import PostedReply, Published
from monitor.models import SeenReply, WorkState
from replies import seen, verify
from replies.models import ReplyState
from replies.settings import RepliesSettings
from replies.verify import Sight
from tests.fakes.demo_platform import Fault
from tests.replies.desk import WORDS, Desk
from tests.world import id_of

SHOWN = PostedReply(external_id="1", text="x")
HELD = SHOWN.model_copy(update={"status": Published.HELD})
SPAM = SHOWN.model_copy(update={"status": Published.SPAM})


@pytest.mark.parametrize(("state", "found", "last", "sight"), [
    (ReplyState.POSTED, SHOWN, False, Sight.VERIFIED), (ReplyState.UNSURE, SHOWN, True, Sight.VERIFIED),
    (ReplyState.VERIFIED, SHOWN, True, Sight.VERIFIED), (ReplyState.POSTED, HELD, True, Sight.HELD),
    (ReplyState.UNSURE, HELD, False, Sight.HELD), (ReplyState.POSTED, SPAM, False, Sight.HIDDEN),
    (ReplyState.VERIFIED, SPAM, False, Sight.REMOVED), (ReplyState.VERIFIED, None, False, Sight.REMOVED),
    (ReplyState.POSTED, None, False, Sight.MISSING), (ReplyState.POSTED, None, True, Sight.LOST),
    (ReplyState.UNSURE, None, True, Sight.MISSING), (ReplyState.MANUAL, None, True, Sight.MISSING),
])
def test_what_a_look_means(state: ReplyState, found: PostedReply | None, last: bool, sight: Sight) -> None:
    assert verify.decide(state, found, last=last) is sight


def test_looks_come_close_first_and_then_daily_until_they_end(now: datetime) -> None:
    settings, since = RepliesSettings(), now
    steps = [verify.next_look(since, since + timedelta(seconds=gone), settings) for gone in (0, 30, 90_000, 8_000_000)]
    assert steps[:2] == [since + timedelta(seconds=30), since + timedelta(seconds=300)]
    assert steps[2:] == [since + timedelta(seconds=90_000, hours=24), None]


@pytest.mark.parametrize("shown", [
    "Marta,  we’re sorry — truly…", "MARTA, WE'RE SORRY - TRULY...", "Marta, we&#39;re sorry – truly...\n",
])
def test_dressed_up_words_are_recognised(shown: str) -> None:
    assert seen.normal(shown) == seen.normal("Marta, we're sorry - truly...")


def test_other_words_are_not_ours() -> None:
    replies = [PostedReply(external_id="9", text="Something else")]
    assert seen.ours(replies, "Marta, we are sorry") is None


def test_the_same_words_of_somebody_else_are_not_ours() -> None:
    assert seen.ours([PostedReply(external_id="9", text="Sorry", ours=False)], "Sorry") is None


def test_an_earlier_reply_with_the_same_words_proves_nothing() -> None:
    assert seen.ours([PostedReply(external_id="9", text="Sorry")], "Sorry", taken=frozenset({"9"})) is None


async def test_a_reply_that_the_platform_removed_is_noticed_and_the_item_comes_back(desk: Desk) -> None:
    reply = await desk.post(desk.approved())
    await desk.verify(id_of(reply), seconds=30)
    desk.platform.remove_reply(desk.review, reply.external_id)
    looked = await desk.verify(id_of(reply), hours=1)
    item = desk.world.fresh(desk.item)
    assert (looked.removed_at, item.work_state, item.reply_state) == (desk.at(hours=1), WorkState.OPEN, "removed")
    assert len(desk.world.events("reply.removed")) == 1


async def test_a_page_that_cannot_be_read_proves_nothing(sqlite_desk: Desk) -> None:
    reply = await sqlite_desk.post(sqlite_desk.approved())
    await sqlite_desk.verify(id_of(reply), seconds=30)
    sqlite_desk.platform.expire_key()
    looked = await sqlite_desk.verify(id_of(reply), hours=1)
    assert (looked.state, looked.removed_at) == (ReplyState.VERIFIED, None)


async def test_a_sign_in_page_removes_no_reply(sqlite_desk: Desk) -> None:
    reply = await sqlite_desk.post(sqlite_desk.approved())
    await sqlite_desk.verify(id_of(reply), seconds=30)
    sqlite_desk.platform.next_read(Fault.SIGN_IN)
    assert (await sqlite_desk.verify(id_of(reply), hours=1)).removed_at is None


async def test_a_reply_that_never_appears_becomes_unsure_and_the_item_comes_back(sqlite_desk: Desk) -> None:
    reply = await sqlite_desk.post(sqlite_desk.approved())
    sqlite_desk.platform.remove_reply(sqlite_desk.review, reply.external_id)
    assert (await sqlite_desk.verify(id_of(reply), seconds=30)).state is ReplyState.POSTED
    assert (await sqlite_desk.verify(id_of(reply), days=1)).state is ReplyState.UNSURE
    assert sqlite_desk.world.fresh(sqlite_desk.item).work_state is WorkState.OPEN


async def test_a_review_that_is_gone_ends_the_looking(sqlite_desk: Desk) -> None:
    reply = await sqlite_desk.post(sqlite_desk.approved())
    sqlite_desk.platform.remove(sqlite_desk.review)
    looked = await sqlite_desk.verify(id_of(reply), seconds=30)
    assert (looked.state, looked.verify_at, looked.removed_at) == (ReplyState.POSTED, None, None)
    assert len(sqlite_desk.world.events("reply.gone_there")) == 1


def seen_on_the_page(desk: Desk, text: str = "A colleague has answered.", external_id: str = "77") -> None:
    """What a poll brings: a reply of our account under the review."""
    desk.world.add(SeenReply(source_id=desk.item.source_id, item_id=desk.item_id, external_id=external_id, text=text,
                             author_name="Shop", ours=True, first_seen_at=desk.world.now, last_seen_at=desk.world.now))


async def test_a_colleagues_reply_on_the_platform_is_adopted_and_the_item_done(desk: Desk) -> None:
    seen_on_the_page(desk)
    [reply_id] = verify.adopt_due(desk.world.db, desk.world.now)
    reply, item = desk.reply(reply_id), desk.world.fresh(desk.item)
    assert (reply.adopted, reply.state, reply.text) == (True, ReplyState.VERIFIED, "A colleague has answered.")
    assert (item.work_state, item.reply_state) == (WorkState.DONE, "verified")
    assert verify.adopt_due(desk.world.db, desk.world.now) == []


async def test_a_scheduled_reply_is_held_back_when_a_colleague_has_answered(desk: Desk) -> None:
    reply_id = desk.approved()
    seen_on_the_page(desk)
    verify.adopt_due(desk.world.db, desk.world.now)
    await desk.post(reply_id)
    assert (desk.reply(reply_id).state, desk.public()) == (ReplyState.WITHDRAWN, [])


async def test_a_poll_that_brings_our_unsure_reply_proves_it_without_a_second_row(desk: Desk) -> None:
    reply_id = desk.approved()
    desk.platform.next_write(Fault.LOST)
    await desk.post(reply_id)
    seen_on_the_page(desk, WORDS)
    assert verify.adopt_due(desk.world.db, desk.world.now) == [reply_id]
    assert (desk.reply(reply_id).state, desk.reply(reply_id).external_id) == (ReplyState.VERIFIED, "77")


async def test_a_reply_on_its_way_is_not_adopted_by_a_poll_in_between(sqlite_desk: Desk) -> None:
    reply_id = sqlite_desk.approved()
    with sqlite_desk.world.db.write() as session:
        session.get_one(type(sqlite_desk.reply(reply_id)), reply_id).state = ReplyState.POSTING
    seen_on_the_page(sqlite_desk, WORDS)
    assert verify.adopt_due(sqlite_desk.world.db, sqlite_desk.world.now) == []


async def test_a_removal_that_a_poll_saw_is_noticed(sqlite_desk: Desk) -> None:
    reply = await sqlite_desk.post(sqlite_desk.approved())
    with sqlite_desk.world.db.write() as session:
        session.get_one(SeenReply, 1).removed_at = sqlite_desk.world.now
    assert verify.adopt_due(sqlite_desk.world.db, sqlite_desk.world.now) == [reply.id]
    assert sqlite_desk.reply(id_of(reply)).removed_at == sqlite_desk.world.now
