"""Secrets do not reach logs or error texts."""

from __future__ import annotations

import logging
import sys

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import masking
from connectors.errors import ConnectorError
from connectors.http import Http
from tests.fakes.timing import Stopwatch

secrets = st.text(st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=127), min_size=8, max_size=40)
names = st.sampled_from(["key", "api_key", "apikey", "access_token", "token", "client_secret", "password", "sig",
                         "X-Api-Key", "refreshToken", "appsecret", "Signature"])


def logged(message: str, *args: object) -> str:
    record = logging.LogRecord("otklik", logging.INFO, __file__, 1, message, args, None)
    assert masking.SecretFilter().filter(record)
    return logging.Formatter().format(record)


@given(names, secrets, st.sampled_from(["https://a.example/?x=1&{}={}&y=2", '{{"{}": "{}"}}', "{}: {}", "{}={}"]))
def test_a_key_like_parameter_is_hidden_in_every_spelling(name: str, secret: str, pattern: str) -> None:
    shown = masking.masked(pattern.format(name, f"s3cr3t{secret}"))
    assert f"s3cr3t{secret}" not in shown
    assert masking.HIDDEN in shown


@given(secrets, st.text(max_size=30), st.text(max_size=30))
def test_a_known_secret_is_hidden_wherever_it_stands(secret: str, before: str, after: str) -> None:
    masking.remember(f"known{secret}")
    assert f"known{secret}" not in masking.masked(f"{before}known{secret}{after}")


def test_of_two_secrets_the_longer_one_is_hidden_whole() -> None:
    masking.remember("short-one", "short-one-and-more")
    assert masking.masked("It was short-one-and-more today.") == f"It was {masking.HIDDEN} today."


def test_a_known_secret_is_hidden_in_its_web_spelling_too() -> None:
    masking.remember("pass word/ö+1")
    assert "pass" not in masking.masked("https://a.example/pass%20word%2F%C3%B6%2B1")


@pytest.mark.parametrize(("text", "gone"), [
    ("Authorization: Bearer abcdef123456", "abcdef123456"), ("Basic YW5uYTpzZWNyZXQ=", "YW5uYTpzZWNyZXQ="),
    ("postgresql://anna:hidden@db/otklik", "hidden"), ("see https://a.example/?page=2&token=abc", "abc")])
def test_credentials_are_known_by_their_form(text: str, gone: str) -> None:
    assert gone not in masking.masked(text)


def test_ordinary_words_stay() -> None:
    text = "Place 7 was checked in 2.5 s: 3 new, page=2&sort=new, https://shop.example/keys"
    assert masking.masked(text) == text


def test_the_log_hides_secrets_in_arguments_and_traces() -> None:
    masking.remember("secret-of-the-trace")
    assert "abc123456" not in logged("asked %s", "https://a.example/?token=abc123456")
    try:
        raise ValueError("secret-of-the-trace")
    except ValueError:
        record = logging.LogRecord("otklik", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    masking.SecretFilter().filter(record)
    assert "secret-of-the-trace" not in logging.Formatter().format(record)


async def test_no_error_of_the_way_out_tells_a_secret(watch: Stopwatch, caplog: pytest.LogCaptureFixture) -> None:
    echo = httpx.MockTransport(lambda request: httpx.Response(403, text=f"{request.url} {request.headers}"))
    http = Http(transport=echo, timing=watch.timing)
    with caplog.at_level(logging.INFO), pytest.raises(ConnectorError) as caught:
        await http.get("https://shop.example/feed/of-anna", params={"token": "parameter-secret"},
                       headers={"X-Api-Key": "header-secret"}, auth=("anna", "password-secret"))
    told = f"{caught.value.says} {caught.value.raw!r} {caught.value.facts} {caplog.text}"
    for secret in ("parameter-secret", "header-secret", "password-secret", "cGFzc3dvcmQtc2VjcmV0"):
        assert secret not in told


async def test_the_secret_of_a_sign_in_form_is_known_from_then_on(watch: Stopwatch) -> None:
    http = Http(transport=httpx.MockTransport(lambda _: httpx.Response(200)), timing=watch.timing)
    await http.query("https://shop.example/token", data={"client_secret": "form-secret-1"})
    await http.query("https://shop.example/token", json={"password": "form-secret-2", "grant": "ordinary-word"})
    assert masking.masked("form-secret-1 form-secret-2 ordinary-word") == "*** *** ordinary-word"


async def test_httpx_does_not_log_addresses(watch: Stopwatch, caplog: pytest.LogCaptureFixture) -> None:
    http = Http(transport=httpx.MockTransport(lambda _: httpx.Response(200)), timing=watch.timing)
    with caplog.at_level(logging.DEBUG):
        await http.get("https://shop.example/of-anna")
    assert "of-anna" not in caplog.text
