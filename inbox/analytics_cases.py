"""Cases over a period: how far they got, what they were about, and the list behind each figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from inbox.analytics import Scope
from monitor.filters import BadFilter, from_query
from monitor.models import Item
from replies.models import Case, CaseItem, FollowUp, FollowUpState, Stage

STEPS = ("registered", "cause_found", "corrected", "said", "confirmed")
HAPPY = (FollowUpState.CONFIRMED, FollowUpState.RATING_RAISED)
PAGE = 50


@dataclass(frozen=True)
class Cases:
    """Cases opened in a span of time that got as far as ``step``; ``cause`` None means any, "" none named."""

    brand_id: int | None
    location_id: int | None
    since: datetime | None
    until: datetime | None
    step: str = "registered"
    cause: str | None = None

    @property
    def address(self) -> str:
        """Where the list opens."""
        pairs = [("step", self.step)] if self.step != "registered" else []
        pairs += [("cause", self.cause)] if self.cause is not None else []
        pairs += [("location", str(self.location_id))] if self.location_id else []
        pairs += [(name, moment.isoformat()) for name, moment in (("since", self.since), ("until", self.until))
                  if moment]
        return f"/analytics/cases?{urlencode(pairs)}"


@dataclass(frozen=True)
class CaseFigure:
    n: int
    behind: Cases


@dataclass(frozen=True)
class Cause:
    name: str
    cases: CaseFigure


def read(pairs: Sequence[tuple[str, str]], brand_id: int | None) -> Cases:
    """What an address of ``/analytics/cases`` names. Raises BadFilter."""
    filter = from_query([pair for pair in pairs if pair[0] in {"since", "until", "location"}])
    known = dict(pairs)
    step = known.get("step", "registered")
    if step not in STEPS:
        raise BadFilter("step", step)
    location_id = filter.location_ids[0] if filter.location_ids else None
    return Cases(brand_id, location_id, filter.since, filter.until, step, known.get("cause"))


def _of(scope: Scope, **narrower: Any) -> Cases:
    return Cases(scope.brand_id, scope.location_id, scope.period.start, scope.period.end, **narrower)


def _got_to(step: str) -> Any:
    said = select(col(FollowUp.id)).where(col(FollowUp.case_id) == col(Case.id))
    return {
        "registered": col(Case.id).is_not(None),
        "cause_found": col(Case.stage).not_in([Stage.REGISTRATION, Stage.ANALYSIS]),
        "corrected": col(Case.resolved_at).is_not(None),
        "said": said.where(col(FollowUp.posted_at).is_not(None)).exists(),
        "confirmed": said.where(col(FollowUp.state).in_(HAPPY)).exists(),
    }[step]


def clauses(wanted: Cases) -> list[Any]:
    """What a case must be to count."""
    found: list[Any] = [_got_to(wanted.step)]
    found += [col(Case.brand_id) == wanted.brand_id] if wanted.brand_id is not None else []
    found += [col(Case.opened_at) >= wanted.since] if wanted.since else []
    found += [col(Case.opened_at) < wanted.until] if wanted.until else []
    found += [col(Case.cause) == wanted.cause] if wanted.cause is not None else []
    if wanted.location_id:
        found.append(select(col(CaseItem.item_id)).join(Item, col(Item.id) == col(CaseItem.item_id)).where(
            col(CaseItem.case_id) == col(Case.id), col(Item.location_id) == wanted.location_id).exists())
    return found


def funnel(session: Session, scope: Scope) -> list[CaseFigure]:
    """How many cases opened in the period got to each step; one query."""
    sums = [func.coalesce(func.sum(case((_got_to(step), 1), else_=0)), 0) for step in STEPS]
    row = session.execute(select(*sums).select_from(Case).where(*clauses(_of(scope)))).one()
    return [CaseFigure(int(n), _of(scope, step=step)) for n, step in zip(row, STEPS, strict=True)]


def causes(session: Session, scope: Scope) -> list[Cause]:
    """Cases opened in the period by cause, the commonest first, those without a cause last; one query."""
    rows = session.execute(select(col(Case.cause), func.count()).where(*clauses(_of(scope))).group_by(col(Case.cause)))
    found = [Cause(name, CaseFigure(int(n), _of(scope, cause=name))) for name, n in rows]
    return sorted(found, key=lambda cause: (not cause.name, -cause.cases.n, cause.name))


def page(session: Session, wanted: Cases, after: int = 0) -> tuple[list[Case], int, int]:
    """A page of the cases behind a figure, newest first, how many there are, and the mark of the next page."""
    total = session.execute(select(func.count()).select_from(Case).where(*clauses(wanted))).scalar_one()
    older = [col(Case.number) < after] if after else []
    rows = list(session.execute(select(Case).where(*clauses(wanted), *older).order_by(col(Case.number).desc())
                                .limit(PAGE + 1)).scalars())
    return rows[:PAGE], int(total), rows[PAGE - 1].number if len(rows) > PAGE else 0
