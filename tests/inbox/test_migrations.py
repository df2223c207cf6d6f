"""The one chain of migrations leads from empty to exactly what the models say, on SQLite and PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from inbox import database
from monitor import search
from monitor.db import Database
from tests import databases

OURS = frozenset(SQLModel.metadata.tables)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield made
        made.close()
        return
    server: str = request.getfixturevalue("postgresql_url")
    name = f"empty_{uuid.uuid4().hex[:12]}"
    databases.create(server, name)
    made = Database(databases.named(server, name))
    yield made
    made.close()
    databases.drop(server, name)


def test_the_chain_ends_in_what_the_models_say(empty: Database) -> None:
    database.upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "include_name": lambda name, kind, _parents: kind != "table" or name in OURS})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_second_upgrade_changes_nothing(empty: Database) -> None:
    assert database.upgrade(empty)
    assert not database.upgrade(empty)


def test_the_full_text_index_is_the_one_that_the_code_works_with(empty: Database) -> None:
    database.upgrade(empty)
    with empty.write() as session:
        search.index(session, [search.Searchable(1, "soup", "en")])
        kind = session.connection().dialect.name
        assert search.query("soups", kind)


def test_an_empty_database_is_refused_with_the_command_to_run(empty: Database) -> None:
    with pytest.raises(database.NotMigrated, match="otklik init"):
        database.require_current(empty)


def test_a_newer_database_is_refused(empty: Database) -> None:
    database.upgrade(empty)
    with empty.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(database.NotMigrated, match="newer version"):
        database.require_current(empty)


def test_the_sqlite_that_we_carry_is_past_the_wal_bug() -> None:
    assert database.sqlite_is_safe()
