"""Count time in working hours of a calendar with holidays, in any zone and across daylight saving. Pure.

A calendar is ``{"days": {"mon": ["09:00", "18:00"], ...}, "holidays": ["2026-12-24", ...]}``. A day may hold several
pairs; a pair that ends before it starts runs past midnight. An hour is a real hour: on the night when clocks change,
a shift is an hour shorter or longer. Without ``days`` it is Monday to Friday, 9 to 18.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Calendar = Mapping[str, Any]
Span = tuple[datetime, datetime]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL = {day: ["09:00", "18:00"] for day in DAYS[:5]}
FARTHEST_DAYS = 3660


def add_hours(start: datetime, hours: float, calendar: Calendar, zone: str | ZoneInfo) -> datetime:
    """The moment, in UTC, at which ``hours`` working hours have passed since ``start``.

    Raises ValueError when the calendar has no working hours within ten years, or is not readable.
    """
    left = timedelta(hours=hours)
    moment = start.astimezone(UTC)
    for begin, end in _spans(moment, calendar, zone):
        begin = max(begin, moment)
        if end - begin >= left:
            return begin + left
        left -= max(end - begin, timedelta())
    raise ValueError("the calendar has no working hours left within ten years")


def hours_between(start: datetime, end: datetime, calendar: Calendar, zone: str | ZoneInfo) -> float:
    """Working hours from ``start`` to ``end``; negative when ``end`` lies before ``start``."""
    if end < start:
        return -hours_between(end, start, calendar, zone)
    total = timedelta()
    for begin, finish in _spans(start.astimezone(UTC), calendar, zone):
        if begin >= end:
            break
        total += max(min(finish, end) - max(begin, start), timedelta())
    return total / timedelta(hours=1)


def is_working(moment: datetime, calendar: Calendar, zone: str | ZoneInfo) -> bool:
    """Whether somebody is at work at this moment."""
    begin, end = next(_spans(moment.astimezone(UTC), calendar, zone), (moment, moment))
    return begin <= moment < end


def _spans(start: datetime, calendar: Calendar, zone: str | ZoneInfo) -> Iterator[Span]:
    """Working time from the day of ``start`` on, in UTC, in order and without overlaps; what ended before is left out.

    Wall-clock times that the spring change skips are read as zoneinfo reads them: the clock before the change.
    """
    place = ZoneInfo(zone) if isinstance(zone, str) else zone
    holidays = set(calendar.get("holidays") or ())
    days = calendar.get("days") or USUAL
    first = start.astimezone(place).date() - timedelta(days=1)
    reached = start
    for offset in range(FARTHEST_DAYS):
        day = first + timedelta(days=offset)
        if day.isoformat() in holidays:
            continue
        for begin, end in _of_day(day, days.get(DAYS[day.weekday()]) or (), place):
            if end > reached:
                yield max(begin, reached) if begin < reached < end and offset else begin, end
                reached = end


def _of_day(day: date, times: Any, place: ZoneInfo) -> Iterator[Span]:
    pairs = [(times[index], times[index + 1]) for index in range(0, len(times) - 1, 2)]
    for opens, closes in sorted(pairs):
        begin = _moment(day, opens, place)
        end = _moment(day if _minutes(closes) > _minutes(opens) else day + timedelta(days=1), closes, place)
        yield begin, end


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes or 0)


def _moment(day: date, clock: str, place: ZoneInfo) -> datetime:
    days, minutes = divmod(_minutes(clock), 24 * 60)
    wall = datetime.combine(day + timedelta(days=days), time(minutes // 60, minutes % 60), tzinfo=place)
    return wall.astimezone(UTC)
