"""The plainest connector: a JSON list of reviews with pages, replies in the mode that a test chooses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors.base import Batch, Can, Connector, Cursor, Identity, Item, ItemKind, Place, PostedReply, Raw, ReplyMode
from connectors.errors import Surprise


class PlainSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str = Field(description="Address of the server.")
    key: SecretStr = Field(description="Key of the account.")


class Plain(Connector):
    """Replies in a thread; ``PlainSingle`` keeps one, ``PlainSilent`` none."""

    kind: ClassVar[str] = "plain_platform"
    label: ClassVar[str] = "Plain platform"
    access: ClassVar[str] = "A key of the test server."
    can: ClassVar[Can] = Can(reply=ReplyMode.THREAD, edit_reply=True, find_replies=True, sees_edits=True,
                             reports_total=True)
    Settings: ClassVar[type[BaseModel]] = PlainSettings
    settings: PlainSettings

    async def check(self) -> Identity:
        return Identity(name=str((await self._get("/api/me"))["name"]))

    async def places(self) -> list[Place]:
        return [Place(external_id=str(raw["id"]), name=str(raw["name"])) for raw in await self._get("/api/places")]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        seen: set[str] = set()
        totals: set[int] = set()
        page = 1
        while True:
            answer = await self._get("/api/reviews", page=page)
            items, unreadable = self.read_all(answer["reviews"])
            seen |= {item.external_id for item in items}
            totals.add(answer["total"])
            last = page >= answer["pages"]
            yield Batch(items=items, unreadable=unreadable, total=answer["total"], cursor={"page": 1} if last else None,
                        complete=last and totals == {len(seen)} and not unreadable)
            if last:
                return
            page += 1

    @staticmethod
    def parse(raw: Raw) -> Item:
        return Item(external_id=str(raw["id"]), kind=ItemKind.REVIEW, author_name=raw["author"], rating=raw["rating"],
                    text=raw["text"], created_at=datetime.fromisoformat(raw["created_at"]),
                    edited_at=datetime.fromisoformat(raw["edited_at"]) if raw.get("edited_at") else None)

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        answer = await self.http.send("POST", self._url(f"/api/reviews/{item.external_id}/replies"),
                                      json={"text": text, "key": key}, headers=self._headers())
        return _posted(answer.json())

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        path = f"/api/reviews/{item.external_id}/replies/{reply.external_id}"
        return _posted((await self.http.send("PUT", self._url(path), json={"text": text},
                                             headers=self._headers())).json())

    async def find_replies(self, item: Item) -> list[PostedReply]:
        return [_posted(raw) for raw in await self._get(f"/api/reviews/{item.external_id}/replies")]

    async def _get(self, path: str, **params: int) -> Any:
        return (await self.http.get(self._url(path), params=params, headers=self._headers())).json()

    def _url(self, path: str) -> str:
        return self.settings.url + path

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.key.get_secret_value()}"}


class PlainSingle(Plain):
    """The same platform with one owner reply that a new one replaces."""

    can: ClassVar[Can] = Plain.can.model_copy(update={"reply": ReplyMode.SINGLE})


class PlainSilent(Plain):
    """The same platform without an API for replies."""

    can: ClassVar[Can] = Plain.can.model_copy(update={"reply": ReplyMode.NONE, "edit_reply": False})
    reply = Connector.reply
    edit_reply = Connector.edit_reply


def _posted(raw: Any) -> PostedReply:
    if not isinstance(raw, dict):
        raise Surprise("A reply cannot be read.")
    return PostedReply(external_id=str(raw["id"]), text=raw["text"], author_name=raw["author"], ours=True,
                       created_at=datetime.fromisoformat(raw["created_at"]))
