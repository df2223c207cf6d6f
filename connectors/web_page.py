"""Web pages: reviews that a page marks up by schema.org, or that CSS selectors find; answers are read back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, ClassVar
from urllib.parse import urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

from lxml import etree
from pydantic import BaseModel, Field, field_validator

from connectors.answers import Answer
from connectors.base import Batch, Can, Connector, Cursor, Identity, Item, ItemKind, Place, PostedReply, Raw
from connectors.errors import N_, Gone, Surprise
from connectors.fields import language, rating, web_address
from connectors.moments import read_moment
from connectors.plain_text import one_line
from connectors.schema_org import claimed_count, marked_reviews
from connectors.selectors import Selectors, selected_reviews


class Pages(BaseModel):
    """Which pages, and how they are read."""

    page_urls: list[str] = Field(
        title=N_("Pages"), min_length=1, max_length=500, examples=[["https://shop.example/kettle"]],
        description=N_("Addresses of the pages with reviews, one a line. Copy each from the address line of the "
                       "browser."))
    owner_name: str = Field(
        "", title=N_("Name in your answers"), max_length=200, examples=["Kettle Shop"],
        description=N_("The name that stands on the page above your own answers, so that they are recognised."))
    time_zone: str = Field(
        "UTC", title=N_("Time zone"), examples=["Europe/Riga"],
        description=N_("Time zone of dates that name none, as in the list of IANA (Europe/Riga, Europe/Moscow)."))
    max_pages: int = Field(
        5, ge=1, le=200, title=N_("Pages to turn"),
        description=N_("How many pages are read after “next” links, the first one included."))

    @field_validator("page_urls", mode="before")
    @classmethod
    def _addresses(cls, value: Any) -> Any:
        """A form gives the lines of one text."""
        lines = value.split() if isinstance(value, str) else value
        if isinstance(lines, list) and not all(web_address(line) for line in lines):
            raise ValueError("addresses such as https://shop.example/kettle, one a line")
        return [urldefrag(line)[0] for line in lines] if isinstance(lines, list) else lines

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("a time zone such as Europe/Riga") from error


class WebPageSettings(Selectors, Pages):
    """The pages first; CSS selectors only for those without schema.org markup."""


@dataclass(frozen=True)
class _Page:
    url: str
    raws: list[dict[str, Any]]
    claimed: int
    next_url: str
    answer: Answer


class WebPage(Connector):
    """Each page is a place. A page that shows none of the reviews it had is an error, never "all removed"."""

    kind: ClassVar[str] = "web_page"
    label: ClassVar[str] = N_("Web page with reviews")
    access: ClassVar[str] = N_(
        "None: the pages are read as any visitor sees them, within their robots.txt. Use it for your own site and for "
        "sites that permit it; answers are written on the page by hand and read back.")
    can: ClassVar[Can] = Can(find_replies=True, sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = WebPageSettings
    settings: WebPageSettings

    async def check(self) -> Identity:
        """Reads the first page; a page without reviews is a warning, because there may be none yet."""
        page = await self._read(self.settings.page_urls[0], self.settings.page_urls[0])
        warnings = () if page.raws else (
            N_("No review was found on the page. If there are some, give CSS selectors."),)
        return Identity(name=_title(page.answer), warnings=warnings)

    async def places(self) -> list[Place]:
        """The pages of the settings."""
        return [Place(external_id=url, name=url.partition("://")[2].rstrip("/"), url=url)
                for url in self.settings.page_urls]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages in the order of the site, which need not be by date. The cursor remembers how many reviews there were.

        ``complete`` only when the walk reached the last page, every page showed reviews, and a second walk over several
        pages found the same.
        """
        known, validators = (cursor or {}).get("known", 0), (cursor or {}).get("validators", {})
        pages: list[_Page] = []
        async for page in self._walk(place.external_id, validators):
            if page.answer.status == 304:
                yield Batch(cursor=cursor, newest_first=False)
                return
            if pages:
                yield self._batch(pages[-1])
            pages.append(page)
        found = sum(len(page.raws) for page in pages)
        if not found and (known or pages[0].claimed):
            raise Surprise(N_("0 of {known} known reviews found on {url}: the page has changed or hides them from "
                              "robots. Nothing was taken for removed; look at the page, and give CSS selectors if its "
                              "markup is gone."), raw=pages[0].answer.body[:2000], known=known or pages[0].claimed,
                           url=place.external_id)
        memory = {"known": found, "validators": pages[0].answer.validators() if len(pages) == 1 else {}}
        whole = cursor is None and not pages[-1].next_url and all(page.raws for page in pages)
        shifted = await self._shifted(place, pages) if whole else []
        *others, last = [pages[-1], *shifted]
        for page in others:
            yield self._batch(page)
        yield self._batch(last).model_copy(update={"cursor": memory if found else None,
                                                   "complete": whole and not shifted})

    async def _shifted(self, place: Place, pages: list[_Page]) -> list[_Page]:
        """The pages as a second walk finds them, when they differ: a removal meanwhile moves reviews between pages."""
        if len(pages) == 1:
            return []
        again = [page async for page in self._walk(place.external_id, {})]
        listed = [[_identity(raw) for raw in page.raws] for page in pages]
        return again if [[_identity(raw) for raw in page.raws] for page in again] != listed else []

    def _batch(self, page: _Page) -> Batch:
        items, unreadable = self.read_all(page.raws)
        return Batch(items=items, unreadable=unreadable, newest_first=False)

    async def _walk(self, start: str, validators: Mapping[str, str]) -> AsyncIterator[_Page]:
        url, seen = start, set[str]()
        while url and url not in seen and len(seen) < self.settings.max_pages:
            seen.add(url)
            page = await self._read(url, start, validators if len(seen) == 1 else {})
            yield page
            url = page.next_url

    async def _read(self, url: str, start: str, validators: Mapping[str, str] | None = None) -> _Page:
        answer = await self.http.get(url, headers=validators or {}, page=True,
                                     ok=frozenset({200, 304}) if validators else frozenset({200}))
        root = _root(answer)
        if answer.status == 304 or root is None:
            return _Page(url, [], 0, "", answer)
        marked = _merged([*marked_reviews(root), *selected_reviews(root, self.settings)])
        added = {"page": url, "start": start, "zone": self.settings.time_zone, "owner": self.settings.owner_name}
        return _Page(url, [{**review, **added} for review in marked], claimed_count(root), _next(root, url), answer)

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review as ``schema_org`` gives it, with the page, its first page, the zone and the owner's name added."""
        zone, page = ZoneInfo(raw["zone"]), raw["page"]
        external_id = _identity(raw)
        value, best, worst = _scale(raw)
        own_url = web_address(urljoin(page, raw.get("url", "")))
        return Item(
            external_id=external_id, kind=ItemKind.REVIEW, thread_id=str(raw.get("thread", ""))[:300],
            url=own_url if raw.get("url") and own_url else urljoin(page, raw.get("id", "")) if _local(raw) else page,
            author_name=raw.get("author", ""),
            author_url=web_address(urljoin(page, raw["author_url"])) if raw.get("author_url") else "",
            city=raw.get("city", ""), rating=value, rating_best=best, rating_worst=worst,
            verified_purchase=True if raw.get("verified") else None, title=raw.get("title", ""),
            text=raw.get("text", ""), pros=raw.get("pros", ""), cons=raw.get("cons", ""),
            language=language(raw.get("language", "")), created_at=read_moment(raw.get("published", ""), zone),
            edited_at=read_moment(raw.get("updated", ""), zone), raw={"page": page},
            replies=tuple(_reply(reply, external_id, raw["owner"], zone) for reply in raw.get("replies", ())))

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """The answers that stand below the review on its page now. Raises Gone when no page shows the review."""
        starts = [item.raw.get("page") or urldefrag(item.url)[0], *self.settings.page_urls]
        for start in dict.fromkeys(start for start in starts if start):
            async for page in self._walk(start, {}):
                items, _ = self.read_all({**raw, "start": _first_page(raw, self.settings.page_urls)}
                                         for raw in page.raws)
                for found in items:
                    if found.external_id == item.external_id:
                        return list(found.replies)
        raise Gone(N_("The review is not on its page any more."))


