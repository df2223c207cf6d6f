"""Working hours: counted in any zone, across holidays, nights and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.working_hours import add_hours, hours_between, is_working

CALENDAR: dict[str, Any] = {"days": {day: ["09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
                            "holidays": ["2026-12-24", "2026-12-25"]}
NIGHT: dict[str, Any] = {"days": {day: ["22:00", "06:00"] for day in ("fri", "sat", "sun")}}
RIGA = ZoneInfo("Europe/Riga")
ZONES = st.sampled_from(["Europe/Riga", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"])
CALENDARS = st.sampled_from([CALENDAR, NIGHT, {}, {"days": {"wed": ["09:00", "12:00", "13:00", "24:00"]}}])
MOMENTS = st.floats(0, 1095).map(lambda days: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=days))
HOURS = st.floats(0.01, 120)


def at(text: str) -> datetime:
    """A moment on the clocks of Riga."""
    return datetime.fromisoformat(text).replace(tzinfo=RIGA)


@pytest.mark.parametrize(("start", "hours", "end"), [
    ("2026-11-18T12:00", 2, "2026-11-18T14:00"), ("2026-11-18T17:00", 2, "2026-11-19T10:00"),
    ("2026-11-20T17:00", 2, "2026-11-23T10:00"), ("2026-11-21T12:00", 1, "2026-11-23T10:00"),
    ("2026-12-23T17:00", 2, "2026-12-28T10:00"), ("2026-11-18T03:00", 9, "2026-11-18T18:00"),
    ("2026-11-18T18:00", 1, "2026-11-19T10:00"),
])
def test_a_deadline_falls_into_working_time(start: str, hours: float, end: str) -> None:
    assert add_hours(at(start), hours, CALENDAR, "Europe/Riga") == at(end)


def test_a_night_shift_is_an_hour_shorter_when_clocks_go_forward() -> None:
    spring, usual = at("2026-03-28T22:00"), at("2026-03-21T22:00")
    assert hours_between(spring, spring + timedelta(hours=12), NIGHT, RIGA) == 7
    assert hours_between(usual, usual + timedelta(hours=12), NIGHT, RIGA) == 8


def test_a_night_shift_is_an_hour_longer_when_clocks_go_back() -> None:
    autumn = at("2026-10-24T22:00")
    assert hours_between(autumn, at("2026-10-25T12:00"), NIGHT, RIGA) == 9


def test_a_lunch_break_does_not_count() -> None:
    calendar = {"days": {"wed": ["09:00", "12:00", "13:00", "17:00"]}}
    assert add_hours(at("2026-11-18T11:00"), 2, calendar, RIGA) == at("2026-11-18T14:00")


@pytest.mark.parametrize(("moment", "working"), [
    ("2026-11-18T09:00", True), ("2026-11-18T18:00", False), ("2026-11-21T12:00", False), ("2026-12-24T12:00", False)])
def test_whether_somebody_is_at_work(moment: str, working: bool) -> None:
    assert is_working(at(moment), CALENDAR, RIGA) is working


def test_a_calendar_without_working_hours_is_an_error() -> None:
    with pytest.raises(ValueError, match="no working hours"):
        add_hours(at("2026-11-18T12:00"), 1, {"days": {"mon": []}}, RIGA)


def test_backwards_is_negative() -> None:
    assert hours_between(at("2026-11-18T14:00"), at("2026-11-18T12:00"), CALENDAR, RIGA) == -2


@given(MOMENTS, HOURS, CALENDARS, ZONES)
def test_the_hours_added_are_the_hours_between(start: datetime, hours: float, calendar: Any, zone: str) -> None:
    end = add_hours(start, hours, calendar, zone)
    assert end > start
    assert hours_between(start, end, calendar, zone) == pytest.approx(hours, abs=1e-6)


@given(MOMENTS, HOURS, HOURS, CALENDARS, ZONES)
def test_more_hours_end_later(start: datetime, first: float, more: float, calendar: Any, zone: str) -> None:
    assert add_hours(start, first + more, calendar, zone) > add_hours(start, first, calendar, zone)
