"""Spans of whole weeks up to today, as their reader lives them, and the span of the same length before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from inbox.weeks import Week, midnight, week_until

CHOICES = (4, 12, 52)


@dataclass(frozen=True)
class Period:
    """``weeks`` weeks from ``first`` on the clocks of a zone; ``start`` and ``end`` are moments, ``end`` excluded."""

    first: date
    weeks: int
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        return midnight(self.first + timedelta(weeks=self.weeks), self.zone)

    @property
    def last(self) -> date:
        return self.first + timedelta(weeks=self.weeks, days=-1)

    @property
    def before(self) -> Period:
        return Period(self.first - timedelta(weeks=self.weeks), self.weeks, self.zone)

    def each(self) -> list[Week]:
        """The weeks, the earliest first."""
        return [Week(self.first + timedelta(weeks=number), self.zone) for number in range(self.weeks)]


def period_until(now: datetime, weeks: int, zone: ZoneInfo) -> Period:
    """The weeks whose last day is today."""
    latest = week_until(now, zone)
    return Period(latest.first - timedelta(weeks=weeks - 1), weeks, zone)
