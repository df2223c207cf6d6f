"""What every request to the pretend site needs: the world, the clock, the faults, and the address it is reached by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import Request

from inbox.demo.faults import Faults
from inbox.demo.world import World


def utc_now() -> datetime:
    """The clock of a running demo."""
    return datetime.now(UTC)


def unchanged(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry as it is."""
    return entry


@dataclass
class Stage:
    """``wire`` may spoil an entry on its way out, to play a platform that sends nonsense."""

    world: World
    clock: Callable[[], datetime] = utc_now
    faults: Faults = field(default_factory=Faults)
    url: str = ""
    wire: Callable[[dict[str, Any]], dict[str, Any]] = unchanged


def stage_of(request: Request) -> Stage:
    """The stage of the running site, which learns its address from its first visitor."""
    stage: Stage = request.app.state.stage
    if not stage.url:
        stage.url = str(request.base_url).rstrip("/")
    return stage
