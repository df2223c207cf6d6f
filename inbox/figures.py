"""The numbers of a week for one brand, each with the filter that lists what it counts; queries only, no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Float, Integer, case, cast, func
from sqlmodel import Session, col, select

from connectors.base import ItemKind
from inbox.weeks import Week
from monitor.authenticity import objective
from monitor.authenticity.objective import ObjectiveRating
from monitor.item_order import conditions
from monitor.items import Filter, Queue, Sort
from monitor.models import Item, Location

# From five stars to one: a rating of 4.5 counts as five, as it is shown.
STAR_BOUNDS = ((5, 4.5, None), (4, 3.5, 4.49), (3, 2.5, 3.49), (2, 1.5, 2.49), (1, None, 1.49))


@dataclass(frozen=True)
class Count:
    """How many items a filter finds."""

    value: int
    filter: Filter


@dataclass(frozen=True)
class Answered:
    """Of the reviews of a week: how many have our reply, and how many whose time is up had it in time."""

    replied: Count
    in_time: int
    judged: int

    @property
    def percent(self) -> int | None:
        """Share answered in time, None when no deadline has passed and nothing was answered."""
        return round(100 * self.in_time / self.judged) if self.judged else None


@dataclass(frozen=True)
class Place:
    """One location in a week; ``rating`` is the mean of its reviews, None without one."""

    name: str
    reviews: Count
    rating: float | None
    rating_before: float | None
    overdue: Count


@dataclass(frozen=True)
class Figures:
    """What happened in a week; what is overdue, suspicious or due is as of now."""

    reviews: Count
    reviews_before: int
    answered: Answered
    overdue: Count
    suspicious: Count
    follow_ups: Count
    rating: ObjectiveRating
    rating_before: ObjectiveRating
    stars: tuple[Count, ...]
    places: tuple[Place, ...]


def count(session: Session, filter: Filter, now: datetime) -> Count:
    """The exact number behind a filter, by the very conditions of the list that it opens."""
    statement = select(func.count()).select_from(Item).where(*conditions(filter, now))
    return Count(int(session.execute(statement).scalar_one()), filter)


def reviews_of(brand_id: int, week: Week) -> Filter:
    """The reviews of a brand that were published in a week."""
    return Filter(brand_id=brand_id, kinds=(ItemKind.REVIEW,), since=week.start, until=week.end)


def of_week(session: Session, brand_id: int, week: Week, now: datetime) -> Figures:
    """All figures of a brand for a week."""
    this = reviews_of(brand_id, week)
    before = reviews_of(brand_id, week.before)

    def queue(name: Queue, sort: Sort = Sort.NEWEST) -> Count:
        return count(session, Filter(brand_id=brand_id, queue=name, sort=sort), now)

    return Figures(
        reviews=count(session, this, now), reviews_before=count(session, before, now).value,
        answered=answered(session, this, now), overdue=queue(Queue.OVERDUE, Sort.DEADLINE),
        suspicious=queue(Queue.SUSPICIOUS), follow_ups=queue(Queue.FOLLOW_UP_DUE),
        rating=objective.rating(session, brand_id=brand_id, since=week.start, until=week.end),
        rating_before=objective.rating(session, brand_id=brand_id, since=week.before.start, until=week.before.end),
        stars=tuple(count(session, replace(this, min_rating=least, max_rating=most), now)
                    for _, least, most in STAR_BOUNDS),
        places=by_location(session, this, before, now))


def answered(session: Session, reviews: Filter, now: datetime) -> Answered:
    """How the reviews behind a filter were answered; one that nobody answered counts once its deadline has passed."""
    in_time = case((col(Item.replied_at) <= col(Item.due_at), 1), else_=0)
    judged = case((col(Item.replied_at).is_not(None), 1), (col(Item.due_at) < now, 1), else_=0)
    row = session.execute(select(func.coalesce(func.sum(in_time), 0), func.coalesce(func.sum(judged), 0)).where(
        *conditions(reviews, now), col(Item.due_at).is_not(None))).one()
    return Answered(count(session, replace(reviews, has_reply=True), now), int(row[0]), int(row[1]))


def by_location(session: Session, reviews: Filter, before: Filter, now: datetime) -> tuple[Place, ...]:
    """The brand's locations with reviews or something overdue, the busiest first; five queries for any number."""
    brand_id = reviews.brand_id
    names = {row.id or 0: row.name for row in session.exec(select(Location).where(Location.brand_id == brand_id))}
    late = Filter(brand_id=brand_id, queue=Queue.OVERDUE, sort=Sort.DEADLINE)
    rows, old, overdue = (_grouped(session, one, now) for one in (reviews, before, late))
    places = [
        Place(name, Count(rows.get(number, (0, None))[0], replace(reviews, location_ids=(number,))),
              rows.get(number, (0, None))[1], old.get(number, (0, None))[1],
              Count(overdue.get(number, (0, None))[0], replace(late, location_ids=(number,))))
        for number, name in names.items() if number in rows or number in overdue]
    return tuple(sorted(places, key=lambda place: (-place.reviews.value, place.name)))


def _grouped(session: Session, filter: Filter, now: datetime) -> dict[int, tuple[int, float | None]]:
    rows = session.execute(select(
        Item.location_id, func.count(), func.avg(cast(col(Item.rating), Float))).where(
        *conditions(filter, now), col(Item.location_id).is_not(None)).group_by(col(Item.location_id)))
    return {number: (int(many), None if mean is None else round(float(mean), 2)) for number, many, mean in rows}


def extremes(session: Session, filter: Filter, now: datetime, *, best: bool, limit: int) -> list[Item]:
    """The best or the worst rated items behind a filter, the newest of equals first."""
    rating = col(Item.rating)
    order: Sequence[Any] = (rating.desc() if best else rating.asc(), col(Item.published_at).desc(), col(Item.id).desc())
    return list(session.exec(select(Item).where(*conditions(filter, now), rating.is_not(None)).order_by(*order)
                             .limit(limit)))


def per_place(session: Session, brand_id: int, week: Week, weeks: int) -> dict[int, tuple[int, float]]:
    """For each place: items first seen in the week, and the mean of the ``weeks`` weeks before it. One query."""
    since = week.first
    start = Week(since, week.zone)
    for _ in range(weeks):
        start = start.before
    is_new = cast(col(Item.published_at) >= week.start, Integer)
    rows = session.execute(select(Item.place_id, func.sum(is_new), func.count()).where(
        col(Item.brand_id) == brand_id, col(Item.published_at) >= start.start,
        col(Item.published_at) < week.end).group_by(col(Item.place_id)))
    return {place_id: (int(new or 0), (int(many) - int(new or 0)) / weeks) for place_id, new, many in rows}
