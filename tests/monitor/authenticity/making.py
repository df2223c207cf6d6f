"""Plain facts and tools for tests of authenticity."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from connectors.http import Http
from monitor.authenticity.facts import Context, ItemFacts
from monitor.authenticity.signals import Answer, all_signs
from monitor.db import Database
from monitor.place_names import City, find
from monitor.settings import MonitorSettings, Points
from monitor.tools import Tools
from monitor.vault import Vault

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
POINTS = Points()


def item(**values: Any) -> ItemFacts:
    """A review of place 1 at NOW."""
    given: dict[str, Any] = {"id": 1, "brand_id": 1, "source_id": 1, "place_id": 1, "published_at": NOW}
    return ItemFacts(**(given | values))


def ask(sign: str, of: ItemFacts | None = None, **context: Any) -> Answer:
    """What one sign says about an item in a context."""
    return all_signs()[sign](of or item(), Context(**context), POINTS)


def city(name: str) -> City:
    """A city that must be known."""
    found = find(name)
    assert found is not None, name
    return found


def tools(db: Database, **settings: Any) -> Tools:
    """Tools without a way out and without secrets: an assessment needs neither."""
    return Tools(db=db, vault=cast(Vault, None), http=cast(Http, None), settings=MonitorSettings(**settings))
