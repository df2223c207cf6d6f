"""Single values from outside are read strictly or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fields import ip_address, language, rating, web_address


@pytest.mark.parametrize("value", ["https://a.example/x?y=1", "HTTP://a.example"])
def test_a_web_address_may_become_a_link(value: str) -> None:
    assert web_address(value) == value


@pytest.mark.parametrize("value", ["javascript:alert(1)", "//a.example", "https://", "https://a.example/\nx", None, 5,
                                   'https://a.example/"onclick', "data:text/html,x", "https://[::1", "ftp://a.example"])
def test_nothing_else_may(value: object) -> None:
    assert web_address(value) == ""


@pytest.mark.parametrize(("value", "address"), [
    (" 203.0.113.5 ", "203.0.113.5"), ("2001:DB8::1", "2001:db8::1"), ("300.1.1.1", ""), ("", ""), (None, ""),
    ("203.0.113.5:80", ""), ("localhost", ""),
])
def test_an_ip_address_is_one_or_nothing(value: object, address: str) -> None:
    assert ip_address(value) == address


@pytest.mark.parametrize(("text", "read"), [
    ("4", (4, None)), ("4,5", (4.5, None)), ("4/5", (4, 5)), ("4 out of 5 stars", (4, 5)), ("4 из 5", (4, 5)),
    ("4 no 5", (4, 5)), ("★★★☆☆", (3, 5)), ("★★★★★", (5, 5)), ("80%", (80, 100)), ("good", None), ("", None),
])
def test_ratings_are_read_as_they_are_written(text: str, read: tuple[float, float | None] | None) -> None:
    assert rating(text) == read


@pytest.mark.parametrize(("tag", "read"), [("en-US", "en"), ("lv_LV", "lv"), ("RU", "ru"), ("", ""), ("latviešu", "")])
def test_a_language_tag_gives_its_language(tag: str, read: str) -> None:
    assert language(tag) == read


@given(st.text())
def test_any_text_is_read_or_left(text: str) -> None:
    assert web_address(text) in (text.strip(), "")
    assert len(language(text)) <= 3
    value = rating(text)
    assert value is None or value[0] >= 0
