"""Posting: claimed once, called once, and every answer of a platform ends in the right state."""

from __future__ import annotations

import asyncio

import pytest

from connectors.base import Item, PostedReply, Published, ReplyMode
from connectors.demo_shop import DemoShop
from connectors.errors import Refused
from monitor.models import SeenReply, WorkState
from replies import post, verify
from replies.models import AttemptOutcome, ReplyState
from tests.fakes.demo_platform import DemoPlatform, Fault, NoReplyShop, SingleShop
from tests.replies.desk import WORDS, Desk
from tests.world import World, id_of


async def test_an_approved_reply_is_public_and_its_item_done(desk: Desk) -> None:
    reply = await desk.post(desk.approved())
    item = desk.world.fresh(desk.item)
    assert desk.public() == [WORDS]
    assert (reply.state, reply.slot, item.work_state) == (ReplyState.POSTED, None, WorkState.DONE)
    assert (item.reply_state, item.replied_at) == ("posted", desk.world.now)


async def test_a_reply_waits_until_the_time_to_undo_has_passed(sqlite_desk: Desk) -> None:
    sqlite_desk.settings = sqlite_desk.settings.model_copy(update={"undo_seconds": 120})
    reply_id = sqlite_desk.approved()
    assert (await sqlite_desk.post(reply_id, sqlite_desk.at(seconds=119))).state is ReplyState.SCHEDULED
    assert sqlite_desk.public() == []
    assert (await sqlite_desk.post(reply_id, sqlite_desk.at(seconds=120))).state is ReplyState.POSTED


async def test_two_workers_post_one_reply(desk: Desk) -> None:
    reply_id = desk.approved()
    await asyncio.gather(*(desk.post(reply_id, worker=f"worker-{number}") for number in range(4)))
    assert desk.public() == [WORDS]
    assert len(desk.attempts(reply_id)) == 1


async def test_posting_again_what_is_posted_changes_nothing(sqlite_desk: Desk) -> None:
    reply_id = sqlite_desk.approved()
    await sqlite_desk.post(reply_id)
    await sqlite_desk.post(reply_id, sqlite_desk.at(hours=1))
    assert len(sqlite_desk.public()) == 1


async def test_our_reply_is_remembered_so_that_it_never_becomes_an_item(desk: Desk) -> None:
    reply = await desk.post(desk.approved())
    with desk.world.db.read() as session:
        seen = session.get_one(SeenReply, 1)
    assert (seen.external_id, seen.ours, seen.item_id) == (reply.external_id, True, desk.item_id)


async def test_our_reply_that_came_back_as_an_item_is_put_out_of_the_way(sqlite_desk: Desk) -> None:
    reply_id = sqlite_desk.approved()
    sqlite_desk.platform.next_write(Fault.LOST)
    await sqlite_desk.post(reply_id)
    echo = sqlite_desk.world.item(WORDS, external_id=sqlite_desk.platform.answers(sqlite_desk.review)[0].id)
    await sqlite_desk.verify(reply_id, seconds=30)
    echo = sqlite_desk.world.fresh(echo)
    assert (echo.aside, echo.work_state) == (True, WorkState.IRRELEVANT)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.ERROR_SAVED])
async def test_an_answer_lost_after_the_platform_accepted_is_unsure_then_found(desk: Desk, fault: Fault) -> None:
    reply_id = desk.approved()
    desk.platform.next_write(fault)
    assert (await desk.post(reply_id)).state is ReplyState.UNSURE
    assert (await desk.verify(reply_id, seconds=30)).state is ReplyState.VERIFIED
    assert desk.public() == [WORDS]
    assert desk.world.fresh(desk.item).work_state is WorkState.DONE


async def test_a_reply_that_appears_30_seconds_after_202_is_found_once(desk: Desk) -> None:
    reply_id = desk.approved()
    desk.platform.next_write(Fault.LATER)
    await desk.post(reply_id)
    assert (await desk.verify(reply_id, seconds=10)).state is not ReplyState.VERIFIED
    assert (await desk.verify(reply_id, seconds=31)).state is ReplyState.VERIFIED
    assert desk.public() == [WORDS]


async def test_a_text_that_the_platform_rewrote_is_still_ours(desk: Desk) -> None:
    reply_id = desk.approved(WORDS.replace("cold soup", '"cold"   soup').replace("so it", "so  it"))
    desk.platform.next_write(Fault.NORMALISED)
    await desk.post(reply_id)
    assert (await desk.verify(reply_id, seconds=30)).state is ReplyState.VERIFIED


