"""Every mail reads well in every language, as HTML and as text."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from inbox import charts, letters
from inbox.formats import Formats
from inbox.i18n import LANGUAGES
from inbox.letters import EMAILS

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
ITEM = {"author": "Ольга Т.", "rating": 1, "source": "2GIS", "text": "Ждали <b>час</b>", "language": "ru",
        "published_at": "2026-11-18T09:00:00+00:00", "path": "/c/7"}
FACTS: dict[str, dict[str, Any]] = {
    "alert": {"brand": "Kafe Saule", "rule": "Bad", "items": [ITEM], "total": 5, "path": "/inbox?brand=1"},
    "source_broken": {"source": "Google", "place": "Google: Brīvības 76", "key": "{site} is away.",
                      "facts": {"site": "g.example"}, "since": "2026-11-17T09:00:00+00:00", "failures": 3,
                      "path": "/sources/1"},
    "invitation": {"inviter": "Adam B.", "path": "/welcome/abc", "until": "2026-11-20T09:00:00+00:00"},
    "password_reset": {"path": "/reset/abc", "until": "2026-11-19T09:00:00+00:00"},
    "approval_wanted": {"author": "Edgars V.", "customer": "", "brand": "Kafe Saule", "text": "Thank you & sorry",
                        "path": "/c/7"},
}
COMMON = {"product": "Otklik", "address": "https://otklik.example", "name": "Anna L."}


def written(mail: str, lang: str, **other: Any) -> letters.Letter:
    return letters.write(mail, Formats(lang, "Europe/Riga", NOW), {**COMMON, **FACTS[mail], **other})


def test_every_mail_is_known_to_these_tests() -> None:
    assert {folder.name for folder in EMAILS.iterdir() if folder.is_dir()} == {*FACTS, "digest"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("mail", FACTS)
def test_a_mail_says_the_same_in_html_and_text(mail: str, lang: str) -> None:
    letter = written(mail, lang)
    path = f"https://otklik.example{FACTS[mail]['path']}".replace("&", "&amp;")
    assert path in letter.text
    assert path in letter.html
    assert f'lang="{lang}"' in letter.html
    assert letter.subject
    assert "%(" not in letter.text + letter.html + letter.subject
    assert not re.search(r"<[a-z]", letter.text.replace("<b>", ""))


@pytest.mark.parametrize("mail", FACTS)
@pytest.mark.parametrize("lang", ["ru", "lv"])
def test_a_mail_is_translated(mail: str, lang: str) -> None:
    assert written(mail, lang).subject != written(mail, "en").subject


@pytest.mark.parametrize(("lang", "n", "said"), [
    ("ru", 1, "1 новое сообщение"), ("ru", 3, "3 новых сообщения"), ("ru", 11, "11 новых сообщений"),
    ("ru", 21, "21 новое сообщение"), ("lv", 1, "1 jauns ieraksts"), ("lv", 2, "2 jauni ieraksti"),
    ("lv", 21, "21 jauns ieraksts"), ("lv", 11, "11 jauni ieraksti"), ("en", 1, "1 new item under"),
])
def test_numbers_take_the_right_form(lang: str, n: int, said: str) -> None:
    assert said in written("alert", lang, total=n).subject


def test_styles_are_inlined_and_text_of_strangers_is_escaped() -> None:
    html = written("alert", "en").html
    assert "&lt;b&gt;час" in html
    assert re.search(r'<h1 style="[^"]*font-size: ?26px', html)
    assert "@media" in html


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@example.com", "a\x00\x1b[2Jb", "\u202eabc", "x" * 500])
def test_a_subject_is_one_short_plain_line(subject: str) -> None:
    line = letters.one_line(subject)
    assert line.isprintable()
    assert len(line) <= 200


@pytest.mark.parametrize("wrong", ["", "Anna", "a@b@c, d@e", "анна@example.com", "<@>"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        letters.address(wrong)


@pytest.mark.parametrize("counts", [[0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [29, 10, 4, 3, 4], [1, 1, 1, 1, 100_000]])
def test_the_shares_of_a_bar_fill_it_exactly(counts: list[int]) -> None:
    shares = charts.segments(counts, 1072)
    assert shares[0][0] == 0
    assert shares[-1][1] == (1072 if sum(counts) else 0)
    assert all(left[1] == right[0] for left, right in itertools.pairwise(shares))
    assert charts.star_bar(counts).startswith(b"\x89PNG")
