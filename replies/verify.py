"""Look at the page: prove what was posted, settle what is unsure, notice what was removed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from connectors.base import PostedReply, Published
from connectors.errors import N_, ConnectorError, Gone
from monitor import sources
from monitor.db import Database, claim
from monitor.models import Item, Source
from monitor.tools import Tools
from monitor.vault import VaultLocked
from replies import faults, history, outcome, reach, seen, standing
from replies.adopt import adopt_due
from replies.errors import NotAllowed
from replies.models import Reply, ReplyState
from replies.outcome import HIDDEN
from replies.people import acting
from replies.reach import Connect
from replies.settings import RepliesSettings
from replies.states import PUBLIC

__all__ = ["Sight", "adopt_due", "decide", "declare_absent", "due", "next_look", "send_again", "verify", "verify_due"]

LOOKED_FOR = frozenset({ReplyState.POSTED, ReplyState.VERIFIED, ReplyState.UNSURE, ReplyState.MANUAL})

SOON = 300
"""Seconds until the next look after one that saw nothing, so that a closed site is not asked all the time."""


class Sight(StrEnum):
    """What a look came to: ``missing`` leaves it open, ``lost`` ends the patience with a posted reply."""

    VERIFIED = "verified"
    HELD = "held"
    HIDDEN = "hidden"
    REMOVED = "removed"
    MISSING = "missing"
    LOST = "lost"


def decide(state: ReplyState, found: PostedReply | None, *, last: bool) -> Sight:
    """What a look means for a reply in ``state``; ``last`` is the end of the first, close series of looks. Pure."""
    if found is not None and found.status is Published.PUBLISHED:
        return Sight.VERIFIED
    if found is not None and found.status is Published.HELD:
        return Sight.HELD
    if state is ReplyState.VERIFIED:
        return Sight.REMOVED
    if found is not None and found.status in HIDDEN:
        return Sight.HIDDEN
    return Sight.LOST if last and state is ReplyState.POSTED else Sight.MISSING


def next_look(since: datetime, now: datetime, settings: RepliesSettings) -> datetime | None:
    """When to look again at what was posted at ``since``: first in close steps, then every ``recheck_hours``. Pure."""
    for seconds in settings.verify_after_seconds:
        if (moment := since + timedelta(seconds=seconds)) > now:
            return moment
    again = now + timedelta(hours=settings.recheck_hours)
    return again if again <= since + timedelta(days=settings.recheck_days) else None


async def verify(reply_id: int, tools: Tools, settings: RepliesSettings, now: datetime, *,
                 connect: Connect = sources.connect) -> Reply:
    """Look for one reply on its page and store what that means; a page that cannot be seen proves nothing."""
    reply, item, source = await asyncio.to_thread(_read, tools.db, reply_id)
    if reply.state not in LOOKED_FOR or reply.removed_at is not None:
        return reply
    try:
        connector = connect(source, tools)
        if not connector.can.find_replies:
            return await asyncio.to_thread(_unlookable, tools.db, reply_id, now)
        replies = await connector.find_replies(reach.heard(item))
    except Gone:
        return await asyncio.to_thread(_nothing_there, tools.db, reply_id, now)
    except (ConnectorError, VaultLocked) as error:
        return await asyncio.to_thread(_unseen, tools.db, reply_id, error.says, settings, now)
    faults.point("verify.found")
    return await asyncio.to_thread(_store, tools.db, reply, replies, settings, now)


async def verify_due(tools: Tools, settings: RepliesSettings, now: datetime, limit: int = 50, *,
                     connect: Connect = sources.connect) -> list[int]:
    """Look at everything that is due for a look, at most ``limit``; the ids that were looked at."""
    ids = await asyncio.to_thread(due, tools.db, now, limit)
    done = await asyncio.gather(*(verify(number, tools, settings, now, connect=connect) for number in ids),
                                return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException):
            raise result
    return ids


def due(db: Database, now: datetime, limit: int) -> list[int]:
    """Ids of the replies whose next look has come, the longest waiting first."""
    with db.read() as session:
        rows = session.exec(select(Reply.id).where(col(Reply.verify_at) <= now, col(Reply.state).in_(LOOKED_FOR),
                                                   col(Reply.removed_at).is_(None))
                            .order_by(col(Reply.verify_at)).limit(limit))
        return [number for number in rows if number is not None]


def send_again(session: Session, reply_id: int, by_id: int, now: datetime, settings: RepliesSettings) -> Reply:
    """A person decides to post an unsure reply again. Raises NotAllowed without a fresh look that shows it absent.

    ``post`` looks once more before it sends, so that what lands in the meantime is not doubled.
    """
    reply = session.get_one(Reply, reply_id, populate_existing=True)
    acting(session, by_id)
    if reply.state is not ReplyState.UNSURE:
        raise NotAllowed(N_("Only a reply that is unclear can be posted again."))
    fresh = now - timedelta(minutes=settings.absent_minutes)
    if reply.absent_at is None or reply.absent_at < fresh or reply.absent_at != reply.looked_at:
        raise NotAllowed(N_("Look at the page first: it must show that the reply is not there."))
    after = now + timedelta(seconds=settings.undo_seconds)
    values = {"state": ReplyState.SCHEDULED, "post_after": after, "verify_at": None, "absent_at": None,
              "approver_id": by_id, "approved_at": now, "updated_at": now}
    if not claim(session, Reply, reply_id, where={"state": ReplyState.UNSURE, "absent_at": reply.absent_at},
                 values=values):
        raise NotAllowed(N_("Somebody else was faster. Look again."))
    session.refresh(reply)
    history.note(session, reply, "reply.sent_again", now, by_id=by_id)
    return reply


def declare_absent(session: Session, reply_id: int, by_id: int, now: datetime) -> Reply:
    """A person looked at the page themselves and the reply is not there; where no machine can look, this counts."""
    reply = session.get_one(Reply, reply_id, populate_existing=True)
    acting(session, by_id)
    if reply.state is not ReplyState.UNSURE:
        raise NotAllowed(N_("Only a reply that is unclear can be posted again."))
    reply.looked_at = reply.absent_at = now
    history.note(session, reply, "reply.absent", now, by_id=by_id)
    return reply


def _read(db: Database, reply_id: int) -> tuple[Reply, Item, Source]:
    with db.read() as session:
        reply = session.get_one(Reply, reply_id)
        item = session.get_one(Item, reply.item_id)
        return reply, item, session.get_one(Source, item.source_id)


def _unlookable(db: Database, reply_id: int, now: datetime) -> Reply:
    with db.write() as session:
        reply = session.get_one(Reply, reply_id)
        reply.verify_at = None
        if reply.state is ReplyState.UNSURE:
            reply.says = N_("This platform does not show its replies to us. Look at the page and say what you see.")
            history.note(session, reply, "reply.unseen", now)
        return reply


def _nothing_there(db: Database, reply_id: int, now: datetime) -> Reply:
    """The platform has taken down what we answered, and our reply with it."""
    with db.write() as session:
        reply = session.get_one(Reply, reply_id)
        reply.looked_at, reply.absent_at, reply.verify_at = now, now, None
        history.note(session, reply, "reply.gone_there", now)
        return reply


def _unseen(db: Database, reply_id: int, says: str, settings: RepliesSettings, now: datetime) -> Reply:
    with db.write() as session:
        reply = session.get_one(Reply, reply_id)
        reply.looked_at = now
        soon = now + timedelta(seconds=SOON)
        planned = next_look(reply.posted_at or reply.updated_at, now, settings)
        reply.verify_at = max(planned, soon) if planned else None
        if reply.state is ReplyState.UNSURE:
            history.note(session, reply, "reply.unseen", now, says=says)
        return reply


def _store(db: Database, before: Reply, replies: list[PostedReply], settings: RepliesSettings,
           now: datetime) -> Reply:
    assert before.id is not None
    with db.write() as session:
        reply = session.get_one(Reply, before.id)
        if reply.state is not before.state or reply.removed_at is not None:
            return reply
        since = reply.posted_at or reply.updated_at
        found = _find(session, reply, replies)
        last = now >= since + timedelta(seconds=settings.verify_after_seconds[-1])
        reply.looked_at = now
        reply.verify_at = next_look(since, now, settings)
        _apply(session, reply, decide(reply.state, found, last=last), found, settings, now)
        return reply


def _find(session: Session, reply: Reply, replies: list[PostedReply]) -> PostedReply | None:
    """Ours on the page; where it replaced an earlier one, that one's text under the same id is not ours yet."""
    earlier = session.get(Reply, reply.replaces_id) if reply.replaces_id else None
    taken = seen.others_ids(session, reply) - {earlier.external_id if earlier else ""}
    found = seen.ours(replies, reply.text, external_id=reply.external_id, taken=taken)
    if found and earlier and seen.normal(found.text) == seen.normal(earlier.text) != seen.normal(reply.text):
        return None
    return found