def _first_page(raw: Raw, starts: Iterable[str]) -> str:
    """Local ids count from the first page of the walk; a later page is known by its path."""
    same = [start for start in starts if urlsplit(start)[:3] == urlsplit(raw["page"])[:3]]
    return raw["page"] if raw["page"] in same or not same else same[0]


def _root(answer: Answer) -> etree._Element | None:
    text = answer.text()
    return etree.fromstring(text.encode("utf-8", "replace"), etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True)) if text.strip() else None


def _title(answer: Answer) -> str:
    root = _root(answer)
    title = root.find(".//title") if root is not None else None
    text = one_line("".join(str(part) for part in title.itertext())) if title is not None else ""
    return text[:200] or answer.site


def _next(root: etree._Element, url: str) -> str:
    """The next page by ``rel=next``, on the same site only."""
    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            target = web_address(urldefrag(urljoin(url, element.get("href") or ""))[0])
            return target if urlsplit(target).netloc == urlsplit(url).netloc else ""
    return ""


def _merged(reviews: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each review once, in the order of the page: pages often say the same in JSON-LD and in their markup.

    Of two records the fuller one wins and the other fills its gaps. An id that several authors share is no id.
    """
    merged: dict[tuple[str, ...], dict[str, Any]] = {_sameness(review): {} for review in reviews}
    for review in sorted(reviews, key=len, reverse=True):
        merged[_sameness(review)] = {**review, **merged[_sameness(review)]}
    authors: dict[str, set[str]] = {}
    for review in merged.values():
        authors.setdefault(review.get("id", ""), set()).add(review.get("author", ""))
    by_id: dict[str, dict[str, Any]] = {}
    for review in merged.values():
        if len(authors[review.get("id", "")]) > 1:
            review.pop("id", None)
        by_id.setdefault(review.get("id") or _digest(review), review)
    return list(by_id.values())


def _sameness(review: Mapping[str, Any]) -> tuple[str, ...]:
    words = " ".join(re.findall(r"\w+", review.get("text", "").casefold()))
    value = rating(review.get("rating", ""))
    return (review.get("author", "").casefold(), review.get("published", "")[:10], str(value and value[0]), words)


def _digest(review: Mapping[str, Any]) -> str:
    """Page, author, day and 200 characters; without the rating, so that the id survives a change of stars."""
    said = (review.get("start", ""), review.get("author", ""), review.get("published", "")[:10],
            review.get("text", "")[:200])
    return "digest:" + hashlib.blake2b("\n".join(said).encode(), digest_size=20).hexdigest()


def _local(raw: Raw) -> bool:
    return str(raw.get("id", "")).startswith("#")


def _identity(raw: Raw) -> str:
    """The page's own id, a local one counted from the first page, else a digest."""
    own = str(raw.get("id", ""))
    return (urljoin(raw["start"], own) if _local(raw) else own)[:500] or _digest(raw)


def _scale(raw: Raw) -> tuple[float | None, float, float]:
    """Rating, best and worst. Without ``bestRating``: 1 to 5, or the next usual scale that holds it."""
    value = rating(raw.get("rating", ""))
    if value is None:
        return None, 5, 1
    best, worst = rating(raw.get("best", "")), rating(raw.get("worst", ""))
    top = best[0] if best else value[1] or next((usual for usual in (5.0, 10.0, 100.0) if value[0] <= usual), value[0])
    bottom = worst[0] if worst else 0.0 if top > 10 else 1.0
    return value[0], top, bottom


def _reply(reply: Mapping[str, str], parent_id: str, owner: str, zone: tzinfo) -> PostedReply:
    author = reply.get("author", "")
    ours = True if reply.get("ours") or (owner and author.casefold() == owner.casefold()) else None
    said = hashlib.blake2b(f"{parent_id}\n{reply.get('text', '')}".encode(), digest_size=12).hexdigest()
    return PostedReply(external_id=reply.get("id") or f"digest:{said}", text=reply.get("text", ""), author_name=author,
                       parent_id=parent_id, created_at=read_moment(reply.get("published", ""), zone), ours=ours)
