"""A desk to answer from: our cast, one review on a real site on loopback, and the acts of posting in one line each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from cryptography.fernet import Fernet
from sqlmodel import select

from connectors.base import Connector
from connectors.demo_shop import DemoShop
from connectors.http import Http, HttpPolicy
from monitor.models import Item, Source
from monitor.settings import MonitorSettings
from monitor.tools import Tools
from monitor.vault import Vault
from replies import approve, draft, post, verify
from replies.models import Attempt, Purpose, Reply
from replies.settings import RepliesSettings
from tests.fakes.demo_platform import DemoPlatform
from tests.fakes.timing import Stopwatch
from tests.world import World, id_of

WORDS = "Marta, we are sorry for the cold soup. The cook was alone, so it waited. Write to anna@kafesaule.example."
WORKER = "worker-1"


class Desk:
    """``kind`` is the connector, so that one site serves a thread, a single reply or none."""

    def __init__(self, world: World, platform: DemoPlatform, kind: type[DemoShop] = DemoShop,
                 shop: str = "brivibas") -> None:
        self.world, self.platform, self.kind = world, platform, kind
        self.settings = RepliesSettings(undo_seconds=0)
        self.review = platform.publish(shop=shop)
        self.item: Item = world.item(external_id=self.review)
        self.item_id = id_of(self.item)
        self.http = Http(HttpPolicy(allow_hosts=("127.0.0.1",)), timing=Stopwatch().timing)
        self.tools = Tools(db=world.db, vault=Vault(Fernet.generate_key().decode()), http=self.http,
                           settings=MonitorSettings())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    def connect(self, source: Source, tools: Tools) -> Connector:
        """The connector of the site, whatever the source says."""
        return self.kind(self.platform.settings(), tools.http)

    def approved(self, text: str = WORDS, purpose: Purpose = Purpose.REPLY) -> int:
        """A text of the agent that the lead has approved, due at once; its id."""
        edgars, anna = id_of(self.world.edgars), id_of(self.world.anna)
        seen = self.version(purpose)
        reply = draft.save(self.world.db, self.item_id, purpose, text, seen, edgars, self.world.now, self.settings)
        with self.world.db.write() as session:
            approve.approve(session, id_of(reply), anna, self.world.now, self.settings,
                            platforms={"demo_shop": self.kind})
        return id_of(reply)

    def version(self, purpose: Purpose = Purpose.REPLY) -> int:
        """What a page that is opened now would hold."""
        with self.world.db.read() as session:
            return draft.version_of(session, self.item_id, purpose)

    def at(self, **after: float) -> datetime:
        """The moment so long after now, on our clock and on the site's."""
        moment = self.world.now + timedelta(**after)
        self.platform.now = max(self.platform.now, moment)
        return moment

    async def post(self, reply_id: int, now: datetime | None = None, worker: str = WORKER) -> Reply:
        """One try to post."""
        return await post.post(reply_id, self.tools, self.settings, now or self.world.now, worker,
                               connect=self.connect)

    async def verify(self, reply_id: int, **after: float) -> Reply:
        """One look at the page."""
        return await verify.verify(reply_id, self.tools, self.settings, self.at(**after), connect=self.connect)

    def reply(self, reply_id: int) -> Reply:
        """The reply as it stands."""
        with self.world.db.read() as session:
            return session.get_one(Reply, reply_id)

    def attempts(self, reply_id: int) -> list[Attempt]:
        """Its tries, the oldest first."""
        with self.world.db.read() as session:
            return list(session.exec(select(Attempt).where(Attempt.reply_id == reply_id).order_by(Attempt.id)))  # type: ignore[arg-type]

    def public(self) -> list[str]:
        """What a visitor reads under the review."""
        return [answer.text for answer in self.platform.answers(self.review)]
