"""A running application over a fresh database, and browsers that signed in as members of our cast."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from inbox.config import Config, Settings
from inbox.house import House, new_http
from inbox.models import Account
from inbox.passwords import hash_password
from inbox.web import create_app
from monitor.db import Database
from monitor.models import TeamMember
from monitor.vault import Vault
from tests.world import World, id_of

PASSWORD = "correct horse battery"
ADDRESS = "http://testserver"
PASSWORD_HASH = hash_password(PASSWORD)


class Clock:
    """The clock of the application under test; a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Browser(TestClient):
    """A test client that fills in the CSRF token of the page it saw last, as a form would."""

    token = ""

    def visit(self, path: str) -> Response:
        """Open a page and remember its token."""
        response = self.get(path)
        found = re.search(r'name="csrf" value="([^"]+)"', response.text)
        self.token = found.group(1) if found else self.token
        return response

    def submit(self, path: str, *, htmx: bool = False, **fields: str | list[str]) -> Response:
        """Send a form with the token of the page seen last."""
        headers = {"HX-Request": "true"} if htmx else {}
        return self.post(path, data={"csrf": self.token, **fields}, headers=headers)

    def enter(self, email: str, password: str = PASSWORD) -> Response:
        """Sign in through the form."""
        self.visit("/sign-in")
        response = self.submit("/sign-in", email=email, password=password)
        if response.status_code == 303:
            self.visit("/profile")
        return response


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def cast(sqlite_db: Database, now: datetime) -> World:
    """Our cast in a database of its own, every member with a password."""
    world = World(sqlite_db, now)
    for member in (world.anna, world.edgars, world.vera, world.adam):
        give_password(world, member)
    return world


def give_password(world: World, member: TeamMember) -> None:
    """Let a member sign in with PASSWORD."""
    world.add(Account(member_id=id_of(member), password_hash=PASSWORD_HASH))


@pytest.fixture
def house(cast: World, tmp_path: Path) -> House:
    """The application's house over the database of the cast."""
    settings = Settings.model_validate({"inbox": {"address": ADDRESS, "live_seconds": 0.05}})
    config = Config(settings=settings, var=tmp_path, database_url=cast.db.url)
    return House(config=config, db=cast.db, vault=Vault.at(tmp_path / "secret.key"), http=new_http(config))


@pytest.fixture
def app(house: House, clock: Clock) -> FastAPI:
    return create_app(house, clock)


@pytest.fixture
def browser(app: FastAPI) -> Iterator[Callable[..., Browser]]:
    """Make a browser, signed in as a member when one is given."""
    opened: list[Browser] = []

    def make(member: TeamMember | None = None) -> Browser:
        client = Browser(app, base_url=ADDRESS, follow_redirects=False, raise_server_exceptions=False)
        opened.append(client)
        if member is not None:
            assert client.enter(member.email).status_code == 303
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def client(browser: Callable[..., Browser], cast: World) -> Browser:
    """A browser signed in as Anna, the team lead."""
    return browser(cast.anna)
