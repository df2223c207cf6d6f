"""A misbehaving server, a clock that nobody waits for, and a way out that is closed afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from connectors.http import Http
from tests.fakes.dialects.plain_platform import PlainDialect
from tests.fakes.platform import MisbehavingServer
from tests.fakes.timing import Stopwatch


@pytest.fixture
def watch() -> Stopwatch:
    """Pauses are counted, not waited for."""
    return Stopwatch()


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    """The plain platform with one review."""
    with MisbehavingServer(PlainDialect()) as running:
        running.platform.publish("Kind people, fast delivery.")
        yield running


@pytest.fixture
async def http(server: MisbehavingServer, watch: Stopwatch) -> AsyncIterator[Http]:
    """A way out that may reach the server."""
    way = server.http(watch.timing)
    yield way
    await way.aclose()
