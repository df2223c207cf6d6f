"""Write the pages that follow from the code: settings, commands, and the table of what each platform can do.

``python -m tools.reference`` writes them; a test fails when they are not up to date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from connectors import kinds
from connectors.base import Can, Connector
from inbox.cli import app
from inbox.config import ENVIRONMENT, SECRET_NAMES, Settings

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- abilities: written by tools/reference.py -->", "<!-- /abilities -->"


def settings_page() -> str:
    """Every setting of config.yaml and of the environment."""
    parts = ["# Settings", "", "`otklik init` writes a `config.yaml` with every setting and its default in comments. "
             "A mistake stops the start with its line and what is allowed. Secrets and addresses of servers may come "
             "from the environment instead."]
    for name, field in Settings.model_fields.items():
        model = field.annotation
        assert isinstance(model, type)
        parts += ["", f"## {name}", "", _first_line(model), ""]
        parts += ["| setting | default | what it is for |", "|---|---|---|", *_rows(model, f"{name}.")]
    parts += ["", "## Environment", "", "| variable | what it is for |", "|---|---|"]
    parts += [f"| `{name}` | {text} |" for name, text in ENVIRONMENT.items()]
    parts += ["", f"{', '.join(f'`{name}`' for name in SECRET_NAMES)} may also be given as the path of a file that "
              "holds the value: add `_FILE` to the name."]
    return "\n".join(parts) + "\n"


def _first_line(model: type) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _rows(model: type, prefix: str) -> list[str]:
    assert issubclass(model, BaseModel)
    rows = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            rows += _rows(inner, f"{prefix}{name}.")
            continue
        default = field.get_default(call_default_factory=True)
        shown = "" if hasattr(default, "get_secret_value") else f"`{getattr(default, 'value', default)!r}`"
        rows.append(f"| `{prefix}{name}` | {shown} | {field.description} |")
    return rows


def commands_page() -> str:
    """Every command with its arguments and options."""
    parts = ["# Commands", "", "`otklik --help` and `otklik <group> --help` show the same in the terminal. "
             "Commands with `--json` write what a script can read."]
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    parts += _commands(root, "otklik")
    return "\n".join(parts) + "\n"


def _commands(group: TyperGroup, path: str) -> list[str]:
    parts: list[str] = []
    for name in sorted(group.commands):
        command = group.commands[name]
        if isinstance(command, TyperGroup):
            parts += _commands(command, f"{path} {name}")
            continue
        assert isinstance(command, TyperCommand)
        parts += ["", f"## `{path} {name}`", "", (command.help or "").strip()]
        parts += _parameters(command)
    return parts


def _parameters(command: TyperCommand) -> list[str]:
    rows = []
    for parameter in command.params:
        if "--help" in parameter.opts:
            continue
        names = "`, `".join([*parameter.opts, *parameter.secondary_opts]) if isinstance(parameter, TyperOption) else (
            parameter.name or "").upper()
        rows.append(f"- `{names}`: {getattr(parameter, 'help', '') or ''}".rstrip(": "))
    return ["", *rows] if rows else []


COLUMNS = ("platform", "reads", "replies", "IP", "city", "verified purchase", "edits", "total", "access")


def abilities_table(columns: Sequence[str] = COLUMNS) -> str:
    """What each platform can do, as a table of these columns."""
    rows = [_line(columns), _line(["---"] * len(columns)).replace(" ", "")]
    rows += [_line([_ability(platform)[name] for name in columns])
             for _kind, platform in sorted(kinds().items(), key=lambda pair: pair[1].label.lower())]
    return "\n".join(rows)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _ability(platform: type[Connector]) -> dict[str, str]:
    can: Can = platform.can
    marks = (can.gives_ip, can.gives_city, can.gives_verified_purchase, can.sees_edits, can.reports_total)
    cells = [f"**{platform.label}** (`{platform.kind}`)", "yes" if can.polls else "is sent to us", _reply(can),
             *("yes" if has else "–" for has in marks), " ".join(platform.access.split())]
    return dict(zip(COLUMNS, cells, strict=True))


def _reply(can: Can) -> str:
    if can.reply == "none":
        return "by hand"
    limit = f", {can.max_reply_chars} characters" if can.max_reply_chars else ""
    return ("in the thread" if can.reply == "thread" else "one, replaceable") + limit


def with_abilities(text: str, columns: Sequence[str]) -> str:
    """A page with the table between its marks brought up to date."""
    table = f"{BEGIN}\n{abilities_table(columns)}\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: table, text, flags=re.S)


def pages() -> dict[Path, str]:
    """Every page that follows from the code, as it should be."""
    found = {ROOT / "docs" / "settings.md": settings_page(), ROOT / "docs" / "commands.md": commands_page()}
    for path, columns in ((ROOT / "README.md", COLUMNS[:-1]), (ROOT / "docs" / "connectors.md", COLUMNS)):
        found[path] = with_abilities(path.read_text(encoding="utf-8"), columns)
    return found


def main() -> None:
    """Write them."""
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
