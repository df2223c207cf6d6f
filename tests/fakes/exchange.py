"""A platform that says what a test tells it to: answers by method and address, and every request kept."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qsl

import httpx
from pydantic import BaseModel

from connectors.base import Batch, Connector, Cursor, Item, Place
from connectors.http import Http, HttpPolicy
from tests.fakes.timing import Stopwatch


class Exchange:
    """``on("GET", "host/path", first, second)``: answers in turn, the last one for good.

    An answer is a JSON value, a pair of status and JSON value (or text), or with headers as a third; an exception is
    raised as a broken connection would.
    """

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self.requests: list[httpx.Request] = []
        self.watch = Stopwatch()

    def on(self, method: str, address: str, *answers: Any) -> Exchange:
        self._answers[method, address] = list(answers)
        return self

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        address = f"{request.url.host}{request.url.path}"
        waiting = self._answers.get((request.method, address))
        assert waiting, f"nobody expected {request.method} {address}"
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = (*answer, {})[:3] if isinstance(answer, tuple) else (200, answer, {})
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return httpx.Response(status, content=content, headers=headers)

    def connect(self, platform: type[Connector], settings: dict[str, Any], **more: Any) -> Any:
        """The connector of ``platform`` with only this exchange to talk to."""
        http = Http(HttpPolicy(), transport=httpx.MockTransport(self), timing=self.watch.timing)
        made: BaseModel = platform.Settings.model_validate(settings)
        return platform(made, http, **more)

    def sent(self, method: str, end: str = "") -> list[httpx.Request]:
        """Requests of a method whose path ends so, in order."""
        return [request for request in self.requests if request.method == method and request.url.path.endswith(end)]


def body_of(request: httpx.Request) -> Any:
    """What was sent as JSON."""
    return json.loads(request.content)


def form_of(request: httpx.Request) -> dict[str, str]:
    """What was sent as a form."""
    return dict(parse_qsl(request.content.decode()))


async def batches_of(connector: Connector, place: Place, cursor: Cursor | None = None) -> list[Batch]:
    """All pages of one pass."""
    return [batch async for batch in connector.fetch(place, cursor)]


async def items_of(connector: Connector, place: Place, cursor: Cursor | None = None) -> list[Item]:
    """All items of one pass."""
    return [item for batch in await batches_of(connector, place, cursor) for item in batch.items]
