"""Run the one chain of migrations on the connection that ``inbox.database`` opened."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlmodel import SQLModel

import inbox.models
import monitor.models
import replies.models
from monitor.db import Database

TABLES = (inbox.models, monitor.models, replies.models)
OURS = frozenset(SQLModel.metadata.tables)


def include(name: str | None, kind: str, _parents: object) -> bool:
    """Compare our tables only: the full-text index and the queue bring their own."""
    return kind != "table" or name in OURS


def render(kind: str, value: object, _context: object) -> str | Literal[False]:
    """Our column types by a name that a migration can import; words of an enum are plain text there."""
    if kind != "type":
        return False
    name = type(value).__name__
    if name in ("UtcDateTime", "Document"):
        return f"monitor.db.{name}()"
    if name == "EnumText":
        return "sa.String(length=32)"
    return "sa.String()" if name == "AutoString" else False


def run() -> None:
    """Use the connection that was handed in, else open one."""
    """Apply or compare on the given connection, else on one for the given address."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        with Database(context.config.attributes["url"]).write() as session:
            configure_and_run(session.connection())
        return
    configure_and_run(connection)


def configure_and_run(connection: object) -> None:
    """Tell Alembic what we compare and how our types are written, then run."""
    context.configure(connection=connection, target_metadata=SQLModel.metadata, include_name=include,  # type: ignore[arg-type]
                      compare_type=True, render_as_batch=True, transactional_ddl=False, render_item=render)
    context.run_migrations()


run()
