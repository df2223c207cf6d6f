"""What every connector must be: declared as it is, read from samples, and safe with whatever a platform sends."""

from __future__ import annotations

import ast
import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

import connectors
from connectors.base import Connector, Item, ReplyMode
from connectors.errors import Surprise
from tests.fakes.plain_platform import Plain, PlainSilent, PlainSingle

ROOT = Path(__file__).parents[2]
SAMPLES = Path(__file__).parent
KINDS: dict[str, type[Connector]] = {**connectors.kinds(), Plain.kind: Plain}
LONGEST = 280
SECRET_NAMES = ("key", "password", "secret", "token")

every_kind = pytest.mark.parametrize("platform", [pytest.param(platform, id=kind) for kind, platform in KINDS.items()])


def samples(kind: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((SAMPLES / kind).glob("*.json"))]


ALL_SAMPLES = [pytest.param(kind, json.loads(path.read_text("utf-8")), id=f"{kind}/{path.stem}")
               for kind in KINDS for path in sorted((SAMPLES / kind).glob("*.json"))]
RAWS = [(kind, sample["raw"]) for kind in KINDS for sample in samples(kind)]


def overridden(platform: type[Connector], method: str) -> bool:
    return getattr(platform, method) is not getattr(Connector, method)


@every_kind
def test_the_kind_is_the_name_of_its_module(platform: type[Connector]) -> None:
    assert platform.__module__.rpartition(".")[2] == platform.kind


@every_kind
def test_a_person_is_told_what_it_is_and_what_access_it_needs(platform: type[Connector]) -> None:
    assert platform.label.strip()
    assert platform.access.strip().endswith(".")
    assert len((platform.__doc__ or "").strip()) > 20


@pytest.mark.parametrize("platform", [*KINDS.values(), PlainSingle, PlainSilent])
def test_it_can_what_it_declares_and_declares_what_it_can(platform: type[Connector]) -> None:
    can = platform.can
    assert overridden(platform, "fetch") is can.polls
    assert overridden(platform, "reply") is (can.reply is not ReplyMode.NONE)
    assert overridden(platform, "edit_reply") is can.edit_reply
    assert overridden(platform, "delete_reply") is can.delete_reply
    assert overridden(platform, "find_replies") is can.find_replies
    assert not can.polls or (overridden(platform, "check") and overridden(platform, "places"))


@every_kind
def test_what_can_be_said_can_be_proved_or_said_again_without_harm(platform: type[Connector]) -> None:
    can = platform.can
    assert can.reply is ReplyMode.NONE or can.find_replies or can.idempotent_reply


@every_kind
def test_every_setting_is_described_and_secrets_are_secret(platform: type[Connector]) -> None:
    assert platform.Settings.model_config.get("extra") == "forbid"
    for name, field in platform.Settings.model_fields.items():
        assert len(field.description or "") > 10, name
        assert "SecretStr" in str(field.annotation) or not any(part in name for part in SECRET_NAMES), name


@every_kind
def test_the_settings_do_not_show_their_secrets(platform: type[Connector]) -> None:
    secrets: dict[str, Any] = {name: SecretStr("hidden-value") for name, field in platform.Settings.model_fields.items()
                               if "SecretStr" in str(field.annotation)}
    assert "hidden-value" not in repr(platform.Settings.model_construct(**secrets))


@every_kind
def test_it_comes_with_samples(platform: type[Connector]) -> None:
    found = samples(platform.kind)
    assert [sample for sample in found if "item" in sample], f"tests/connectors/{platform.kind}/*.json is missing"
    assert all(sample["why"] and ("item" in sample) is not ("error" in sample) for sample in found)


@pytest.mark.parametrize(("kind", "sample"), ALL_SAMPLES)
def test_a_sample_is_read_as_it_says(kind: str, sample: dict[str, Any]) -> None:
    if "error" in sample:
        with pytest.raises(Surprise) as caught:
            KINDS[kind].read(sample["raw"])
        assert sample["error"] in caught.value.says
        return
    read = KINDS[kind].read(sample["raw"]).model_dump()
    expected = Item.model_validate({**_fillers(), **sample["item"]}).model_dump()
    assert {name: read[name] for name in sample["item"]} == {name: expected[name] for name in sample["item"]}


