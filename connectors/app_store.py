"""App Store Connect: all customer reviews of one's own apps, and the developer's response to each."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from babel.core import get_global
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import jwt_sign
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
    Published,
    Raw,
    ReplyMode,
)
from connectors.bearer import Bearer, TokenExpired
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater
from connectors.json_body import an_id, iso, part, rows, said, saved, whole
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Answer, Http

API = "https://api.appstoreconnect.apple.com"
PAGE_SIZE = 200
TOKEN_SECONDS = 1200
PAUSE_WHEN_USED_UP = 600.0
# UNVERIFIED: a client says so; Apple's schema names no limit.
LONGEST_RESPONSE = 5970
_KOSOVO = {"XKS": "XK"}
_LEFT = re.compile(r"user-hour-rem:(\d+)")


class AppStoreSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    issuer_id: str = Field(
        title=N_("Issuer ID"), examples=["57246542-96fe-1a63-e053-0824d011072a"], min_length=10, max_length=100,
        description=N_("At appstoreconnect.apple.com under Users and Access, Integrations, App Store Connect API, "
                       "above the list of keys."))
    key_id: SecretStr = Field(
        title=N_("Key ID"), examples=["2X9R4HXF34"],
        description=N_("In the same list, beside the name of the key. The key needs the role Customer Support or a "
                       "higher one."))
    private_key: SecretStr = Field(
        title=N_("Private key"), examples=["-----BEGIN PRIVATE KEY-----…"],
        description=N_("The whole .p8 file, which Apple lets you download once when the key is made."))


class AppStore(Connector):
    """Newest first. Apple gives no time of change: edits are found when a full pass compares the texts.

    Limits: the header X-Rate-Limit tells what is left of 3,500 requests an hour.
    """

    kind: ClassVar[str] = "app_store"
    label: ClassVar[str] = "App Store"
    access: ClassVar[str] = N_(
        "A key of the App Store Connect API, which the account holder or an admin of the developer account makes. It "
        "sees the account's own apps only. Apple allows 3,500 requests an hour; a response is shown after a while.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.SINGLE, edit_reply=True, delete_reply=True, find_replies=True,
        max_reply_chars=LONGEST_RESPONSE, idempotent_reply=True, sees_edits=True, reports_total=True, manual_url=False)
    Settings: ClassVar[type[BaseModel]] = AppStoreSettings
    settings: AppStoreSettings

    def __init__(self, settings: BaseModel, http: Http, clock: Callable[[], float] = time.time) -> None:
        super().__init__(settings, http)
        self._clock = clock
        self._apple = Bearer(http, self._token, meaning)

    async def _token(self) -> tuple[str, float]:
        now = int(self._clock())
        claims = {"iss": self.settings.issuer_id, "iat": now, "exp": now + TOKEN_SECONDS, "aud": "appstoreconnect-v1"}
        return jwt_sign.es256(claims, self.settings.private_key.get_secret_value(),
                              self.settings.key_id.get_secret_value()), TOKEN_SECONDS

    async def check(self) -> Identity:
        """The apps that the key sees stand for the account, which Apple does not name."""
        apps = await self.places()
        names = ", ".join(app.name for app in apps[:3])
        return Identity(name=names or "App Store Connect", warnings=() if apps else (
            N_("This key sees no app. Give it a role for the apps under Users and Access."),))

    async def places(self) -> list[Place]:
        """Every app that the key sees."""
        found, url = [], f"{API}/v1/apps?limit=200&fields[apps]=name,bundleId"
        while url:
            answer = await self._apple.get(url)
            found += [_place(app) for app in rows(answer, "data")]
            url = _next(whole(answer))
        return found

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages by the links that Apple gives; a full pass that counts up to Apple's total has listed all."""
        url = (f"{API}/v1/apps/{quote(place.external_id, safe='')}/customerReviews"
               f"?sort=-createdDate&limit={PAGE_SIZE}&include=response")
        seen, totals = set[str](), set[int | None]()
        while url:
            answer = whole(page := await self._apple.get(url))
            total, url = part(answer, "meta", "paging", "total"), _next(answer)
            reviews = _joined(rows(page, "data"), answer.get("included"), place.external_id)
            items, unreadable = self.read_all(reviews)
            seen.update(str(part(row, "id")) for row in reviews)
            totals.add(total if isinstance(total, int) else None)
            yield Batch(items=items, unreadable=unreadable, total=total if isinstance(total, int) else None,
                        cursor=cursor or (None if url else {"read_whole": True}),
                        complete=cursor is None and not url and totals == {len(seen)})

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review, with the ``response`` joined to it and the ``app`` it is about."""
        told, response = raw["attributes"], raw.get("response")
        return Item(
            external_id=an_id(raw["id"]), kind=ItemKind.REVIEW, thread_id=str(raw.get("app") or ""),
            author_name=one_line(told.get("reviewerNickname") or ""), country=_country(told.get("territory") or ""),
            rating=told["rating"], title=one_line(told.get("title") or ""), text=clean(told.get("body") or ""),
            created_at=iso(told.get("createdDate")), replies=(_posted(response, raw["id"]),) if response else (),
            raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """The one response is made or replaced; HELD until Apple has published it."""
        body = {"data": {"type": "customerReviewResponses", "attributes": {"responseBody": text}, "relationships": {
            "review": {"data": {"type": "customerReviews", "id": item.external_id}}}}}
        answer = await self._apple.send("POST", f"{API}/v1/customerReviewResponses", json=body)
        return saved(answer, lambda said: _posted(said["data"], item.external_id))

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """The same call replaces."""
        return await self.reply(item, text, "")

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take the response back; one that is gone already is as good."""
        try:
            await self._apple.send("DELETE", f"{API}/v1/customerReviewResponses/{quote(reply.external_id, safe='')}",
                                   ok=frozenset({200, 204}))
        except Gone:
            return

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """The response as it stands. Raises Gone with a removed review."""
        answer = whole(await self._apple.get(
            f"{API}/v1/customerReviews/{quote(item.external_id, safe='')}", {"include": "response"}))
        [review] = _joined([answer.get("data")], answer.get("included"), item.thread_id)
        return list(self.read(review).replies)


