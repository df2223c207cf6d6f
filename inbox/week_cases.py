"""What a week solved and what it complained about: cases of a brand by what became of them and by their cause."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from inbox.weeks import Week
from monitor.items import Filter
from monitor.models import Item
from replies.models import Case, FollowUp, FollowUpState

HAPPY = (FollowUpState.CONFIRMED, FollowUpState.RATING_RAISED)
MOST = 200


@dataclass(frozen=True)
class Solved:
    """A problem whose customer confirmed that it is solved, or raised the rating."""

    title: str
    resolution: str
    before: float | None
    after: float | None
    state: FollowUpState
    filter: Filter


@dataclass(frozen=True)
class Cause:
    """Cases opened in the week for one cause ("" where none is named), each with the list of its items."""

    name: str
    cases: tuple[tuple[int, Filter], ...]
    total: int


def solved(session: Session, brand_id: int, week: Week) -> list[Solved]:
    """What customers confirmed in the week, the latest first, at most ``MOST``."""
    rows = session.exec(select(FollowUp, Case, Item).join(Case, col(Case.id) == FollowUp.case_id).join(
        Item, col(Item.id) == FollowUp.item_id).where(
        Case.brand_id == brand_id, col(FollowUp.state).in_(HAPPY), col(FollowUp.answered_at) >= week.start,
        col(FollowUp.answered_at) < week.end).order_by(col(FollowUp.answered_at).desc()).limit(MOST))
    return [Solved(case.title, case.resolution, follow_up.rating_before, item.rating, follow_up.state,
                   Filter(brand_id=brand_id, case_number=case.number)) for follow_up, case, item in rows]


def asked(session: Session, brand_id: int, week: Week) -> int:
    """How many customers were asked in the week whether it is solved."""
    return int(session.execute(select(func.count()).select_from(FollowUp).join(Case).where(
        Case.brand_id == brand_id, col(FollowUp.asked_at) >= week.start, col(FollowUp.asked_at) < week.end),
    ).scalar_one())


def causes(session: Session, brand_id: int, week: Week) -> list[Cause]:
    """Cases opened in the week by cause, the commonest first."""
    rows = session.execute(select(Case.cause, Case.number).where(
        Case.brand_id == brand_id, col(Case.opened_at) >= week.start, col(Case.opened_at) < week.end,
    ).order_by(col(Case.number))).all()
    by_cause: dict[str, list[int]] = {}
    for cause, number in rows:
        by_cause.setdefault(cause, []).append(number)
    found = [Cause(name, tuple((number, Filter(brand_id=brand_id, case_number=number)) for number in numbers),
                   len(numbers)) for name, numbers in by_cause.items()]
    return sorted(found, key=lambda cause: (-cause.total, cause.name))
