"""The figures of a brand, or one of its locations, over a period; queries only, each figure with what it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Float, and_, case, cast, func, select
from sqlmodel import Session, col

from connectors.base import ItemKind
from inbox import behind
from inbox.behind import Behind, Figure
from inbox.figures import STAR_BOUNDS
from inbox.periods import Period
from monitor.authenticity import objective
from monitor.authenticity.objective import ObjectiveRating, Tally
from monitor.filters import Filter, Queue, Sort
from monitor.item_order import conditions
from monitor.models import Item, Verdict


@dataclass(frozen=True)
class Scope:
    """Whose figures, over which weeks, seen when."""

    brand_id: int
    location_id: int | None
    period: Period
    now: datetime

    @property
    def before(self) -> Scope:
        return replace(self, period=self.period.before)

    @property
    def everything(self) -> Filter:
        """All items of the brand and location, whenever."""
        return Filter(brand_id=self.brand_id, location_ids=(self.location_id,) if self.location_id else ())

    @property
    def reviews(self) -> Filter:
        """The reviews published in the period."""
        return replace(self.everything, kinds=(ItemKind.REVIEW,), since=self.period.start, until=self.period.end)


@dataclass(frozen=True)
class Reviews:
    """What the reviews of a period come to; ``stars`` from five to one."""

    all: Figure
    replied: Figure
    judged: Figure
    in_time: Figure
    stars: tuple[Figure, ...]

    @property
    def percent_in_time(self) -> int | None:
        """Share answered in time; None when no deadline has passed and nothing was answered."""
        return round(100 * self.in_time.n / self.judged.n) if self.judged.n else None


@dataclass(frozen=True)
class Rated:
    """An objective rating with the lists behind its counts."""

    rating: ObjectiveRating
    rated: Figure
    fake: Figure
    undecided: Figure
    unsure: Figure


def reviews(session: Session, scope: Scope) -> Reviews:
    """Counts of a period from one aggregate query."""
    filter = scope.reviews
    judged, on_time = behind.judged(scope.now), behind.in_time()
    kinds: list[tuple[Any, Behind]] = [
        (col(Item.replied_at).is_not(None), Behind(replace(filter, has_reply=True))),
        (judged, Behind(filter, "judged")), (and_(judged, on_time), Behind(filter, "in_time"))]
    kinds += [(_between(least, most), Behind(replace(filter, min_rating=least, max_rating=most)))
              for _, least, most in STAR_BOUNDS]
    row = session.execute(select(func.count(), *[_how_many(what) for what, _ in kinds]).select_from(Item).where(
        *conditions(filter, scope.now))).one()
    figures = [Figure(int(n), what) for n, (_, what) in zip(row[1:], kinds, strict=True)]
    replied, had_a_deadline, answered_in_time, *stars = figures
    return Reviews(Figure(int(row[0]), Behind(filter)), replied, had_a_deadline, answered_in_time, tuple(stars))


def _how_many(what: Any) -> Any:
    return func.coalesce(func.sum(case((what, 1), else_=0)), 0)


def _between(least: float | None, most: float | None) -> Any:
    rating = col(Item.rating)
    bounds = [rating >= least] if least is not None else []
    return and_(*bounds, *([rating <= most] if most is not None else []))


def overdue(session: Session, scope: Scope) -> Figure:
    """What is overdue now, whatever the period."""
    what = Behind(replace(scope.everything, queue=Queue.OVERDUE, sort=Sort.DEADLINE))
    return Figure(behind.count(session, what, scope.now), what)


def tallies(session: Session, filter: Filter, now: datetime, by: Any) -> dict[Any, list[Tally]]:
    """Ratings of standing reviews by ``by`` and by what was found about them, from one aggregate query."""
    key, found = by.label("part"), objective.group().label("found")
    rows = session.execute(
        select(key, found, cast(col(Item.rating), Float), func.count()).where(
            *conditions(filter, now), *behind.listed(), col(Item.rating) >= 1)
        .group_by(key, found, col(Item.rating)))
    parts: dict[Any, list[Tally]] = {}
    for part, group, stars, count in rows:
        parts.setdefault(part, []).append((str(group), float(stars), int(count)))
    return parts


def rated(filter: Filter, rows: Sequence[Tally]) -> Rated:
    """The objective rating of tallies that were counted behind this filter."""
    found = objective.from_tallies(rows)
    standing = replace(filter, min_rating=1)
    narrow = {"fake": replace(standing, verdicts=(Verdict.FAKE,)),
              "unsure": replace(standing, verdicts=(Verdict.UNSURE,)),
              "undecided": replace(standing, queue=Queue.SUSPICIOUS)}

    def figure(name: str, n: int) -> Figure:
        return Figure(n, Behind(narrow[name], "listed"))

    suspects = sum(n for group, _, n in rows if group == objective.UNDECIDED)
    return Rated(found, Figure(found.ratings, Behind(standing, "listed")), figure("fake", found.fake),
                 figure("undecided", suspects), figure("unsure", found.unsure))


def by_location(session: Session, scope: Scope) -> tuple[Rated, dict[int, Rated]]:
    """The objective rating of the whole scope, and of each location that was rated; one query."""
    found = tallies(session, scope.reviews, scope.now, col(Item.location_id))
    whole = rated(scope.reviews, [row for rows in found.values() for row in rows])
    return whole, {number: rated(replace(scope.reviews, location_ids=(number,)), rows)
                   for number, rows in found.items() if number is not None}


def by_competitor(session: Session, scope: Scope) -> dict[int, Rated]:
    """The rating of each place that is marked as a competitor's."""
    filter = replace(scope.reviews, location_ids=(), queue=Queue.COMPETITORS)
    found = tallies(session, filter, scope.now, col(Item.place_id))
    return {number: rated(replace(filter, place_ids=(number,)), rows) for number, rows in found.items()}
