"""What was seen beneath items settles what we know: colleagues' replies are adopted, vanished ones noticed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from connectors.base import Published
from connectors.errors import N_
from monitor.db import Database
from monitor.models import Item, SeenReply
from replies import history, seen, standing
from replies.guidance.language import language_of
from replies.models import Purpose, Reply, ReplyState
from replies.states import MACHINE, PUBLIC, may


def adopt_due(db: Database, now: datetime, limit: int = 200) -> list[int]:
    """Take over replies of ours that were seen and are not known here; ids of the replies that changed.

    A reply written on the platform by a colleague becomes a verified Reply and its item is done; one of ours that was
    unclear is proven; a scheduled one is held back, because the customer has an answer already; one that was
    removed is noticed.
    """
    with db.read() as session:
        fresh = _unknown(session, limit)
        gone = _gone(session, limit)
    changed: list[int | None] = []
    for seen_id in fresh:
        with db.write() as session:
            changed += _settle(session, session.get_one(SeenReply, seen_id), now)
    for reply_id in gone:
        with db.write() as session:
            reply = session.get_one(Reply, reply_id)
            if reply.removed_at is None:
                history.removed(session, reply, now)
                changed.append(reply_id)
    return [number for number in changed if number is not None]


def _unknown(session: Session, limit: int) -> list[int]:
    known = (select(Reply.id).where(Reply.item_id == SeenReply.item_id, Reply.external_id == SeenReply.external_id)
             .exists())
    rows = session.exec(select(SeenReply.id).where(
        col(SeenReply.ours).is_(True), col(SeenReply.removed_at).is_(None), col(SeenReply.item_id).is_not(None),
        SeenReply.status == Published.PUBLISHED, ~known).order_by(col(SeenReply.id)).limit(limit))
    return [number for number in rows if number is not None]


def _gone(session: Session, limit: int) -> list[int]:
    rows = session.exec(select(Reply.id).join(SeenReply, (col(SeenReply.item_id) == col(Reply.item_id))
                                              & (col(SeenReply.external_id) == col(Reply.external_id))).where(
        Reply.external_id != "", col(Reply.state).in_(PUBLIC), col(Reply.removed_at).is_(None),
        col(SeenReply.removed_at).is_not(None), ~_replaced()).limit(limit))
    return [number for number in rows if number is not None]


def _replaced() -> Exists:
    newer = aliased(Reply)
    return select(newer.id).where(col(newer.replaces_id) == col(Reply.id)).exists()


def _settle(session: Session, sight: SeenReply, now: datetime) -> list[int | None]:
    assert sight.item_id is not None
    rows = session.exec(select(Reply).where(Reply.item_id == sight.item_id).order_by(col(Reply.id).desc())).all()
    if any(row.external_id == sight.external_id for row in rows):
        return []
    wanted = seen.normal(sight.text)
    same = [row for row in rows if seen.normal(row.text) == wanted and not row.external_id]
    if any(row.state is ReplyState.POSTING for row in rows):
        return []
    for row in same:
        if row.state in PUBLIC or may(row.state, ReplyState.VERIFIED, MACHINE):
            return [_prove(session, row, sight, now)]
    return [_adopt(session, sight, now), *(_hold_back(session, row, now) for row in rows)]


def _prove(session: Session, reply: Reply, sight: SeenReply, now: datetime) -> int | None:
    was_public = reply.state in PUBLIC
    reply.state, reply.verified_at, reply.posted_at = ReplyState.VERIFIED, now, reply.posted_at or now
    reply.external_id, reply.url, reply.status = sight.external_id, sight.url or reply.url, sight.status
    reply.slot, reply.says, reply.facts, reply.absent_at = None, "", {}, None
    session.add(reply)
    if not was_public:
        standing.answered(session, reply.item_id, now)
    history.note(session, reply, "reply.verified", now)
    return reply.id


def _adopt(session: Session, sight: SeenReply, now: datetime) -> int | None:
    item = session.get_one(Item, sight.item_id)
    said_at = sight.created_at or sight.first_seen_at
    reply = Reply(item_id=item.id or 0, purpose=Purpose.REPLY, state=ReplyState.VERIFIED, text=sight.text,
                  language=language_of(sight.text) or item.language, key=uuid.uuid4().hex, adopted=True,
                  created_at=said_at, updated_at=now, posted_at=said_at, verified_at=now,
                  external_id=sight.external_id, url=sight.url, version=_next_version(session, item.id))
    session.add(reply)
    session.flush()
    if item.edited_at is None or item.edited_at <= said_at:
        standing.answered(session, reply.item_id, said_at)
    history.note(session, reply, "reply.adopted", now, author=sight.author_name)
    return reply.id


def _next_version(session: Session, item_id: int | None) -> int:
    rows = session.exec(select(Reply.version).where(Reply.item_id == item_id, Reply.purpose == Purpose.REPLY)).all()
    return max(rows, default=0) + 1


def _hold_back(session: Session, reply: Reply, now: datetime) -> int | None:
    if reply.purpose is not Purpose.REPLY or reply.state not in (ReplyState.SCHEDULED, ReplyState.APPROVED):
        return None
    reply.state, reply.post_after, reply.updated_at = ReplyState.WITHDRAWN, None, now
    reply.says = N_("Held back: a colleague has answered on the platform already.")
    history.note(session, reply, "reply.withdrawn", now, says=reply.says)
    return reply.id
