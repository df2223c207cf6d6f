"""Who writes where: one lock per item and purpose, which ends by itself so that a closed laptop blocks nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from monitor import events
from monitor.db import claim, upsert
from replies.errors import Locked
from replies.models import DraftLock, Purpose
from replies.settings import RepliesSettings


def holder(session: Session, item_id: int, purpose: Purpose, now: datetime) -> DraftLock | None:
    """The lock that holds now, or None."""
    lock = session.exec(select(DraftLock).where(DraftLock.item_id == item_id, DraftLock.purpose == purpose)
                        .execution_options(populate_existing=True)).first()
    return lock if lock is not None and lock.until > now else None


def take(session: Session, item_id: int, purpose: Purpose, member_id: int, now: datetime,
         settings: RepliesSettings) -> DraftLock:
    """Take the lock, or prolong one's own. Raises Locked while a colleague holds it."""
    until = now + timedelta(minutes=settings.lock_minutes)
    upsert(session, DraftLock, [{"item_id": item_id, "purpose": purpose, "member_id": member_id, "until": until}],
           key=["item_id", "purpose"])
    lock = session.exec(select(DraftLock).where(DraftLock.item_id == item_id, DraftLock.purpose == purpose)
                        .execution_options(populate_existing=True)).one()
    if lock.member_id != member_id and lock.until > now:
        raise Locked(lock.member_id, lock.until)
    seen = {"member_id": lock.member_id, "until": lock.until}
    assert lock.id is not None
    if not claim(session, DraftLock, lock.id, where=seen, values={"member_id": member_id, "until": until}):
        raise Locked(lock.member_id, lock.until)
    session.refresh(lock)
    return lock


def release(session: Session, item_id: int, purpose: Purpose, member_id: int) -> None:
    """Give one's own lock back; a colleague's stays."""
    session.execute(delete(DraftLock).where(col(DraftLock.item_id) == item_id, col(DraftLock.purpose) == purpose,
                                            col(DraftLock.member_id) == member_id))


def clear(session: Session, item_id: int, purpose: Purpose) -> None:
    """Nobody writes here any more: the text went on to approval or out."""
    session.execute(delete(DraftLock).where(col(DraftLock.item_id) == item_id, col(DraftLock.purpose) == purpose))


def take_over(session: Session, item_id: int, purpose: Purpose, member_id: int, now: datetime,
              settings: RepliesSettings) -> DraftLock:
    """Take the lock from whoever holds it; their next save is told so, and their text is kept."""
    before = holder(session, item_id, purpose, now)
    clear(session, item_id, purpose)
    lock = take(session, item_id, purpose, member_id, now, settings)
    if before is not None and before.member_id != member_id:
        events.record(session, "draft.taken_over", now, by_id=member_id, item_id=item_id, purpose=purpose.value,
                      from_id=before.member_id)
    return lock
