"""The only way out: every request that Otklik makes to a platform goes through ``Http``.

    check the address -> wait for the host's turn -> connect (address checked again) -> read with a deadline and a cap
    -> follow at most five redirects of a read, each checked like the first -> what does the status mean?

Reads retry, writes never do: a write without a clear answer is Unsure, and somebody looks before it is sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias, cast

import httpx

from connectors import masking, robots, unpack
from connectors.addresses import AllowedHosts, origin_of
from connectors.answers import Answer
from connectors.ask import Ask, Auth, Params, ask, redirected
from connectors.doors import Doors, Lookup, system_lookup
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Surprise, TryLater
from connectors.failures import EXPECTED, TooSlow, failed
from connectors.pace import Pace, Timing, wait_before
from connectors.settings import ConnectorsSettings
from connectors.statuses import MEANING, error_for

__all__ = ["MEANING", "Answer", "Http", "HttpPolicy", "Meaning", "Timing"]

Meaning: TypeAlias = Callable[[Answer], ConnectorError | None]

REDIRECTS = 5
_REDIRECT = frozenset({301, 302, 303, 307, 308})
_OK = frozenset({200})
_SAVED = frozenset({200, 201})
_ROBOTS_KEPT = 5_000

masking.quiet()


@dataclass(frozen=True)
class HttpPolicy:
    """How we introduce ourselves, how long we wait (seconds) and how much we read (bytes, after unpacking)."""

    user_agent: str = "Otklik"
    timeout: float = 30.0
    max_bytes: int = 10_000_000
    seconds_between: float = 0.0
    requests_per_host: int = 2
    allow_hosts: tuple[str, ...] = ()
    obey_robots: bool = True

    @classmethod
    def of(cls, settings: ConnectorsSettings, version: str) -> HttpPolicy:
        """The policy of section ``connectors`` of the configuration."""
        return cls(
            user_agent=settings.user_agent.replace("{version}", version), timeout=settings.timeout_seconds,
            max_bytes=int(settings.max_megabytes * 1_000_000), seconds_between=settings.seconds_between,
            requests_per_host=settings.requests_per_host, allow_hosts=tuple(settings.allow_hosts),
            obey_robots=settings.obey_robots,
        )


@dataclass(frozen=True)
class _Here:
    """What belongs to one event loop: its connections and the turns that its tasks wait for."""

    doors: Doors
    pace: Pace


class Http:
    """Ask platforms. May be made outside an event loop and used in several, also at the same time.

    ``transport`` replaces the network in tests, ``lookup`` the resolver, ``timing`` the clock and the pauses.
    """

    def __init__(
        self, policy: HttpPolicy | None = None, transport: httpx.AsyncBaseTransport | None = None, *,
        lookup: Lookup = system_lookup, timing: Timing | None = None,
    ) -> None:
        self.policy = policy or HttpPolicy()
        self._allowed = AllowedHosts.of(self.policy.allow_hosts)
        self._timing = timing or Timing()
        self._robots: dict[str, tuple[float, robots.Robots]] = {}
        self._lookup = lookup
        self._transport = transport
        self._loops: dict[asyncio.AbstractEventLoop, _Here] = {}

    async def get(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None,
        auth: Auth | None = None, page: bool = False, ok: frozenset[int] = _OK, meaning: Meaning | None = None,
    ) -> Answer:
        """Read; tried again when the platform is busy. ``page=True`` obeys robots.txt.

        ``meaning`` may tell the error from the body before the status is looked up. Pass ``Answer.validators()`` of
        last time as ``headers`` and 304 in ``ok`` to hear only of changes. Raises the errors of ``errors.py``.
        """
        return await self._read(
            ask("GET", url, self._allowed, params=params, headers=headers, auth=auth, page=page), ok, meaning)

    async def query(
        self, url: str, *, json: Any = None, data: Mapping[str, Any] | None = None, params: Params | None = None,
        headers: Mapping[str, str] | None = None, auth: Auth | None = None, ok: frozenset[int] = _OK,
        meaning: Meaning | None = None,
    ) -> Answer:
        """Read where the platform wants a POST, as searches do: changes nothing there, so it is tried again."""
        return await self._read(
            ask("POST", url, self._allowed, params=params, headers=headers, auth=auth,
                body={"json": json, "data": data}), ok, meaning)

    async def send(
        self, method: str, url: str, *, json: Any = None, data: Mapping[str, Any] | None = None,
        content: bytes | str | None = None, params: Params | None = None, headers: Mapping[str, str] | None = None,
        auth: Auth | None = None, ok: frozenset[int] = _SAVED, meaning: Meaning | None = None,
    ) -> Answer:
        """Write, exactly once, following no redirect. Raises Unsure when no clear answer came."""
        made = ask(method.upper(), url, self._allowed, params=params, headers=headers, auth=auth, write=True,
                   body={"json": json, "data": data, "content": content})
        return self._judged(await self._once(made), ok, meaning)

    def trusts(self, url: str) -> bool:
        """Whether the configuration names the host of ``url`` as one inside our own network."""
        try:
            return httpx.URL(url) in self._allowed
        except httpx.InvalidURL:
            return False

    async def aclose(self) -> None:
        """Close the connections of the running loop and of ended ones; a later request opens new ones."""
        now = asyncio.get_running_loop()
        await self._leave(known for known in list(self._loops) if known is now or known.is_closed())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _read(self, made: Ask, ok: frozenset[int], meaning: Meaning | None) -> Answer:
        tries = 0
        while True:
            tries += 1
            try:
                return self._judged(await self._walk(made), ok, meaning)
            except TooSlow:
                raise
            except TryLater as error:
                wait = wait_before(tries, error.retry_after, self._timing.dice())
                if wait is None:
                    raise
            await self._timing.sleep(wait)

    def _judged(self, answer: Answer, ok: frozenset[int], meaning: Meaning | None) -> Answer:
        error = meaning(answer) if meaning else None
        if error is None and answer.status in ok:
            return answer
        raise error or error_for(answer, self._timing.now())

    async def _walk(self, made: Ask) -> Answer:
        for _ in range(REDIRECTS + 1):
            if made.page and self.policy.obey_robots:
                await self._obey_robots(made.url)
            answer = await self._once(made)
            target = answer.headers.get("location") if answer.status in _REDIRECT else None
            if not target or made.method != "GET":
                return answer
            made = redirected(made, target, self._allowed)
        raise Surprise(N_("{site} sends us on and on. Open the address in a browser to see where it leads, and enter "
                          "that one."), site=answer.site)

    async def _once(self, made: Ask) -> Answer:
        """One exchange with one host, in its turn, within the deadline and the cap."""
        here = await self._here()
        client = here.doors.client(inside=made.url in self._allowed, write=made.write)
        request = client.build_request(made.method, made.url, headers=dict(made.headers), **made.body)
        async with here.pace.turn(origin_of(made.url)):
            try:
                async with asyncio.timeout(self.policy.timeout):
                    return await self._exchange(client, request, made)
            except EXPECTED as error:
                raise failed(error, origin_of(made.url), write=made.write) from error

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request, made: Ask) -> Answer:
        response = await client.send(request, stream=True, auth=httpx.BasicAuth(*made.auth) if made.auth else None)
        try:
            packed = cast(httpx.AsyncByteStream, response.stream)
            body = await unpack.whole(packed, response.headers.get("content-encoding", ""), self.policy.max_bytes)
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, body, str(request.url), written=made.write)

    async def _obey_robots(self, url: httpx.URL) -> None:
        rules = await self._robots_of(url)
        (await self._here()).pace.slow_down(origin_of(url), rules.crawl_delay)
        if not rules.allows(url.raw_path.decode("ascii")):
            raise AccessDenied(
                N_("The robots.txt of {site} asks robots not to read this page. Ask the site for permission, or turn "
                   "connectors.obey_robots off if the site is yours."), site=origin_of(url))

    async def _robots_of(self, url: httpx.URL) -> robots.Robots:
        home = url.copy_with(raw_path=b"/robots.txt", fragment=None)
        kept = self._robots.get(str(home))
        if kept is not None and self._timing.clock() < kept[0] + robots.DAY:
            return kept[1]
        if len(self._robots) >= _ROBOTS_KEPT:
            self._robots.clear()
        rules = await self._fetched_robots(home)
        self._robots[str(home)] = (self._timing.clock(), rules)
        return rules

    async def _fetched_robots(self, home: httpx.URL) -> robots.Robots:
        """RFC 9309 2.3.1: "unavailable" (4xx) forbids nothing, "unreachable" (5xx, no answer) forbids all for now."""
        try:
            answer = self._judged(await self._walk(Ask("GET", home)), _OK, None)
        except (Gone, AccessDenied, Surprise):
            return robots.Robots()
        return robots.parse(answer.text(), self.policy.user_agent)

    async def _here(self) -> _Here:
        """Connections and turns of the running loop; those of loops that have ended are dropped."""
        loop = asyncio.get_running_loop()
        if loop not in self._loops:
            await self._leave(known for known in list(self._loops) if known.is_closed())
            self._loops[loop] = _Here(self._new_doors(), self._new_pace())
        return self._loops[loop]

    async def _leave(self, loops: Iterable[asyncio.AbstractEventLoop]) -> None:
        for loop in loops:
            left = self._loops.pop(loop, None)
            if left is not None:
                await left.doors.aclose()

    def _new_doors(self) -> Doors:
        headers = {"User-Agent": self.policy.user_agent, "Accept-Encoding": "gzip", "Accept": "*/*"}
        return Doors(self.policy.timeout, headers, self._lookup, self._transport)

    def _new_pace(self) -> Pace:
        return Pace(self.policy.requests_per_host, self.policy.seconds_between, self._timing)
