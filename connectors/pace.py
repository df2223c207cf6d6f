"""Politeness: how many requests a host gets at the same time, how far apart, and how long to wait before a retry."""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

TRIES = 3
LONGEST_WAIT = 30.0
FIRST_BACKOFF = 1.0
LONGEST_DELAY = 60.0
LONGEST_RETRY_AFTER = 86_400.0
HOSTS = 5_000


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Timing:
    """The clock, the pause and the dice of the way out; a test passes its own and never sleeps."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    dice: Callable[[], float] = random.random
    now: Callable[[], datetime] = _wall_clock


@dataclass
class _Host:
    turns: asyncio.Semaphore
    next_start: float = 0.0
    delay: float = 0.0
    waiting: int = 0


@dataclass
class Pace:
    """Turns per host. ``slow_down`` keeps a host's own wish (Crawl-delay), which outlives the pause of the policy."""

    at_once: int
    seconds_between: float
    timing: Timing
    _hosts: OrderedDict[str, _Host] = field(default_factory=OrderedDict)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Hold one of the host's turns, after the pause since the last start there."""
        state = self._state(host)
        state.waiting += 1
        try:
            async with state.turns:
                await self._pause(state)
                yield
        finally:
            state.waiting -= 1

    def slow_down(self, host: str, seconds: float) -> None:
        """Keep at least this pause for the host, a minute at most: a wish for more would stop us for good."""
        self._state(host).delay = min(LONGEST_DELAY, max(0.0, seconds))

    async def _pause(self, state: _Host) -> None:
        between = max(self.seconds_between, state.delay)
        now = self.timing.clock()
        start = max(now, state.next_start)
        state.next_start = start + between  # taken before the pause, so that two who wait do not start together
        if start > now:
            await self.timing.sleep(start - now)

    def _state(self, host: str) -> _Host:
        if host not in self._hosts:
            self._forget_idle()
            self._hosts[host] = _Host(asyncio.Semaphore(self.at_once))
        self._hosts.move_to_end(host)
        return self._hosts[host]

    def _forget_idle(self) -> None:
        now = self.timing.clock()
        if len(self._hosts) >= HOSTS:
            for host in [name for name, state in self._hosts.items() if not state.waiting and state.next_start <= now]:
                del self._hosts[host]


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header (RFC 9110: seconds or an HTTP date) asks for, a day at most; None without."""
    if not value or not value.strip():
        return None
    value = value.strip()
    try:
        seconds = float(value) if value.replace(".", "", 1).isdecimal() and value.isascii() else _until(value, now)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(LONGEST_RETRY_AFTER, max(0.0, seconds))


def _until(value: str, now: datetime) -> float:
    moment = parsedate_to_datetime(value)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()


def wait_before(attempt: int, asked: float | None, dice: float) -> float | None:
    """Seconds to wait before the try after ``attempt`` (from 1), None to give up.

    What the host asks for is a minimum; doubling with full jitter above it, so that many clients do not come back
    together. A host that asks for more than LONGEST_WAIT is left to the poller.
    """
    if attempt >= TRIES or (asked or 0.0) > LONGEST_WAIT:
        return None
    backoff = FIRST_BACKOFF * 2.0 ** (attempt - 1)
    spread = backoff * (0.5 + dice) if asked is None else backoff * dice
    return min(LONGEST_WAIT, (asked or 0.0) + spread)
