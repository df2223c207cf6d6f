"""Bring the database to the newest form, and tell whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from monitor.db import SAFE_SQLITE, Database

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_041_868


class NotMigrated(Exception):
    """The database has an older or newer form than this version of Otklik works with."""


def alembic_config(url: str = "") -> AlembicConfig:
    """Alembic's configuration without an ini file."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def newest() -> str:
    """The revision that this version of Otklik works with."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


def current(db: Database) -> str:
    """The revision of the database; "" when it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(db: Database) -> bool:
    """Bring the database to the newest form; True when something changed. Two at once: the second waits."""
    if not newest() or current(db) == newest():
        return False
    with db.write() as session:
        connection = session.connection()
        if not db.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        config = alembic_config(db.url)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def require_current(db: Database) -> None:
    """Raises NotMigrated with the command to run unless the database has the form that we work with."""
    found, wanted = current(db), newest()
    if found == wanted:
        return
    if not found:
        raise NotMigrated("The database is empty. Run: otklik init (or otklik db upgrade for the bare tables).")
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if found not in known:
        raise NotMigrated("The database was used by a newer version of Otklik. Install that version again.")
    raise NotMigrated("The database has an older form. Make a backup, then run: otklik db upgrade")


def sqlite_version() -> tuple[int, ...]:
    """The version of SQLite that we really work with."""
    import pysqlite3.dbapi2

    return tuple(int(part) for part in pysqlite3.dbapi2.sqlite_version.split("."))


def sqlite_is_safe() -> bool:
    """False for the versions whose WAL can be damaged by two writers (3.7.0 to 3.51.2; fixed in 3.51.3)."""
    return sqlite_version() >= SAFE_SQLITE
