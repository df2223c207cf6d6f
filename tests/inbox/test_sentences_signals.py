"""Every sign, every reason and every word has a sentence; evidence of any age never breaks a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from inbox.sentences_signals import REASONS, SENTENCES, SIGNS, WORDS, no_data, sentence, word
from monitor.authenticity import scorecard, signals
from monitor.settings import Points

MONITOR = Path(signals.__file__).parents[2]
NOT_SIGNALS = {"base", "campaign_limit", "purchase_limit", "staff_limit"}


def english(text: str, /, **facts: Any) -> str:
    return text % facts if facts else text.replace("%%", "%")


def test_every_signal_has_a_sentence() -> None:
    overlaps = {"campaign_overlap", "purchase_overlap", "staff_overlap"}
    assert set(SENTENCES) == set(Points.model_fields) - NOT_SIGNALS | overlaps


def test_every_sign_and_every_reason_for_no_data_is_told() -> None:
    sources = [*Path(signals.__file__).parent.glob("*.py"), *(MONITOR / "geo").glob("*.py")]
    written = {reason for path in sources for call in re.findall(r"NoData\(([^)]*)\)", path.read_text("utf-8"))
               for reason in re.findall(r'"(\w+)"', call)}
    assert set(REASONS) == written
    assert set(SIGNS) == set(signals.all_signs())


def test_every_word_is_told() -> None:
    assert set(WORDS) == set(scorecard.WORDS)
    assert word("genuine", english) == "looks genuine"


@pytest.mark.parametrize(("code", "evidence", "title", "text"), [
    ("ip_other_country", {"ip": "203.0.113.7", "ip_city": "Berlin", "km": 843, "uncertainty_km": 34, "city": "Riga"},
     "IP is not in the stated city",
     "203.0.113.7 is in Berlin, 843 ± 34 km from the stated city Riga, in another country"),
    ("ip_other_country", {"ip": "203.0.113.7", "ip_country": "DE", "city": "Riga", "country": "LV"},
     "IP is not in the stated city", "203.0.113.7 is in the country DE, the stated city Riga in LV"),
    ("ip_far", {"ip": "192.0.2.1", "ip_city": "", "ip_country": "LV", "km": 190, "city": "Riga"},
     "IP is not in the stated city", "192.0.2.1 is in LV, 190 km from the stated city Riga"),
    ("near_copy", {"similarity": 91, "count": 3, "other_places": 1, "authors": []},
     "Almost the same text by another author",
     "Equal words: 91%. Items with it: 3, of these on other pages: 1. Authors: without a name"),
    ("order_contact_matches", {"number": "K-1", "by": "email", "days_before": 3}, "Matching order",
     "Order K-1, found by e-mail, days before the text: 3"),
    ("campaign_overlap", {"codes": ["exact_copy", "burst"], "limit": 50}, "Not counted twice",
     "These signs often see one and the same thing, so together they count at most 50 points: "
     "Same text by another author, Far more than usual"),
])
def test_the_evidence_becomes_a_sentence(code: str, evidence: dict[str, Any], title: str, text: str) -> None:
    said = sentence(code, evidence, english)
    assert (said.title, said.text) == (title, text)


@pytest.mark.parametrize("evidence", [{}, {"km": 1}, {"authors": 7}, {"since": "yesterday"}, {"codes": None}])
def test_evidence_of_another_version_leaves_the_title(evidence: dict[str, Any]) -> None:
    for code in SENTENCES:
        assert sentence(code, evidence, english).title == SENTENCES[code][0]


def test_an_unknown_code_is_shown_plainly() -> None:
    assert sentence("from_a_plugin", {}, english).title == "From a plugin"


def test_a_percent_sign_in_evidence_does_no_harm() -> None:
    said = sentence("exact_copy", {"count": 1, "other_places": 0, "authors": ["100%(x)s"]}, english)
    assert said.text.endswith("Authors: 100%(x)s")


def test_no_data_says_what_and_why() -> None:
    assert no_data("ip_place", "no_city", english) == "Place of the IP: no city is stated"


def test_days_are_written_in_the_readers_form() -> None:
    said = sentence("author_known", {"others": 4, "since": "2024-05-01"}, english, day=lambda day: f"<{day}>")
    assert said.text == "Other texts by this author: 4, since <2024-05-01>"
