"""Fixtures for all floors: a fresh database of each kind, a fixed moment, the world of our cast."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.db import Database
from tests import databases

pytest_plugins = ["tests.fixtures"]

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Wednesday noon in Riga; decisions take it as an argument."""
    return NOW


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Address of a real PostgreSQL: the one given by OTKLIK_TEST_POSTGRESQL, else one that starts here."""
    given = os.environ.get("OTKLIK_TEST_POSTGRESQL")
    if given:
        yield given
        return
    with databases.postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    databases.build(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """Name of a migrated, empty database to copy from."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    databases.create(postgresql_url, name)
    databases.build(databases.named(postgresql_url, name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a fresh database; every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "otklik.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        yield f"sqlite:///{path}"
        return
    server: str = request.getfixturevalue("postgresql_url")
    name = f"test_{uuid.uuid4().hex[:12]}"
    databases.create(server, name, template=request.getfixturevalue("postgresql_template"))
    yield databases.named(server, name)
    databases.drop(server, name)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database on SQLite, and again on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def sqlite_db(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database only, for what does not depend on the kind."""
    path = tmp_path / "only.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.read() as session:
        session.execute(text("SELECT 1"))
    yield database
    database.close()
