"""Make, copy and drop databases for tests; start a PostgreSQL when none is given."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

import inbox.models
import monitor.models
import replies.models
from monitor import search
from monitor.db import Database

TABLES = (inbox.models, monitor.models, replies.models)


def build(url: str) -> None:
    """All tables in an empty database."""
    database = Database(url)
    with database.write() as session:
        SQLModel.metadata.create_all(session.connection())
        search.create(session.connection())
    database.close()


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL of our own from the wheel, for as long as the block lasts."""
    from pgserver import get_server  # type: ignore[attr-defined]

    with tempfile.TemporaryDirectory(prefix="otklik-pg-") as folder:
        Path(folder).chmod(0o777)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield str(make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False))
        finally:
            server.cleanup()


def named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _run(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def create(url: str, name: str, template: str = "template1") -> None:
    """A new database, copied from ``template``."""
    _run(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop(url: str, name: str) -> None:
    """Remove a database, whoever still looks at it."""
    _run(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
