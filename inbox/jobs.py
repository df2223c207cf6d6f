"""Decide when work is done and by whom: a ticker that asks the rows what is due, and one seam to the workers.

APScheduler is a plain ticker: it remembers nothing, so a restart, a sleep or a change of daylight saving loses nothing.
``Embedded`` does the work in this process; ``inbox.queue`` hands the same work to any number of workers.
The clock is read here. This is the one place, besides the poll loop, where any error is caught: a chore that fails is
logged with its trace and comes again at its next tick.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from os import getpid
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from inbox.house import House

log = logging.getLogger("inbox.jobs")
Work = Callable[[House, datetime], Awaitable[Any] | Any]


@dataclass(frozen=True)
class Chore:
    """Something that is looked after every so many seconds; ``run`` does whatever is due and returns."""

    name: str
    every: float
    run: Work


def clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def worker_name() -> str:
    """Who works here, for leases and attempts."""
    return f"{socket.gethostname()}:{getpid()}"


async def run_chore(chore: Chore, house: House) -> None:
    """Do one chore now; an error is logged and stops nothing else."""
    try:
        await call(chore.run, house, clock())
    except Exception:
        log.exception("%s failed and will be tried again in %s s", chore.name, chore.every)


async def call(work: Work, house: House, now: datetime) -> None:
    """Await async work here; do sync work (it touches the database) in a thread."""
    if inspect.iscoroutinefunction(work):
        await work(house, now)
    else:
        await asyncio.to_thread(work, house, now)


class Ticker:
    """Chores ticking in a thread of their own with its own loop, so that web requests never wait for them."""

    def __init__(self, house: House, chores: list[Chore]) -> None:
        self._house = house
        self._chores = chores
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="otklik-jobs", daemon=True)
        self._stopping = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def stop(self, patience: float = 20) -> None:
        """Begin nothing new, let what runs come to its end for up to ``patience`` seconds."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(patience)

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._tick())
        self._loop.close()

    async def _tick(self) -> None:
        scheduler = AsyncIOScheduler(timezone=UTC)
        for chore in self._chores:
            scheduler.add_job(self._do, "interval", args=[chore], seconds=chore.every, id=chore.name, coalesce=True,
                              max_instances=1, misfire_grace_time=None, next_run_time=clock())
        scheduler.start()
        await self._stopping.wait()
        scheduler.pause()
        await asyncio.gather(*self._running, return_exceptions=True)
        scheduler.shutdown(wait=False)
        await self._house.http.aclose()

    async def _do(self, chore: Chore) -> None:
        task = asyncio.ensure_future(run_chore(chore, self._house))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await task
