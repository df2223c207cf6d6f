"""Open everything that the application stands on: database, vault, the way out."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.http import Http, HttpPolicy
from inbox.config import Config
from inbox.version import VERSION
from monitor.db import Database
from monitor.tools import Tools
from monitor.vault import Vault
from replies import faults


@dataclass(frozen=True)
class House:
    """What pages, jobs and commands work with; a test builds its own."""

    config: Config
    db: Database
    vault: Vault
    http: Http

    @property
    def tools(self) -> Tools:
        """The part of the house that the memory needs."""
        settings = self.config.monitor
        if not settings.geo_database:
            settings = settings.model_copy(update={"geo_database": str(self.config.var / "geo.mmdb")})
        return Tools(db=self.db, vault=self.vault, http=self.http, settings=settings)

    def close(self) -> None:
        """Give connections back; call ``http.aclose`` in the loop that used it."""
        self.db.close()


def open_house(config: Config) -> House:
    """The house for this configuration; makes ``var`` and the secret key when they are missing."""
    config.var.mkdir(parents=True, exist_ok=True)
    if config.fault:
        faults.arm(config.fault)
    vault = Vault(*config.secret_key.split()) if config.secret_key else Vault.at(config.var / "secret.key")
    return House(config=config, db=Database(config.database_url), vault=vault, http=new_http(config))


def new_http(config: Config) -> Http:
    """A way out with the pace and limits of this configuration."""
    return Http(HttpPolicy.of(config.connectors, VERSION))
