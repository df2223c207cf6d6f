"""Trustpilot: service reviews of one's own business units, with order numbers and mail addresses, and the reply."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

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
from connectors.fields import language
from connectors.json_body import an_id, iso, part, rows, said, whole
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Answer, Http

API = "https://api.trustpilot.com/v1"
PAGE_SIZE = 100
PAGES = 1000
PAUSE_WHEN_LIMITED = 300.0
# UNVERIFIED: the path that finds a unit by its domain, the address of a review's page, and that a second POST replaces
# the reply; the length of a reply is nowhere documented.
FIND_UNIT = f"{API}/business-units/find"
REVIEW_PAGE = "https://www.trustpilot.com/reviews/"
_UNIT_ID = re.compile("[0-9a-f]{24}")


class TrustpilotSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    api_key: SecretStr = Field(
        title=N_("API key"), examples=["abcdefghijklmnopqrstuvwxyz123456"],
        description=N_("At businessapp.b2b.trustpilot.com under Integrations, Developers, APIs. The API is a paid "
                       "module of a business account."))
    api_secret: SecretStr = Field(
        title=N_("API secret"), examples=["abcdefghijklmnop"],
        description=N_("Shown beside the API key on the same page."))
    business_units: str = Field(
        title=N_("Business units"), examples=["shop.example, 507f191e810c19729de860ea"], min_length=3, max_length=2000,
        description=N_("Your domains as Trustpilot shows them, or the ids of your business units, separated by "
                       "commas."))
    business_user_id: str = Field(
        "", title=N_("Business user ID"), examples=["507f191e810c19729de860eb"], max_length=100,
        description=N_("In whose name replies are given; shown in Trustpilot Business under Settings, Users. Empty: "
                       "replies are refused unless the key belongs to a user."))

    @field_validator("business_units")
    @classmethod
    def _units(cls, value: str) -> str:
        units = [unit for unit in re.split(r"[\s,;]+", value.strip().lower()) if unit]
        if not units or not all(re.fullmatch(r"[\w.-]+", unit) for unit in units):
            raise ValueError("domains such as shop.example")
        return ", ".join(dict.fromkeys(units))


class Trustpilot(Connector):
    """Newest first. An edited review keeps its place, so that edits are found by full passes.

    A full pass of one page has listed all. Over several pages it cannot know, because Trustpilot gives no total.
    Limits: at most 833 calls in five minutes and 10,000 an hour; calls that fail count too.
    """

    kind: ClassVar[str] = "trustpilot"
    label: ClassVar[str] = "Trustpilot"
    access: ClassVar[str] = N_(
        "An API key and secret of a Trustpilot business account with the paid API module. It reads the account's own "
        "service reviews with the order number and the mail address. Trustpilot recommends at most 10,000 calls an "
        "hour; its content may be used for your own business only.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.SINGLE, edit_reply=True, delete_reply=True, find_replies=True, gives_city=True,
        gives_verified_purchase=True, sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = TrustpilotSettings
    settings: TrustpilotSettings

    def __init__(self, settings: BaseModel, http: Http) -> None:
        super().__init__(settings, http)
        self._key = self.settings.api_key.get_secret_value()
        self._private = Bearer(http, self._token, meaning)

    async def _token(self) -> tuple[str, float]:
        """A token lives 100 hours; asking too often is answered with 429, so that it is kept until it ends."""
        pair = f"{self._key}:{self.settings.api_secret.get_secret_value()}".encode()
        answer = await self.http.query(
            f"{API}/oauth/oauth-business-users-for-applications/accesstoken", data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"}, meaning=meaning)
        token, seconds = said(answer).get("access_token"), str(said(answer).get("expires_in") or "3600")
        if not isinstance(token, str) or not token:
            raise Surprise(N_("Trustpilot answered the sign-in without a token."))
        return token, float(seconds) if seconds.isdecimal() else 3600.0

    async def check(self) -> Identity:
        """The first business unit, once its private reviews may be read."""
        units = await self.places()
        for unit in units:
            await self._private.get(f"{_unit(unit)}/reviews", {"page": 1, "perPage": 1})
        return Identity(name=", ".join(unit.name for unit in units), external_id=units[0].external_id)

    async def places(self) -> list[Place]:
        """The business units that were named."""
        return [await self._place(unit) for unit in self.settings.business_units.split(", ")]

    async def _place(self, unit: str) -> Place:
        url, params = (f"{API}/business-units/{unit}", {}) if _UNIT_ID.fullmatch(unit) else (FIND_UNIT, {"name": unit})
        found = whole(await self.http.get(url, params=params, headers={"apikey": self._key}, meaning=meaning))
        domain = str(part(found, "name", "identifying") or found.get("identifyingName") or unit)
        return Place(external_id=an_id(found.get("id")), name=one_line(str(found.get("displayName") or unit)),
                     url=f"https://www.trustpilot.com/review/{quote(domain)}")

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages by date of writing, up to the thousandth, which is the last that Trustpilot gives."""
        for page in range(1, PAGES + 1):
            answer = await self._private.get(f"{_unit(place)}/reviews", {
                "page": page, "perPage": PAGE_SIZE, "orderBy": "createdat.desc"})
            listed = rows(answer, "reviews")
            items, unreadable = self.read_all(listed)
            last = len(listed) < PAGE_SIZE or page == PAGES
            yield Batch(items=items, unreadable=unreadable, cursor=cursor or ({"read_whole": True} if last else None),
                        complete=cursor is None and last and page == 1)
            if last:
                return

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One service review. ``location`` is the branch that was reviewed and never where the author lives."""
        consumer, review = raw["consumer"], an_id(raw["id"])
        city, country = _where(consumer.get("displayLocation") or "")
        reply = raw.get("companyReply")
        hidden = part(raw, "reportData", "reviewVisibility") == "hidden"
        return Item(
            external_id=review, kind=ItemKind.REVIEW, thread_id=str(part(raw, "businessUnit", "id") or ""),
            url=REVIEW_PAGE + quote(review), author_name=one_line(consumer.get("displayName") or ""),
            author_id=str(consumer.get("id") or ""), author_email=raw.get("referralEmail") or "", city=city,
            country=country, verified_purchase=raw.get("isVerified"), order_number=raw.get("referenceId") or "",
            rating=raw["stars"], title=one_line(raw.get("title") or ""), text=clean(raw.get("text") or ""),
            language=language(raw.get("language") or ""), created_at=iso(raw.get("createdAt")),
            edited_at=iso(raw.get("updatedAt")), status=Published.HELD if hidden else Published.PUBLISHED,
            replies=(_posted(review, reply),) if reply else (), raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """The reply of the company. Trustpilot answers 201 without a body, so that it is read back for proof."""
        user = self.settings.business_user_id
        await self._private.send("POST", f"{_review(item)}/reply", json={
            "message": text, **({"authorBusinessUserId": user} if user else {})})
        return PostedReply(external_id=f"{item.external_id}/reply", text=text, parent_id=item.external_id, ours=True)

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """A second POST (see what is UNVERIFIED above)."""
        return await self.reply(item, text, "")

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take the company's reply back; one that is gone already is as good."""
        try:
            await self._private.send("DELETE", f"{_review(item)}/reply", ok=frozenset({200, 204}))
        except Gone:
            return

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """The company's reply as the review shows it."""
        return list(self.read(whole(await self._private.get(_review(item)))).replies)


