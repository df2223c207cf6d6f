"""Ask a platform from a page: whose key it is and what can be watched; one short talk with a way out of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from pydantic import BaseModel

from connectors.base import Connector, Identity, Place
from connectors.errors import NotSupported
from inbox.house import House, new_http
from monitor import sources


@dataclass(frozen=True)
class Probe:
    """What a platform told: the account and the places."""

    identity: Identity
    places: list[Place] = field(default_factory=list)


def probe(house: House, kind: str, settings: BaseModel) -> Probe:
    """The account behind these settings and its places. Raises ConnectorError."""
    return asyncio.run(_talk(house, kind, settings))


async def _talk(house: House, kind: str, settings: BaseModel) -> Probe:
    http = new_http(house.config)
    connector = sources.platform(kind)(settings, http)
    try:
        return Probe(await _identity(connector), await connector.places())
    finally:
        await http.aclose()


async def _identity(connector: Connector) -> Identity:
    try:
        return await connector.check()
    except NotSupported:
        return Identity(name=connector.label)
