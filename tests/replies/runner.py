"""A worker as a process of its own that a test kills: one try to post, or one look, against a real site."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from cryptography.fernet import Fernet
from pydantic import AnyHttpUrl, SecretStr

from connectors.base import Connector
from connectors.demo_shop import DemoShop, DemoShopSettings
from connectors.http import Http, HttpPolicy
from inbox.demo.shops import KEY
from monitor.db import Database
from monitor.models import Source
from monitor.settings import MonitorSettings
from monitor.tools import Tools
from monitor.vault import Vault
from replies import faults, post, verify
from replies.settings import RepliesSettings
from tests.fakes.demo_platform import NoReplyShop, SingleShop

KINDS: dict[str, type[DemoShop]] = {"thread": DemoShop, "single": SingleShop, "none": NoReplyShop}


async def work(verb: str, database: str, site: str, mode: str, reply_id: int, now: datetime, fault: str) -> None:
    """Post or verify one reply with a fault armed; a process that meets it does not return."""
    faults.arm(fault)
    settings = RepliesSettings(undo_seconds=0)
    http = Http(HttpPolicy(allow_hosts=("127.0.0.1",)))
    tools = Tools(db=Database(database), vault=Vault(Fernet.generate_key().decode()), http=http,
                  settings=MonitorSettings())

    def connect(source: Source, tools: Tools) -> Connector:
        return KINDS[mode](DemoShopSettings(site=AnyHttpUrl(site), key=SecretStr(KEY)), tools.http)

    if verb == "post":
        await post.post(reply_id, tools, settings, now, f"process-{fault}", connect=connect)
    else:
        await verify.verify(reply_id, tools, settings, now, connect=connect)
    await http.aclose()


if __name__ == "__main__":
    verb, database, site, mode, number, moment, fault = sys.argv[1:]
    asyncio.run(work(verb, database, site, mode, int(number), datetime.fromisoformat(moment), fault))
