"""Words, numbers and times as people read them in each language, on their own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox.formats import Formats
from inbox.i18n import plural_index, translator, wanted_language

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def test_a_moment_is_on_the_readers_own_clock() -> None:
    late = datetime(2026, 11, 17, 22, 30, tzinfo=UTC)
    assert Formats("en", "Europe/Riga", NOW).when(late - timedelta(days=1)) == "17 Nov, 00:30"
    assert Formats("en", "America/New_York", NOW).when(late - timedelta(days=1)) == "16 Nov, 17:30"


@pytest.mark.parametrize(("lang", "shown"), [("en", "1,234.5"), ("ru", "1\u00a0234,5"), ("lv", "1\u00a0234,5")])
def test_numbers_are_written_as_in_the_language(lang: str, shown: str) -> None:
    assert Formats(lang, "UTC", NOW).number(1234.5) == shown


@pytest.mark.parametrize(("span", "shown"), [
    (timedelta(minutes=20), "20 min"), (timedelta(hours=5, minutes=50), "5 h"), (timedelta(days=2, hours=3), "2 d"),
    (-timedelta(hours=5), "5 h"),
])
def test_a_span_is_one_unit(span: timedelta, shown: str) -> None:
    assert Formats("en", "UTC", NOW).short(span) == shown


def test_a_measured_span_has_two_units() -> None:
    assert Formats("en", "UTC", NOW).long(timedelta(hours=1, minutes=52)) == "1 h 52 min"
    assert Formats("en", "UTC", NOW).long(timedelta(days=3)) == "3 d"


def test_another_year_is_named() -> None:
    assert Formats("en", "UTC", NOW).day(datetime(2025, 3, 1, 12, tzinfo=UTC)) == "1 Mar 2025"


def test_an_unknown_time_zone_is_read_as_utc() -> None:
    assert Formats("en", "Mars/Olympus", NOW).clock(NOW) == "10:00"


@pytest.mark.parametrize(("lang", "n", "form"), [
    ("ru", 1, 0), ("ru", 21, 0), ("ru", 2, 1), ("ru", 12, 2), ("ru", 0, 2), ("ru", 111, 2),
    ("lv", 1, 0), ("lv", 21, 0), ("lv", 11, 1), ("lv", 2, 1), ("lv", 0, 2), ("en", 1, 0), ("en", 0, 1),
])
def test_plural_forms_follow_the_formulas_of_the_catalogues(lang: str, n: int, form: int) -> None:
    assert plural_index(lang, n) == form


@pytest.mark.parametrize(("header", "lang"), [
    ("lv,en;q=0.9", "lv"), ("fr, ru;q=0.5, lv;q=0.7", "lv"), ("de", "en"), ("", "en"), ("ru;q=0, en;q=0.1", "en"),
    ("RU-ru", "ru"), (";;;q=x", "en"),
])
def test_the_best_of_our_languages_is_chosen(header: str, lang: str) -> None:
    assert wanted_language(header) == lang


def test_facts_are_escaped_in_templates_and_not_read_as_patterns() -> None:
    words = translator("en")
    assert words.html("Hello %(name)s", name="<b>100%(x)s</b>") == "Hello &lt;b&gt;100%(x)s&lt;/b&gt;"


def test_a_sentence_of_a_lower_floor_survives_missing_facts() -> None:
    assert translator("en").says("{site} refuses the key.", {"host": "x"}) == "{site} refuses the key."
