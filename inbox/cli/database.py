"""``otklik db upgrade``, ``backup`` and ``restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inbox.cli.terminal import configured, console, fail

group = typer.Typer(no_args_is_help=True, help="The database.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(group, name="db")
    app.command()(backup)
    app.command()(restore)


@group.command()
def upgrade() -> None:
    """Bring the database to the form that this version works with; make a backup first."""
    from inbox import database
    from inbox.house import open_house

    house = open_house(configured())
    changed = database.upgrade(house.db)
    console.print(f"The database is at {database.newest()}." if changed else "Nothing to do.")
    house.close()


def backup(file: Annotated[Path, typer.Argument(help="File to write, for example otklik-2026-11-25.tar.gz.")]) -> None:
    """Save database, secret key and configuration in one file, while Otklik runs. Keep the file secret."""
    from inbox import backups

    try:
        backups.save(configured(), file)
    except backups.BackupError as error:
        fail(str(error))
    console.print(f"Saved to {file}. It holds the secret key: keep it as safe as a password.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that otklik backup wrote.")],
    force: Annotated[bool, typer.Option(help="Replace a database that is there.")] = False,
) -> None:
    """Bring back what a backup holds; Otklik must be stopped."""
    from inbox import backups

    try:
        backups.restore(configured(), file, force=force)
    except backups.BackupError as error:
        fail(str(error))
    console.print("Restored. Start it with: otklik serve")
