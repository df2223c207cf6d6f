"""``otklik connectors``: what platforms there are, what they can do, and trying them without storing anything."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import BaseModel, SecretStr, ValidationError

from connectors import kinds
from connectors.base import Can, Connector, Identity, Item
from connectors.errors import ConnectorError
from inbox.cli.terminal import configured, console, fail, opened, show

group = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


def known(kind: str) -> type[Connector]:
    """The platform of that kind; an unknown one ends the command with the list of known ones."""
    if kind not in kinds():
        fail(f"There is no connector “{kind}”. Known: {', '.join(sorted(kinds()))}.", 2)
    return kinds()[kind]


def abilities(can: Can) -> str:
    """What a platform offers, in a few words."""
    told = ["reads"] if can.polls else ["takes what is pushed"]
    if can.reply != "none":
        told.append(f"replies ({can.reply})")
    told += [word for word, has in (("IP", can.gives_ip), ("city", can.gives_city),
                                    ("verified purchase", can.gives_verified_purchase), ("edits", can.sees_edits),
                                    ("total", can.reports_total)) if has]
    return ", ".join(told)


@group.command("list")
def list_kinds(json: AsJson = False) -> None:
    """All known platforms."""
    show([{"kind": kind, "platform": platform.label, "can": abilities(platform.can)}
          for kind, platform in sorted(kinds().items())], as_json=json)


@group.command("show")
def show_kind(kind: str, json: AsJson = False) -> None:
    """One platform: the access it needs, its settings, what it can do."""
    platform = known(kind)
    settings = [{"setting": name, "secret": field.annotation is SecretStr, "needed": field.is_required(),
                 "what": field.description} for name, field in platform.Settings.model_fields.items()]
    if not json:
        console.print(f"{platform.label} ({kind})\n{platform.access}\nCan: {abilities(platform.can)}\n")
    show(settings, as_json=json)


@group.command()
def check(name: Annotated[str, typer.Argument(help="Name or number of a source.")]) -> None:
    """Ask a platform who we are there, with the key of a source."""
    from inbox import finding

    with opened() as house:
        connector = finding.connector(house, name)

        async def ask() -> Identity:
            async with house.http:
                return await connector.check()

        found = asyncio.run(ask())
        console.print(f"{connector.label}: signed in as {found.name}.")
        for warning in found.warnings:
            console.print(warning)


@group.command("try")
def try_kind(
    kind: str,
    settings: Annotated[Path, typer.Option(help="YAML file with the settings.")],
    place: Annotated[str, typer.Option(help="External id of the place; default: the first.")] = "",
    limit: Annotated[int, typer.Option(help="Items after which to stop.", min=1)] = 20,
    json: AsJson = False,
) -> None:
    """Fetch and print items of a platform without storing anything."""
    platform = known(kind)
    given = filled(platform, settings)
    try:
        items = asyncio.run(fetched(platform, given, place, limit))
    except ConnectorError as error:
        fail(error.says)
    show([{"id": item.external_id, "when": item.created_at, "who": item.author_name, "rating": item.rating,
           "text": (item.title + " " + item.text).strip()[:120]} for item in items], as_json=json)


def filled(platform: type[Connector], file: Path) -> BaseModel:
    """The settings of a YAML file; a wrong one ends the command and says which field."""
    try:
        return platform.Settings.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        fail(f"{file} cannot be read: {error}", 2)
    except ValidationError as error:
        wrong: list[Any] = error.errors()
        fail("\n".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong), 2)


async def fetched(platform: type[Connector], settings: BaseModel, place_id: str, limit: int) -> list[Item]:
    """Up to ``limit`` items of one place."""
    from inbox.house import new_http

    http = new_http(configured())
    connector = platform(settings, http)
    found: list[Item] = []
    try:
        places = await connector.places()
        chosen = next((one for one in places if place_id in ("", one.external_id)), None)
        if chosen is None:
            fail(f"There is no place {place_id!r}. Known: {', '.join(one.external_id for one in places)}.", 2)
        async for batch in connector.fetch(chosen, None):
            found += batch.items
            if len(found) >= limit:
                break
    finally:
        await http.aclose()
    return found[:limit]