def meaning(answer: Answer) -> ConnectorError | None:
    """What Apple's errors ask of whom; None leaves it to the status."""
    listed = said(answer).get("errors")
    if answer.status < 400 or not isinstance(listed, list) or not listed or not isinstance(listed[0], dict):
        return None
    detail = str(listed[0].get("detail") or listed[0].get("title") or "")[:300]
    raw = answer.excerpt()
    match answer.status:
        case 401:
            return TokenExpired(N_("Apple does not accept the key. Check the issuer ID, the key ID and the private "
                                   "key, and that the clock of this machine is right."), raw=raw)
        case 403:
            return AccessDenied(N_("Apple says that this key may not do that: {detail} Give it the role Customer "
                                   "Support."), raw=raw, detail=detail)
        case 404:
            return Gone(N_("Apple does not have this any more: {detail}"), raw=raw, detail=detail)
        case 429:
            left = _LEFT.search(answer.headers.get("x-rate-limit", ""))
            return TryLater(N_("Apple's limit for this key is used up for now. It is asked again later."), raw=raw,
                            retry_after=PAUSE_WHEN_USED_UP if left and left[1] == "0" else None)
        case 400 | 409 | 422 if answer.written:
            return Refused(N_("Apple refuses the response: {detail}"), raw=raw, detail=detail)
    return None


def _place(app: Any) -> Place:
    number = an_id(part(app, "id"))
    return Place(external_id=number, name=one_line(str(part(app, "attributes", "name") or number)),
                 url=f"https://apps.apple.com/app/id{quote(number)}")


def _next(answer: dict[str, Any]) -> str:
    """The address of the next page, which has to be Apple's: the token goes there."""
    url = str(part(answer, "links", "next") or "")
    if url and not url.startswith(f"{API}/"):
        raise Surprise(N_("App Store Connect names a next page at another site."), raw=url[:500])
    return url


def _joined(reviews: list[Any], included: Any, app: str) -> list[Any]:
    """Reviews with the responses that came beside them, joined by type and id."""
    responses = {one.get("id"): one for one in included or [] if part(one, "type") == "customerReviewResponses"}
    return [{**one, "app": app, "response": responses.get(part(one, "relationships", "response", "data", "id"))}
            if isinstance(one, dict) else one for one in reviews]


def _country(territory: str) -> str:
    """Two letters for the three that Apple gives; what is unknown stays as it came."""
    known = get_global("territory_aliases").get(territory)
    return _KOSOVO.get(territory) or (known[0] if known else territory[:3])


def _posted(raw: Any, review: str) -> PostedReply:
    told = raw["attributes"]
    return PostedReply(
        external_id=an_id(raw["id"]), text=clean(told["responseBody"]), parent_id=review, ours=True,
        edited_at=iso(told.get("lastModifiedDate")),
        status=Published.PUBLISHED if told.get("state", "PUBLISHED") == "PUBLISHED" else Published.HELD)
