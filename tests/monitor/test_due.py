"""When a place is asked next, in every zone of the world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.due import BadSchedule, Schedule, check_cron, moment_of, next_poll, next_slot, next_sweep

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
HOURLY = Schedule(timedelta(hours=1), jitter=0.1)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENTS = st.integers(0, 3_000_000_000).map(lambda seconds: START + timedelta(seconds=seconds - 800_000_000))


@cache
def changes(zone: ZoneInfo) -> tuple[datetime, ...]:
    """Days in three years within which the zone's clock is moved."""
    days = [START + DAY * number for number in range((END - START).days + 1)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return tuple(day for day, one, other in zip(days, offsets, offsets[1:], strict=False) if one != other)


def zones() -> list[ZoneInfo]:
    """Every zone, one of each set that has the same changes and offsets."""
    found = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        found[(START.astimezone(zone).utcoffset(), changes(zone), END.astimezone(zone).utcoffset())] = zone
    return list(found.values())


def weekly(zone: ZoneInfo, time: str, around: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Weekly slots from two weeks before to two weeks after a change, on its weekday and the next: wall and moment."""
    hour, minute = map(int, time.split(":"))
    for shift in range(2):
        local = (around + DAY * shift).astimezone(zone)
        first = local.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None, fold=0)
        cron = f"{minute} {hour} * * {(local.weekday() + 1) % 7}"
        now = moment_of(first - DAY * 14, zone) - timedelta(minutes=1)
        for week in range(-2, 3):
            now = next_slot(cron, zone.key, now)
            yield first + DAY * 7 * week, now


@pytest.mark.parametrize("time", ["00:00", "02:30", "23:59"])
def test_weekly_slots_come_once_a_week_in_every_zone_for_three_years(time: str) -> None:
    for zone in zones():
        for around in changes(zone) or (START + DAY * 200,):
            for wall, moment in weekly(zone, time, around):
                shown = moment.astimezone(zone).replace(tzinfo=None, fold=0)
                before = (moment - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None, fold=0)
                assert shown == wall or (before < wall < shown), (zone.key, wall, moment)


def test_every_slot_of_three_years_in_riga_is_a_week_of_wall_clock_apart() -> None:
    riga, moment, walls = ZoneInfo("Europe/Riga"), START, []
    while moment < END:
        moment = next_slot("30 2 * * 0", riga.key, moment)
        walls.append(moment.astimezone(riga).replace(tzinfo=None).date())
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(walls))


def test_a_time_that_does_not_exist_means_the_moment_after_the_gap() -> None:
    assert next_slot("30 3 * * *", "Europe/Riga", datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_means_the_first() -> None:
    first = next_slot("30 3 * * *", "Europe/Riga", datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_slot("30 3 * * *", "Europe/Riga", first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_is_made_up_for_at_once() -> None:
    slot = next_slot("0 12 30 12 *", "Pacific/Apia", datetime(2011, 12, 29, 0, tzinfo=UTC))
    assert slot == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("cron", ["", "every day", "* * * *", "0 0 * * * *", "61 * * * *", "0 0 31 2 *"])
def test_a_bad_cron_expression_is_told_in_a_sentence(cron: str) -> None:
    with pytest.raises(BadSchedule) as found:
        check_cron(cron)
    assert found.value.says.startswith("The schedule “")


def test_an_unknown_zone_is_told_in_a_sentence() -> None:
    with pytest.raises(BadSchedule, match="There is no time zone “Mars/Base”"):
        next_slot("0 0 * * *", "Mars/Base", NOW)


@given(st.integers(1, 10080), MOMENTS,
       st.text(max_size=5))
def test_an_interval_is_kept_within_half_of_itself(minutes: int, now: datetime, seed: str) -> None:
    schedule = Schedule(timedelta(minutes=minutes), jitter=0.5)
    wait = next_poll(schedule, now, seed) - now
    assert schedule.interval / 2 <= wait <= schedule.interval * 1.5


def test_polls_at_their_slots_are_exactly_one_interval_apart() -> None:
    slot = next_poll(HOURLY, NOW, "7")
    assert next_poll(HOURLY, slot + timedelta(seconds=3), "7") - slot == timedelta(hours=1)


def test_places_do_not_all_start_at_once() -> None:
    assert len({next_poll(HOURLY, NOW, str(place)) for place in range(50)}) == 50


def test_a_poll_between_a_cron_slot_and_its_jitter_does_not_lose_the_slot() -> None:
    daily = Schedule(timedelta(hours=1), cron="0 12 * * *", zone="UTC", jitter=0.5)
    slot = next_poll(daily, NOW, "7")
    assert slot.date() == NOW.date()
    assert next_poll(daily, datetime(2026, 11, 18, 12, 0, tzinfo=UTC), "7") == slot


@pytest.mark.parametrize(("failures", "minutes"), [(1, 5), (2, 10), (4, 40), (8, 640), (9, 1280), (10, 1440),
                                                   (99, 1440)])
def test_failures_double_the_wait_up_to_a_limit_and_never_give_up(failures: int, minutes: int) -> None:
    assert next_poll(Schedule(timedelta(hours=1)), NOW, "7", failures=failures) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(("asked", "given_"), [(60, 300), (7200, 7200), (10**9, 86400), (-5, 300)])
def test_retry_after_is_the_least_and_our_limit_the_most(asked: float, given_: int) -> None:
    assert next_poll(Schedule(timedelta(hours=1)), NOW, "7", failures=1, retry_after=asked) == NOW + timedelta(
        seconds=given_)


def test_sweeps_are_spread_but_never_later_than_asked() -> None:
    moments = {next_sweep(NOW, DAY, 0.1, str(place)) for place in range(20)}
    assert len(moments) == 20
    assert all(NOW + DAY * 0.9 <= moment <= NOW + DAY for moment in moments)
