"""Authors, staff, wording, ratings and languages: table tests, no data included."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from monitor.authenticity.facts import Author, Signal, Team, Usual
from monitor.authenticity.signals import Answer
from monitor.no_data import NoData
from monitor.settings import MonitorSettings
from tests.monitor.authenticity.making import NOW, POINTS, ask, item

LONG_AGO = NOW - timedelta(days=400)
TEAM = Team(("198.51.100.0/28", "2001:db8:5::/48"), ("kafe.example",), ("rival.example",))


def code(answer: Answer) -> str | NoData | None:
    return answer.code if isinstance(answer, Signal) else answer


@pytest.mark.parametrize(("author", "expected"), [
    (None, NoData("no_author_id")),
    (Author(0, NOW, NOW - timedelta(days=89)), NoData("memory_short")),
    (Author(0, NOW, LONG_AGO), "author_new"),
    (Author(3, NOW - timedelta(days=179), LONG_AGO), None),
    (Author(3, NOW - timedelta(days=180), LONG_AGO), "author_known"),
])
def test_the_history_of_the_author(author: Author | None, expected: str | NoData | None) -> None:
    assert code(ask("author_history", author=author)) == expected


@pytest.mark.parametrize(("fake", "genuine", "expected"), [
    (0, 0, NoData("no_verdicts")), (1, 0, "author_found_fake"), (1, 1, "author_found_fake"),
    (0, 1, "author_found_genuine"), (1, 3, "author_found_genuine")])
def test_verdicts_on_the_authors_other_texts(fake: int, genuine: int, expected: str | NoData) -> None:
    author = Author(4, NOW, LONG_AGO, found_fake=fake, found_genuine=genuine)
    assert code(ask("author_verdicts", author=author)) == expected


def test_without_an_account_there_are_no_verdicts_on_the_author() -> None:
    assert ask("author_verdicts") == NoData("no_author_id")


@pytest.mark.parametrize(("rating", "usual", "expected"), [
    (None, Usual(50, 4.6, 0.5), NoData("no_rating")),
    (1.0, None, NoData("ratings_few")),
    (1.0, Usual(19, 4.6, 0.5), NoData("ratings_few")),
    (1.0, Usual(50, 4.6, 0.5), "rating_far"),
    (5.0, Usual(50, 1.4, 0.5), "rating_far"),
    (1.0, Usual(50, 4.6, 1.9), None),
    (3.0, Usual(50, 4.6, 0.1), None),
])
def test_the_rating_against_the_place(rating: float | None, usual: Usual | None,
                                      expected: str | NoData | None) -> None:
    assert code(ask("rating_far_from_place", item(rating=rating), usual=usual)) == expected


@pytest.mark.parametrize(("replied", "edited", "expected"), [
    (None, NOW, NoData("no_reply")),
    (NOW, None, None),
    (NOW, NOW - timedelta(hours=1), None),
    (NOW, NOW + timedelta(hours=1), "edited_after_reply"),
])
def test_an_edit_after_our_reply(replied: object, edited: object, expected: str | NoData | None) -> None:
    assert code(ask("edited_after_reply", item(replied_at=replied, edited_at=edited))) == expected


@pytest.mark.parametrize(("ip", "team", "expected"), [
    ("198.51.100.3", Team(), NoData("no_office_networks")),
    ("", TEAM, NoData("no_ip")),
    ("nonsense", TEAM, NoData("ip_invalid")),
    ("198.51.100.3", TEAM, "office_ip"),
    ("::ffff:198.51.100.3", TEAM, "office_ip"),
    ("2001:db8:5::9", TEAM, "office_ip"),
    ("198.51.100.99", TEAM, None),
])
def test_our_own_offices_are_recognised(ip: str, team: Team, expected: str | NoData | None) -> None:
    assert code(ask("office_ip", item(ip=ip), team=team)) == expected


@pytest.mark.parametrize(("email", "team", "expected"), [
    ("a@kafe.example", Team(), NoData("no_mail_domains")),
    ("", TEAM, NoData("no_email")),
    ("a@KAFE.example", TEAM, "office_mail"),
    ("a@mail.kafe.example", TEAM, "office_mail"),
    ("a@rival.example", TEAM, "competitor_mail"),
    ("a@notkafe.example", TEAM, None),
])
def test_mail_domains_of_staff_and_competitors(email: str, team: Team, expected: str | NoData | None) -> None:
    assert code(ask("mail_domain", item(author_email=email), team=team)) == expected


def test_an_office_network_that_is_none_is_refused_in_the_settings() -> None:
    with pytest.raises(ValidationError, match="office_networks"):
        MonitorSettings(office_networks=["our office"])


def test_the_mail_address_itself_stays_out_of_the_evidence() -> None:
    answer = ask("mail_domain", item(author_email="secret.name@kafe.example"), team=TEAM)
    assert answer == Signal("office_mail", POINTS.office_mail, {"domain": "kafe.example"})


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("", "en", NoData("no_text")),
    ("Super", "en", NoData("text_short")),
    ("Simply the best company ever", "en", "no_experience"),
    ("Самая лучшая компания в городе", "ru", "no_experience"),
    ("Labākais uzņēmums pilsētā, iesaku visiem", "lv", "no_experience"),
    ("We waited for ages, terrible", "en", None),
    ("Заказала торт, привезли вовремя", "ru", None),
    ("Pasūtīju kūku, viss lieliski", "lv", None),
    ("Lunch for 12 euro", "en", None),
    ("Immer wieder gerne", "de", NoData("language_not_covered")),
    ("Simply the best company", "", NoData("no_language")),
    (" ".join(["best company ever"] * 9), "en", None),
])
def test_praise_without_experience(text: str, language: str, expected: str | NoData | None) -> None:
    assert code(ask("no_experience", item(text=text, language=language))) == expected


@pytest.mark.parametrize(("language", "languages", "expected"), [
    ("", {"lv": 90}, NoData("no_language")),
    ("zh", {"lv": 49}, NoData("texts_few")),
    ("zh", {"lv": 99, "zh": 1}, "language_unusual"),
    ("zh", {"lv": 90, "zh": 10}, None),
])
def test_a_language_that_the_place_hardly_knows(language: str, languages: dict[str, int],
                                                expected: str | NoData | None) -> None:
    answer = ask("language_against_place", item(language=language), usual=Usual(languages=languages))
    assert code(answer) == expected
