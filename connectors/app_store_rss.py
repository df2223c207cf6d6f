"""App Store without a key: the 500 newest reviews of any app per country, from Apple's public feed; read only."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.base import Batch, Can, Connector, Cursor, Identity, Item, ItemKind, Place, Raw
from connectors.errors import N_, ConnectorError, Gone, Surprise, TryLater
from connectors.fields import web_address
from connectors.json_body import an_id, iso, part, rows, whole
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Answer

SITE = "https://itunes.apple.com"
PAGE_SIZE = 50
PAGES = 10
# UNVERIFIED: Apple documents neither the feed nor its limits; blocks come as 403 or 503 with a web page.
PAUSE_WHEN_BLOCKED = 900.0
_PLACE = re.compile(r"(\d{5,15})@([a-z]{2})")


def _listed(value: str, pattern: str, example: str) -> str:
    parts = [one for one in re.split(r"[\s,;]+", value.strip().lower()) if one]
    if not parts or not all(re.fullmatch(pattern, one) for one in parts):
        raise ValueError(example)
    return ", ".join(dict.fromkeys(parts))


class AppStoreRssSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    apps: str = Field(
        title=N_("App numbers"), examples=["1234567890, 987654321"], min_length=5, max_length=2000,
        description=N_("The digits after “id” in the address of the app's page at apps.apple.com, separated by "
                       "commas."))
    countries: str = Field(
        title=N_("Countries"), examples=["lv, us, de"], min_length=2, max_length=1000,
        description=N_("Two letters for each store that is read, separated by commas; each country has reviews of its "
                       "own."))

    @field_validator("apps")
    @classmethod
    def _numbers(cls, value: str) -> str:
        return _listed(value.lower().replace("id", ""), r"\d{5,15}", "numbers such as 1234567890")

    @field_validator("countries")
    @classmethod
    def _letters(cls, value: str) -> str:
        return _listed(value, "[a-z]{2}", "two letters a country, such as lv, us")


class AppStoreRss(Connector):
    """A window of the 500 newest by last change: what leaves it, or is missing for a moment, was not removed."""

    kind: ClassVar[str] = "app_store_rss"
    label: ClassVar[str] = N_("App Store (public feed)")
    access: ClassVar[str] = N_(
        "Nothing: the feed is public and serves any app, also those of others. Apple does not document it and promises "
        "nothing; it gives the 500 newest reviews per country and no replies.")
    can: ClassVar[Can] = Can(sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = AppStoreRssSettings
    settings: AppStoreRssSettings

    async def check(self) -> Identity:
        """The apps by name. Raises Gone when none of them is in the store of the first country."""
        names = await self._names(self.settings.countries.partition(",")[0])
        if not names:
            raise Gone(N_("The App Store has none of these apps in the first country. Check the numbers."))
        return Identity(name=", ".join(names.values()))

    async def places(self) -> list[Place]:
        """Each app in each country; an app that a country's store does not have is left out."""
        found = []
        for country in self.settings.countries.split(", "):
            found += [Place(external_id=f"{app}@{country}", name=f"{name} ({country.upper()})",
                            url=f"https://apps.apple.com/{country}/app/id{app}")
                      for app, name in (await self._names(country)).items()]
        return found

    async def _names(self, country: str) -> dict[str, str]:
        """Names by number, from Apple's documented search interface (``/lookup``)."""
        answer = await self.http.get(f"{SITE}/lookup", params={
            "id": self.settings.apps.replace(" ", ""), "country": country, "entity": "software"}, meaning=_blocked)
        return {str(app["trackId"]): one_line(str(app["trackName"])) for app in rows(answer, "results")
                if part(app, "trackId") and part(app, "trackName")}

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """At most ten pages. A page without entries is the end, or a passing fault of the feed: never a removal."""
        found = _PLACE.fullmatch(place.external_id)
        if found is None:
            raise Surprise(N_("“{place}” is not an app and a country."), place=place.external_id[:100])
        app, country = found[1], found[2]
        for page in range(1, PAGES + 1):
            answer = await self.http.get(
                f"{SITE}/{country}/rss/customerreviews/page={page}/id={app}/sortBy=mostRecent/json", meaning=_blocked)
            entries = _entries(answer)
            items, unreadable = self.read_all(
                {**entry, "place": place.external_id} if isinstance(entry, dict) else entry for entry in entries)
            last = len(entries) < PAGE_SIZE - 1 or page == PAGES  # old feeds count the app as an entry
            yield Batch(items=items, unreadable=unreadable,
                        cursor=cursor or ({"read_whole": True} if last and (entries or page > 1) else None))
            if last:
                return

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One entry with its ``place`` added; every value is wrapped in ``label`` and is text."""
        app, _, country = str(raw.get("place") or "").partition("@")
        uri = _label(raw, "author", "uri")
        author = re.search(r"(\d+)/?$", uri)
        return Item(
            external_id=an_id(_label(raw, "id")), kind=ItemKind.REVIEW, thread_id=str(raw.get("place") or app),
            url=web_address(part(raw, "link", "attributes", "href")), country=country.upper(),
            author_name=one_line(_label(raw, "author", "name")), author_id=author[1] if author else "",
            author_url=web_address(uri),
            rating=int(_label(raw, "im:rating")), title=one_line(_label(raw, "title")),
            text=clean(_label(raw, "content")), created_at=iso(_label(raw, "updated")), raw=dict(raw))


def _label(raw: Raw, *names: str) -> str:
    value = part(raw, *names, "label")
    if value is not None and not isinstance(value, str):
        raise TypeError("a label is no text")
    return value or ""


def _entries(answer: Answer) -> list[Any]:
    """A list, one object alone, or nothing; the app itself, which old feeds put first, has no rating."""
    feed = whole(answer).get("feed")
    if not isinstance(feed, dict):
        raise Surprise(N_("{site} answered something that is not the feed of reviews."), raw=answer.excerpt(),
                       site=answer.site)
    entries = feed.get("entry") or []
    listed = entries if isinstance(entries, list) else [entries]
    return [entry for entry in listed if not isinstance(entry, dict) or "im:rating" in entry]


def _blocked(answer: Answer) -> ConnectorError | None:
    if answer.status in (403, 503):
        return TryLater(N_("Apple holds the public feed back for now. It is asked again later; nothing to do."),
                        retry_after=PAUSE_WHEN_BLOCKED, raw=answer.excerpt())
    return None