def _fillers() -> dict[str, str]:
    return {"external_id": "x", "kind": "review"}


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(
    ["0000-00-00T00:00:00", "2026-13-45", "99999-01-01T00:00:00Z", "\x00", "<b>", "http://[", "-1", "1e999", [], {}])


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Any]:
    """A sample in which up to three values were replaced or left out, anywhere."""
    kind, raw = draw(st.sampled_from(RAWS))
    for _ in range(draw(st.integers(1, 3))):
        raw = _changed(draw, raw)
    return kind, raw


def _changed(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(value)))
        kept = {**value, name: _changed(draw, value[name])}
        return kept if draw(st.integers(0, 4)) else {key: kept[key] for key in kept if key != name}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], _changed(draw, value[index]), *value[index + 1:]]
    return draw(scalars)


@given(mutated())
def test_a_damaged_entry_is_an_item_or_a_surprise_and_nothing_else(case: tuple[str, Any]) -> None:
    kind, raw = case
    items, unreadable = KINDS[kind].read_all([raw])
    assert len(items) + len(unreadable) == 1
    assert all(isinstance(item, Item) for item in items)
    assert all(entry.error for entry in unreadable)


@every_kind
def test_a_connector_is_short(platform: type[Connector]) -> None:
    assert len(inspect.getsourcelines(inspect.getmodule(platform) or platform)[0]) <= LONGEST


def test_a_settings_class_is_a_model() -> None:
    assert all(issubclass(platform.Settings, BaseModel) for platform in KINDS.values())


# -- one door ---------------------------------------------------------------------------------------------------------

CLIENTS = frozenset({"httpx", "httpx_aiohttp", "aiohttp", "requests", "urllib3", "urllib.request", "http.client",
                     "ftplib", "smtplib", "apprise", "websockets", "telnetlib", "pycurl"})
OPENERS = frozenset({"socket.socket", "socket.create_connection", "asyncio.open_connection", "loop.create_connection",
                     "asyncio.open_unix_connection", "loop.sock_connect"})
ALLOWED = {
    "connectors/http.py": {"httpx"}, "connectors/ask.py": {"httpx"}, "connectors/addresses.py": {"httpx"},
    "connectors/failures.py": {"httpx", "aiohttp"},
    "connectors/doors.py": {"httpx", "httpx_aiohttp", "aiohttp", "socket.socket"},
    "inbox/mail_server.py": {"smtplib"}, "inbox/alerting.py": {"apprise"},  # other wires than HTTP
    "inbox/demo/server.py": {"socket.socket"}, "inbox/serving.py": {"socket.socket"},  # our own doors
    "inbox/health_check.py": {"socket.create_connection"},  # does the mail server answer?
}


def ways_out(path: Path) -> set[str]:
    """Clients that a file imports and openers of connections that it names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names.add(f"{node.value.id}.{node.attr}")
    parents = {".".join(name.split(".")[:depth]) for name in names for depth in range(1, name.count(".") + 2)}
    return parents & (CLIENTS | OPENERS)


@pytest.mark.parametrize("floor", ["connectors", "monitor", "replies", "inbox"])
def test_nothing_goes_out_but_through_the_one_door(floor: str) -> None:
    found = {path.relative_to(ROOT).as_posix(): ways_out(path) for path in sorted((ROOT / floor).rglob("*.py"))}
    assert {name: ways - ALLOWED.get(name, set()) for name, ways in found.items()
            if ways - ALLOWED.get(name, set())} == {}


@pytest.mark.parametrize("line", ["import httpx", "from urllib import request", "import http.client as web",
                                  "from aiohttp import ClientSession", "import socket\nsocket.create_connection(x)",
                                  "import asyncio\nasyncio.open_connection('a', 1)"])
def test_a_second_way_out_would_be_noticed(line: str, tmp_path: Path) -> None:
    (tmp_path / "another.py").write_text(line, "utf-8")
    assert ways_out(tmp_path / "another.py")
