"""``otklik replies``: what waits, posting and verifying by hand."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from sqlmodel import col, select

from inbox.cli.terminal import console, opened, show
from inbox.jobs import clock, worker_name
from replies.models import Reply, ReplyState

group = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Number = Annotated[int, typer.Option("--id", help="Number of a reply.")]


@group.command("list")
def list_replies(
    state: Annotated[ReplyState | None, typer.Option(help="Only replies in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50, json: AsJson = False,
) -> None:
    """The newest replies."""
    with opened() as house, house.db.read() as session:
        statement = select(Reply).order_by(col(Reply.id).desc()).limit(limit)
        if state:
            statement = statement.where(Reply.state == state)
        show([{"number": row.id, "item": row.item_id, "purpose": row.purpose, "state": row.state,
               "posted": row.posted_at, "text": row.text[:80]} for row in session.exec(statement).all()], as_json=json)


@group.command()
def post(number: Number) -> None:
    """Post one approved reply now."""
    from replies import post as posting

    with opened() as house:
        reply = asyncio.run(posting.post(number, house.tools, house.config.replies, clock(), worker_name()))
        console.print(f"Reply {number}: {reply.state}. {reply.says}".strip())


@group.command()
def verify(number: Number) -> None:
    """Look for one reply on its page now."""
    from replies import verify as looking

    with opened() as house:
        reply = asyncio.run(looking.verify(number, house.tools, house.config.replies, clock()))
        console.print(f"Reply {number}: {reply.state}. {reply.says}".strip())
