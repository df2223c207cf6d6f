"""The documentation names what there is, and only that."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from pydantic import BaseModel
from typer.main import get_command

from connectors import kinds
from inbox.cli import app
from inbox.config import ENVIRONMENT, Settings
from inbox.version import VERSION
from tests.house.sources import ROOT
from tools import reference

PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "ARCHITECTURE.md"])


def setting_names(model: type[BaseModel] = Settings, prefix: str = "") -> set[str]:
    names: set[str] = set()
    for name, field in model.model_fields.items():
        names.add(f"{prefix}{name}")
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            names |= setting_names(inner, f"{prefix}{name}.")
    return names


def command_exists(words: list[str]) -> bool:
    found: click.Command = get_command(app)  # type: ignore[assignment]
    for word in words:
        if not isinstance(found, click.Group):
            return True
        if word not in found.commands:
            return False
        found = found.commands[word]
    return True


@pytest.mark.parametrize("path", list(reference.pages()), ids=lambda path: path.name)
def test_pages_that_follow_from_the_code_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == reference.pages()[path], "run: python -m tools.reference"


def test_every_setting_says_what_it_is_for() -> None:
    def silent(model: type[BaseModel]) -> list[str]:
        return [name for name, field in model.model_fields.items() if not field.description] + [
            inner for field in model.model_fields.values() if isinstance(field.annotation, type)
            and issubclass(field.annotation, BaseModel) for inner in silent(field.annotation)]
    assert silent(Settings) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_named_in_the_docs_exist(path: Path) -> None:
    named = re.findall(r"\botklik ((?:[a-z][a-z-]+ ?)+)", "\n".join(code_of(path)))
    assert [words for words in named if not command_exists(words.split())] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_settings_named_in_the_docs_exist(path: Path) -> None:
    known = setting_names()
    named = re.findall(r"`((?:connectors|monitor|replies|inbox)(?:\.[a-z_]+)+)`", path.read_text(encoding="utf-8"))
    modules = [name for name in named if name not in known and not is_module(name)]
    assert modules == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_variables_named_in_the_docs_exist(path: Path) -> None:
    named = set(re.findall(r"\bOTKLIK_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    allowed = {*ENVIRONMENT, *(f"{name}_FILE" for name in ENVIRONMENT), "OTKLIK_TEST_POSTGRESQL"}
    assert named - allowed == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_make_targets_named_in_the_docs_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    named = {name for path in PAGES for code in code_of(path) for name in re.findall(r"\bmake ([a-z-]+)", code)}
    assert named <= targets


def test_every_connector_is_documented() -> None:
    text = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
    assert [kind for kind in kinds() if f"`{kind}`" not in text] == []


def test_the_version_is_that_of_the_changelog() -> None:
    heading = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.M)
    assert heading is not None
    assert heading.group(1) == VERSION


def code_of(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.S) + re.findall(r"`([^`\n]+)`", text)


def is_module(name: str) -> bool:
    path = ROOT / Path(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists() or (ROOT / name).exists()
