"""Keep on the item what its replies and follow-ups say of it, so that queues are one index away."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from monitor.models import Item, WorkState
from replies.models import Case, CaseItem, FollowUp, Reply

REMOVED = "removed"


def current(session: Session, item_id: int) -> Reply | None:
    """The reply that matters under an item: the open one, else the newest."""
    return session.exec(select(Reply).where(Reply.item_id == item_id)
                        .order_by(col(Reply.slot).is_(None), col(Reply.id).desc()).limit(1)).first()


def open_case(session: Session, item_id: int) -> Case | None:
    """The newest case that joins the item and is not closed."""
    return session.exec(select(Case).join(CaseItem, col(CaseItem.case_id) == col(Case.id))
                        .where(CaseItem.item_id == item_id, col(Case.closed_at).is_(None))
                        .order_by(col(Case.id).desc()).limit(1)).first()


def keep(session: Session, item_id: int) -> Item:
    """Bring ``reply_state``, ``follow_up_state`` and ``case_number`` of the item up to date and return it."""
    session.flush()
    item = session.get_one(Item, item_id)
    reply = current(session, item_id)
    item.reply_state = "" if reply is None else REMOVED if reply.removed_at else reply.state.value
    follow_up = session.exec(select(FollowUp).where(FollowUp.item_id == item_id)
                             .order_by(col(FollowUp.id).desc()).limit(1)).first()
    item.follow_up_state = follow_up.state.value if follow_up else ""
    case = session.exec(select(Case).join(CaseItem, col(CaseItem.case_id) == col(Case.id))
                        .where(CaseItem.item_id == item_id).order_by(col(Case.id).desc()).limit(1)).first()
    item.case_number = case.number if case else None
    session.add(item)
    return item


def answered(session: Session, item_id: int, now: datetime) -> Item:
    """A reply of ours is public: the item is done, or waits while a case is open.

    ``replied_at`` is the first reply, from which the time to first reply is counted.
    """
    item = keep(session, item_id)
    if item.replied_at is None:
        item.replied_at = now
    item.outdated = False
    item.work_state = WorkState.WAITING if _unsolved(session, item_id) else WorkState.DONE
    item.done_at = now if item.work_state is WorkState.DONE else None
    item.snoozed_until = None
    item.version += 1
    return item


def reopened(session: Session, item_id: int) -> Item:
    """Somebody has to look at the item again."""
    item = keep(session, item_id)
    item.work_state = WorkState.OPEN
    item.done_at = None
    item.snoozed_until = None
    item.version += 1
    return item


def _unsolved(session: Session, item_id: int) -> bool:
    case = open_case(session, item_id)
    return case is not None and case.resolved_at is None
