"""Weeks as their reader lives them: calendar days of a time zone, whatever daylight saving does to their length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Week:
    """Seven calendar days from ``first`` in a zone; ``start`` and ``end`` are moments, ``end`` not included."""

    first: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        return midnight(self.first + timedelta(days=7), self.zone)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def before(self) -> Week:
        return Week(self.first - timedelta(days=7), self.zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins on the clocks of a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def week_until(now: datetime, zone: ZoneInfo) -> Week:
    """The week whose last day is today."""
    return Week(now.astimezone(zone).date() - timedelta(days=6), zone)


def latest_slot(now: datetime, weekday: int, hour: int, zone: ZoneInfo) -> tuple[datetime, Week]:
    """The last time that the clocks of the zone showed this weekday and hour, and the week that had ended then.

    ``weekday`` 0 is Monday. An hour that daylight saving skips counts from the clock before the change, one that comes
    twice counts the first time; so every week has exactly one slot.
    """
    today = now.astimezone(zone).date()
    day = today - timedelta(days=(today.weekday() - weekday) % 7)
    slot = datetime.combine(day, time(hour), zone).astimezone(UTC)
    if slot > now:
        day -= timedelta(days=7)
        slot = datetime.combine(day, time(hour), zone).astimezone(UTC)
    return slot, Week(day - timedelta(days=7), zone)
