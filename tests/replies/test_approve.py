"""Approval: by role, of the text that was read, with time to undo; guidance may block."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from connectors.base import Connector
from connectors.demo_shop import DemoShop
from replies import approve, draft
from replies.errors import Blocked, Conflict, NotAllowed
from replies.models import Purpose, Reply, ReplyState
from replies.settings import RepliesSettings
from tests.replies.desk import WORDS, Desk
from tests.world import World, id_of

SETTINGS = RepliesSettings()
PLATFORMS: dict[str, type[Connector]] = {"demo_shop": DemoShop}


def written(world: World, text: str = WORDS, who: str = "edgars") -> int:
    """A draft; its id."""
    item_id = id_of(world.item())
    return id_of(draft.save(world.db, item_id, Purpose.REPLY, text, 0, id_of(getattr(world, who)), world.now, SETTINGS))


def let_out(world: World, reply_id: int, who: str = "anna", settings: RepliesSettings = SETTINGS,
            version: int | None = None) -> Reply:
    """Somebody approves."""
    with world.db.write() as session:
        return approve.approve(session, reply_id, id_of(getattr(world, who)), world.now, settings, version=version,
                               platforms=PLATFORMS)


def test_an_approved_reply_leaves_after_the_time_to_undo(world: World) -> None:
    reply = let_out(world, written(world))
    assert reply.state is ReplyState.SCHEDULED
    assert reply.post_after == world.now + timedelta(seconds=120)
    assert reply.approver_id == world.anna.id


def test_an_agent_does_not_approve_their_own_words(world: World) -> None:
    with pytest.raises(NotAllowed):
        let_out(world, written(world), "edgars")


def test_an_agent_approves_their_own_words_where_the_brand_trusts_them(sqlite_world: World) -> None:
    trusting = RepliesSettings(agents_may_post=["kafe-saule"])
    assert let_out(sqlite_world, written(sqlite_world), "edgars", trusting).state is ReplyState.SCHEDULED


def test_an_agent_never_approves_anothers_words(sqlite_world: World) -> None:
    trusting = RepliesSettings(agents_may_post=["kafe-saule"])
    with pytest.raises(NotAllowed):
        let_out(sqlite_world, written(sqlite_world, who="anna"), "edgars", trusting)


def test_review_and_sending_back_with_a_reason(world: World) -> None:
    reply_id = written(world)
    with world.db.write() as session:
        approve.submit(session, reply_id, id_of(world.edgars), world.now, SETTINGS, platforms=PLATFORMS)
    with world.db.write() as session:
        reply = approve.send_back(session, reply_id, "Too short", id_of(world.anna), world.now)
    assert (reply.state, reply.says) == (ReplyState.DRAFT, "Too short")
    assert [event.data["reason"] for event in world.events("reply.sent_back")] == ["Too short"]


def test_only_the_text_that_was_read_is_approved(world: World) -> None:
    reply_id = written(world)
    with pytest.raises(Conflict):
        let_out(world, reply_id, version=7)


def test_a_double_click_approves_once(world: World) -> None:
    reply_id = written(world)
    assert let_out(world, reply_id).post_after == let_out(world, reply_id).post_after
    assert len(world.events("reply.approved")) == 1


@pytest.mark.parametrize("text", ["Only an idiot would say so, Marta.", "x" * 100_000])
def test_a_forbidden_word_and_the_limit_block(sqlite_world: World, text: str) -> None:
    limited = type("Limited", (DemoShop,), {"can": DemoShop.can.model_copy(update={"max_reply_chars": 4000})})
    with sqlite_world.db.write() as session, pytest.raises(Blocked) as blocked:
        approve.approve(session, written_in(sqlite_world, session, text), id_of(sqlite_world.anna), sqlite_world.now,
                        SETTINGS, platforms={"demo_shop": limited})
    assert blocked.value.findings


def written_in(world: World, session: object, text: str) -> int:
    """A draft within an open transaction; its id."""
    item = world_item(world, session)
    return id_of(draft.write(session, item, Purpose.REPLY, text, 0, id_of(world.edgars), world.now, SETTINGS))  # type: ignore[arg-type]


def world_item(world: World, session: object) -> int:
    """An item stored within an open transaction; its id."""
    from connectors.base import ItemKind
    from monitor.models import Item

    row = Item(brand_id=id_of(world.brand), source_id=id_of(world.source), place_id=id_of(world.place),
               external_id="r-in", kind=ItemKind.REVIEW, author_name="Marta K.", rating=2, published_at=world.now,
               first_seen_at=world.now, changed_at=world.now)
    session.add(row)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    return id_of(row)


def test_undo_takes_a_scheduled_reply_back(world: World) -> None:
    reply_id = written(world)
    let_out(world, reply_id)
    with world.db.write() as session:
        assert approve.withdraw(session, reply_id, id_of(world.edgars), world.now).state is ReplyState.WITHDRAWN
    assert let_out(world, reply_id).state is ReplyState.SCHEDULED


async def test_what_is_public_is_not_taken_back(sqlite_desk: Desk) -> None:
    reply_id = sqlite_desk.approved()
    await sqlite_desk.post(reply_id)
    with sqlite_desk.world.db.write() as session, pytest.raises(NotAllowed, match="too late"):
        approve.withdraw(session, reply_id, id_of(sqlite_desk.world.edgars), sqlite_desk.world.now)


async def test_a_tab_that_was_open_before_the_reply_went_out_does_not_send_a_second_one(desk: Desk) -> None:
    old_tab = desk.version()
    await desk.post(desk.approved())
    with pytest.raises(Conflict):
        draft.save(desk.world.db, desk.item_id, Purpose.REPLY, WORDS, old_tab, id_of(desk.world.anna),
                   desk.at(minutes=5), desk.settings)
    assert desk.public() == [WORDS]


async def test_undo_against_a_worker_ends_in_one_of_the_two(desk: Desk) -> None:
    reply_id = desk.approved()

    def undo() -> bool:
        try:
            with desk.world.db.write() as session:
                approve.withdraw(session, reply_id, id_of(desk.world.anna), desk.world.now)
        except NotAllowed:
            return False
        return True

    undone, _ = await asyncio.gather(asyncio.to_thread(undo), desk.post(reply_id))
    assert desk.public() == ([] if undone else [WORDS])


def test_a_scheduled_reply_can_leave_at_another_time(sqlite_world: World) -> None:
    reply_id = written(sqlite_world)
    let_out(sqlite_world, reply_id)
    later = sqlite_world.now + timedelta(days=1)
    with sqlite_world.db.write() as session:
        reply = approve.reschedule(session, reply_id, later, id_of(sqlite_world.anna), sqlite_world.now)
    assert reply.post_after == later


def test_an_empty_reply_is_not_approved(sqlite_world: World) -> None:
    with pytest.raises(NotAllowed, match="no text"):
        let_out(sqlite_world, written(sqlite_world, "  \n"))
