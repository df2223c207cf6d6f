"""Fixtures of the floor of our words."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.demo_platform import DemoPlatform
from tests.replies.desk import Desk
from tests.world import World


@pytest.fixture
async def desk(world: World, demo_platform: DemoPlatform) -> AsyncIterator[Desk]:
    """A desk before a site with threads, on SQLite and again on PostgreSQL."""
    async with Desk(world, demo_platform) as desk:
        yield desk


@pytest.fixture
async def sqlite_desk(sqlite_world: World, demo_platform: DemoPlatform) -> AsyncIterator[Desk]:
    """The same on SQLite only, for what does not depend on the kind of database."""
    async with Desk(sqlite_world, demo_platform) as desk:
        yield desk
