"""The command line: ``otklik``, with a group of commands for each floor."""

from __future__ import annotations

import typer

from inbox.cli import connectors, database, inbox, monitor, replies, service

app = typer.Typer(
    name="otklik", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Hear what customers say, decide what is genuine, answer as people, see every problem through.",
)
service.add_to(app)
database.add_to(app)
app.add_typer(connectors.group, name="connectors", help="Platforms: what there is, what they can, try them.")
app.add_typer(monitor.group, name="monitor", help="The memory: sources, checks, imports, authenticity.")
app.add_typer(replies.group, name="replies", help="Our words: post and verify by hand.")
app.add_typer(inbox.group, name="inbox", help="The application: team, tokens, digest, demo.")
