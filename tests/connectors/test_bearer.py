"""A token that is kept, renewed in time, and replaced once when the platform says that it has expired."""

from __future__ import annotations

import httpx
import pytest

from connectors.answers import Answer
from connectors.bearer import Bearer, TokenExpired
from connectors.errors import ConnectorError, Unsure
from connectors.http import Http, HttpPolicy
from tests.fakes.exchange import Exchange

URL = "https://api.example/things"


def expired(answer: Answer) -> ConnectorError | None:
    return TokenExpired("expired") if answer.status == 401 else None


class Tokens:
    """Numbered tokens that live ``seconds``; the clock is set by hand."""

    def __init__(self, seconds: float = 3600) -> None:
        self.given = 0
        self.seconds = seconds
        self.now = 0.0

    async def fetch(self) -> tuple[str, float]:
        self.given += 1
        return f"token-{self.given}", self.seconds

    def bearer(self, exchange: Exchange) -> Bearer:
        http = Http(HttpPolicy(), transport=httpx.MockTransport(exchange), timing=exchange.watch.timing)
        return Bearer(http, self.fetch, expired, clock=lambda: self.now)


def used(exchange: Exchange) -> list[str]:
    return [request.headers["authorization"] for request in exchange.requests]


async def test_one_token_serves_many_requests() -> None:
    exchange = Exchange().on("GET", "api.example/things", {})
    bearer = Tokens().bearer(exchange)
    await bearer.get(URL)
    await bearer.get(URL)
    assert used(exchange) == ["Bearer token-1", "Bearer token-1"]


async def test_a_token_is_renewed_before_it_ends() -> None:
    exchange = Exchange().on("GET", "api.example/things", {})
    tokens = Tokens(seconds=3600)
    bearer = tokens.bearer(exchange)
    await bearer.get(URL)
    tokens.now = 3541
    await bearer.get(URL)
    assert used(exchange) == ["Bearer token-1", "Bearer token-2"]


async def test_a_token_refused_later_is_replaced_and_the_request_repeated() -> None:
    exchange = Exchange().on("GET", "api.example/things", {}, (401, {}), {"fine": True})
    bearer = Tokens().bearer(exchange)
    await bearer.get(URL)
    assert (await bearer.get(URL)).json() == {"fine": True}
    assert used(exchange)[-1] == "Bearer token-2"


async def test_a_fresh_token_that_is_refused_is_an_error() -> None:
    exchange = Exchange().on("GET", "api.example/things", (401, {}))
    tokens = Tokens()
    with pytest.raises(TokenExpired):
        await tokens.bearer(exchange).get(URL)
    assert tokens.given == 1


async def test_a_write_without_an_answer_is_never_repeated() -> None:
    exchange = Exchange().on("POST", "api.example/things", httpx.ReadError("gone"))
    with pytest.raises(Unsure):
        await Tokens().bearer(exchange).send("POST", URL, json={})
    assert len(exchange.requests) == 1
