"""Bluesky: mentions of the account, answers to it and searches, and replies in the thread."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors import graphemes
from connectors.base import (
    Batch,
    Can,
    Connector,
    Cursor,
    Identity,
    Item,
    ItemKind,
    Place,
    PostedReply,
    Raw,
    ReplyMode,
)
from connectors.bearer import Bearer, TokenExpired
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater
from connectors.fields import language, web_address
from connectors.json_body import an_id, iso, part, rows, said, saved, whole
from connectors.listed_names import names, web_root
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Answer, Http

MENTIONS = "mentions"
POST = "app.bsky.feed.post"
PAGE_SIZE = 100
PAGES = 20
LONGEST = 300
# UNVERIFIED: how long a session lives; one that ends earlier is noticed by the error ExpiredToken.
SESSION_SECONDS = 3600.0
_TOLD_US = frozenset({"mention", "reply", "quote"})
_LINK = re.compile(rb"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"


class BlueskySettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    identifier: str = Field(
        title=N_("Handle"), examples=["shop.bsky.social"], min_length=3, max_length=300,
        description=N_("The name of the account, without the @."))
    app_password: SecretStr = Field(
        title=N_("App password"), examples=["abcd-efgh-ijkl-mnop"],
        description=N_("At bsky.app under Settings, Privacy and security, App passwords. It is not the password of the "
                       "login and can be revoked there."))
    searches: str = Field(
        "", title=N_("Words to search for"), examples=["Kettle Co, kettle.example"], max_length=2000,
        description=N_("Names to search for in all public posts, separated by commas."))
    server_url: str = Field(
        "https://bsky.social", title=N_("Address of the server"), examples=["https://bsky.social"], max_length=300,
        description=N_("The server that hosts the account; bsky.social unless you host it yourself."))

    @field_validator("server_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_root(value, "https://bsky.social")

    @field_validator("searches")
    @classmethod
    def _names(cls, value: str) -> str:
        return ", ".join(names(value))


class Bluesky(Connector):
    """Newest first. Deep pages are not guaranteed, so that nothing is taken for removed because it is not listed.

    Limits: RateLimit headers; sessions are limited strictly, so that one session serves the connector.
    """

    kind: ClassVar[str] = "bluesky"
    label: ClassVar[str] = "Bluesky"
    access: ClassVar[str] = N_(
        "An app password of a Bluesky account; whoever has the account can make one. The server limits how often one "
        "may sign in and how much one may write in an hour and a day.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.THREAD, delete_reply=True, find_replies=True, max_reply_chars=LONGEST, idempotent_reply=True)
    Settings: ClassVar[type[BaseModel]] = BlueskySettings
    settings: BlueskySettings

    def __init__(self, settings: BaseModel, http: Http, clock: Callable[[], float] = time.time) -> None:
        super().__init__(settings, http)
        self._clock = clock
        self._session = Bearer(http, self._token, meaning)
        self._did, self._handle, self._refresh = "", "", ""

    async def _token(self) -> tuple[str, float]:
        """A session that is refreshed where possible, because signing in is limited more strictly."""
        if self._refresh:
            try:
                return self._opened(await self.http.query(
                    self._url("com.atproto.server.refreshSession"), meaning=meaning,
                    headers={"Authorization": f"Bearer {self._refresh}"}))
            except AccessDenied:
                self._refresh = ""
        return self._opened(await self.http.query(
            self._url("com.atproto.server.createSession"), meaning=_refused_sign_in, json={
                "identifier": self.settings.identifier.lstrip("@"),
                "password": self.settings.app_password.get_secret_value()}))

    def _opened(self, answer: Answer) -> tuple[str, float]:
        session = whole(answer)
        self._did, self._handle = an_id(session.get("did")), str(session.get("handle") or "")
        self._refresh = str(session.get("refreshJwt") or "")
        return an_id(session.get("accessJwt")), SESSION_SECONDS

    async def check(self) -> Identity:
        """The account of the app password."""
        await self._session.token()
        return Identity(name=f"@{self._handle}", external_id=self._did)

    async def places(self) -> list[Place]:
        """What was said to the account, and each search."""
        return [Place(external_id=MENTIONS, name=f"@{self.settings.identifier.lstrip('@')}",
                      url="https://bsky.app/notifications"), *(
            Place(external_id=f"search:{word}", name=f"“{word}”", url=f"https://bsky.app/search?q={word}")
            for word in names(self.settings.searches))]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages backwards in time; never complete."""
        token = ""
        for page in range(1, PAGES + 1):
            answer = await self._page(place.external_id, {"cursor": token} if token else {})
            told_us = place.external_id == MENTIONS
            listed = rows(answer, "notifications" if told_us else "posts")
            token = str(whole(answer).get("cursor") or "")
            items, unreadable = self.read_all(
                {**one, "ours": part(one, "author", "did") == self._did} if isinstance(one, dict) else one
                for one in listed if not told_us or part(one, "reason") in _TOLD_US)
            last = not token or not listed or page == PAGES
            yield Batch(items=items, unreadable=unreadable, cursor=cursor or ({"read_whole": True} if last else None))
            if last:
                return

    async def _page(self, place: str, more: dict[str, str]) -> Answer:
        if place == MENTIONS:
            return await self._session.get(self._url("app.bsky.notification.listNotifications"),
                                           {"limit": PAGE_SIZE, **more})
        return await self._session.get(self._url("app.bsky.feed.searchPosts"), {
            "q": f'"{place.removeprefix("search:")}"', "sort": "latest", "limit": PAGE_SIZE, **more})

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One post or notification. ``createdAt`` is what the author's program says; the server's time bounds it."""
        uri, author, record = an_id(raw["uri"]), raw["author"], raw["record"]
        said_at, seen_at = iso(record.get("createdAt")), iso(raw.get("indexedAt"))
        times = [moment for moment in (said_at, seen_at) if moment]
        page = f"https://bsky.app/profile/{author['did']}"
        photos = part(raw, "embed", "images")
        return Item(
            external_id=uri, kind=ItemKind.COMMENT if record.get("reply") else ItemKind.MENTION,
            thread_id=part(record, "reply", "root", "uri") or uri,
            parent_id=part(record, "reply", "parent", "uri") or "",
            url=web_address(f"{page}/post/{uri.rpartition('/')[2]}"),
            author_name=one_line(author.get("displayName") or author["handle"]), author_id=author["did"],
            author_url=web_address(page), text=clean(record["text"]),
            language=language((record.get("langs") or [""])[0]),
            photos=tuple(url for one in photos or () if (url := web_address(part(one, "fullsize")))),
            created_at=min(times) if times else None, ours=bool(raw.get("ours")), raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """A post under the item, under a name made of ``key``: a second try finds the first and adds nothing."""
        await self._session.token()
        parent = {"uri": item.external_id, "cid": an_id(item.raw.get("cid"))}
        record = {"$type": POST, "text": text, "createdAt": _written(self._clock()), "facets": _links(text),
                  "reply": {"root": part(item.raw, "record", "reply", "root") or parent, "parent": parent}}
        name = record_key(item, key)
        try:
            answer = await self._session.send("POST", self._url("com.atproto.repo.createRecord"), json={
                "repo": self._did, "collection": POST, "rkey": name, "record": record})
        except Refused:
            if (there := await self._there(name)) is None or part(there, "value", "text") != text:
                raise
            return self._ours(str(there["uri"]), text, item)
        return saved(answer, lambda body: self._ours(an_id(body["uri"]), text, item))

    async def _there(self, name: str) -> dict[str, Any] | None:
        try:
            return whole(await self._session.get(self._url("com.atproto.repo.getRecord"), {
                "repo": self._did, "collection": POST, "rkey": name}))
        except (Gone, Surprise):
            return None

    def _ours(self, uri: str, text: str, item: Item) -> PostedReply:
        return PostedReply(external_id=uri, text=clean(text), parent_id=item.external_id, ours=True, url=web_address(
            f"https://bsky.app/profile/{self._did}/post/{uri.rpartition('/')[2]}"))

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take a post of ours back; deleting what is gone already is no error there."""
        await self._session.token()
        await self._session.send("POST", self._url("com.atproto.repo.deleteRecord"), json={
            "repo": self._did, "collection": POST, "rkey": reply.external_id.rpartition("/")[2]})

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """Direct answers to the item. Raises Gone where the post was deleted."""
        answer = whole(await self._session.get(self._url("app.bsky.feed.getPostThread"), {
            "uri": item.external_id, "depth": 1, "parentHeight": 0}))
        if str(part(answer, "thread", "$type")).endswith("#notFoundPost"):
            raise Gone(N_("Bluesky does not have this post any more."))
        posts = [post for one in part(answer, "thread", "replies") or () if (post := part(one, "post"))]
        found = [self.read({**post, "ours": part(post, "author", "did") == self._did}) for post in posts]
        return [PostedReply(external_id=one.external_id, text=one.text, url=one.url, author_name=one.author_name,
                            parent_id=item.external_id, created_at=one.created_at, ours=one.ours) for one in found]

    def _url(self, method: str) -> str:
        return f"{self.settings.server_url}/xrpc/{method}"

    @classmethod
    def reply_length(cls, text: str) -> int:
        """Bluesky counts letters as readers see them (graphemes)."""
        return graphemes.count(text)