def meaning(answer: Answer) -> ConnectorError | None:
    """What an error asks of whom, from Trustpilot's two envelopes; None leaves it to the status."""
    if answer.status < 400:
        return None
    body, raw = said(answer), answer.excerpt()
    detail = str(part(body, "fault", "faultstring") or body.get("details") or body.get("message") or "")[:300]
    if answer.status == 429 or "QuotaViolation" in str(part(body, "fault", "detail", "errorcode")):
        return TryLater(N_("Trustpilot's limit is used up for now. It is asked again later."), raw=raw,
                        retry_after=PAUSE_WHEN_LIMITED)
    match answer.status:
        case 401:
            return TokenExpired(N_("Trustpilot does not accept the key: {detail} Check the API key and the API "
                                   "secret."), raw=raw, detail=detail)
        case 403:
            return AccessDenied(N_("Trustpilot says that this account may not do that: {detail}"), raw=raw,
                                detail=detail)
        case 404:
            return Gone(N_("Trustpilot does not have this any more: {detail}"), raw=raw, detail=detail)
        case 400 | 409 | 422 if answer.written:
            return Refused(N_("Trustpilot refuses the reply: {detail}"), raw=raw, detail=detail)
    return None


def _unit(place: Place) -> str:
    return f"{API}/private/business-units/{quote(place.external_id, safe='')}"


def _review(item: Item) -> str:
    return f"{API}/private/reviews/{quote(item.external_id, safe='')}"


def _where(told: str) -> tuple[str, str]:
    """City and country of free text such as ``Aarhus, DK``."""
    city, comma, country = one_line(told).rpartition(",")
    if comma and re.fullmatch("[A-Z]{2}", country.strip()):
        return city.strip(), country.strip()
    return one_line(told), ""


def _posted(review: str, raw: Any) -> PostedReply:
    return PostedReply(external_id=f"{review}/reply", text=clean(raw["text"]), parent_id=review, ours=True,
                       created_at=iso(raw.get("createdAt")), edited_at=iso(raw.get("updatedAt")))
