"""What a place usually gets: items per day, ratings and languages of its last year, in three queries for all places."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from typing import Any

from sqlalchemy import Date, cast, func
from sqlmodel import Session, col, select

from monitor.authenticity.facts import ItemFacts, Pace, Usual
from monitor.models import Item, Place

YEAR_DAYS = 365
PACE_DAYS = 180
AROUND_DAYS = 1
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """One day at one place: items, ratings among them, their sum and the sum of their squares."""

    items: int = 0
    ratings: int = 0
    total: float = 0.0
    squares: float = 0.0


NO_DAY = Day()


@dataclass(frozen=True)
class PlaceHistory:
    """Days are numbers (``date.toordinal``); ``first``: that of the oldest item that we know of the place."""

    first: int
    days: Mapping[int, Day] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)


def day_of(moment: datetime) -> int:
    """The number of a moment's day in UTC."""
    return moment.astimezone(UTC).toordinal()


def pace(history: PlaceHistory, item: ItemFacts) -> Pace:
    """Items on the day of the item and the days beside it, against the days before those. Pure."""
    day = day_of(item.published_at)
    from_day, to_day = day - AROUND_DAYS, day + AROUND_DAYS + 1
    start = max(history.first, from_day - PACE_DAYS)
    counts = [history.days.get(at, NO_DAY).items for at in range(min(start, from_day), to_day)]
    before = max(0, from_day - start)
    return Pace(window=sum(counts[before:]), window_days=to_day - from_day, history=tuple(counts[:before]))


def usual(history: PlaceHistory, item: ItemFacts) -> Usual:
    """Mean and spread of the ratings of the year up to the item's day, the item itself left out. Pure."""
    day = day_of(item.published_at)
    days = [one for at, one in history.days.items() if day - YEAR_DAYS <= at <= day]
    own = item.rating
    count = sum([one.ratings for one in days]) - (own is not None)
    total = sum([one.total for one in days]) - (own or 0.0)
    squares = sum([one.squares for one in days]) - (own or 0.0) ** 2
    languages = dict(history.languages)
    if languages.get(item.language):
        languages[item.language] -= 1
    if count <= 0:
        return Usual(languages=languages)
    mean = total / count
    return Usual(count, mean, sqrt(max(0.0, squares / count - mean * mean)), languages)


def _utc_day(session: Session) -> Any:
    if session.get_bind().dialect.name == "sqlite":
        return func.date(col(Item.published_at))
    return cast(func.timezone("UTC", col(Item.published_at)), Date)


def _days(session: Session, scope: list[Any]) -> dict[int, dict[int, Day]]:
    day = _utc_day(session).label("day")
    rating = col(Item.rating)
    found: dict[int, dict[int, Day]] = {}
    for place_id, at, items, ratings, total, squares in session.execute(
            select(Item.place_id, day, func.count(), func.count(rating), func.sum(rating),  # type: ignore[call-overload]
                   func.sum(rating * rating)).where(*scope).group_by(col(Item.place_id), day)):
        number = (date.fromisoformat(at) if isinstance(at, str) else at).toordinal()
        found.setdefault(place_id, {})[number] = Day(items, ratings, float(total or 0), float(squares or 0))
    return found


def _first_days(session: Session, place_ids: Collection[int]) -> dict[int, datetime]:
    oldest = (select(Item.published_at).where(col(Item.place_id) == Place.id).order_by(col(Item.published_at)).limit(1)
              .correlate(Place).scalar_subquery())
    rows = session.execute(select(Place.id, oldest).where(col(Place.id).in_(place_ids)))
    return {place_id: at for place_id, at in rows if place_id is not None and at is not None}


def read(session: Session, items: Collection[ItemFacts]) -> dict[int, PlaceHistory]:
    """The histories of all places of these items."""
    if not items:
        return {}
    place_ids = {item.place_id for item in items}
    moments = [item.published_at.astimezone(UTC) for item in items]
    scope = [col(Item.place_id).in_(place_ids), col(Item.published_at) >= min(moments) - DAY * (YEAR_DAYS + 1),
             col(Item.published_at) < max(moments) + DAY * (AROUND_DAYS + 1)]
    languages: dict[int, dict[str, int]] = {}
    for place_id, language, count in session.execute(
            select(Item.place_id, Item.language, func.count()).where(*scope, col(Item.language) != "")
            .group_by(col(Item.place_id), col(Item.language))):
        languages.setdefault(place_id, {})[language] = count
    days = _days(session, scope)
    return {place_id: PlaceHistory(day_of(at), days.get(place_id, {}), languages.get(place_id, {}))
            for place_id, at in _first_days(session, place_ids).items()}
