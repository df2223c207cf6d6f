"""Begin and end polls in the database: leases by compare-and-set, the log of runs, the health of places.

Many polls begin and end in one transaction, because a poll that finds nothing new costs hardly more than its rows.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlmodel import Session, SQLModel, col

import connectors
from connectors.errors import N_
from monitor import due, events
from monitor.models import Brand, Place, PollKind, PollOutcome, PollRun, Source, SourceState
from monitor.settings import MonitorSettings

log = logging.getLogger("monitor.poll")
_PLACE: Any = SQLModel.metadata.tables["place"]
_RUN: Any = SQLModel.metadata.tables["poll_run"]
LOST = "Lost"
LOST_WORKER = N_("The worker that was checking this place stopped in the middle. Another one took over.")


@dataclass
class Leased:
    """A place that is ours to poll until its lease ends, with its source and the run that is being written."""

    place: Place
    source: Source
    zone: str
    run: PollRun
    token: str


def due_places(session: Session, now: datetime, limit: int) -> list[int]:
    """Ids of the places to poll now, the longest overdue first: watched, source active, due, nobody at work on it."""
    next_at = col(Place.next_poll_at)
    pushed = [kind for kind, platform in connectors.kinds().items() if not platform.can.polls]
    statement = (select(Place.id).join(Source, col(Source.id) == Place.source_id)  # type: ignore[call-overload]
                 .where(col(Place.watched), Source.state == SourceState.ACTIVE, col(Source.kind).not_in(pushed),
                        or_(next_at.is_(None), next_at <= now), _free(now))
                 .order_by(next_at.is_not(None), next_at, Place.id).limit(limit))
    return [row[0] for row in session.execute(statement)]


def _free(now: datetime) -> Any:
    return or_(col(Place.polling_until).is_(None), col(Place.polling_until) <= now)


def begin(session: Session, place_ids: Sequence[int], settings: MonitorSettings, now: datetime, *,
          sweep: bool = False) -> list[Leased]:
    """Take the leases of those places that nobody is polling, and open their runs."""
    token = uuid.uuid4().hex
    before = {row[0] for row in session.execute(select(Place.id).where(  # type: ignore[call-overload]
        col(Place.id).in_(place_ids), col(Place.polling_until) <= now))}
    taken = update(_PLACE).where(_PLACE.c.id.in_(place_ids), or_(_PLACE.c.polling_until.is_(None),
                                                                 _PLACE.c.polling_until <= now))
    taken = taken.values(polling_until=now + timedelta(minutes=settings.lease_minutes), polling_by=token)
    ids = [row[0] for row in session.execute(taken.returning(_PLACE.c.id))]
    if not ids:
        return []
    if lost := before & set(ids):
        _close_lost(session, lost, now)
    rows = session.execute(select(Place, Source, col(Brand.timezone)).join(Source, col(Source.id) == Place.source_id)
                           .join(Brand, col(Brand.id) == Source.brand_id).where(col(Place.id).in_(ids))).all()
    leased = [Leased(place, source, zone, _open(place, now, sweep), token) for place, source, zone in rows]
    session.add_all([one.run for one in leased])
    session.flush()
    return leased


def _open(place: Place, now: datetime, sweep: bool) -> PollRun:
    owed = place.next_sweep_at is None or place.next_sweep_at <= now
    assert place.id is not None
    return PollRun(place_id=place.id, kind=PollKind.SWEEP if sweep or owed else PollKind.FAST, started_at=now)


def _close_lost(session: Session, place_ids: set[int], now: datetime) -> None:
    session.execute(update(_RUN).where(_RUN.c.place_id.in_(place_ids), _RUN.c.outcome == PollOutcome.RUNNING).values(
        outcome=PollOutcome.FAILED, finished_at=now, error_kind=LOST, error=LOST_WORKER))


def renew(session: Session, leased: Leased, until: datetime) -> bool:
    """Lengthen a lease that is still ours; False when another worker has taken over."""
    done = session.execute(update(_PLACE).where(_PLACE.c.id == leased.place.id, _PLACE.c.polling_by == leased.token)
                           .values(polling_until=until))
    return bool(getattr(done, "rowcount", 0))


@dataclass(frozen=True)
class Ending:
    """How a poll ended. ``error`` is None after a good one; ``swept`` when everything there was read."""

    leased: Leased
    finished_at: datetime
    error: Failure | None = None
    swept: bool = False
    unexplained: int | None = None


@dataclass(frozen=True)
class Failure:
    """Why a poll failed, as a sentence key with its facts, and what follows from it."""

    kind: str
    key: str
    facts: dict[str, Any]
    retry_after: float | None = None
    raw_excerpt: str = ""
    denied: bool = False


def end(session: Session, endings: Sequence[Ending], settings: MonitorSettings) -> None:
    """Close the runs, give the leases back, settle health and the next poll; many at once."""
    places, runs = list[dict[str, Any]](), list[dict[str, Any]]()
    for ending in endings:
        places.append({"row": ending.leased.place.id, "token": ending.leased.token, **_health(ending, settings)})
        runs.append({"row": ending.leased.run.id, **_outcome(ending)})
        _tell(session, ending)
    connection = session.connection()
    for same in _alike(places):
        statement = update(_PLACE).where(_PLACE.c.id == bindparam("row"), _PLACE.c.polling_by == bindparam("token"))
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in same[0] if name not in ("row", "token")}
        connection.execute(statement.values(columns), [_renamed(row) for row in same])
    outcome: dict[str, Any] = {name: bindparam(f"new_{name}") for name in runs[0] if name != "row"}
    connection.execute(update(_RUN).where(_RUN.c.id == bindparam("row")).values(outcome), [_renamed(r) for r in runs])


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {name if name in ("row", "token") else f"new_{name}": value for name, value in row.items()}


def _alike(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows that change the same columns together, for one statement each."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row), []).append(row)
    return list(groups.values())


def _health(ending: Ending, settings: MonitorSettings) -> dict[str, Any]:
    place, error, now = ending.leased.place, ending.error, ending.finished_at
    failures = 0 if error is None else place.failures + 1
    schedule = schedule_of(ending.leased.source, ending.leased.zone, settings)
    values: dict[str, Any] = {
        "polling_until": None, "polling_by": "", "last_poll_at": now, "failures": failures,
        "next_poll_at": due.next_poll(schedule, now, str(place.id), failures=failures,
                                      retry_after=error.retry_after if error else None)}
    if error is not None:
        return values | {"failing_since": place.failing_since or now, "last_error_kind": error.kind,
                         "last_error": error.key, "last_facts": error.facts}
    values |= {"last_good_poll_at": now, "failing_since": None, "last_error_kind": "", "last_error": "",
               "last_facts": {}, "next_sweep_at": place.next_sweep_at}
    if ending.swept:
        values |= {"last_sweep_at": now, "unexplained": ending.unexplained, "next_sweep_at": due.next_sweep(
            now, timedelta(hours=settings.sweep_hours), settings.jitter_share, str(place.id))}
    return values


def schedule_of(source: Source, zone: str, settings: MonitorSettings) -> due.Schedule:
    """The schedule of a source's places."""
    return due.Schedule(interval=timedelta(minutes=source.interval_minutes), cron=source.cron, zone=zone,
                        jitter=settings.jitter_share, max_backoff=timedelta(hours=settings.max_backoff_hours))


