"""When a place is asked next: interval or cron in the brand's zone, jitter, back-off. Pure; nobody else adds times.

Daylight saving neither skips nor doubles a slot: a local time that does not exist means the moment after the gap, one
that exists twice means its first occurrence.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from connectors.errors import N_

FIRST_RETRY = timedelta(minutes=5)
MOST_LATE = timedelta(minutes=30)
EPOCH = datetime(2000, 1, 3, tzinfo=UTC)


class BadSchedule(ValueError):
    """A cron expression or time zone that nobody can follow; ``key`` is a sentence filled from ``facts``."""

    def __init__(self, key: str, **facts: str) -> None:
        self.key, self.facts = key, facts
        self.says = key.format(**facts)
        super().__init__(self.says)


@dataclass(frozen=True)
class Schedule:
    """When a place is asked: every ``interval``, or at the times of ``cron`` on the clock of ``zone``.

    ``jitter`` is the share of the interval (of half an hour for ``cron``) by which a slot may be late, so that not all
    places start at once.
    """

    interval: timedelta
    cron: str = ""
    zone: str = "UTC"
    jitter: float = 0.0
    max_backoff: timedelta = timedelta(hours=24)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name. Raises BadSchedule."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSchedule(N_("There is no time zone “{zone}”."), zone=name) from error


def check_cron(cron: str) -> None:
    """Raises BadSchedule with a sentence when the expression is not one of five fields."""
    _slots(cron, datetime(2000, 1, 1))  # noqa: DTZ001 - wall clock


def next_poll(schedule: Schedule, now: datetime, seed: str, *, failures: int = 0,
              retry_after: float | None = None) -> datetime:
    """When to ask next, after ``now``. Raises BadSchedule.

    ``seed`` (the place) settles its jitter for good. After ``failures`` in a row the wait doubles from five minutes;
    ``retry_after`` seconds from the platform are the least, ``max_backoff`` is the most.
    """
    if failures or retry_after is not None:
        return now + _backoff(schedule, seed, failures, retry_after)
    if schedule.cron:
        late = _late(schedule, seed, MOST_LATE)
        return next_slot(schedule.cron, schedule.zone, now - late) + late
    return _aligned(schedule.interval, now, _late(schedule, seed, schedule.interval))


def next_sweep(now: datetime, every: timedelta, jitter: float, seed: str) -> datetime:
    """When everything is read again: after ``every``, a little earlier for some places than for others."""
    return now + every - every * jitter * random.Random(f"sweep {seed}").random()  # noqa: S311 - spreads load


def _late(schedule: Schedule, seed: str, interval: timedelta) -> timedelta:
    return interval * schedule.jitter * random.Random(seed).random()  # noqa: S311 - spreads load


def _aligned(interval: timedelta, now: datetime, late: timedelta) -> datetime:
    """The next slot of a fixed grid, moved by ``late``, at least half an interval away."""
    slot = EPOCH + late + interval * ((now - EPOCH - late) // interval + 1)
    return slot if slot - now >= interval / 2 else slot + interval


def _backoff(schedule: Schedule, seed: str, failures: int, retry_after: float | None) -> timedelta:
    doubled = FIRST_RETRY * 2 ** min(max(failures - 1, 0), 20)
    spread = 1 + schedule.jitter * random.Random(f"{seed} {failures}").random()  # noqa: S311 - spreads load
    wait: timedelta = min(doubled * spread, schedule.max_backoff)
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=min(max(retry_after, 0), 10**8)))
    return min(wait, schedule.max_backoff)


def next_slot(cron: str, zone: str, now: datetime) -> datetime:
    """The first slot of ``cron`` on the clock of ``zone`` after ``now``, in UTC. Raises BadSchedule."""
    clock = zone_of(zone)
    wall = now.astimezone(clock).replace(tzinfo=None, fold=0)
    for slot in _slots(cron, wall):
        moment = moment_of(slot, clock)
        # On the second pass of an hour that comes twice, the walls repeat and their moments are past.
        if moment > now:
            return moment
    raise BadSchedule(N_("The schedule “{cron}” never comes."), cron=cron)


def _slots(cron: str, wall: datetime) -> Iterator[datetime]:
    try:
        if len(cron.split()) != 5:
            raise CronSimError("Wrong number of fields")
        return CronSim(cron, wall)
    except CronSimError as error:
        raise BadSchedule(N_("The schedule “{cron}” is not a cron expression of five fields: {error}."), cron=cron,
                          error=str(error)) from error


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which a clock in the zone first shows ``wall`` or, when it jumps over it, jumps. In UTC."""
    before = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if before.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return before
    return _jump(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), before, zone)


def _jump(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The moment, to the second, at which the zone's offset changes between two moments."""
    first, last = int(early.timestamp()), int(late.timestamp())
    offset = datetime.fromtimestamp(last, zone).utcoffset()
    while last - first > 1:
        middle = (first + last) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            last = middle
        else:
            first = middle
    return datetime.fromtimestamp(last, UTC)