async def test_a_moderated_reply_is_shown_as_held_and_never_as_seen(desk: Desk) -> None:
    reply_id = desk.approved()
    desk.platform.next_write(Fault.MODERATED)
    posted = await desk.post(reply_id)
    assert (posted.status, desk.attempts(reply_id)[0].outcome) == (Published.HELD, AttemptOutcome.PENDING)
    looked = await desk.verify(reply_id, days=2)
    assert (looked.state, looked.status, desk.public()) == (ReplyState.POSTED, Published.HELD, [])
    desk.platform.approve_reply(desk.review, looked.external_id)
    assert (await desk.verify(reply_id, days=3)).state is ReplyState.VERIFIED


async def test_409_without_our_text_on_the_page_stays_unsure(desk: Desk) -> None:
    reply_id = desk.approved()
    desk.platform.next_write(Fault.DUPLICATE)
    await desk.post(reply_id)
    looked = await desk.verify(reply_id, seconds=30)
    assert (looked.state, looked.absent_at) == (ReplyState.UNSURE, desk.at(seconds=30))


async def test_a_busy_platform_is_tried_later_without_a_second_reply(desk: Desk) -> None:
    reply_id = desk.approved()
    desk.platform.next_write(Fault.BUSY)
    later = await desk.post(reply_id)
    assert later.state is ReplyState.SCHEDULED
    assert later.post_after is not None
    assert later.post_after > desk.world.now
    assert (await desk.post(reply_id, desk.at(hours=1))).state is ReplyState.POSTED
    assert desk.public() == [WORDS]


async def test_an_expired_key_fails_with_the_remedy_and_can_be_approved_again(sqlite_desk: Desk) -> None:
    reply_id = sqlite_desk.approved()
    sqlite_desk.platform.expire_key()
    failed = await sqlite_desk.post(reply_id)
    assert (failed.state, sqlite_desk.public()) == (ReplyState.FAILED, [])
    assert "Make a new one" in failed.says
    sqlite_desk.platform.expire_key(False)
    assert (await sqlite_desk.post(sqlite_desk.approved())).state is ReplyState.POSTED


async def test_a_refused_text_goes_back_to_its_author_with_the_reason(sqlite_desk: Desk) -> None:
    reply = await sqlite_desk.post(sqlite_desk.approved(WORDS + " See https://kafesaule.example/menu"))
    assert (reply.state, sqlite_desk.public()) == (ReplyState.REFUSED, [])
    assert reply.facts["message"]
    again = sqlite_desk.approved()
    assert again == reply.id
    assert (await sqlite_desk.post(again)).state is ReplyState.POSTED


async def test_a_new_reply_replaces_the_old_one_where_only_one_is_shown(world: World) -> None:
    with DemoPlatform(world.now, {"brivibas": ReplyMode.SINGLE}) as platform:
        async with Desk(world, platform, SingleShop) as desk:
            first = await desk.post(desk.approved())
            second = await desk.post(desk.approved(WORDS + " The soup is hot again."), desk.at(hours=1))
            assert desk.public() == [WORDS + " The soup is hot again."]
            assert second.replaces_id == first.id
            assert desk.reply(id_of(first)).text == WORDS


async def test_the_old_text_does_not_prove_the_new_one_that_replaces_it(sqlite_world: World) -> None:
    with DemoPlatform(sqlite_world.now, {"brivibas": ReplyMode.SINGLE}) as platform:
        async with Desk(sqlite_world, platform, SingleShop) as desk:
            await desk.post(desk.approved())
            second = desk.approved(WORDS + " It is hot again.")
            platform.next_write(Fault.DUPLICATE)
            await desk.post(second)
            looked = await desk.verify(second, seconds=30)
            assert (looked.state, looked.absent_at) == (ReplyState.UNSURE, desk.at(seconds=30))


class SaysTwice(DemoShop):
    """A platform that saved the reply and refuses it as a duplicate of itself, as WordPress does with 409."""

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        await super().reply(item, text, key)
        raise Refused("You have said that already.")


async def test_409_for_what_is_on_the_page_already_counts_as_posted(desk: Desk) -> None:
    desk.kind = SaysTwice
    assert (await desk.post(desk.approved())).state is ReplyState.POSTED
    assert desk.public() == [WORDS]


async def test_without_a_way_to_post_the_reply_waits_for_a_persons_hand(sqlite_world: World,
                                                                         demo_platform: DemoPlatform) -> None:
    async with Desk(sqlite_world, demo_platform, NoReplyShop) as desk:
        reply_id = desk.approved()
        assert desk.reply(reply_id).state is ReplyState.MANUAL
        assert (await desk.post(reply_id)).state is ReplyState.MANUAL
        assert desk.public() == []


async def test_post_due_posts_everything_that_is_due(desk: Desk) -> None:
    reply_id = desk.approved()
    done = await post.post_due(desk.tools, desk.settings, desk.world.now, "worker-1", connect=desk.connect)
    assert done == [reply_id]
    assert await verify.verify_due(desk.tools, desk.settings, desk.at(seconds=30), connect=desk.connect) == [reply_id]
    assert desk.reply(reply_id).state is ReplyState.VERIFIED
