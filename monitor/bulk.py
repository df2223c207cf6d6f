"""Insert many rows by the driver's own ``executemany``, with the column types of the models.

SQLAlchemy spends more on the parameters of a wide row than SQLite on storing it; here each value goes once through the
bind processor of its column and no further.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlalchemy.engine import Dialect
from sqlmodel import Session


class Compiled(NamedTuple):
    """A statement for the driver, with what each value has to go through (None: as it is)."""

    statement: str
    names: tuple[str, ...]
    processors: tuple[Callable[[Any], Any] | None, ...]


_COMPILED: dict[tuple[str, str, tuple[str, ...]], Compiled] = {}


def compiled(table: Table, names: tuple[str, ...], dialect: Dialect) -> Compiled:
    """The insert of these columns, made once."""
    key = (dialect.name, table.name, names)
    if key not in _COMPILED:
        mark = "?" if dialect.name == "sqlite" else "%s"
        columns = ", ".join(dialect.identifier_preparer.quote(name) for name in names)
        processors = tuple(table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
        statement = f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608
        _COMPILED[key] = Compiled(statement, names, processors)
    return _COMPILED[key]


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


def _column(values: list[Any], process: Callable[[Any], Any] | None) -> list[Any]:
    if process is None:
        return values
    first = values[0]
    if first is None or isinstance(first, str | datetime):
        # Enums and moments repeat; a dictionary is cheaper than their processor.
        seen = {value: process(value) for value in set(values)}
        return [seen[value] for value in values]
    return [process(value) for value in values]
