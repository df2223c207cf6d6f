"""Write a migration for what the models changed, against an empty SQLite that has all earlier ones."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from inbox import database
from monitor.db import Database


def main(message: str) -> int:
    """Make ``inbox/migrations/versions/<number>_<message>.py``; read it before you commit it."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'empty.db'}")
        database.upgrade(db)
        script = ScriptDirectory.from_config(database.alembic_config())
        number = f"{len(list(script.walk_revisions())) + 1:04d}"
        command.revision(database.alembic_config(db.url), message=message, autogenerate=True, rev_id=number)
        db.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
