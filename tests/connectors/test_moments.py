"""Dates as platforms and people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.moments import read_moment

RIGA = ZoneInfo("Europe/Riga")


@pytest.mark.parametrize("text", [
    "2026-11-20T10:12:00+02:00", "2026-11-20T08:12:00Z", "2026-11-20 10:12", "20.11.2026 10:12", "20.11.26 10:12:00",
    "20/11/2026 10:12", "Fri, 20 Nov 2026 10:12:00 +0200", "20 Nov 2026 08:12:00 GMT", "20.11.2026, 10:12",
    "Fri, 20 Nov 2026 08:12:00 -0000",
])
def test_one_moment_in_many_spellings(text: str) -> None:
    assert read_moment(text, RIGA) == datetime(2026, 11, 20, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", [
    "2026-11-20", "20.11.2026", "20 November 2026", "November 20, 2026", "20 ноября 2026 г.", "20. novembris 2026",
    "2026. gada 20. novembris", "20.11.26",
])
def test_a_day_alone_is_its_midnight_there(text: str) -> None:
    assert read_moment(text, RIGA) == datetime(2026, 11, 20, tzinfo=RIGA)


@pytest.mark.parametrize("text", ["", "yesterday", "2 days ago", "31.02.2026", "20.11.2026 at noon",
                                  "0000-00-00T00:00:00", "9999-12-31T23:59:59-10:00", "12345", "20 Foo 2026"])
def test_what_names_no_moment_is_none_and_never_today(text: str) -> None:
    assert read_moment(text, RIGA) is None


@pytest.mark.parametrize("text", ["20.11.2026 08:12", "2026-11-20T08:12:00", "20 Nov 2026 08:12 MSK", "2026-11-20"])
def test_without_any_zone_a_time_is_worth_nothing(text: str) -> None:
    assert read_moment(text) is None


@given(st.text(max_size=60))
def test_any_text_is_read_or_left_alone(text: str) -> None:
    moment = read_moment(text, RIGA)
    assert moment is None or moment.tzinfo is not None


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_iso_time_comes_back(moment: datetime) -> None:
    assert read_moment(moment.isoformat()) == moment