def _outcome(ending: Ending) -> dict[str, Any]:
    run, error = ending.leased.run, ending.error
    run.finished_at = ending.finished_at
    run.outcome = PollOutcome.GOOD if error is None else PollOutcome.FAILED
    if error is not None:
        run.error_kind, run.error, run.facts, run.raw_excerpt = error.kind, error.key, error.facts, error.raw_excerpt
    return {name: getattr(run, name) for name in (
        "kind", "outcome", "finished_at", "pages", "new", "edited", "same", "removed", "quarantined", "total",
        "error_kind", "error", "facts", "raw_excerpt")}


def _tell(session: Session, ending: Ending) -> None:
    """The first failure and the recovery go into history and log; what lies between changes nothing for anybody."""
    place, source, error = ending.leased.place, ending.leased.source, ending.error
    if error is not None and error.kind == LOST:
        return
    where = {"brand_id": source.brand_id, "place_id": place.id, "source_id": source.id}
    if error is None and place.failures:
        log.info("%s: %s works again after %d failed checks", source.name, place.name, place.failures)
        events.record(session, "place.recovered", ending.finished_at, **where, failures=place.failures)
    if error is not None and not place.failures:
        log.warning("%s: %s failed: %s", source.name, place.name, error.key.format(**error.facts))
        events.record(session, "place.failed", ending.finished_at, **where, error_kind=error.kind, error=error.key,
                      facts=error.facts)
    wanted = SourceState.DENIED if error is not None and error.denied else SourceState.ACTIVE
    came_from = SourceState.ACTIVE if wanted is SourceState.DENIED else SourceState.DENIED
    if source.state is came_from and (error is None or error.denied):
        changed = session.execute(update(Source).where(col(Source.id) == source.id, col(Source.state) == came_from)
                                  .values(state=wanted))
        if getattr(changed, "rowcount", 0):
            kind = "source.denied" if wanted is SourceState.DENIED else "source.accepted"
            events.record(session, kind, ending.finished_at, brand_id=source.brand_id, source_id=source.id)


def busy(place_id: int, now: datetime) -> PollRun:
    """What a second poll of a place that is being polled answers; nothing is written."""
    return PollRun(place_id=place_id, kind=PollKind.FAST, outcome=PollOutcome.BUSY, started_at=now, finished_at=now,
                   error_kind="Busy", error=N_("This place is being checked right now."))


def prune(session: Session, before: datetime) -> int:
    """Forget the log of good polls that ended before a moment; failures stay. How many."""
    done = session.execute(delete(_RUN).where(_RUN.c.finished_at < before, _RUN.c.outcome == PollOutcome.GOOD))
    return int(getattr(done, "rowcount", 0))
