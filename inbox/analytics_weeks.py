"""Figures week by week: how much was said and where, and how it was rated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from inbox.analytics import Rated, Scope, rated, tallies
from inbox.behind import Behind, Figure
from inbox.periods import Period
from monitor.filters import Filter
from monitor.item_order import conditions
from monitor.models import Item

Split = Literal["source", "language"]
MOST_SERIES = 5


@dataclass(frozen=True)
class Series:
    """One part of the volume: ``key`` a source id or a language, None for all the smaller ones together."""

    key: int | str | None
    total: Figure
    weeks: tuple[Figure, ...]


def week_number(period: Period) -> Any:
    """Which week of the period an item was published in, from 0, as SQL; daylight saving changes no border."""
    ends = [week.end for week in period.each()[:-1]]
    published = col(Item.published_at)
    return case(*[(published < end, number) for number, end in enumerate(ends)], else_=period.weeks - 1)


def ratings(session: Session, scope: Scope) -> list[Rated]:
    """The objective rating of each week."""
    found = tallies(session, scope.reviews, scope.now, week_number(scope.period))
    return [rated(_of_week(scope.reviews, scope.period, number), found.get(number, []))
            for number in range(scope.period.weeks)]


def volume(session: Session, scope: Scope, split: Split) -> list[Series]:
    """Reviews by week and by source or language, the largest first, the rest as one; one query."""
    column: Any = col(Item.source_id) if split == "source" else col(Item.language)
    week, part = week_number(scope.period).label("week"), column.label("part")
    rows = session.execute(select(part, week, func.count()).where(*conditions(scope.reviews, scope.now))
                           .group_by(part, week))
    counts: dict[Any, list[int]] = {}
    for key, number, count in rows:
        counts.setdefault(key, [0] * scope.period.weeks)[int(number)] = int(count)
    known = sorted((key for key in counts if key != ""), key=lambda key: (-sum(counts[key]), str(key)))
    named = known if len(counts) <= MOST_SERIES and len(known) == len(counts) else known[:MOST_SERIES - 1]
    series = [_series(scope, split, key, counts[key], named, ()) for key in named]
    rest = [key for key in counts if key not in named]
    if rest:
        together = [sum(counts[key][number] for key in rest) for number in range(scope.period.weeks)]
        series.append(_series(scope, split, None, together, named, rest))
    return series


def _series(scope: Scope, split: Split, key: Any, counts: list[int], named: Sequence[Any],
            rest: Sequence[Any]) -> Series:
    whole = _part(scope.reviews, split, key, named, rest)
    weeks = tuple(Figure(n, replace(whole, filter=_of_week(whole.filter, scope.period, number)))
                  for number, n in enumerate(counts))
    return Series(key, Figure(sum(counts), whole), weeks)


def _part(filter: Filter, split: Split, key: Any, named: Sequence[Any], rest: Sequence[Any]) -> Behind:
    if split == "source":
        return Behind(replace(filter, source_ids=tuple(sorted(rest)) if key is None else (int(key),)))
    if key is None:
        return Behind(filter, "other_language", ",".join(str(name) for name in named))
    return Behind(replace(filter, languages=(str(key),)))


def _of_week(filter: Filter, period: Period, number: int) -> Filter:
    week = period.each()[number]
    return replace(filter, since=week.start, until=week.end)
