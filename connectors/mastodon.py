"""Mastodon and compatible servers: mentions of the account, hashtags and searches, and replies in the thread."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.base import (
    Batch,
    Can,
    Channel,
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
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, TryLater
from connectors.fields import language, web_address
from connectors.json_body import an_id, iso, part, rows, said, saved, whole
from connectors.listed_names import names, web_root
from connectors.plain_text import one_line, to_plain

if TYPE_CHECKING:
    from connectors.http import Answer, Http

MENTIONS = "mentions"
PAGE_SIZE = 40
PAGES = 25
USUAL_LIMIT = 500
URL_LENGTH = 23
WINDOW_SECONDS = 300.0
_URL = re.compile(r"https?://\S+")
_REMOTE_MENTION = re.compile(r"(?<![\w/])(@\w+)@[\w-]+(?:\.[\w-]+)+")
_LEADING_NAME = re.compile(r"^@\w+(?:@[\w.-]+)?\s+")


class MastodonSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    server_url: str = Field(
        title=N_("Address of the server"), examples=["https://mastodon.example"], min_length=4, max_length=300,
        description=N_("The server where the account is, as it stands after the second @ of its name."))
    access_token: SecretStr = Field(
        title=N_("Access token"), examples=["abcdefghijklmnopqrstuvwxyz"],
        description=N_("On that server under Preferences, Development, New application, with the rights read and "
                       "write:statuses; then “Your access token”."))
    hashtags: str = Field(
        "", title=N_("Hashtags"), examples=["kettleco, teatime"], max_length=1000,
        description=N_("Hashtags to watch, separated by commas."))
    searches: str = Field(
        "", title=N_("Words to search for"), examples=["Kettle Co"], max_length=1000,
        description=N_("Names to search for, separated by commas. Only servers with full-text search find posts, and "
                       "only of people who allow it."))

    @field_validator("server_url")
    @classmethod
    def _address(cls, value: str) -> str:
        return web_root(value, "https://mastodon.example")

    @field_validator("hashtags")
    @classmethod
    def _tags(cls, value: str) -> str:
        tags = [tag.lstrip("#") for tag in names(value, 100)]
        if not all(re.fullmatch(r"\w+", tag) for tag in tags):
            raise ValueError("hashtags of letters, digits and underscores")
        return ", ".join(tags)

    @field_validator("searches")
    @classmethod
    def _names(cls, value: str) -> str:
        return ", ".join(names(value))


class Mastodon(Connector):
    """Newest first, by the server's own ids; a pass reads a thousand posts at most and lists no place whole.

    Limits: 300 calls in five minutes for an account; X-RateLimit-Reset tells when they are given anew.
    """

    kind: ClassVar[str] = "mastodon"
    label: ClassVar[str] = "Mastodon"
    access: ClassVar[str] = N_(
        "An access token of an account on any Mastodon server; whoever has the account can make one. The server allows "
        "300 calls in five minutes, and its own rules say whether companies may answer there.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.THREAD, edit_reply=True, delete_reply=True, find_replies=True, max_reply_chars=USUAL_LIMIT,
        idempotent_reply=True, sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = MastodonSettings
    settings: MastodonSettings

    def __init__(self, settings: BaseModel, http: Http) -> None:
        super().__init__(settings, http)
        self._me = ""
        self._limit = 0

    async def check(self) -> Identity:
        """The account of the token."""
        me = whole(await self._get("v1/accounts/verify_credentials"))
        self._me = an_id(me.get("id"))
        return Identity(name=f"@{me.get('acct')}@{urlsplit(self.settings.server_url).netloc}", external_id=self._me)

    async def places(self) -> list[Place]:
        """Mentions of the account, each hashtag and each search."""
        url = self.settings.server_url
        return [Place(external_id=MENTIONS, name=f"@ ({urlsplit(url).netloc})", url=f"{url}/notifications"), *(
            Place(external_id=f"tag:{tag}", name=f"#{tag}", url=f"{url}/tags/{quote(tag)}")
            for tag in names(self.settings.hashtags)), *(
            Place(external_id=f"search:{word}", name=f"“{word}”", url=f"{url}/search?q={quote(word)}")
            for word in names(self.settings.searches))]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages backwards in time, so that a burst leaves no gap. An empty search proves nothing."""
        me, before = await self._my_id(), ""
        for page in range(1, PAGES + 1):
            listed = await self._page(place.external_id, before)
            before = str(part(listed[-1], "id") or "") if listed else ""
            posts = [part(one, "status") if place.external_id == MENTIONS else one for one in listed]
            items, unreadable = self.read_all(_told(post, me) for post in posts if post is not None)
            last = len(listed) < PAGE_SIZE // 2 or not before or page == PAGES  # servers leave out what they hide
            yield Batch(items=items, unreadable=unreadable, cursor=cursor or ({"read_whole": True} if last else None))
            if last:
                return

    async def _page(self, place: str, before: str) -> list[Any]:
        older = {"limit": PAGE_SIZE, **({"max_id": before} if before else {})}
        source, _, name = place.partition(":")
        if source == "tag":
            return rows(await self._get(f"v1/timelines/tag/{quote(name, safe='')}", **older))
        if source == "search":
            return rows(await self._get("v2/search", q=name, type="statuses", **older), "statuses")
        return rows(await self._get("v1/notifications", **{"types[]": "mention", **older}))

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One post, by its address that is the same on all servers; ``id`` is only this server's.

        What is not public was said to us alone, so that it is a closed channel.
        """
        author = raw["account"]
        closed = raw.get("visibility") in ("private", "direct")
        return Item(
            external_id=an_id(raw["uri"]), kind=ItemKind.MENTION, channel=Channel.CLOSED if closed else Channel.OPEN,
            parent_id=str(raw.get("in_reply_to_id") or ""), url=web_address(raw.get("url") or raw["uri"]),
            author_name=one_line(author.get("display_name") or author["acct"]), author_id=author["acct"],
            author_url=web_address(author.get("url")), text=to_plain(raw["content"]),
            photos=tuple(url for one in raw.get("media_attachments") or () if one.get("type") == "image"
                         and (url := web_address(one.get("url")))),
            language=language(raw.get("language") or ""), created_at=iso(raw["created_at"]),
            edited_at=iso(raw.get("edited_at")), ours=bool(raw.get("ours")), raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """A post under the item, as public as the item. The same key brings the same post for an hour.

        The author hears of it only when named, so that the name is put before a text that lacks it.
        """
        await self._my_id()
        status = _named(text, item.author_id)
        if self.reply_length(status) > await self._longest():
            raise Refused(N_("With the name of the author the reply has more than the {limit} characters that this "
                             "server takes."), limit=self._limit)
        answer = await self._send("POST", "v1/statuses", {
            "status": status, "in_reply_to_id": await self._here(item),
            "visibility": str(item.raw.get("visibility") or "public")}, {"Idempotency-Key": key})
        return saved(answer, lambda body: self._posted(body, item.external_id))

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """Replace the text of a post of ours."""
        await self._my_id()
        mine = await self._number_of(reply.external_id)
        return saved(await self._send("PUT", f"v1/statuses/{mine}", {"status": _named(text, item.author_id)}),
                     lambda body: self._posted(body, item.external_id))

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take a post of ours back; one that is gone already is as good."""
        try:
            await self._send("DELETE", f"v1/statuses/{await self._number_of(reply.external_id)}", None)
        except Gone:
            return

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """All direct answers that this server knows of."""
        await self._my_id()
        number = await self._here(item)
        answer = await self._get(f"v1/statuses/{number}/context")
        return [self._posted(post, item.external_id) for post in rows(answer, "descendants")
                if part(post, "in_reply_to_id") == number]

    def _posted(self, raw: Any, parent: str) -> PostedReply:
        item = self.read(_told(raw, self._me))
        text = _LEADING_NAME.sub("", item.text) if item.ours else item.text  # the name that was put before it
        return PostedReply(external_id=item.external_id, text=text, url=item.url, author_name=item.author_name,
                           parent_id=parent, created_at=item.created_at, edited_at=item.edited_at, ours=item.ours)

    async def _here(self, item: Item) -> str:
        """The number of the item on our own server."""
        number = item.raw.get("id")
        return quote(str(number), safe="") if number else await self._number_of(item.external_id)

    async def _number_of(self, uri: str) -> str:
        found = rows(await self._get("v2/search", q=uri, resolve="true", type="statuses", limit=1), "statuses")
        if not found:
            raise Gone(N_("The server does not find this post any more."))
        return quote(an_id(part(found[0], "id")), safe="")

    async def _my_id(self) -> str:
        if not self._me:
            await self.check()
        return self._me

    async def _longest(self) -> int:
        if not self._limit:
            told = part(whole(await self._get("v2/instance")), "configuration", "statuses", "max_characters")
            self._limit = told if isinstance(told, int) else USUAL_LIMIT
        return self._limit

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.access_token.get_secret_value()}"}

    async def _get(self, path: str, **params: Any) -> Answer:
        return await self.http.get(f"{self.settings.server_url}/api/{path}", params=params, headers=self._headers(),
                                   meaning=meaning)

    async def _send(self, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        return await self.http.send(method, f"{self.settings.server_url}/api/{path}", json=body,
                                    headers={**self._headers(), **(headers or {})}, meaning=meaning)

    @classmethod
    def reply_length(cls, text: str) -> int:
        """Characters; an address counts 23 whatever its length, and a mention without its server."""
        return len(_REMOTE_MENTION.sub(r"\1", _URL.sub("x" * URL_LENGTH, text)))


def meaning(answer: Answer) -> ConnectorError | None:
    """What the server's errors ask of whom; None leaves it to the status."""
    detail, raw = str(said(answer).get("error") or "")[:300], answer.excerpt()
    match answer.status:
        case 401:
            return AccessDenied(N_("The server does not accept the access token: {detail}"), raw=raw, detail=detail)
        case 403:
            return AccessDenied(N_("The server says that this token may not do that: {detail} It needs the rights read "
                                   "and write:statuses."), raw=raw, detail=detail)
        case 422 if answer.written:
            return Refused(N_("The server refuses the reply: {detail}"), raw=raw, detail=detail)
        case 429:
            return TryLater(N_("The server asks us to slow down. It is asked again later."), raw=raw,
                            retry_after=_wait(answer))
    return None


def _wait(answer: Answer) -> float:
    """X-RateLimit-Reset is a moment in ISO 8601, measured against the server's own clock."""
    try:
        reset = datetime.fromisoformat(answer.headers.get("x-ratelimit-reset", ""))
        return max(1.0, (reset - parsedate_to_datetime(answer.headers.get("date", ""))).total_seconds())
    except (ValueError, TypeError):
        return WINDOW_SECONDS


def _named(text: str, acct: str) -> str:
    return text if text.lower().startswith(f"@{acct.lower()}") else f"@{acct} {text}"


def _told(post: Any, me: str) -> Any:
    """The post itself, also where somebody only passed it on, with whether our account wrote it."""
    post = part(post, "reblog") or post
    return {**post, "ours": bool(me) and part(post, "account", "id") == me} if isinstance(post, dict) else post
