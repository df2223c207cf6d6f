"""A week has seven days of its reader's calendar, and exactly one moment at which its digest is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.weeks import Week, latest_slot, week_until

RIGA = ZoneInfo("Europe/Riga")
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001


def test_a_week_over_the_change_of_clocks_is_an_hour_longer() -> None:
    week = Week(datetime(2026, 10, 19, tzinfo=UTC).date(), RIGA)
    assert week.end - week.start == timedelta(days=7, hours=1)
    assert week.before.end == week.start


def test_the_week_until_today_ends_at_midnight_of_the_reader() -> None:
    week = week_until(datetime(2026, 11, 18, 23, 30, tzinfo=UTC), RIGA)
    assert (week.last.isoformat(), week.end) == ("2026-11-19", datetime(2026, 11, 19, 22, tzinfo=UTC))


@settings(max_examples=300, deadline=None)
@given(now=moments, zone=st.sampled_from(ZONES), weekday=st.integers(0, 6), hour=st.integers(0, 23))
def test_every_week_has_one_slot_after_its_last_day(now: datetime, zone: str, weekday: int, hour: int) -> None:
    slot, week = latest_slot(now, weekday, hour, ZoneInfo(zone))
    assert slot <= now
    assert now - slot < timedelta(days=7, hours=26)
    assert week.end <= slot + timedelta(hours=25)
    next_slot, next_week = latest_slot(slot + timedelta(days=7, hours=12), weekday, hour, ZoneInfo(zone))
    assert next_slot > slot
    assert next_week.before == week
