"""Requests signed with an access token that is kept in memory and fetched anew when it has run out."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from connectors.ask import Params
from connectors.errors import AccessDenied, ConnectorError

if TYPE_CHECKING:
    from connectors.http import Answer, Http

MARGIN = 60.0
Fetch = Callable[[], Awaitable[tuple[str, float]]]
Meaning = Callable[["Answer"], ConnectorError | None]
_READ = frozenset({200})
_SAVED = frozenset({200, 201})


class TokenExpired(AccessDenied):
    """The platform does not take the access token; one fetched anew may do."""


class Bearer:
    """``fetch`` brings a token and the seconds it lives. A token refused as expired is replaced once, then it raises.

    A refused token means that nothing was done, so that a write may follow with a new one.
    """

    def __init__(self, http: Http, fetch: Fetch, meaning: Meaning, *, headers: Mapping[str, str] | None = None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._fetch = fetch
        self._meaning = meaning
        self._others = dict(headers or {})
        self._clock = clock
        self._token, self._until = "", 0.0

    async def get(self, url: str, params: Params | None = None, ok: frozenset[int] = _READ) -> Answer:
        """Read."""
        return await self._signed(lambda headers: self._http.get(
            url, params=params, headers=headers, ok=ok, meaning=self._meaning))

    async def query(self, url: str, json: Any, ok: frozenset[int] = _READ) -> Answer:
        """Read where the platform wants a POST."""
        return await self._signed(lambda headers: self._http.query(
            url, json=json, headers=headers, ok=ok, meaning=self._meaning))

    async def send(self, method: str, url: str, *, json: Any = None, data: Mapping[str, Any] | None = None,
                   params: Params | None = None, headers: Mapping[str, str] | None = None,
                   ok: frozenset[int] = _SAVED) -> Answer:
        """Write, once."""
        return await self._signed(lambda signed: self._http.send(
            method, url, json=json, data=data, params=params, headers={**signed, **(headers or {})}, ok=ok,
            meaning=self._meaning))

    async def token(self) -> str:
        """The token of now."""
        if not self._token or self._clock() >= self._until:
            self._token, seconds = await self._fetch()
            self._until = self._clock() + max(0.0, seconds - MARGIN)
        return self._token

    async def _signed(self, call: Callable[[Mapping[str, str]], Awaitable[Answer]]) -> Answer:
        before = self._token
        headers = await self._headers()
        try:
            return await call(headers)
        except TokenExpired:
            if before != self._token:
                raise  # it was fetched a moment ago
            self._token = ""
            return await call(await self._headers())

    async def _headers(self) -> Mapping[str, str]:
        return {**self._others, "Authorization": f"Bearer {await self.token()}"}
