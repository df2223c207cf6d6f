"""Who answers a new item, how urgent it is, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.base import ItemKind
from monitor.mentions import compile_terms
from monitor.routing import Rules, route
from tests.world import CALENDAR

RULES = Rules(reply_hours=9, urgent_hours=2, urgent=compile_terms("яд OR poison*"), calendar=CALENDAR,
              zone=ZoneInfo("Europe/Riga"), source_responsible_id=7)


def test_an_ordinary_review_is_due_after_the_working_hours_of_the_brand(now: datetime) -> None:
    found = route(ItemKind.REVIEW, 4, "Nice", RULES, now)
    assert (found.urgent, found.due_at) == (False, now + timedelta(days=1))


def test_a_low_rating_is_urgent(now: datetime) -> None:
    found = route(ItemKind.REVIEW, 1, "Bad", RULES, now)
    assert (found.urgent, found.due_at) == (True, now + timedelta(hours=2))


def test_an_urgent_word_is_urgent_whatever_the_rating(now: datetime) -> None:
    assert route(ItemKind.REVIEW, 5, "I was poisoned here", RULES, now).urgent


def test_without_urgent_words_nothing_is_urgent_by_its_text(now: datetime) -> None:
    assert not route(ItemKind.REVIEW, 5, "poison", replace(RULES, urgent=compile_terms("")), now).urgent


def test_a_mention_expects_no_answer(now: datetime) -> None:
    assert route(ItemKind.MENTION, None, "Seen at Saule", RULES, now).due_at is None


def test_what_is_kept_aside_expects_no_answer(now: datetime) -> None:
    assert route(ItemKind.REVIEW, 1, "Bad", RULES, now, expected=False).due_at is None


def test_the_location_comes_before_the_source(now: datetime) -> None:
    assert route(ItemKind.REVIEW, 4, "", RULES, now).assignee_id == 7
    assert route(ItemKind.REVIEW, 4, "", replace(RULES, location_responsible_id=9), now).assignee_id == 9
