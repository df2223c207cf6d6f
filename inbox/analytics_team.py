"""How fast reviews were answered, and by whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, case, func, literal, select
from sqlmodel import Session, col

from inbox import behind
from inbox.analytics import Scope
from inbox.analytics_weeks import week_number
from inbox.behind import NOBODY, Behind, Figure
from monitor.filters import Filter
from monitor.item_order import conditions
from monitor.models import Item
from replies.models import Purpose, Reply

# Minutes from publication to the first reply: from, and up to but not including.
SPANS = ((0, 60), (60, 120), (120, 240), (240, 480), (480, 1440), (1440, None))


@dataclass(frozen=True)
class Span:
    """Reviews answered within a span of minutes; ``late`` of them had a deadline and missed it."""

    least: int
    most: int | None
    all: Figure
    late: int


@dataclass(frozen=True)
class Member:
    """What one team member answered; ``seconds`` is their median time to first reply."""

    member_id: int
    answered: Figure
    seconds: float
    in_time: int
    judged: int


def _answered(filter: Filter) -> Filter:
    return replace(filter, has_reply=True)


def median_seconds(session: Session, scope: Scope) -> float | None:
    """Median time from publication to first reply of the reviews of a period; None when none was answered."""
    found = _medians(session, select(literal(0).label("part"), behind.seconds_to_reply(session).label("seconds")).where(
        *conditions(_answered(scope.reviews), scope.now)))
    return found.get(0)


def _medians(session: Session, pairs: Any) -> dict[Any, float]:
    """The median of ``seconds`` for each ``part`` of a query, by numbering its rows; one query."""
    rows = pairs.subquery()
    numbered = select(
        rows.c.part, rows.c.seconds,
        func.row_number().over(partition_by=rows.c.part, order_by=rows.c.seconds).label("place"),
        func.count().over(partition_by=rows.c.part).label("many")).subquery()
    place, many = numbered.c.place, numbered.c.many
    middle = and_(place * 2 >= many, place * 2 <= many + 2)
    found = session.execute(select(numbered.c.part, func.avg(numbered.c.seconds)).where(middle)
                            .group_by(numbered.c.part))
    return {part: float(seconds) for part, seconds in found}


def spans(session: Session, scope: Scope) -> list[Span]:
    """The answered reviews of a period by their time to first reply; one query."""
    filter = _answered(scope.reviews)
    seconds = behind.seconds_to_reply(session)
    number = case(*[(seconds < most * 60, place) for place, (_, most) in enumerate(SPANS) if most is not None],
                  else_=len(SPANS) - 1).label("span")
    late = case((col(Item.replied_at) > col(Item.due_at), 1), else_=0)
    rows = session.execute(select(number, func.count(), func.sum(late)).where(*conditions(filter, scope.now))
                           .group_by(number))
    found = {int(place): (int(many), int(missed)) for place, many, missed in rows}
    return [Span(least, most, Figure(found.get(place, (0, 0))[0], Behind(
        filter, "minutes", f"{least}-{most or ''}")), found.get(place, (0, 0))[1])
        for place, (least, most) in enumerate(SPANS)]


def team(session: Session, scope: Scope) -> list[Member]:
    """Who answered how many reviews of the period, the most first; two queries for a team of any size."""
    filter = _answered(scope.reviews)
    author = func.coalesce(col(Reply.author_id), NOBODY).label("part")
    pairs = select(author, col(Item.id).label("number"), behind.seconds_to_reply(session).label("seconds"),
                   case((behind.judged(scope.now), 1), else_=0).label("judged"),
                   case((and_(behind.judged(scope.now), behind.in_time()), 1), else_=0).label("in_time")).join(
        Reply, and_(col(Reply.item_id) == col(Item.id), col(Reply.purpose) == Purpose.REPLY,
                    col(Reply.posted_at).is_not(None))).where(*conditions(filter, scope.now)).distinct()
    rows = pairs.subquery()
    counted = session.execute(select(rows.c.part, func.count(), func.sum(rows.c.judged), func.sum(rows.c.in_time))
                              .group_by(rows.c.part)).all()
    medians = _medians(session, pairs)
    found = [Member(int(part), Figure(int(n), Behind(filter, "member", str(part))), medians[part], int(on_time),
                    int(judged)) for part, n, judged, on_time in counted]
    return sorted(found, key=lambda one: (one.member_id == NOBODY, -one.answered.n, one.member_id))


def by_week(session: Session, scope: Scope) -> list[tuple[int | None, float | None]]:
    """For each week of the period: percent answered in time, and the median seconds to reply; two queries."""
    week = week_number(scope.period).label("part")
    on_time, judged = and_(behind.judged(scope.now), behind.in_time()), behind.judged(scope.now)
    rows = session.execute(select(week, func.sum(case((on_time, 1), else_=0)), func.sum(case((judged, 1), else_=0)))
                           .where(*conditions(scope.reviews, scope.now)).group_by(week))
    percents = {int(number): round(100 * int(good) / int(many)) for number, good, many in rows if many}
    seconds = _medians(session, select(week, behind.seconds_to_reply(session).label("seconds")).where(
        *conditions(_answered(scope.reviews), scope.now)))
    return [(percents.get(number), seconds.get(number)) for number in range(scope.period.weeks)]
