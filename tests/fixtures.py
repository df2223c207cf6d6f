"""Fixtures that stand on the world of our cast; each floor adds its own below its heading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from monitor.db import Database
from tests.fakes.demo_platform import DemoPlatform
from tests.world import World


@pytest.fixture
def world(db: Database, now: datetime) -> World:
    """Our cast in a fresh database, on SQLite and again on PostgreSQL."""
    return World(db, now)


@pytest.fixture
def sqlite_world(sqlite_db: Database, now: datetime) -> World:
    """Our cast on SQLite only, for what does not depend on the kind of database."""
    return World(sqlite_db, now)


@pytest.fixture
def demo_platform(now: datetime) -> Iterator[DemoPlatform]:
    """A real review site on loopback without visitors; the test is its only visitor and its clock."""
    with DemoPlatform(now) as platform:
        yield platform
