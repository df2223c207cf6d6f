"""Insert many rows by the driver's own ``executemany``, with the column types of the models; ask for many by key.

SQLAlchemy spends more on the parameters of a wide row than SQLite on storing it; here each value goes once through the
bind processor of its column and no further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ARRAY, ColumnElement, String, Table, any_, func, literal, select
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine
from sqlmodel import Session, col

from monitor.db import UtcDateTime


class Compiled(NamedTuple):
    """A statement for the driver, with what each value has to go through (None: as it is)."""

    statement: str
    names: tuple[str, ...]
    processors: tuple[Callable[[Any], Any] | None, ...]


def among(session: Session, column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column of texts holds one of the words: one parameter whatever their number, on both databases."""
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(orjson.dumps(list(words)).decode()).table_valued("value")
        return col(column).in_(select(listed.c.value))
    return col(column) == any_(literal(list(words), ARRAY(String)))


_COMPILED: dict[tuple[str, str, tuple[str, ...]], Compiled] = {}


def compiled(table: Table, names: tuple[str, ...], dialect: Dialect) -> Compiled:
    """The insert of these columns, made once."""
    key = (dialect.name, table.name, names)
    if key not in _COMPILED:
        mark = "?" if dialect.name == "sqlite" else "%s"
        columns = ", ".join(dialect.identifier_preparer.quote(name) for name in names)
        processors = tuple(_processor(table.c[name].type, dialect) for name in names)
        statement = f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608
        _COMPILED[key] = Compiled(statement, names, processors)
    return _COMPILED[key]


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, UtcDateTime) and dialect.name == "sqlite":
        return _moment
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _moment(value: datetime | None) -> str | None:
    """A moment as SQLAlchemy writes it on SQLite, by the quickest way. Raises ValueError for a naive one."""
    if value is None:
        return None
    if value.tzinfo is not UTC:
        if value.tzinfo is None:
            raise ValueError(f"a time without zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
    return value.isoformat(" ", "microseconds")[:26]


def insert_many(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns; a column that none names gets the database's default or NULL."""
    if rows:
        connection = session.connection()
        ready = compiled(table, tuple(rows[0]), connection.dialect)
        connection.exec_driver_sql(ready.statement, bound(ready, rows))


def bound(ready: Compiled, rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows as the driver takes them."""
    columns = [_column([row[name] for row in rows], process)
               for name, process in zip(ready.names, ready.processors, strict=True)]
    return list(zip(*columns, strict=True))


def _column(values: list[Any], process: Callable[[Any], Any] | None) -> Iterable[Any]:
    if process is None:
        return values
    different = dict(zip(map(id, values), values, strict=True))
    if len(different) * 2 > len(values):
        return map(process, values)
    # States, moments and empty documents are the same few objects again and again.
    seen = {identity: process(value) for identity, value in different.items()}
    return map(seen.__getitem__, map(id, values))
