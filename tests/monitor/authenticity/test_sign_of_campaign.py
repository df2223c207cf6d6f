"""Copies, shared addresses and bursts: table tests, no data included."""

from __future__ import annotations

import random
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.authenticity.facts import Copy, Neighbour, Pace, Signal
from monitor.authenticity.signals.burst import poisson_tail, usual
from monitor.geo import IpPlace
from monitor.no_data import NoData
from tests.monitor.authenticity.making import POINTS, ask, item

QUIET = tuple(1 if day % 3 == 0 else 0 for day in range(120))


@pytest.mark.parametrize(("similarity", "code"), [(100, "exact_copy"), (99, "near_copy"), (80, "near_copy")])
def test_a_copy_is_exact_or_near(similarity: int, code: str) -> None:
    answer = ask("near_copy", comparable_words=20, copies=(Copy(7, similarity, "Ilze", True),))
    assert answer == Signal(code, getattr(POINTS, code), {
        "items": [7], "count": 1, "similarity": similarity, "same_place": 1, "other_places": 0, "authors": ["Ilze"]})


def test_the_evidence_counts_all_copies_here_and_elsewhere() -> None:
    copies = tuple(Copy(number, 100 - number, f"Author {number}", number % 2 == 0) for number in range(25))
    answer = ask("near_copy", comparable_words=20, copies=copies)
    assert isinstance(answer, Signal)
    assert (answer.evidence["count"], answer.evidence["same_place"], answer.evidence["other_places"]) == (25, 13, 12)
    assert answer.evidence["items"] == list(range(20))


def test_a_short_text_is_no_data_and_no_copy_is_unremarkable() -> None:
    assert ask("near_copy", comparable_words=4, copies=(Copy(7, 100, "Ilze", True),)) == NoData("text_short")
    assert ask("near_copy", comparable_words=5) is None


@pytest.mark.parametrize(("others", "expected"), [
    ((), None), (("a",), "ip_shared_by_two"), (("a", "a"), "ip_shared_by_two"), (("a", "b"), "ip_shared_by_many")])
def test_other_authors_from_one_address_are_counted_once_each(others: tuple[str, ...], expected: str | None) -> None:
    same_ip = tuple(Neighbour(number, author, author.upper()) for number, author in enumerate(others))
    answer = ask("several_authors_one_ip", item(ip="192.0.2.1"), ip_place=IpPlace("LV"), same_ip=same_ip)
    assert (answer.code if isinstance(answer, Signal) else answer) == expected


@pytest.mark.parametrize("reason", ["no_ip", "ip_private", "ip_invalid"])
def test_an_address_that_names_nobody_is_no_data(reason: str) -> None:
    answer = ask("several_authors_one_ip", ip_place=NoData(reason), same_ip=(Neighbour(1, "a", "A"),))
    assert answer == NoData(reason)


def test_an_address_is_compared_even_when_no_database_places_it() -> None:
    answer = ask("several_authors_one_ip", ip_place=NoData("no_geo_database"), same_ip=(Neighbour(1, "a", "A"),))
    assert isinstance(answer, Signal)


def test_a_burst_stands_out_from_the_places_own_pace() -> None:
    answer = ask("burst", pace=Pace(12, 3, QUIET))
    assert isinstance(answer, Signal)
    assert (answer.evidence["count"], answer.evidence["days"], answer.evidence["expected"]) == (12, 3, 1.0)
    assert float(str(answer.evidence["chance"])) < 1e-4


@pytest.mark.parametrize("pace", [
    Pace(4, 3, (0,) * 120),  # too few to speak of
    Pace(20, 3, (7,) * 120),  # usual for a busy place
    Pace(14, 3, (0, 0, 0, 0, 0, 9, 9) * 20),  # a place that lives at weekends
])
def test_what_a_place_often_sees_is_no_burst(pace: Pace) -> None:
    assert ask("burst", pace=pace) is None


@pytest.mark.parametrize("pace", [None, Pace(50, 3, (0,) * 27)])
def test_without_enough_history_a_burst_is_no_data(pace: Pace | None) -> None:
    assert ask("burst", pace=pace) == NoData("history_short")


def test_an_earlier_burst_does_not_hide_the_next_one() -> None:
    history = list(QUIET)
    history[40:43] = [30, 30, 30]
    assert isinstance(ask("burst", pace=Pace(15, 3, tuple(history))), Signal)


def test_ordinary_random_days_raise_no_alarm() -> None:
    dice = random.Random(7)
    days = [sum(dice.random() < 0.02 for _ in range(100)) for _ in range(3000)]
    alarms = sum(ask("burst", pace=Pace(sum(days[at:at + 3]), 3, tuple(days[at - 180:at]))) is not None
                 for at in range(180, 2990, 3))
    assert alarms <= 1


@given(st.integers(1, 40), st.floats(0.05, 30))
def test_the_poisson_tail_matches_the_sum_of_its_terms(count: int, expected: float) -> None:
    below = sum(exp(-expected) * expected**k / factorial(k) for k in range(count))
    assert poisson_tail(count, expected) == pytest.approx(1 - below, abs=1e-9)


def test_the_usual_pace_caps_outliers() -> None:
    a_day, dispersion = usual((1,) * 99 + (1000,))
    assert a_day == pytest.approx(1.005)
    assert dispersion == 1.0
