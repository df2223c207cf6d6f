"""Callers of the API: Anna with a token for each scope, and a signed source of the own site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from inbox import tokens
from inbox.house import House
from inbox.tokens import Scope
from monitor import sources
from monitor.models import Place, Source, TeamMember
from tests.world import World, id_of

SIGNING_SECRET = "a long secret of the site 4f7d1c0a"


def new_token(world: World, member: TeamMember, *scopes: str) -> str:
    """The secret of a fresh token."""
    with world.db.write() as session:
        return tokens.create(session, id_of(member), "test", scopes, world.now)[0]


@pytest.fixture
def caller(app: FastAPI, cast: World) -> Iterator[Callable[..., TestClient]]:
    """Make a client that sends Anna's token with the scopes given."""
    opened: list[TestClient] = []

    def make(*scopes: str, member: TeamMember | None = None) -> TestClient:
        headers = {"Authorization": f"Bearer {new_token(cast, member or cast.anna, *scopes)}"}
        client = TestClient(app, base_url="http://testserver", headers=headers, raise_server_exceptions=False)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def api(caller: Callable[..., TestClient]) -> TestClient:
    """A client whose token opens everything."""
    return caller(*Scope)


@pytest.fixture
def own_site(cast: World, house: House) -> Source:
    """A source of the own site with its place."""
    values: dict[str, Any] = {"public_url": "https://shop.example", "signing_secret": SIGNING_SECRET}
    with cast.db.write() as session:
        source = sources.add(session, id_of(cast.brand), "own_site", "Our site", values, house.vault, cast.now, None)
        session.add(Place(source_id=id_of(source), external_id="site", name="shop.example"))
    return source
