"""Read one place page by page: where a fast pass stops, when a listing is endless, when everything has been seen."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from connectors.base import Batch, Connector
from connectors.errors import N_, Surprise
from monitor import ingest, poll_runs, seen_replies, storing
from monitor.cleaning import clean_text
from monitor.decide import suspicious_loss
from monitor.models import PollKind
from monitor.planning import known_here
from monitor.poll_runs import Leased
from monitor.sources import as_place
from monitor.tools import Tools


class LeaseLost(Exception):
    """Another worker has taken this place over; it reads everything that we would have read."""


@dataclass
class Passed:
    """What a pass has seen so far. ``complete``: the platform said that this was everything."""

    stored: ingest.Stored = field(default_factory=ingest.Stored)
    complete: bool = False
    total: int | None = None
    last_page: tuple[str, ...] = ()
    clock: Stopwatch = field(default_factory=lambda: Stopwatch())


class Stopwatch:
    """Time that passes while we wait for a platform, for leases and logs."""

    def __init__(self) -> None:
        self._start = asyncio.get_running_loop().time()
        self._renewed = self._start

    def passed(self) -> timedelta:
        """Since the beginning."""
        return timedelta(seconds=asyncio.get_running_loop().time() - self._start)

    def due(self, every: timedelta) -> bool:
        """Whether ``every`` has passed since it was last due."""
        time = asyncio.get_running_loop().time()
        if time - self._renewed < every.total_seconds():
            return False
        self._renewed = time
        return True


async def read(connector: Connector, leased: Leased, tools: Tools, now: datetime) -> Passed:
    """One pass over the place, every page stored as it comes.

    A fast pass ends with the first page, newest first, that holds nothing new. Raises ConnectorError, LeaseLost and
    what the database raises.
    """
    fast = leased.run.kind is PollKind.FAST
    passed = Passed()
    pages = connector.fetch(as_place(leased.place), leased.place.cursor if fast else None)
    async with aclosing(cast("Any", pages)) as batches:
        async for batch in batches:
            _guard(batch, passed, leased, tools)
            stored = await _store(batch, leased, tools, now)
            await _keep_lease(leased, passed, tools, now)
            _count(passed, leased, batch, stored)
            if fast and batch.newest_first and batch.items and not stored.news:
                break
    return passed


def _guard(batch: Batch, passed: Passed, leased: Leased, tools: Tools) -> None:
    """Stop a listing that never ends. Raises Surprise."""
    page = tuple(item.external_id for item in batch.items)
    if page and page == passed.last_page:
        raise Surprise(N_("The platform lists the same page again and again; page {page} repeats the one before."),
                       page=leased.run.pages + 1, raw=", ".join(page[:50]))
    if leased.run.pages >= tools.settings.max_pages:
        raise Surprise(N_("The platform's list does not end: {pages} pages were read."), pages=leased.run.pages)
    passed.last_page = page


async def _store(batch: Batch, leased: Leased, tools: Tools, now: datetime) -> ingest.Stored:
    place = leased.place
    if not batch.items and not batch.unreadable and batch.total in (None, place.platform_total) and (
            batch.cursor in (None, place.cursor)):
        return ingest.Stored()
    stored = await asyncio.to_thread(ingest.store, tools.db, place, leased.source, batch, now, owes_sweep=True)
    place.cursor = batch.cursor if batch.cursor is not None else place.cursor
    place.platform_total = batch.total if batch.total is not None else place.platform_total
    place.listed_count += stored.grown
    return stored


async def _keep_lease(leased: Leased, passed: Passed, tools: Tools, now: datetime) -> None:
    lease = timedelta(minutes=tools.settings.lease_minutes)
    if passed.clock.due(lease / 3) and not await asyncio.to_thread(
            _renew, tools, leased, now + passed.clock.passed() + lease):
        raise LeaseLost


def _renew(tools: Tools, leased: Leased, until: datetime) -> bool:
    with tools.db.write() as session:
        return poll_runs.renew(session, leased, until)


def _count(passed: Passed, leased: Leased, batch: Batch, stored: ingest.Stored) -> None:
    passed.stored += stored
    passed.complete = passed.complete or batch.complete
    passed.total = batch.total if batch.total is not None else passed.total
    run = leased.run
    run.pages += 1
    run.new += len(stored.new)
    run.edited += len(stored.edited) + len(stored.returned)
    run.same += stored.same
    run.removed += len(stored.removed)
    run.quarantined += stored.quarantined
    run.total = passed.total


def remove_missing(tools: Tools, leased: Leased, passed: Passed, now: datetime, *, believe: bool = False) -> int:
    """Mark what a complete sweep no longer listed as removed; how many.

    Removes nothing when the pass cannot be sure: it saw fewer than the platform counts, or something that could not be
    read and has no name. Raises Surprise when more is missing than removals explain, unless a person ``believe``s it.
    """
    seen, stored = passed.stored.listed, passed.stored
    number = len(seen) + stored.unnamed
    if not passed.complete or stored.unnamed or (passed.total is not None and number < passed.total):
        return 0
    assert leased.place.id is not None
    with tools.db.read() as session:
        known = known_here(session, leased.place.id)
    missing = [one for one in known if one.external_id not in seen]
    here = len(known) - len(missing)
    if missing and not believe and suspicious_loss(len(known), here, confirmed=passed.total == number):
        raise Surprise(N_("Only {seen} of {known} known items were listed. Nothing was marked as removed. Open the "
                          "place's page on the platform and see whether they are really gone."),
                       seen=here, known=len(known))
    with tools.db.write() as session:
        storing.mark_removed(session, missing, leased.source, now)
        storing.count_listed(session, leased.place, here + len(stored.own))
        seen_replies.remove_unlisted(session, leased.place.id, leased.source, seen | stored.reply_ids, now)
    leased.place.listed_count = here + len(stored.own)
    leased.run.removed += len(missing)
    return len(missing)


def excerpt(text: str, longest: int) -> str:
    """The beginning of a raw answer, as the database takes it."""
    return clean_text(text, longest)
