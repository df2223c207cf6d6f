"""The pretend review site as a test double: a real server, its own clock, and hands on what happens there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import AnyHttpUrl, SecretStr

from connectors.base import Place, ReplyMode
from connectors.demo_shop import DemoShop, DemoShopSettings
from connectors.http import Http
from inbox.demo.faults import Fault
from inbox.demo.server import DemoServer
from inbox.demo.shops import ACCOUNT, KEY, SHOPS
from inbox.demo.stage import Stage, unchanged
from inbox.demo.world import Answer, Entry, World, nothing

__all__ = ["DemoPlatform", "Fault", "NoReplyShop", "SingleShop"]


class SingleShop(DemoShop):
    """The same site through a connector that knows one owner reply per review; a new one replaces it."""

    can: ClassVar = DemoShop.can.model_copy(update={"reply": ReplyMode.SINGLE})


class NoReplyShop(DemoShop):
    """The same site through a connector that cannot reply: people paste the text into the page."""

    can: ClassVar = DemoShop.can.model_copy(update={"reply": ReplyMode.NONE, "edit_reply": False,
                                                    "delete_reply": False})


class DemoPlatform:
    """A site without visitors, on a free loopback port: ``with DemoPlatform(now) as platform: ...``.

    ``modes`` sets how a shop takes replies: ``{"vecriga": ReplyMode.SINGLE}``. ``platform.now`` is its own clock.
    """

    def __init__(self, now: datetime, modes: dict[str, ReplyMode] | None = None) -> None:
        self.now = now
        shops = [replace(shop, mode=(modes or {}).get(shop.id, shop.mode)) for shop in SHOPS]
        self.world = World(0, now, plan=nothing, shops=shops)
        self.stage = Stage(self.world, clock=lambda: self.now)
        self.server = DemoServer(self.stage, port=0)
        self.url = self.server.url
        self.key = KEY

    def __enter__(self) -> DemoPlatform:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()

    def settings(self, key: str = KEY) -> DemoShopSettings:
        """What a person would fill in for this site."""
        return DemoShopSettings(site=AnyHttpUrl(self.url), key=SecretStr(key))

    def connector(self, http: Http, kind: type[DemoShop] = DemoShop, key: str = KEY) -> DemoShop:
        """A connector for this site; ``http`` must allow the host 127.0.0.1."""
        return kind(self.settings(key), http)

    @staticmethod
    def place(shop_id: str = "brivibas") -> Place:
        """A shop as the connector knows it."""
        return Place(external_id=shop_id, name=shop_id)

    def shift(self, **span: float) -> datetime:
        """Let the site's clock run: ``shift(seconds=30)``."""
        self.now += timedelta(**span)
        return self.now

    def publish(self, text: str = "The soup was cold.", rating: int | None = 2, *, shop: str = "brivibas",
                author: str = "Marta K.", **data: Any) -> str:
        """A visitor writes a review now; its id."""
        values = {"author_id": f"u-{author}", "author_name": author, "rating": rating, "text": text}
        return self.world.publish(self.now, shop, **(values | data))

    def publish_late(self, days: float, text: str = "Held by the moderators.", rating: int = 3, *,
                     shop: str = "brivibas", **data: Any) -> str:
        """A review appears now with a date that lies ``days`` back."""
        values = {"author_id": "u-late", "author_name": "Late L.", "rating": rating, "text": text}
        return self.world.publish(self.now, shop, created_at=self.now - timedelta(days=days), **(values | data))

    def comment(self, review: str, text: str, *, author: str = "Marta K.") -> str:
        """A visitor writes under a review."""
        return self.world.publish(self.now, self.entry(review).shop_id, author_id=f"u-{author}", author_name=author,
                                  text=text, parent_id=review)

    def edit(self, review: str, **changes: Any) -> None:
        """The author changes ``text``, ``rating`` or ``title``."""
        self.world.act(self.now, "edited", review, **changes)

    def remove(self, review: str) -> None:
        """The review disappears."""
        self.world.act(self.now, "removed", review)

    def reply_elsewhere(self, review: str, text: str, author: str = ACCOUNT) -> str:
        """A colleague replies on the platform itself; the id of the reply."""
        return self.world.answer(self.now, review, text, author_name=author)

    def remove_reply(self, review: str, reply: str) -> None:
        """The moderators take a reply of the shop down."""
        self.world.act(self.now, "answer_removed", review, id=reply)

    def approve_reply(self, review: str, reply: str) -> None:
        """The moderators let a held reply through."""
        self.world.act(self.now, "answer_changed", review, id=reply, held=False)

    def next_write(self, *faults: Fault) -> None:
        """What goes wrong with the next replies, in order."""
        self.stage.faults.writes.extend(faults)

    def next_read(self, *faults: Fault) -> None:
        """What goes wrong with the next listings and single reviews, in order."""
        self.stage.faults.reads.extend(faults)

    def expire_key(self, expired: bool = True) -> None:
        """The key stops working, or works again."""
        self.stage.faults.key_expired = expired

    def spoil(self, wire: Callable[[dict[str, Any]], dict[str, Any]] = unchanged) -> None:
        """Change listed entries on their way out; without an argument they are whole again."""
        self.stage.wire = wire

    def entry(self, review: str) -> Entry:
        """A review as it stands on the site now."""
        return self.world.at(self.now).entries[review]

    def answers(self, review: str) -> tuple[Answer, ...]:
        """The shop's replies under a review as visitors see them now."""
        return tuple(answer for answer in self.entry(review).answers if not answer.held)
