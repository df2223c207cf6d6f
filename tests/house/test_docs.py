"""The documentation names what there is, and only that."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import BaseModel
from typer.core import TyperGroup
from typer.main import get_command

from connectors import kinds
from connectors.base import Connector
from connectors.own_site import OwnSite, verify_signature
from inbox.cli import app
from inbox.config import ENVIRONMENT, Settings
from inbox.version import VERSION
from monitor.settings import Points
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
    found: object = get_command(app)
    for word in words:
        if not isinstance(found, TyperGroup):
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


def test_the_python_example_signs_as_we_check() -> None:
    with recorder() as (address, heard):
        code = example("connecting.md", "python", "def push").replace("http://127.0.0.1:8080", address)
        run_code(code)
    body, headers = heard[0]
    verify_signature("your_signing_secret", headers["x-otklik-timestamp"], body, headers["x-otklik-signature"],
                     datetime.now(UTC))
    assert [OwnSite.read(raw).external_id for raw in json.loads(body)["items"]] == ["r-2"]


def test_the_shell_example_signs_as_we_check(tmp_path: Path) -> None:
    code = example("connecting.md", "", "openssl dgst").partition("curl -s")[0]
    done = subprocess.run(["bash", "-euc", f"{code}\necho $NOW $SIGNATURE"], cwd=tmp_path, capture_output=True,
                          text=True, check=True)
    timestamp, signature = done.stdout.split()
    body = (tmp_path / "review.json").read_bytes()
    verify_signature("your_signing_secret", timestamp, body, signature, datetime.now(UTC))
    assert [OwnSite.read(raw).external_id for raw in json.loads(body)["items"]] == ["r-1"]


def test_the_example_of_a_package_is_a_connector() -> None:
    platform = run_code(example("connectors.md", "python", "class ReviewSite("))["ReviewSite"]
    raw = {"id": 7, "author": "Marta", "stars": 4, "text": "Good soup.", "created_at": "2026-11-24T10:00:00Z"}
    assert issubclass(platform, Connector)
    assert platform.read(raw).external_id == "7"
    assert tomllib.loads(example("connectors.md", "toml", "entry-points"))["project"]["entry-points"] == {
        "otklik.connectors": {platform.kind: f"{platform.kind}:{platform.__name__}"}}


def test_the_points_named_in_the_docs_are_those_of_the_settings() -> None:
    text = (ROOT / "docs" / "judging.md").read_text(encoding="utf-8")
    told = [int(points) for points in re.findall(r"^\|[^|]+\| (-?\d+) \|", text, flags=re.M)]
    held = [value for name, value in Points() if name != "base" and not name.endswith("_limit")]
    assert sorted(told) == sorted(held)


def test_the_version_is_that_of_the_changelog() -> None:
    heading = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.M)
    assert heading is not None
    assert heading.group(1) == VERSION


def code_of(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return re.findall(r"```[a-z]*\n(.*?)```", text, flags=re.S) + re.findall(r"`([^`\n]+)`", text)


def example(page: str, language: str, holds: str) -> str:
    """The code block of a page that holds these words."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "docs" / page).read_text("utf-8"), flags=re.S | re.M)
    found: str = next(block for block in blocks if holds in block)
    return found


def run_code(code: str) -> dict[str, Any]:
    """The names that a piece of Python leaves behind."""
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, "example", "exec"), names)
    return names


@contextmanager
def recorder() -> Iterator[tuple[str, list[tuple[bytes, dict[str, str]]]]]:
    """A server on loopback that keeps the body and the headers of what is posted to it."""
    heard: list[tuple[bytes, dict[str, str]]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"results": []}')

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()


def is_module(name: str) -> bool:
    path = ROOT / Path(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists() or (ROOT / name).exists()
