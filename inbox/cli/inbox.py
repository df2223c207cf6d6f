"""``otklik inbox``: team, tokens, digest, demo."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select

from inbox import finding
from inbox.cli.terminal import configured, console, fail, opened, show
from inbox.jobs import clock
from monitor.models import Role, TeamMember

group = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@group.command()
def team(json: AsJson = False) -> None:
    """The team and their roles."""
    with opened() as house, house.db.read() as session:
        show([{"number": row.id, "name": row.name, "e-mail": row.email, "role": row.role, "active": row.active}
              for row in session.exec(select(TeamMember)).all()], as_json=json)


@group.command()
def add_member(
    name: Annotated[str, typer.Option(prompt=True)], email: Annotated[str, typer.Option(prompt=True)],
    role: Annotated[Role, typer.Option()] = Role.AGENT, language: Annotated[str, typer.Option()] = "en",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add a team member who can sign in."""
    from inbox import setting_up

    with opened() as house, house.db.write() as session:
        setting_up.add_member(session, clock(), name=name, email=email, role=role, language=language, password=password)
    console.print(f"{name} can sign in with {email}.")


@group.command()
def password(
    email: Annotated[str, typer.Argument(help="E-mail, name or number of a team member.")],
    new: Annotated[str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Set a new password and sign the member out everywhere."""
    from inbox import setting_up

    with opened() as house, house.db.write() as session:
        setting_up.new_password(session, finding.member(session, email).id or 0, new, clock())
    console.print("The new password is set.")


@group.command()
def token(
    email: Annotated[str, typer.Argument(help="E-mail, name or number of a team member.")],
    name: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    scope: Annotated[list[str] | None, typer.Option(help="For example items:read; may be given several times.")] = None,
) -> None:
    """Make a token for the API; it is shown once."""
    from inbox import tokens

    with opened() as house, house.db.write() as session:
        member = finding.member(session, email)
        secret, _row = tokens.create(session, member.id or 0, name, scope or ["items:read"], clock())
    console.print(secret)


@group.command()
def digest(
    brand: Annotated[str, typer.Option(help="Name, slug or number; not needed when there is one brand.")] = "",
    member: Annotated[str, typer.Option(help="For whom; default: the first lead.")] = "",
    preview: Annotated[Path, typer.Option(help="HTML file to write.")] = Path("digest.html"),
    show_it: Annotated[bool, typer.Option("--open/--no-open", help="Open it in the browser.")] = True,
) -> None:
    """Write the weekly digest of the present week as a page."""
    from inbox import digest as weekly

    with opened() as house:
        with house.db.read() as session:
            about = finding.brand(session, brand)
            leads = [row for row in session.exec(select(TeamMember)).all() if row.role in (Role.LEAD, Role.ADMIN)]
            reader = finding.member(session, member) if member else next(iter(leads), None)
        if reader is None:
            fail("There is no lead or administrator to write to. Say for whom with --member.")
        preview.write_text(weekly.preview(house, about, reader, clock()), encoding="utf-8")
    console.print(f"Written to {preview}.")
    if show_it:
        webbrowser.open(preview.absolute().as_uri())


@group.command()
def demo(fresh: Annotated[bool, typer.Option(help="Throw the demo away; the next start fills it.")] = False) -> None:
    """The demo: thrown away with --fresh; ``otklik serve --demo`` fills and serves it."""
    from inbox.demo import start

    if not fresh:
        fail("Nothing done. Use --fresh to throw the demo away, and otklik serve --demo to start it.", 2)
    try:
        start.throw_away(configured())
    except ValueError as error:
        fail(str(error))
    console.print("The demo is gone; the next start fills a fresh one.")
