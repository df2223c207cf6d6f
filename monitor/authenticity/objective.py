"""The rating as published beside the rating without what was found fake, and how far the undecided could move it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from connectors.base import ItemKind, Published
from monitor.authenticity.scorecard import SUSPICIOUS_FROM
from monitor.filters import Filter, Queue
from monitor.models import Item, Verdict

FAKE, UNDECIDED, UNSURE, KEPT = "fake", "undecided", "unsure", "kept"
Tally = tuple[str, float, int]


@dataclass(frozen=True)
class ObjectiveRating:
    """Means on the scale of 1 to 5, None where no rating is left; ``low`` to ``high`` holds whatever is decided.

    ``fake`` were found fake by a person, ``unsure`` left open by one; ``undecided`` are suspicious and wait for one.
    """

    published: float | None
    without_fakes: float | None
    low: float | None
    high: float | None
    ratings: int
    fake: int
    undecided: int
    unsure: int


def _mean(tallies: Iterable[Tally]) -> float | None:
    rows = list(tallies)
    count = sum(n for _, _, n in rows)
    return round(sum(rating * n for _, rating, n in rows) / count, 2) if count else None


def _extreme(kept: list[Tally], undecided: list[Tally], *, highest: bool) -> float | None:
    """The farthest mean that some decision about the undecided could lead to.

    Only those that pull the mean in the wanted direction are kept, the strongest first: no other subset goes farther.
    """
    total, count = sum(rating * n for _, rating, n in kept), sum(n for _, _, n in kept)
    for _, rating, n in sorted(undecided, key=lambda row: row[1], reverse=highest):
        if count and (rating <= total / count if highest else rating >= total / count):
            break
        total, count = total + rating * n, count + n
    return round(total / count, 2) if count else None


def from_tallies(tallies: Iterable[Tally]) -> ObjectiveRating:
    """The figures from (``fake``, ``undecided`` or ``kept``; rating; how many); pure."""
    rows = list(tallies)
    kept = [row for row in rows if row[0] == KEPT]
    undecided = [row for row in rows if row[0] in (UNDECIDED, UNSURE)]

    def count(wanted: str) -> int:
        return sum(n for group, _, n in rows if group == wanted)

    return ObjectiveRating(
        published=_mean(rows), without_fakes=_mean(kept + undecided),
        low=_extreme(kept, undecided, highest=False), high=_extreme(kept, undecided, highest=True),
        ratings=sum(n for _, _, n in rows), fake=count(FAKE), undecided=count(UNDECIDED), unsure=count(UNSURE))


def _scope(*, brand_id: int | None, place_id: int | None, since: datetime | None, until: datetime | None,
           competitor: bool) -> list[Any]:
    """Public, standing, rated reviews; ``until`` is not included."""
    scope = [col(Item.kind) == ItemKind.REVIEW, col(Item.rating).is_not(None), col(Item.removed_at).is_(None),
             col(Item.status) == Published.PUBLISHED, col(Item.aside).is_(False),
             col(Item.competitor).is_(competitor)]
    if brand_id is not None:
        scope.append(col(Item.brand_id) == brand_id)
    if place_id is not None:
        scope.append(col(Item.place_id) == place_id)
    if since is not None:
        scope.append(col(Item.published_at) >= since)
    if until is not None:
        scope.append(col(Item.published_at) < until)
    return scope


def group() -> Any:
    """What was found about an item, as SQL: ``fake``, ``unsure``, ``undecided`` or ``kept``."""
    verdict = col(Item.verdict)
    return case((verdict == Verdict.FAKE, FAKE), (verdict == Verdict.UNSURE, UNSURE),
                ((col(Item.score) >= SUSPICIOUS_FROM) & verdict.is_(None), UNDECIDED), else_=KEPT)


def lists(*, brand_id: int | None = None, place_id: int | None = None, since: datetime | None = None,
          until: datetime | None = None) -> dict[str, Filter]:
    """The lists behind the figures: ``ratings``, ``fake``, ``undecided`` and ``unsure``, ready for ``to_query()``."""
    rated = Filter(brand_id=brand_id, place_ids=() if place_id is None else (place_id,), kinds=(ItemKind.REVIEW,),
                   min_rating=1, since=since, until=until)
    return {"ratings": rated, "fake": replace(rated, verdicts=(Verdict.FAKE,)),
            "undecided": replace(rated, queue=Queue.SUSPICIOUS), "unsure": replace(rated, verdicts=(Verdict.UNSURE,))}


def rating(session: Session, *, brand_id: int | None = None, place_id: int | None = None,
           since: datetime | None = None, until: datetime | None = None,
           competitor: bool = False) -> ObjectiveRating:
    """The objective rating of a brand, a place or everything, from one aggregate query."""
    found_as = group().label("found")
    scope = _scope(brand_id=brand_id, place_id=place_id, since=since, until=until, competitor=competitor)
    rows = session.execute(
        select(found_as, Item.rating, func.count()).where(*scope).group_by(found_as, col(Item.rating)))
    return from_tallies((str(found), float(stars), int(count)) for found, stars, count in rows)


def by_place(session: Session, *, brand_id: int | None = None, since: datetime | None = None,
             until: datetime | None = None, competitor: bool = False) -> dict[int, ObjectiveRating]:
    """The objective rating of every place that has one, from one aggregate query."""
    found_as = group().label("found")
    scope = _scope(brand_id=brand_id, place_id=None, since=since, until=until, competitor=competitor)
    tallies: dict[int, list[Tally]] = {}
    for place_id, found, stars, count in session.execute(
            select(Item.place_id, found_as, Item.rating, func.count()).where(*scope)
            .group_by(col(Item.place_id), found_as, col(Item.rating))):
        tallies.setdefault(place_id, []).append((str(found), float(stars), int(count)))
    return {place_id: from_tallies(rows) for place_id, rows in tallies.items()}
