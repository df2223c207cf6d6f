"""The points add up by hand, whatever was found; the words and the probability follow from the sum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.authenticity.facts import Context, Signal
from monitor.authenticity.scorecard import CAMPAIGN, PURCHASE, STAFF, add_up, probability, word
from monitor.authenticity.signals import all_signs, weigh_all
from monitor.settings import Points
from tests.monitor.authenticity.making import POINTS, item

CODES = sorted(set(Points.model_fields) - {"base", "campaign_limit", "purchase_limit", "staff_limit"})
SIGNALS = st.lists(st.builds(Signal, st.sampled_from(CODES), st.integers(-80, 80)), max_size=12,
                   unique_by=lambda signal: signal.code)


@given(SIGNALS, st.integers(-50, 150))
def test_the_total_is_the_base_and_all_points(signals: list[Signal], base: int) -> None:
    card = add_up(signals, Points(base=base))
    assert card.total == base + sum(line.points for line in card.signals)
    assert card.score == min(100, max(0, card.total))
    assert all(one in card.signals for one in signals)


@given(SIGNALS)
def test_correlated_signals_never_exceed_their_limit_together(signals: list[Signal]) -> None:
    card = add_up(signals, POINTS)
    found = [line for line in card.signals if line.code in CAMPAIGN and line.points > 0]
    back = sum(line.points for line in card.signals if line.code == "campaign_overlap")
    if len(found) > 1:
        assert sum(line.points for line in found) + back <= POINTS.campaign_limit


def test_the_overlap_says_what_it_takes_back() -> None:
    card = add_up([Signal("exact_copy", 24), Signal("ip_shared_by_many", 22), Signal("burst", 12)], POINTS)
    assert card.signals[-1] == Signal("campaign_overlap", -8, {
        "codes": ["exact_copy", "ip_shared_by_many", "burst"], "limit": 50})
    assert (card.total, card.word) == (75, "suspicious")


def test_two_proofs_of_one_purchase_are_not_counted_twice() -> None:
    card = add_up([Signal("purchase_verified", -30), Signal("order_number_matches", -30)], POINTS)
    assert card.total == POINTS.base - POINTS.purchase_limit
    assert card.score == 0


def test_one_strong_signal_alone_is_not_cut() -> None:
    assert add_up([Signal("exact_copy", 60)], POINTS).total == POINTS.base + 60


@pytest.mark.parametrize(("score", "expected"), [(0, "genuine"), (44, "genuine"), (45, "unclear"), (74, "unclear"),
                                                 (75, "suspicious"), (100, "suspicious")])
def test_the_words_begin_where_they_are_said_to(score: int, expected: str) -> None:
    assert word(score) == expected


def test_twenty_points_double_the_odds() -> None:
    def odds(score: float) -> float:
        return probability(score) / (1 - probability(score))
    assert odds(75) == pytest.approx(1)
    assert odds(95) == pytest.approx(2 * odds(75))
    assert probability(25) == pytest.approx(0.15, abs=0.001)


def test_every_sign_answers_an_item_of_which_nothing_is_known() -> None:
    signals, no_data = weigh_all(item(), Context(), POINTS)
    assert signals == []
    assert set(no_data) == set(all_signs())


def test_every_group_names_points_that_exist() -> None:
    assert set(Points.model_fields) >= CAMPAIGN | PURCHASE | STAFF
