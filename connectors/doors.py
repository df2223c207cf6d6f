"""The connections themselves: httpx over aiohttp, with every socket's address checked at the moment it is made.

Four doors, made when first used: to the public or to allowed private hosts, for reading or for writing. A door for
writing opens a fresh connection each time, so that a stale one does not leave us unsure, and never sends twice.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from connectors.addresses import PrivateAddress, is_public

Lookup = Callable[[str, int], Awaitable[list[str]]]

CONNECTIONS = 200
LONGEST_CONNECT = 10.0
_BIG_HEADER = 65_536


async def system_lookup(host: str, port: int) -> list[str]:
    """Addresses of a host as the system resolves it. Raises OSError when there is none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedResolver(AbstractResolver):
    """Answers only with public addresses, unless the door leads to hosts that the configuration allows."""

    def __init__(self, lookup: Lookup, inside: bool) -> None:
        self._lookup = lookup
        self._inside = inside

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses that may be connected. Raises PrivateAddress when none of them is public."""
        found = await self._lookup(host, port)
        usable = [address for address in found if self._inside or is_public(ipaddress.ip_address(address))]
        if found and not usable:
            raise PrivateAddress(host)
        return [_resolved(host, address, port) for address in usable]

    async def close(self) -> None:
        """Nothing is held."""


def _resolved(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0,
                         flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV)


def checked_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for one address that is about to be connected. Raises PrivateAddress unless it is public."""
    family, kind, proto, _, target = info
    if not is_public(ipaddress.ip_address(target[0])):
        raise PrivateAddress(target[0])
    return socket.socket(family=family, type=kind, proto=proto)


async def _sent_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """aiohttp sends PUT and DELETE again by itself after a lost connection; here the loss ends the request."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientPayloadError(f"the connection was lost: {error}") from error


class Doors:
    """The clients of one event loop; a transport that was given serves all of them."""

    def __init__(
        self, timeout: float, headers: dict[str, str], lookup: Lookup, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._timeout = timeout
        self._headers = headers
        self._lookup = lookup
        self._transport = transport
        self._clients: dict[tuple[bool, bool], httpx.AsyncClient] = {}

    def client(self, *, inside: bool, write: bool) -> httpx.AsyncClient:
        """The client for allowed private hosts or for public ones, for a write or for reads."""
        door = (inside, write)
        if door not in self._clients:
            transport = self._transport or AiohttpTransport(client=lambda: self._session(inside, write))
            self._clients[door] = self._client(transport)
        return self._clients[door]

    async def aclose(self) -> None:
        """Close every connection."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    def _client(self, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
        connect = min(LONGEST_CONNECT, self._timeout / 2)
        return httpx.AsyncClient(
            transport=transport, headers=self._headers, trust_env=False, follow_redirects=False,
            timeout=httpx.Timeout(self._timeout, connect=connect, pool=None),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    def _session(self, inside: bool, write: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(self._lookup, inside), limit=CONNECTIONS, force_close=write,
            socket_factory=None if inside else checked_socket,
        )
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
            middlewares=(_sent_once,) if write else (),
            max_line_size=_BIG_HEADER, max_field_size=_BIG_HEADER,
        )
