"""Full text behind one door: FTS5 on SQLite, tsvector on PostgreSQL, over the same words made by ``wording.py``.

The table ``item_search`` belongs to no model: each database has its own kind. Results come newest heard first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, literal_column, table, text
from sqlalchemy.engine import Connection
from sqlmodel import Session, col, select

from monitor.models import Item
from monitor.wording import Wanted, indexed, tokens, wanted

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS item_search USING fts5("
        "words, content='', contentless_delete=1, detail=none, tokenize='ascii', prefix='3')",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS item_search (item_id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX IF NOT EXISTS item_search_words ON item_search USING gin (words)",
    ),
}
TABLE = table("item_search")
INSERT = {
    "sqlite": "INSERT INTO item_search (rowid, words) VALUES (?, ?)",
    "postgresql": "INSERT INTO item_search (item_id, words) VALUES (%s, array_to_tsvector(%s::text[]))",
}
_DELETE = {
    "sqlite": "DELETE FROM item_search WHERE rowid = ?",
    "postgresql": "DELETE FROM item_search WHERE item_id = %s",
}


class Searchable(NamedTuple):
    """An item and all that it is found by: its text, names and numbers; ``language`` empty when unknown."""

    item_id: int
    text: str
    language: str = ""


def create(connection: Connection) -> None:
    """Make the full-text table where it is missing; called by the migration and by tests."""
    for statement in CREATE[connection.dialect.name]:
        connection.execute(text(statement))


def index(session: Session, rows: Sequence[Searchable], *, replace: bool = False) -> None:
    """Make the rows findable; ``replace`` when they were indexed before."""
    if not rows:
        return
    connection = session.connection()
    kind = connection.dialect.name
    if replace:
        connection.exec_driver_sql(_DELETE[kind], [(row.item_id,) for row in rows])
    connection.exec_driver_sql(INSERT[kind], filed(rows, kind))


def filed(rows: Sequence[Searchable], kind: str) -> list[tuple[Any, ...]]:
    """The rows of ``item_search`` as the driver takes them."""
    if kind == "sqlite":
        return [(row.item_id, indexed(row.text, row.language)) for row in rows]
    return [(row.item_id, list(tokens(row.text, row.language))) for row in rows]


def reindex(session: Session, item_ids: Sequence[int]) -> None:
    """Read the items and index them anew, for whoever changed a text outside ``ingest``."""
    columns = (Item.id, Item.language, Item.title, Item.text, Item.pros, Item.cons, Item.author_name,
               Item.author_email, Item.order_number)
    statement = select(*columns).where(col(Item.id).in_(item_ids))  # type: ignore[call-overload]
    rows = [Searchable(row[0], "\n".join(row[2:]), row[1]) for row in session.execute(statement)]
    index(session, rows, replace=True)


def query(typed: str, kind: str) -> str:
    """The match expression for what a person typed, for the dialect ``sqlite`` or ``postgresql``; empty: no words."""
    return (_fts5 if kind == "sqlite" else _tsquery)(wanted(typed))


def _fts5(terms: Sequence[Wanted]) -> str:
    found = []
    for term in terms:
        choices = [f'"{word}"' for word in term.words]
        if term.prefix:
            choices.append(f'"{term.prefix}"*')
        found.append("(" + " OR ".join(choices) + ")")
    return " AND ".join(found)


def _tsquery(terms: Sequence[Wanted]) -> str:
    found = []
    for term in terms:
        choices = [f"'{word}'" for word in term.words]
        if term.prefix:
            choices.append(f"'{term.prefix}':*")
        found.append("(" + " | ".join(choices) + ")")
    return " & ".join(found)


def matches(session: Session, typed: str) -> ColumnElement[bool] | None:
    """A condition on ``TABLE``, to be joined by ``item_id(session) == item.id``; None when no word was typed."""
    kind = session.get_bind().dialect.name
    expression = query(typed, kind)
    if not expression:
        return None
    if kind == "sqlite":
        return text("item_search MATCH :words").bindparams(bindparam("words", expression))  # type: ignore[return-value]
    return text("item_search.words @@ CAST(:words AS tsquery)").bindparams(  # type: ignore[return-value]
        bindparam("words", expression))


def item_id(session: Session) -> ColumnElement[int]:
    """The column of ``item_search`` that holds the item's id."""
    return literal_column("item_search.rowid" if session.get_bind().dialect.name == "sqlite" else "item_search.item_id")
