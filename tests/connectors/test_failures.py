"""What a failed exchange means; above all, whether anything can have been sent."""

from __future__ import annotations

import socket

import aiohttp
import httpx
import pytest

from connectors.addresses import PrivateAddress
from connectors.errors import AccessDenied, ConnectorError, Surprise, TryLater, Unsure
from connectors.failures import failed
from connectors.unpack import BadBody, Cut, TooLarge


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


# httpx-aiohttp calls a connection that was lost after sending ConnectTimeout too; aiohttp's own error is the truth.
LOST = caused(httpx.ConnectTimeout("lost"), aiohttp.ServerDisconnectedError())
SLOW_CONNECT = caused(httpx.TimeoutException("slow"), aiohttp.ConnectionTimeoutError())
REFUSED = httpx.ConnectError("refused")
INSIDE = caused(httpx.ConnectTimeout("x"), caused(aiohttp.ClientError("x"), PrivateAddress("shop.example")))


@pytest.mark.parametrize(("error", "kind"), [
    (LOST, Unsure), (TimeoutError(), Unsure), (httpx.ReadTimeout(""), Unsure), (httpx.ReadError(""), Unsure),
    (httpx.WriteError(""), Unsure), (httpx.RemoteProtocolError(""), Unsure), (aiohttp.ClientPayloadError(), Unsure),
    (Cut(), Unsure), (TooLarge(), Unsure), (BadBody("odd"), Unsure), (ValueError("odd"), Unsure),
    (SLOW_CONNECT, TryLater), (REFUSED, TryLater), (httpx.ConnectTimeout(""), TryLater), (INSIDE, AccessDenied),
])
def test_a_write_is_unsure_unless_no_connection_came_about(error: Exception, kind: type[ConnectorError]) -> None:
    assert type(failed(error, "shop.example", write=True)) is kind


@pytest.mark.parametrize(("error", "kind", "words"), [
    (LOST, TryLater, "was lost"), (REFUSED, TryLater, "cannot be reached"), (TimeoutError(), TryLater, "too long"),
    (httpx.ReadTimeout(""), TryLater, "too long"), (httpx.ReadError(""), TryLater, "broke off"),
    (Cut(), TryLater, "broke off"), (TooLarge(), Surprise, "larger than allowed"), (BadBody("br"), Surprise, "packed"),
    (socket.gaierror(), TryLater, "was lost"), (ValueError("odd"), Surprise, "rules of the web"),
    (INSIDE, AccessDenied, "private network"),
])
def test_a_failed_read_says_what_is_wrong(error: Exception, kind: type[ConnectorError], words: str) -> None:
    failure = failed(error, "shop.example", write=False)
    assert isinstance(failure, kind)
    assert words in failure.says
    assert "shop.example" in failure.says


def test_an_error_that_the_caller_was_handling_is_not_taken_for_the_cause() -> None:
    error = httpx.ReadError("")
    error.__context__ = PrivateAddress("another.example")
    assert isinstance(failed(error, "shop.example", write=False), TryLater)
