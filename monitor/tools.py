"""What every task of the memory needs at hand: the database, the vault, the way out and the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.db import Database
from monitor.settings import MonitorSettings
from monitor.vault import Vault

if TYPE_CHECKING:
    from connectors.http import Http


@dataclass(frozen=True)
class Tools:
    """Passed to whatever works; a test passes its own."""

    db: Database
    vault: Vault
    http: Http
    settings: MonitorSettings
