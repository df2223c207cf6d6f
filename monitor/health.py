"""How places and sources are doing: one word each, how late items arrive, what the platform counts against ours.

``status`` and ``delays`` are pure; ``overview`` reads everything for the sources page in three queries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlmodel import Session, col

import connectors
from monitor.models import Item, Place, Quarantined, Source, SourceState

RECENT = 5000
HISTORY = 20
LATE_AFTER = timedelta(hours=1)
QUIET_AT_LEAST = timedelta(days=7)
# With items at random moments, a pause of six usual pauses comes by chance once in 400.
QUIET_TIMES = 6


class Status(StrEnum):
    """From the best to what needs a person first; ``quiet``: works, but far less is said than usual."""

    OK = "ok"
    NEW = "new"
    QUIET = "quiet"
    PAUSED = "paused"
    LATE = "late"
    FAILING = "failing"
    DENIED = "denied"


_WORST = list(Status)


@dataclass(frozen=True)
class Delay:
    """Seconds from publication to the inbox: the usual (p50) and the slow case (p95) of ``count`` recent items."""

    count: int = 0
    p50: float | None = None
    p95: float | None = None


@dataclass(frozen=True)
class PlaceHealth:
    """One place: ``listed`` is what we know of what the platform counts as ``place.platform_total``."""

    place: Place
    status: Status
    delay: Delay
    newest_at: datetime | None
    quarantined: int = 0

    @property
    def listed(self) -> int:
        """Entries that we know and that are not removed."""
        return self.place.listed_count

    @property
    def missing(self) -> int | None:
        """How many entries the platform counts beyond ours; None when it does not count."""
        total = self.place.platform_total
        return None if total is None else total - self.place.listed_count


@dataclass(frozen=True)
class SourceHealth:
    """One source with its watched places; its status is that of the place that needs a person most."""

    source: Source
    status: Status
    places: list[PlaceHealth] = field(default_factory=list)
    delay: Delay = Delay()

    @property
    def last_good_poll_at(self) -> datetime | None:
        """The oldest of the last good polls: until then everything was heard."""
        moments = [one.place.last_good_poll_at for one in self.places]
        return min((moment for moment in moments if moment), default=None) if all(moments) else None

    @property
    def listed(self) -> int:
        """Entries that we know, over all places."""
        return sum(one.listed for one in self.places)

    @property
    def total(self) -> int | None:
        """What the platform counts over all places; None unless it counts each of them."""
        totals = [one.place.platform_total for one in self.places]
        return None if not totals or None in totals else sum(total for total in totals if total is not None)

    @property
    def quarantined(self) -> int:
        """Answers that are set aside."""
        return sum(one.quarantined for one in self.places)


def status(place: Place, source: Source, now: datetime, *, newest_at: datetime | None = None,
           usual_pause: timedelta | None = None, polled: bool = True) -> Status:
    """One word for a place. ``usual_pause`` is its own mean time between items; ``polled`` False: pushed to us."""
    if source.state is SourceState.DENIED:
        return Status.DENIED
    if source.state is SourceState.PAUSED or not place.watched:
        return Status.PAUSED
    if place.failures:
        return Status.FAILING
    if polled and place.last_good_poll_at is None:
        return Status.NEW
    if polled and place.next_poll_at is not None and now - place.next_poll_at > LATE_AFTER:
        return Status.LATE
    return Status.QUIET if is_quiet(newest_at, usual_pause, now) else Status.OK


def is_quiet(newest_at: datetime | None, usual_pause: timedelta | None, now: datetime) -> bool:
    """Whether nothing has been said for unusually long, by the place's own history."""
    if newest_at is None or usual_pause is None:
        return False
    return now - newest_at > max(QUIET_AT_LEAST, usual_pause * QUIET_TIMES)


def delays(seconds: Sequence[float]) -> Delay:
    """The median and the 95th percentile by nearest rank."""
    if not seconds:
        return Delay()
    ordered = sorted(seconds)

    def rank(percent: int) -> float:
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    return Delay(len(ordered), rank(50), rank(95))


def worst(found: Sequence[Status]) -> Status:
    """The status that needs a person most."""
    return max(found, key=_WORST.index, default=Status.NEW)


