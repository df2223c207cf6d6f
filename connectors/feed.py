"""Feeds: RSS, Atom and JSON Feed as a source of mentions (Google Alerts, Google News, forums, blogs)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.base import Batch, Can, Connector, Cursor, Identity, Item, ItemKind, Place, Raw
from connectors.errors import N_, Surprise
from connectors.feed_reading import read_feed, title_of
from connectors.fields import language, web_address
from connectors.moments import read_moment
from connectors.plain_text import clean, one_line, to_plain

_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
# RSS gives an author as an e-mail address with the name in brackets.
_MAIL_AND_NAME = re.compile(r"^\S+@\S+\s+\((.+)\)$")
_LONGEST_ID = 300


class FeedSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    feed_url: str = Field(
        title=N_("Address of the feed"), max_length=2000,
        examples=["https://www.google.com/alerts/feeds/0123/4567", "https://blog.example/feed/"],
        description=N_("The address of the RSS, Atom or JSON feed. For Google Alerts choose delivery to “RSS feed” and "
                       "copy the address of the feed symbol; on other sites look for “RSS” or the orange symbol."))

    @field_validator("feed_url")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.strip()
        value = "https://" + value.removeprefix("feed://") if "://" not in value or value.startswith("feed:") else value
        if not web_address(value):
            raise ValueError("an address such as https://blog.example/feed/")
        return value


class Feed(Connector):
    """One feed. What falls off its end was not removed, so no pass is ever ``complete``."""

    kind: ClassVar[str] = "feed"
    label: ClassVar[str] = N_("RSS, Atom, JSON Feed")
    access: ClassVar[str] = N_("None: the address of the feed is enough. Anyone who may read the feed may add it.")
    can: ClassVar[Can] = Can(sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = FeedSettings
    settings: FeedSettings

    async def check(self) -> Identity:
        """Reads the feed once; Surprise says when it is none."""
        answer = await self.http.get(self.settings.feed_url, headers={"Accept": _ACCEPT})
        entries = read_feed(answer.body, answer.url)
        warnings = () if entries else (N_("The feed is empty at the moment."),)
        return Identity(name=title_of(answer.body) or answer.site, warnings=warnings)

    async def places(self) -> list[Place]:
        """The feed itself."""
        answer = await self.http.get(self.settings.feed_url, headers={"Accept": _ACCEPT})
        read_feed(answer.body, answer.url)
        return [Place(external_id="feed", name=title_of(answer.body) or answer.site, url=self.settings.feed_url)]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """One page. An unchanged feed (304, or the same bytes again) is not parsed; a sweep always parses.

        Of a broken feed nothing is remembered, so that the next poll reads what was missing.
        """
        known = cursor or {}
        answer = await self.http.get(self.settings.feed_url, headers={"Accept": _ACCEPT, **known.get("validators", {})},
                                     ok=frozenset({200, 304}))
        if answer.status == 304:
            yield Batch(cursor=cursor)
            return
        seen = {"validators": answer.validators(), "digest": hashlib.blake2b(answer.body, digest_size=16).hexdigest()}
        if known.get("digest") == seen["digest"]:
            yield Batch(cursor=seen)
            return
        entries = read_feed(answer.body, answer.url)
        items, unreadable = self.read_all(entries)
        yield Batch(items=_once(items), unreadable=unreadable, cursor=seen if entries.whole else {"broken": True})

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One entry as ``feed_reading.read_feed`` gives it. Dates without a time zone are worth nothing."""
        url = web_address(_unwrapped(raw.get("url", "")))
        title = one_line(to_plain(raw["title_html"]) if raw.get("title_html") else raw.get("title", ""))
        text = to_plain(raw["html"]) if raw.get("html") else clean(raw.get("text", ""))
        if not (title or text or url):
            raise Surprise(N_("An entry has no title, no text and no link."), raw=str(dict(raw))[:2000])
        publisher = _publisher(raw, url)
        published, updated = read_moment(raw.get("published", "")), read_moment(raw.get("updated", ""))
        return Item(
            external_id=_identity(raw, title, text), kind=ItemKind.MENTION, url=url,
            title=title.removesuffix(f" - {publisher}") if publisher else title, text=text,
            author_name=_author(raw.get("author", "")) or publisher, author_url=web_address(raw.get("author_url")),
            language=language(raw.get("language", "")), created_at=published or updated,
            edited_at=updated if published and updated and updated > published else None,
            raw={"publisher": publisher} if publisher else {})


def _once(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Feeds repeat entries; the first, which is the newest, counts."""
    first: dict[str, Item] = {}
    for item in items:
        first.setdefault(item.external_id, item)
    return tuple(first.values())


def _identity(raw: Raw, title: str, text: str) -> str:
    """The feed's own id, else the link, else a digest of what was said; long ones by their digest."""
    own = one_line(raw.get("id") or raw.get("url") or "")
    if own and len(own) <= _LONGEST_ID:
        return own
    said = own or "\n".join((title, raw.get("published", ""), text))
    return "digest:" + hashlib.blake2b(said.encode(), digest_size=20).hexdigest()


def _unwrapped(url: str) -> str:
    """Google Alerts wraps every link in a redirect of its own; the real one is its parameter ``url``."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.path == "/url" and host.startswith("www.google."):
        inner = parse_qs(parts.query)
        return next((found[0] for name in ("url", "q") if (found := inner.get(name))), url)
    return url


def _publisher(raw: Raw, url: str) -> str:
    """Who published it: named by Google News, else for Google Alerts the host of the real address."""
    named = one_line(raw.get("publisher", ""))
    if named:
        return named
    host = urlsplit(url).hostname or ""
    return host.removeprefix("www.") if url != raw.get("url", "") else ""


def _author(text: str) -> str:
    text = one_line(to_plain(text))[:300]
    found = _MAIL_AND_NAME.match(text)
    return found[1] if found else text
