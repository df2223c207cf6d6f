"""Save and bring back everything: the database, the secret key, the configuration."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from inbox.config import Config
from inbox.database import current
from inbox.version import VERSION
from monitor.db import Database

SQLITE_NAME, DUMP_NAME, KEY_NAME, CONFIG_NAME, ABOUT_NAME = (
    "otklik.db", "postgresql.dump", "secret.key", "config.yaml", "about.json")


class BackupError(Exception):
    """A backup cannot be written or brought back; the text says what to do."""


def save(config: Config, file: Path) -> None:
    """Write a consistent copy while others read and write. Raises BackupError."""
    if file.exists():
        raise BackupError(f"{file} is there already. Choose another name.")
    db = Database(config.database_url)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / ABOUT_NAME).write_text(json.dumps({"version": VERSION, "revision": current(db)}))
        if db.is_sqlite:
            _copy_sqlite(db, place / SQLITE_NAME)
        else:
            _pg("pg_dump", config.database_url, "--format=custom", f"--file={place / DUMP_NAME}")
        for source, name in ((config.var / "secret.key", KEY_NAME), (config.path, CONFIG_NAME)):
            if source is not None and source.exists():
                shutil.copy(source, place / name)
        _pack(place, file)
    db.close()


def _copy_sqlite(db: Database, target: Path) -> None:
    connection = db.engine.raw_connection()
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def _pack(place: Path, file: Path) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz") as archive:
        for member in sorted(place.iterdir()):
            archive.add(member, arcname=member.name)


def _pg(program: str, url: str, *arguments: str) -> None:
    """Run PostgreSQL's own tool; the password goes through the environment, never the command line."""
    if shutil.which(program) is None:
        raise BackupError(f"{program} is missing. Install PostgreSQL's client tools of the server's version "
                          "(Debian: apt-get install postgresql-client).")
    address = make_url(url).set(drivername="postgresql")
    environment = {**os.environ, "PGPASSWORD": str(address.password or "")}
    shown = address.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run([program, f"--dbname={shown}", *arguments], env=environment, capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {done.stderr.strip()[:500]}")


def restore(config: Config, file: Path, *, force: bool) -> None:
    """Bring back a backup of the same kind of database. Raises BackupError; a failed restore changes nothing."""
    members = _unpack(file)
    db = Database(config.database_url)
    wanted = SQLITE_NAME if db.is_sqlite else DUMP_NAME
    if wanted not in members:
        raise BackupError("The backup is of the other kind of database. Set OTKLIK_DATABASE_URL to that kind first.")
    if current(db) and not force:
        raise BackupError("There is a database already. Add --force to replace it.")
    db.close()
    config.var.mkdir(parents=True, exist_ok=True)
    if db.is_sqlite:
        _put_sqlite(Path(make_url(config.database_url).database or ""), members[SQLITE_NAME])
    else:
        with tempfile.NamedTemporaryFile(suffix=".dump") as dump:
            dump.write(members[DUMP_NAME])
            dump.flush()
            _pg("pg_restore", config.database_url, "--clean", "--if-exists", "--single-transaction", dump.name)
    if KEY_NAME in members:
        _put_key(config.var / "secret.key", members[KEY_NAME])


def _unpack(file: Path) -> dict[str, bytes]:
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    try:
        with tarfile.open(file, "r:gz") as archive:
            return {member.name: (archive.extractfile(member) or io.BytesIO()).read()
                    for member in archive.getmembers() if member.isfile()}
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupError(f"{file} is not a backup of Otklik, or it is damaged: {error}.") from error


def _put_sqlite(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".restoring")
    fresh.write_bytes(data)
    for rest in ("-wal", "-shm"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    fresh.replace(path)


def _put_key(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