def _apply(session: Session, reply: Reply, sight: Sight, found: PostedReply | None, settings: RepliesSettings,
           now: datetime) -> None:
    if found is not None and sight is not Sight.REMOVED:
        _present(session, reply, sight, found, settings, now)
    elif sight is Sight.REMOVED:
        history.removed(session, reply, now)
    else:
        _absent(session, reply, sight, now)


def _present(session: Session, reply: Reply, sight: Sight, found: PostedReply, settings: RepliesSettings,
             now: datetime) -> None:
    reply.absent_at = None
    if sight is Sight.HIDDEN:
        reply.state, reply.status, reply.verify_at = ReplyState.REFUSED, found.status, None
        reply.slot = reply.slot or _free_slot(session, reply)
        reply.says, reply.facts = HIDDEN[found.status], {}
        history.note(session, reply, "reply.refused", now, status=found.status.value)
        standing.reopened(session, reply.item_id)
        return
    was, next_at = reply.state, reply.verify_at
    if reply.state not in PUBLIC:
        reply.state, reply.says, reply.facts = ReplyState.POSTED, "", {}
        outcome.public(session, reply, found, now, settings)
        history.note(session, reply, "reply.posted", now, status=found.status.value, found=True)
    outcome.take_over(reply, found)
    reply.verify_at = next_at
    seen.remember(session, session.get_one(Item, reply.item_id), found, now)
    if sight is Sight.VERIFIED and was is not ReplyState.VERIFIED:
        reply.state, reply.verified_at, reply.says, reply.facts = ReplyState.VERIFIED, now, "", {}
        history.note(session, reply, "reply.verified", now)


def _absent(session: Session, reply: Reply, sight: Sight, now: datetime) -> None:
    first = reply.absent_at is None
    reply.absent_at = now
    if reply.state is ReplyState.MANUAL:
        return
    if sight is Sight.LOST:
        reply.state = ReplyState.UNSURE
        reply.slot = reply.slot or _free_slot(session, reply)
        reply.says = N_("The platform took the reply, but it has not appeared on the page.")
        standing.reopened(session, reply.item_id)
        history.note(session, reply, "reply.unsure", now, says=reply.says)
    elif first:
        history.note(session, reply, "reply.absent", now)


def _free_slot(session: Session, reply: Reply) -> str | None:
    """The place of the open reply, unless a newer text of ours holds it by now."""
    slot = f"{reply.item_id}:{reply.purpose.value}"
    return None if session.exec(select(Reply.id).where(Reply.slot == slot)).first() else slot