def record_key(item: Item, key: str) -> str:
    """A name for the record (a TID: 53 bits of microseconds, 10 bits of chance) that is the same for every try."""
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    said_at = item.created_at or datetime(2026, 1, 1, tzinfo=UTC)
    bits = ((int(said_at.timestamp() * 1e6) + digest % 1_000_000_000) << 10 | digest >> 54) & (2**63 - 1)
    return "".join(_SORTABLE[bits >> shift & 31] for shift in range(60, -5, -5))


def _written(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _links(text: str) -> list[dict[str, Any]]:
    """Bluesky finds no links by itself; their places are counted in bytes."""
    return [{"index": {"byteStart": found.start(), "byteEnd": found.end()}, "features": [
        {"$type": "app.bsky.richtext.facet#link", "uri": found[0].decode()}]}
        for found in _LINK.finditer(text.encode(errors="replace"))]


def _refused_sign_in(answer: Answer) -> ConnectorError | None:
    if answer.status in (400, 401):
        return AccessDenied(N_("Bluesky does not accept the handle or the app password. Make a new app password."),
                            raw=answer.excerpt())
    return meaning(answer)


def meaning(answer: Answer) -> ConnectorError | None:
    """What an error asks of whom, by its name: an expired session is 400 there."""
    if answer.status < 400:
        return None
    name, detail = str(said(answer).get("error") or ""), str(said(answer).get("message") or "")[:300]
    raw = answer.excerpt()
    if name in ("ExpiredToken", "InvalidToken") or answer.status == 401:
        return TokenExpired(N_("Bluesky does not accept the session: {detail}"), raw=raw, detail=detail or name)
    if name in ("NotFound", "RecordNotFound"):
        return Gone(N_("Bluesky does not have this post any more."), raw=raw)
    if answer.status == 429 and not answer.headers.get("retry-after"):
        return TryLater(N_("Bluesky asks us to slow down. It is asked again later."), raw=raw)
    if answer.status in (400, 409) and name and answer.written:
        return Refused(N_("Bluesky refuses the reply: {detail}"), raw=raw, detail=detail or name)
    return None
