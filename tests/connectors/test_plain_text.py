"""HTML of unknown origin becomes text, whatever it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.plain_text import clean, one_line, to_plain

MARKUP = st.lists(st.one_of(st.text(), st.sampled_from(
    ["<p>", "</p>", "<br>", "<script>", "</script>", "<", ">", "&", "&amp;", "&#0;", "&#x202e;", "<!--", "-->",
     "<![CDATA[", "<a href='", "\x00", "\ud800", "\r\n", "<svg>", "</", "<?", "&#xD800;", "<div>", "<table>"]
))).map("".join)


@pytest.mark.parametrize(("markup", "text"), [
    ("<p>One &amp; two</p><p>Three<br>four</p>", "One & two\n\nThree\nfour"),
    ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    ("<p>&amp;lt;b&amp;gt;</p>", "&lt;b&gt;"),
    ("a < b & c > d, 1 <3", "a < b & c > d, 1 <3"),
    ("before<script>alert('x')</script><style>p{}</style>after", "beforeafter"),
    ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
    ("<p>white \n\t space&nbsp;here</p>", "white space here"),
    ("plain\r\ntext\n\n\n\nkeeps lines", "plain\ntext\n\nkeeps lines"),
    ("it&#8217;s &hellip;", "it’s …"),
    ("<b>Привет</b>, <i>pasaule</i> 🫖", "Привет, pasaule 🫖"),
    ("", ""),
])
def test_markup_becomes_the_text_that_a_reader_sees(markup: str, text: str) -> None:
    assert to_plain(markup) == text


@pytest.mark.parametrize("mark", ["\u202e", "&#x202e;", "\u2066", "\x00", "\x1b", "\x9f", "\ufeff"])
def test_nothing_turns_or_breaks_the_page_around_the_text(mark: str) -> None:
    assert to_plain(f"a{mark}b") == "ab"


def test_marks_that_arabic_and_hebrew_need_stay() -> None:
    assert clean("שלום\u200f!") == "שלום\u200f!"


def test_a_hundred_thousand_nested_tags_lose_no_word() -> None:
    assert to_plain("first" + "<div><b>" * 100_000 + "last").split() == ["first", "last"]


def test_a_name_stays_on_one_line() -> None:
    assert one_line(" Anna\n\tOzola ") == "Anna Ozola"


@given(MARKUP)
def test_any_input_gives_text_that_every_database_takes(markup: str) -> None:
    text = to_plain(markup)
    text.encode("utf-8")
    assert not [c for c in text if unicodedata.category(c) == "Cc" and c != "\n"]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "\n\n\n" not in text


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
