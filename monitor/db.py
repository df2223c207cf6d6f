"""The door to the database: one engine, reads and writes apart, times in UTC, rows claimed by compare-and-set.

SQLite: the wheel ``pysqlite3`` carries a version without the WAL corruption bug (fixed in 3.51.3). Every writer says
BEGIN IMMEDIATE, because a deferred transaction that upgrades fails at once whatever ``busy_timeout`` says; writers of
this process queue on a lock instead of polling the file, other processes wait up to ``BUSY_SECONDS``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import JSON, DateTime, Engine, String, create_engine, event, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

BUSY_SECONDS = 30
SAFE_SQLITE = (3, 51, 3)
EnumT = TypeVar("EnumT", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; a naive one is refused, because nobody can know what it meant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without zone cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_of(words: type[EnumT]) -> type[TypeDecorator[EnumT]]:
    """A column type that stores the words of an enum as plain text, so that a new word needs no migration."""

    class EnumText(TypeDecorator[EnumT]):
        impl = String(32)
        cache_ok = True

        def process_bind_param(self, value: EnumT | str | None, dialect: Dialect) -> str | None:
            return None if value is None else words(value).value

        def process_result_value(self, value: Any | None, dialect: Dialect) -> EnumT | None:
            return None if value is None else words(value)

    return EnumText


class Document(TypeDecorator[Any]):
    """JSON: text on SQLite, JSONB on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(postgresql.JSONB() if dialect.name == "postgresql" else JSON())


def _to_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str).decode()


def _sqlite_engine(url: str) -> Engine:
    import pysqlite3.dbapi2 as module

    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, module=module, json_serializer=_to_json, json_deserializer=orjson.loads,
                           connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
                           pool_size=20, max_overflow=30)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY",
                       "cache_size=-32000", "mmap_size=268435456"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql_engine(url: str) -> Engine:
    return create_engine(url, json_serializer=_to_json, json_deserializer=orjson.loads,
                         pool_size=10, max_overflow=20, pool_pre_ping=True)


class Database:
    """One database, for reading and for writing; the same code on SQLite and PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self._writing = self.engine.execution_options(writes=True)
        self._turn = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that commits at the end, or leaves nothing behind when an error passes through."""
        with self._turn if self.is_sqlite else nullcontext():
            with Session(self._writing, expire_on_commit=False) as session, session.begin():
                yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def claim(session: Session, table: type[SQLModel], row_id: int, *, where: Mapping[str, Any],
          values: Mapping[str, Any]) -> bool:
    """Change one row only if it still is what we saw; True for the one caller who wins.

    ``where`` repeats the old state, ``values`` is the new one. Needs no lock service on either database.
    """
    columns = table.__table__.columns  # type: ignore[attr-defined]
    statement = update(table).where(columns["id"] == row_id)
    for name, old in where.items():
        statement = statement.where(columns[name].is_(None) if old is None else columns[name] == old)
    result = session.execute(statement.values(dict(values)).execution_options(synchronize_session="fetch"))
    return bool(getattr(result, "rowcount", 0) == 1)


def upsert(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str],
           change: Sequence[str] = ()) -> None:
    """Insert the rows; where ``key`` exists, change the columns named in ``change`` (none: leave the row as it is)."""
    if not rows:
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement: Any = insert(table)
    if change:
        statement = statement.on_conflict_do_update(
            index_elements=list(key), set_={name: statement.excluded[name] for name in change})
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    session.execute(statement, [dict(row) for row in rows])
