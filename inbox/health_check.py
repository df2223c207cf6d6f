"""``otklik doctor``: what could go wrong here, and how to mend it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from inbox.config import Config
from inbox.database import current, newest, sqlite_is_safe, sqlite_version
from monitor.db import Database

ENOUGH_DISK = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """``state`` is good, warning or bad; ``remedy`` says what to do about the last two."""

    what: str
    state: str
    remedy: str = ""


def examine(config: Config) -> list[Finding]:
    """All findings, the good ones too."""
    return [*_database(config), *_files(config), *_mail(config), *_geo(config)]


def _database(config: Config) -> Iterator[Finding]:
    db = Database(config.database_url)
    kind = "SQLite" if db.is_sqlite else "PostgreSQL"
    try:
        with db.read() as session:
            session.execute(text("SELECT 1"))
        found = current(db)
    except (OperationalError, SQLAlchemyError) as error:
        yield Finding(f"{kind} does not answer: {str(error).splitlines()[0][:160]}", "bad",
                      "Check OTKLIK_DATABASE_URL and whether the server runs.")
        return
    finally:
        db.close()
    if found == newest():
        yield Finding(f"{kind} answers; its form is current ({found})", "good")
    else:
        yield Finding(f"{kind} has the form {found or 'of an empty database'}, {newest()} is wanted", "bad",
                      "Make a backup, then run: otklik db upgrade")
    if db.is_sqlite:
        yield from _sqlite()


def _sqlite() -> Iterator[Finding]:
    shown = ".".join(str(part) for part in sqlite_version())
    if sqlite_is_safe():
        yield Finding(f"SQLite {shown} is past the WAL bug that was fixed in 3.51.3", "good")
    else:
        yield Finding(f"SQLite {shown} can damage a database that two connections write to", "bad",
                      "Install the newer SQLite: pip install --upgrade pysqlite3, then start Otklik again.")


def _files(config: Config) -> Iterator[Finding]:
    if not os.access(config.var if config.var.exists() else config.var.parent, os.W_OK):
        yield Finding(f"{config.var} cannot be written", "bad", "Give this user the right to write there.")
        return
    free = shutil.disk_usage(config.var if config.var.exists() else config.var.parent).free
    yield Finding(f"{free // 1_000_000_000} GB free in {config.var}", "good" if free > ENOUGH_DISK else "warning",
                  "" if free > ENOUGH_DISK else "Free some space; a full disk stops the inbox.")
    key = config.var / "secret.key"
    if not config.secret_key and key.exists() and key.stat().st_mode & 0o077:
        yield Finding(f"{key} can be read by others", "bad", f"chmod 600 {key}")


def _mail(config: Config) -> Iterator[Finding]:
    mail = config.inbox.mail
    if not mail.host:
        yield Finding("No mail server is set: digests and alerts by mail wait", "warning",
                      "Set inbox.mail.host in config.yaml.")
        return
    try:
        with socket.create_connection((mail.host, mail.port), timeout=5):
            yield Finding(f"The mail server {mail.host}:{mail.port} answers", "good")
    except OSError as error:
        yield Finding(f"The mail server {mail.host}:{mail.port} does not answer: {error}", "bad",
                      "Check inbox.mail.host and inbox.mail.port in config.yaml.")


def _geo(config: Config) -> Iterator[Finding]:
    given = Path(config.monitor.geo_database) if config.monitor.geo_database else config.var / "geo.mmdb"
    if given.exists():
        yield Finding(f"IP addresses are placed by {given}", "good")
    else:
        yield Finding("No database places IP addresses: that sign says “no data”", "warning",
                      "Download DB-IP City Lite (MMDB) and run: otklik monitor geo install FILE")
