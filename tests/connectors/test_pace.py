"""Hosts are asked one after the other, at their pace; waiting for a retry has a floor and an end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pace import LONGEST_RETRY_AFTER, LONGEST_WAIT, Pace, retry_after, wait_before
from tests.fakes.timing import Stopwatch

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


async def test_requests_to_one_host_keep_their_distance(watch: Stopwatch) -> None:
    pace = Pace(at_once=1, seconds_between=3, timing=watch.timing)
    for _ in range(3):
        async with pace.turn("shop.example"):
            pass
    assert watch.pauses == [3, 3]


async def test_two_who_wait_together_do_not_start_together(watch: Stopwatch) -> None:
    pace = Pace(at_once=2, seconds_between=3, timing=watch.timing)

    async def visit() -> None:
        async with pace.turn("shop.example"):
            pass

    await asyncio.gather(visit(), visit(), visit())
    assert watch.seconds == 6


async def test_another_host_does_not_wait(watch: Stopwatch) -> None:
    pace = Pace(at_once=1, seconds_between=3, timing=watch.timing)
    for host in ("a.example", "b.example"):
        async with pace.turn(host):
            pass
    assert watch.pauses == []


async def test_no_more_than_the_agreed_number_talk_to_a_host_at_once(watch: Stopwatch) -> None:
    pace = Pace(at_once=2, seconds_between=0, timing=watch.timing)
    inside, most = 0, 0

    async def visit() -> None:
        nonlocal inside, most
        async with pace.turn("shop.example"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(visit() for _ in range(6)))
    assert most == 2


async def test_a_wish_for_an_hour_between_pages_is_cut_to_a_minute(watch: Stopwatch) -> None:
    pace = Pace(at_once=1, seconds_between=0, timing=watch.timing)
    pace.slow_down("shop.example", 3600)
    for _ in range(2):
        async with pace.turn("shop.example"):
            pass
    assert watch.pauses == [60]


@pytest.mark.parametrize(("value", "seconds"), [
    ("120", 120), (" 3 ", 3), ("0", 0), ("1.5", 1.5), ("Wed, 18 Nov 2026 12:01:00 GMT", 60),
    ("Wed, 18 Nov 2026 11:00:00 GMT", 0), ("99999999999", LONGEST_RETRY_AFTER), ("soon", None), ("", None),
    (None, None), ("-5", None), ("١٢", None), ("1e9", None), ("Wed, 99 Nov 2026", None)])
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOON) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_breaks_us(value: str) -> None:
    seconds = retry_after(value, NOON)
    assert seconds is None or 0 <= seconds <= LONGEST_RETRY_AFTER


@given(st.integers(1, 2), st.none() | st.floats(0, LONGEST_WAIT), st.floats(0, 1, exclude_max=True))
def test_a_retry_waits_at_least_as_asked_and_at_most_half_a_minute(
    tries: int, asked: float | None, dice: float
) -> None:
    wait = wait_before(tries, asked, dice)
    assert wait is not None
    assert (asked if asked is not None else 0.5) <= wait <= LONGEST_WAIT


def test_each_wait_is_longer_than_the_one_before() -> None:
    assert [wait_before(tries, None, 0.5) for tries in (1, 2, 3)] == [1.0, 2.0, None]
