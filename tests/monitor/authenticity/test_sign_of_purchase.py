"""Purchases that the platform or our own orders know of: table tests, no data included."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.authenticity.facts import OrderCover, OrderMatch, Signal
from monitor.no_data import NoData
from tests.monitor.authenticity.making import NOW, POINTS, ask, item

COVER = OrderCover(NOW - timedelta(days=300), NOW - timedelta(days=2))


@pytest.mark.parametrize(("flag", "expected"), [
    (True, Signal("purchase_verified", POINTS.purchase_verified)),
    (False, Signal("purchase_unverified", POINTS.purchase_unverified)),
    (None, NoData("platform_silent")),
])
def test_the_platforms_word_on_the_purchase(flag: bool | None, expected: Signal | NoData) -> None:
    assert ask("verified_purchase", item(verified_purchase=flag)) == expected


@pytest.mark.parametrize(("by", "code"), [
    ("number", "order_number_matches"), ("email", "order_contact_matches"), ("phone", "order_contact_matches"),
    ("customer", "order_customer_matches")])
def test_an_order_of_ours_speaks_for_the_author(by: str, code: str) -> None:
    answer = ask("matching_order", orders=(OrderMatch("K-1", by, NOW - timedelta(days=3)),))
    assert answer == Signal(code, getattr(POINTS, code), {"number": "K-1", "by": by, "orders": 1, "days_before": 3})


def test_the_strongest_of_several_matches_counts() -> None:
    answer = ask("matching_order", orders=(OrderMatch("K-2", "customer"), OrderMatch("K-1", "number")))
    assert isinstance(answer, Signal)
    assert (answer.code, answer.evidence["number"], answer.evidence["orders"]) == ("order_number_matches", "K-1", 2)


def test_a_number_that_is_not_ours_speaks_against() -> None:
    answer = ask("matching_order", item(order_number="X-9"), order_cover=COVER)
    assert answer == Signal("order_number_unknown", POINTS.order_number_unknown, {"number": "X-9"})


def test_no_order_where_there_should_be_one_speaks_against() -> None:
    answer = ask("matching_order", item(author_email="a@example.com", author_phone="+37120000000"), order_cover=COVER)
    assert answer == Signal("order_missing", POINTS.order_missing, {"searched": ["email", "phone"]})


@pytest.mark.parametrize(("cover", "email", "reason"), [
    (None, "a@example.com", "no_orders"),
    (OrderCover(NOW - timedelta(days=300), NOW - timedelta(days=61)), "a@example.com", "orders_not_covering"),
    (OrderCover(NOW + timedelta(days=1), NOW + timedelta(days=9)), "a@example.com", "orders_not_covering"),
    (COVER, "", "nothing_to_match"),
])
def test_a_missing_order_means_nothing_where_we_could_not_know(cover: OrderCover | None, email: str,
                                                               reason: str) -> None:
    assert ask("matching_order", item(author_email=email), order_cover=cover) == NoData(reason)
