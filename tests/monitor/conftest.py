"""A place watched on a platform in memory, on the demo site, and on the misbehaving server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from connectors.http import Http
from tests.fakes.demo_platform import DemoPlatform
from tests.fakes.dialects.plain_platform import PlainDialect
from tests.fakes.plain_platform import Plain
from tests.fakes.platform import MisbehavingServer
from tests.fakes.scripted import ScriptedPlatform
from tests.fakes.timing import Stopwatch
from tests.monitor.watching import LOOPBACK, Watched
from tests.world import World


@pytest.fixture
def platform(now: datetime) -> ScriptedPlatform:
    """A platform in memory."""
    return ScriptedPlatform(now)


@pytest.fixture
def watched(world: World, platform: ScriptedPlatform) -> Watched:
    """The place of the world on ``platform``, on both databases."""
    return Watched(world, platform.connect)


@pytest.fixture
def sqlite_watched(sqlite_world: World, platform: ScriptedPlatform) -> Watched:
    """The place of the world on ``platform``, on SQLite only."""
    return Watched(sqlite_world, platform.connect)


@pytest.fixture
async def demo(world: World, now: datetime) -> AsyncIterator[tuple[Watched, DemoPlatform]]:
    """The place of the world on the pretend review site, a real server."""
    http = Http(LOOPBACK, timing=Stopwatch().timing)
    with DemoPlatform(now) as site:
        yield Watched(world, lambda source, tools: site.connector(tools.http), http), site
    await http.aclose()


@pytest.fixture
async def misbehaving(world: World) -> AsyncIterator[tuple[Watched, MisbehavingServer]]:
    """The place of the world on the misbehaving server, ten reviews a page."""
    with MisbehavingServer(PlainDialect()) as server:
        http = server.http(Stopwatch().timing)
        yield Watched(world, lambda source, tools: server.connect(Plain, tools.http), http), server
        await http.aclose()
