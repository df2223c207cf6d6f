"""Ask the platforms: one place by hand, or all that are due; each poll ends with a closed run, whatever happens.

    due_places -> begin (lease) -> passes.read, page by page -> remove_missing after a full sweep -> end

A lease is a compare-and-set on the place's row: of two polls at once one works and the other says so, and the lease of
a worker that died runs out by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from connectors.base import Connector
from connectors.errors import N_, AccessDenied, ConnectorError, Surprise, TryLater
from monitor import passes, poll_runs, sources
from monitor.models import Place, PollKind, PollRun, Source
from monitor.poll_runs import Ending, Failure, Leased, due_places
from monitor.tools import Tools
from monitor.vault import VaultLocked

__all__ = ["due_places", "poll_due", "poll_place"]

log = logging.getLogger("monitor.poll")
Connect = Callable[[Source, Tools], Connector]
LONGEST_EXCERPT = 2000


async def poll_place(place_id: int, tools: Tools, now: datetime, *, sweep: bool = False,
                     believe_removals: bool = False, connect: Connect = sources.connect) -> PollRun:
    """Ask one place now, due or not; the closed run says how it went. Outcome BUSY when somebody is at it already.

    ``sweep`` reads everything. ``believe_removals`` is a person's word that a large loss is real.
    Raises LookupError for an unknown place.
    """
    leased = await asyncio.to_thread(_begin, tools, [place_id], now, sweep)
    if not leased:
        with tools.db.read() as session:
            if session.get(Place, place_id) is None:
                raise LookupError(f"no place {place_id}")
        return poll_runs.busy(place_id, now)
    ending = await _poll(leased[0], tools, now, believe_removals, connect)
    await asyncio.to_thread(_end, tools, [ending])
    return leased[0].run


async def poll_due(tools: Tools, now: datetime, limit: int = 200, *,
                   connect: Connect = sources.connect) -> list[PollRun]:
    """Ask up to ``limit`` due places, ``polls_at_once`` of them at the same time; one that fails stops no other."""
    leased = await asyncio.to_thread(_begin_due, tools, now, limit)
    turns, endings = asyncio.Semaphore(tools.settings.polls_at_once), Endings(tools)

    async def one(place: Leased) -> None:
        async with turns:
            ending = await _poll(place, tools, now, False, connect)
        await _close(endings, ending)

    await asyncio.gather(*(one(place) for place in leased))
    return [place.run for place in leased]


async def _close(endings: Endings, ending: Ending) -> None:
    try:
        await endings.add(ending)
    except SQLAlchemyError:
        log.exception("%s: the poll could not be closed; its lease runs out by itself", ending.leased.place.name)


def _begin(tools: Tools, place_ids: list[int], now: datetime, sweep: bool) -> list[Leased]:
    with tools.db.write() as session:
        return poll_runs.begin(session, place_ids, tools.settings, now, sweep=sweep)


def _begin_due(tools: Tools, now: datetime, limit: int) -> list[Leased]:
    with tools.db.read() as session:
        place_ids = due_places(session, now, limit)
    return _begin(tools, place_ids, now, False) if place_ids else []


def _end(tools: Tools, endings: list[Ending]) -> None:
    with tools.db.write() as session:
        poll_runs.end(session, endings, tools.settings)


@dataclass
class Endings:
    """Close polls in groups: those that end while a group is being written make up the next group."""

    tools: Tools
    waiting: list[Ending] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def add(self, ending: Ending) -> None:
        """Return once the poll is closed, by us or with another's group."""
        self.waiting.append(ending)
        async with self.turn:
            group, self.waiting = self.waiting, []
            if group:
                await asyncio.to_thread(_end, self.tools, group)


async def _poll(leased: Leased, tools: Tools, now: datetime, believe: bool, connect: Connect) -> Ending:
    """One poll to its ending; the one place where a bug of a connector is caught, so that the others go on."""
    watch = passes.Stopwatch()
    try:
        swept, unexplained = await _read(connect(leased.source, tools), leased, tools, now, believe)
        return Ending(leased, now + watch.passed(), swept=swept, unexplained=unexplained)
    except ConnectorError as error:
        failure = _outside(error)
    except VaultLocked as error:
        failure = Failure("VaultLocked", error.says, {})
    except passes.LeaseLost:
        failure = Failure(poll_runs.LOST, poll_runs.LOST_WORKER, {})
    except SQLAlchemyError as error:
        log.exception("%s: the database refused what was read", leased.place.name)
        failure = Failure(type(error).__name__, N_("The database did not take what was read. It is read again."), {})
    except Exception as error:
        log.exception("%s: the connector %s failed", leased.place.name, leased.source.kind)
        failure = Failure(type(error).__name__, N_("A fault in the connector: {error}. It is in the log."),
                          {"error": f"{type(error).__name__}: {error}"[:300]})
    return Ending(leased, now + watch.passed(), error=failure)


def _outside(error: ConnectorError) -> Failure:
    raw = error.raw if isinstance(error, Surprise) else None
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw or ""
    return Failure(type(error).__name__, error.key, dict(error.facts), denied=isinstance(error, AccessDenied),
                   retry_after=error.retry_after if isinstance(error, TryLater) else None,
                   raw_excerpt=passes.excerpt(text, LONGEST_EXCERPT))


async def _read(connector: Connector, leased: Leased, tools: Tools, now: datetime,
                believe: bool) -> tuple[bool, int | None]:
    """The passes of one poll: whether everything was read, and the difference of totals that this leaves."""
    run, place = leased.run, leased.place
    passed = await passes.read(connector, leased, tools, now)
    if run.kind is PollKind.FAST:
        if _difference(place) in (None, place.unexplained):
            return False, None
        run.kind = PollKind.SWEEP
        passed = await passes.read(connector, leased, tools, now)
    await asyncio.to_thread(passes.remove_missing, tools, leased, passed, now, believe=believe)
    return True, _difference(place)


def _difference(place: Place) -> int | None:
    return None if place.platform_total is None else place.platform_total - place.listed_count
