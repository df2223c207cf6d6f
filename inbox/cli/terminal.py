"""How commands speak: tables or JSON, progress for long work, a sentence instead of a trace for known errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from connectors.errors import ConnectorError
from inbox.config import Config, ConfigError, load
from inbox.house import House, open_house
from monitor.vault import VaultLocked

console = Console(highlight=False)


def fail(says: str, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end with ``code``."""
    typer.echo(says, err=True)
    raise typer.Exit(code)


def configured() -> Config:
    """The configuration; a mistake in it ends the command with its line and the allowed values."""
    try:
        return load()
    except ConfigError as error:
        fail(str(error), 2)


@contextmanager
def opened() -> Iterator[House]:
    """The house for one command; errors that a person can mend are said in one sentence."""
    from inbox.database import NotMigrated, require_current

    house = open_house(configured())
    try:
        require_current(house.db)
        yield house
    except NotMigrated as error:
        fail(str(error), 3)
    except (ConnectorError, VaultLocked, LookupError, ValueError) as error:
        fail(str(error))
    finally:
        house.close()


def show(rows: Sequence[dict[str, Any]], *, as_json: bool, title: str = "") -> None:
    """Rows as a table for people or as JSON for a script; the first row names the columns."""
    if as_json:
        json.dump(list(rows), sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
        return
    if not rows:
        console.print("Nothing here.")
        return
    table = Table(title=title or None, box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    console.print(table)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on standard error; silent when it is not a terminal."""
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                   console=Console(stderr=True), transient=True)
    with bar:
        yield bar
