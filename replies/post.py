"""Say it: claim the reply, write the attempt, call the platform once, store what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from connectors.base import Connector, PostedReply, ReplyMode
from connectors.errors import N_, AccessDenied, ConnectorError, Refused, TryLater
from monitor import sources
from monitor.db import Database, claim
from monitor.models import Item, Source
from monitor.tools import Tools
from monitor.vault import VaultLocked
from replies import faults, outcome, reach, seen
from replies.models import Attempt, AttemptOutcome, Reply, ReplyState
from replies.outcome import Outcome
from replies.reach import Connect
from replies.settings import RepliesSettings
from replies.states import PUBLIC


@dataclass(frozen=True)
class Errand:
    """What is said where: the reply as claimed, and how it goes out.

    ``earlier`` is the reply of ours that this one replaces where the platform shows a single one. ``tried`` means that
    an earlier try may have reached the platform.
    """

    reply: Reply
    item: Item
    attempt_id: int
    earlier: PostedReply | None
    tried: bool
    taken: frozenset[str]


async def post(reply_id: int, tools: Tools, settings: RepliesSettings, now: datetime, worker: str, *,
               connect: Connect = sources.connect) -> Reply:
    """Post one scheduled reply whose time has come; whatever else it is, it comes back unchanged.

    1. Read what is to be said. What stands in the way before anything is sent is stored at once: without a way to
       post by machine the reply becomes ``manual``, without a usable key ``failed``.
    2. Claim it by compare-and-set and write the Attempt in the same transaction; who loses the claim leaves.
    3. When an earlier try may have reached the platform, look there first.
    4. Call the platform once.
    5. Store the outcome in one transaction: attempt, reply, item, history.

    A worker that dies after 2 leaves a running Attempt, which ``recover`` turns into ``unsure`` and ``verify`` settles.
    """
    faults.point("post.due")
    reply, connector, problem = await asyncio.to_thread(_prepare, tools, reply_id, connect)
    if reply.state is not ReplyState.SCHEDULED or reply.post_after is None or reply.post_after > now:
        return reply
    if problem is not None or connector is None:
        return await asyncio.to_thread(_give_up, tools.db, reply_id, problem, now, worker, settings)
    errand = await asyncio.to_thread(_claim, tools.db, reply_id, now, worker, connector)
    if errand is None:
        return await asyncio.to_thread(_read, tools.db, reply_id)
    faults.point("post.claimed")
    result = await _say(errand, connector)
    faults.point("post.sent")
    reply = await asyncio.to_thread(outcome.store, tools.db, reply_id, errand.attempt_id, result, now, settings)
    faults.point("post.stored")
    return reply


async def post_due(tools: Tools, settings: RepliesSettings, now: datetime, worker: str, limit: int = 20, *,
                   connect: Connect = sources.connect) -> list[int]:
    """Post what is due, at most ``limit``, after settling what dead workers left; the ids that were tried.

    One reply that meets a bug of ours does not stop the others; the first bug is raised after all have been tried.
    """
    await asyncio.to_thread(recover, tools.db, settings, now)
    ids = await asyncio.to_thread(due, tools.db, now, limit)
    done = await asyncio.gather(*(post(number, tools, settings, now, worker, connect=connect) for number in ids),
                                return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException):
            raise result
    return ids


def due(db: Database, now: datetime, limit: int) -> list[int]:
    """Ids of the scheduled replies whose time to undo has passed, the oldest first."""
    with db.read() as session:
        rows = session.exec(select(Reply.id).where(Reply.state == ReplyState.SCHEDULED, col(Reply.post_after) <= now)
                            .order_by(col(Reply.post_after), col(Reply.id)).limit(limit))
        return [number for number in rows if number is not None]


def recover(db: Database, settings: RepliesSettings, now: datetime, worker: str = "") -> list[int]:
    """Turn replies that a dead worker left in ``posting`` into ``unsure``, to be looked for at once; never resend.

    Dead is who has not finished within the lease; ``worker`` names one that is known to have just started anew.
    """
    late = now - timedelta(minutes=settings.posting_lease_minutes)
    with db.read() as session:
        rows = session.exec(select(Attempt.id, Attempt.reply_id).where(
            Attempt.outcome == AttemptOutcome.RUNNING,
            (col(Attempt.started_at) <= late) | ((Attempt.worker == worker) & (worker != "")))).all()
    lost = Outcome(AttemptOutcome.UNSURE, ReplyState.UNSURE,
                   N_("The worker stopped in the middle of posting. The page is being checked."))
    for attempt_id, reply_id in rows:
        if attempt_id is not None:
            outcome.store(db, reply_id, attempt_id, lost, now, settings)
    return [reply_id for _, reply_id in rows]


def _read(db: Database, reply_id: int) -> Reply:
    with db.read() as session:
        return session.get_one(Reply, reply_id)


def _prepare(tools: Tools, reply_id: int, connect: Connect) -> tuple[Reply, Connector | None, Outcome | None]:
    """The reply, its connector, and what stands in the way of calling it."""
    with tools.db.read() as session:
        reply = session.get_one(Reply, reply_id)
        item = session.get_one(Item, reply.item_id)
        source = session.get_one(Source, item.source_id)
    try:
        connector = connect(source, tools)
    except ConnectorError as error:
        return reply, None, outcome.of_error(error)
    except VaultLocked as error:
        return reply, None, outcome.of_error(AccessDenied(error.says))
    if reach.mode(type(connector), item) is ReplyMode.NONE:
        by_hand = N_("This platform takes no replies from outside. Copy the text and post it on the page.")
        return reply, None, Outcome(AttemptOutcome.REFUSED, ReplyState.MANUAL, by_hand)
    return reply, connector, None


def _give_up(db: Database, reply_id: int, problem: Outcome | None, now: datetime, worker: str,
             settings: RepliesSettings) -> Reply:
    """Nothing was sent: the reply goes from scheduled to its new state, with a closed attempt, in one transaction."""
    assert problem is not None
    with db.write() as session:
        return outcome.unsent(session, reply_id, problem, now, worker, settings)


def _claim(db: Database, reply_id: int, now: datetime, worker: str, connector: Connector) -> Errand | None:
    with db.write() as session:
        if not claim(session, Reply, reply_id, where={"state": ReplyState.SCHEDULED},
                     values={"state": ReplyState.POSTING, "updated_at": now}):
            return None
        reply = session.get_one(Reply, reply_id)
        tried = session.exec(select(Attempt.id).where(Attempt.reply_id == reply_id,
                                                      Attempt.outcome != AttemptOutcome.LATER).limit(1)).first()
        attempt = Attempt(reply_id=reply_id, started_at=now, worker=worker)
        session.add(attempt)
        session.flush()
        assert attempt.id is not None
        single = connector.can.reply is ReplyMode.SINGLE
        earlier = _earlier(session, reply) if single else None
        return Errand(reply, session.get_one(Item, reply.item_id), attempt.id, earlier, tried is not None,
                      frozenset() if single else seen.others_ids(session, reply))


def _earlier(session: Session, reply: Reply) -> PostedReply | None:
    """The reply of ours that stands on the page now, noted as replaced; its row keeps its text."""
    row = session.exec(select(Reply).where(
        Reply.item_id == reply.item_id, Reply.id != reply.id, col(Reply.state).in_(PUBLIC),
        col(Reply.removed_at).is_(None)).order_by(col(Reply.posted_at).desc(), col(Reply.id).desc()).limit(1)).first()
    if row is None:
        return None
    reply.replaces_id = row.id
    return PostedReply(external_id=row.external_id, text=row.text, url=row.url, ours=True)


async def _say(errand: Errand, connector: Connector) -> Outcome:
    item = reach.heard(errand.item)
    try:
        if errand.tried and (found := await _look(errand, connector)):
            return outcome.of_answer(found)
        if errand.earlier and errand.earlier.external_id and connector.can.edit_reply:
            return outcome.of_answer(await connector.edit_reply(item, errand.earlier, errand.reply.text))
        return outcome.of_answer(await connector.reply(item, errand.reply.text, errand.reply.key))
    except Refused as error:
        return await _already_there(errand, connector) or outcome.of_error(error)
    except ConnectorError as error:
        return outcome.of_error(error)


async def _look(errand: Errand, connector: Connector) -> PostedReply | None:
    """Our text as it already stands on the page. Raises TryLater when the page cannot be seen: nothing was sent."""
    if not connector.can.find_replies:
        return None
    try:
        replies = await connector.find_replies(reach.heard(errand.item))
    except ConnectorError as error:
        raise TryLater("{says}", says=error.says) from error
    found = seen.ours(replies, errand.reply.text, taken=errand.taken)
    return found if found and seen.normal(found.text) == seen.normal(errand.reply.text) else None


async def _already_there(errand: Errand, connector: Connector) -> Outcome | None:
    """A refusal may mean "you have said that already" (WordPress answers 409 to a duplicate): then it is said."""
    try:
        found = await _look(errand, connector)
    except TryLater:
        return None
    return outcome.of_answer(found) if found else None
