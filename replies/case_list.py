"""Read cases: filtered, in order of their deadline, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from replies.models import Case, FollowUp, FollowUpState, Stage


@dataclass(frozen=True)
class CaseFilter:
    """What is wanted; empty means all. ``overdue`` compares with the ``now`` of the call."""

    brand_id: int | None = None
    responsible_id: int | None = None
    stage: Stage | None = None
    department: str = ""
    open_only: bool = True
    overdue: bool = False


def page(session: Session, wanted: CaseFilter, now: datetime, *, after: int = 0, limit: int = 50) -> list[Case]:
    """Cases by number, newest first; ``after`` is the last number of the page before."""
    query = select(Case)
    if wanted.brand_id is not None:
        query = query.where(Case.brand_id == wanted.brand_id)
    if wanted.responsible_id is not None:
        query = query.where(Case.responsible_id == wanted.responsible_id)
    if wanted.stage is not None:
        query = query.where(Case.stage == wanted.stage)
    if wanted.department:
        query = query.where(Case.department == wanted.department)
    if wanted.open_only:
        query = query.where(col(Case.closed_at).is_(None))
    if wanted.overdue:
        query = query.where(col(Case.resolved_at).is_(None), col(Case.due_at) < now)
    if after:
        query = query.where(Case.number < after)
    return list(session.exec(query.order_by(col(Case.number).desc()).limit(limit)))


def follow_ups(session: Session, state: FollowUpState | None = None, *, brand_id: int | None = None, after: int = 0,
               limit: int = 50) -> list[tuple[FollowUp, Case]]:
    """Follow-ups with their cases, the newest first; ``after`` is the id of the last one of the page before."""
    query = select(FollowUp, Case).join(Case, col(Case.id) == col(FollowUp.case_id))
    if state is not None:
        query = query.where(FollowUp.state == state)
    if brand_id is not None:
        query = query.where(Case.brand_id == brand_id)
    if after:
        query = query.where(col(FollowUp.id) < after)
    return [(row, case) for row, case in session.exec(query.order_by(col(FollowUp.id).desc()).limit(limit))]