def overview(session: Session, now: datetime, brand_id: int | None = None) -> list[SourceHealth]:
    """All sources (of a brand) with their watched places, by name. Three queries, however many there are."""
    rows = _places(session, brand_id)
    seconds = _delays_of_places(session)
    aside = _quarantined(session)
    sources: dict[int, Source] = {}
    places: dict[int, list[PlaceHealth]] = {}
    for source, place, newest_at, earlier_at in rows:
        assert source.id is not None
        sources[source.id] = source
        if place is not None and place.watched:
            places.setdefault(source.id, []).append(
                _place_health(source, place, newest_at, earlier_at, seconds, aside, now))
    return [_source_health(source, places.get(number, []), seconds) for number, source in sources.items()]


def _places(session: Session, brand_id: int | None) -> list[tuple[Source, Place | None, datetime | None,
                                                                    datetime | None]]:
    published = select(col(Item.published_at)).where(col(Item.place_id) == Place.id).order_by(
        col(Item.published_at).desc())
    statement = (select(Source, Place, published.limit(1).correlate(Place).scalar_subquery(),
                        published.limit(1).offset(HISTORY).correlate(Place).scalar_subquery())
                 .join(Place, col(Place.source_id) == Source.id, isouter=True)
                 .order_by(col(Source.name), col(Source.id), col(Place.name), col(Place.id)))
    if brand_id is not None:
        statement = statement.where(col(Source.brand_id) == brand_id)
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(statement)]


def _delays_of_places(session: Session) -> dict[int, list[float]]:
    """Seconds from publication to first sight of the latest items, by place; what was there before we came is left out.

    Read by id, because ids grow with the time of hearing and need no index of their own.
    """
    latest = (select(col(Item.place_id), col(Item.published_at), col(Item.first_seen_at), col(Item.date_is_ours))
              .order_by(col(Item.id).desc()).limit(RECENT).subquery())
    statement = (select(latest.c.place_id, latest.c.published_at, latest.c.first_seen_at)
                 .join(Place, col(Place.id) == latest.c.place_id).join(Source, col(Source.id) == Place.source_id)
                 .where(~latest.c.date_is_ours, latest.c.published_at >= Source.created_at))
    found: dict[int, list[float]] = {}
    for place_id, published_at, first_seen_at in session.execute(statement):
        found.setdefault(place_id, []).append(max(0.0, (first_seen_at - published_at).total_seconds()))
    return found


def _quarantined(session: Session) -> dict[int, int]:
    statement = (select(col(Quarantined.place_id), func.count()).where(col(Quarantined.resolved_at).is_(None))
                 .group_by(col(Quarantined.place_id)))
    return {row[0]: row[1] for row in session.execute(statement)}


def _place_health(source: Source, place: Place, newest_at: datetime | None, earlier_at: datetime | None,
                  seconds: Mapping[int, list[float]], aside: Mapping[int, int], now: datetime) -> PlaceHealth:
    assert place.id is not None
    pause = (newest_at - earlier_at) / HISTORY if newest_at and earlier_at else None
    platform = connectors.kinds().get(source.kind)
    word = status(place, source, now, newest_at=newest_at, usual_pause=pause,
                  polled=platform is None or platform.can.polls)
    return PlaceHealth(place, word, delays(seconds.get(place.id, [])), newest_at, aside.get(place.id, 0))


def _source_health(source: Source, places: list[PlaceHealth], seconds: Mapping[int, list[float]]) -> SourceHealth:
    together = [one for health in places for one in seconds.get(health.place.id or 0, [])]
    word = worst([one.status for one in places]) if places else _without_places(source)
    return SourceHealth(source, word, places, delays(together))


def _without_places(source: Source) -> Status:
    return {SourceState.DENIED: Status.DENIED, SourceState.PAUSED: Status.PAUSED}.get(source.state, Status.NEW)


def rows(session: Session, now: datetime) -> list[dict[str, object]]:
    """The overview as plain rows, one a place, for the command line."""
    return [{"source": health.source.name, "kind": health.source.kind, "place": one.place.name,
             "status": one.status.value, "last good check": one.place.last_good_poll_at,
             "ours": one.listed, "platform": one.place.platform_total, "set aside": one.quarantined,
             "p50 s": one.delay.p50, "p95 s": one.delay.p95}
            for health in overview(session, now) for one in health.places]
