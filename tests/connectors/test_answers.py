"""What comes back is readable whatever it contains, or an error that says what came instead."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.answers import Answer
from connectors.errors import Surprise, Unsure
from tests.fakes.faults import SIGN_IN


def answer(body: bytes, content_type: str = "", *, written: bool = False) -> Answer:
    headers = httpx.Headers({"Content-Type": content_type})
    return Answer(200, headers, body, "https://shop.example/secret-path?key=1", written=written)


@pytest.mark.parametrize("body", [SIGN_IN, b"\xef\xbb\xbf <HTML><body>blocked", b"<?xml version='1.0'?><e/>"])
def test_a_web_page_instead_of_data_says_so(body: bytes) -> None:
    with pytest.raises(Surprise, match=r"shop\.example sent a web page instead of data") as caught:
        answer(body, "application/json").json()
    assert str(caught.value.raw).startswith(body[:20].decode("utf-8", "replace"))


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": [1, 2', b"NaN", b'{"a": Infinity}', b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_is_a_surprise(body: bytes) -> None:
    with pytest.raises(Surprise, match="cannot be read"):
        answer(body).json()


def test_an_unreadable_answer_to_a_write_is_unsure() -> None:
    with pytest.raises(Unsure):
        answer(b"{", written=True).json()


@pytest.mark.parametrize(("body", "value"), [
    (b'{"a": "x\\u0000y"}', {"a": "xy"}), (b'["\\ud83d"]', ["\ufffd"]), (b'["\\ud83d\\ude00"]', ["\U0001f600"]),
    (b'\xef\xbb\xbf{"a": 1}', {"a": 1}), ('["я"]'.encode("utf-16"), ["я"]), (b'["caf\xe9"]', ["caf\ufffd"]),
    (b'{"a\\u0000": 1}', {"a": 1}), (b'["line\nbreak"]', ["line\nbreak"]), (b'["a\\\\u0000"]', ["a\\u0000"])])
def test_odd_characters_do_not_cost_the_page(body: bytes, value: object) -> None:
    assert answer(body).json() == value


@given(st.recursive(st.none() | st.booleans() | st.integers(-2**53, 2**53) | st.text(st.characters(codec="utf-8")),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)))
def test_json_without_nul_comes_out_as_it_was(value: object) -> None:
    body = json.dumps(value).encode()
    if b"\\u0000" not in body:
        assert answer(body).json() == value


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_bytes_become_text_that_a_database_takes(body: bytes, charset: str) -> None:
    text = answer(body, "text/html; charset=" + charset.encode("ascii", "ignore").decode().replace("\n", "")).text()
    assert "\x00" not in text
    text.encode("utf-8")


@pytest.mark.parametrize(("body", "content_type"), [
    ("Отзыв".encode("cp1251"), "text/html; charset=windows-1251"),
    ("Отзыв".encode(), "text/html"), ("Отзыв".encode("utf-16"), "text/plain; charset=utf-8"),
    ("Отзыв".encode(), "text/html; charset=no-such"), ("Отзыв".encode(), "text/html; charset=base64"),
    ("\ufeffОтзыв".encode(), "")])
def test_the_charset_is_found(body: bytes, content_type: str) -> None:
    assert answer(body, content_type).text() == "Отзыв"


def test_the_charset_may_stand_inside_the_page() -> None:
    body = '<meta charset="windows-1251">Отзыв'.encode("cp1251")
    assert answer(body, "text/html").text().endswith("Отзыв")


def test_errors_name_the_host_and_not_the_whole_address() -> None:
    assert answer(b"").site == "shop.example"
