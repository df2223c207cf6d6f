"""Google Business Profile: reviews of the locations on Google Maps, and the owner's reply to each."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors import google_auth
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
from connectors.bearer import Bearer
from connectors.errors import N_, Gone, Surprise
from connectors.fields import web_address
from connectors.json_body import an_id, iso, later, part, rows, saved, whole
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Http

REVIEWS = "https://mybusiness.googleapis.com/v4"
ACCOUNTS = "https://mybusinessaccountmanagement.googleapis.com/v1/accounts"
LOCATIONS = "https://mybusinessbusinessinformation.googleapis.com/v1"
PAGE_SIZE = 50
_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "STAR_RATING_UNSPECIFIED": None}
_STATES = {"PENDING": Published.HELD, "REJECTED": Published.REJECTED}
_LOCATION = re.compile(r"accounts/[^/\s]+/locations/[^/\s]+")
# UNVERIFIED: how Google marks its own translation inside a comment; both orders of the halves are seen.
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"


class GoogleBusinessProfileSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    client_id: str = Field(
        title=N_("Client ID"), examples=["1234567890-abc.apps.googleusercontent.com"], min_length=5, max_length=300,
        description=N_("Of your Google Cloud project, at console.cloud.google.com under APIs and Services, "
                       "Credentials, OAuth 2.0 Client IDs."))
    client_secret: SecretStr = Field(
        title=N_("Client secret"), examples=["GOCSPX-abcdefghijklmnop"],
        description=N_("Shown beside the client ID on the same page of the Google Cloud console."))
    refresh_token: SecretStr = Field(
        title=N_("Refresh token"), examples=["1//04abcdefghijkl"],
        description=N_("Given once when an owner or manager of the profile signs in with the scope business.manage and "
                       "offline access."))


class GoogleBusinessProfile(Connector):
    """Reviews by their last change, so that edits come up first; a full pass that counts up to Google's total is all.

    Limits: 300 requests a minute for each API of a project; no headers tell what is left.
    """

    kind: ClassVar[str] = "google_business_profile"
    label: ClassVar[str] = "Google Business Profile"
    access: ClassVar[str] = N_(
        "The sign-in of an owner or manager of the profile, through a Google Cloud project that Google has approved "
        "for the Business Profile APIs. Anyone with a verified profile may apply; until the approval the quota is 0 "
        "and nothing can be read. Google allows 300 requests a minute.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.SINGLE, edit_reply=True, delete_reply=True, find_replies=True, max_reply_chars=4096,
        idempotent_reply=True, sees_edits=True, reports_total=True, manual_url=False)
    Settings: ClassVar[type[BaseModel]] = GoogleBusinessProfileSettings
    settings: GoogleBusinessProfileSettings

    def __init__(self, settings: BaseModel, http: Http) -> None:
        super().__init__(settings, http)
        self._google = Bearer(http, self._token, google_auth.meaning)

    async def _token(self) -> tuple[str, float]:
        return await google_auth.refreshed(
            self.http, self.settings.client_id, self.settings.client_secret.get_secret_value(),
            self.settings.refresh_token.get_secret_value())

    async def check(self) -> Identity:
        """The first account of the sign-in. Raises AccessDenied when the project was not approved (a quota of 0)."""
        accounts = await self._listed(ACCOUNTS, "accounts", pageSize=20)
        if not accounts:
            return Identity(name="Google", warnings=(
                N_("This sign-in manages no business profile. Ask the owner to add it as a manager."),))
        return Identity(name=one_line(str(accounts[0].get("accountName", ""))),
                        external_id=an_id(accounts[0].get("name")))

    async def places(self) -> list[Place]:
        """Every location of every account. Google names a location without its account here, with it for reviews."""
        found = []
        for account in await self._listed(ACCOUNTS, "accounts", pageSize=20):
            name = an_id(account.get("name"))
            listed = await self._listed(f"{LOCATIONS}/{quote(name)}/locations", "locations",
                                        readMask="name,title,metadata", pageSize=100)
            found += [_place(name, one) for one in listed]
        return found

    async def _listed(self, url: str, name: str, **params: str | int) -> list[dict[str, Any]]:
        found, token = [], ""
        while True:
            answer = await self._google.get(url, {**params, **({"pageToken": token} if token else {})})
            found += [row for row in rows(answer, name, missing_is_empty=True) if isinstance(row, dict)]
            token = str(whole(answer).get("nextPageToken") or "")
            if not token:
                return found

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages by last change. An empty location answers ``{}``, which is no proof that all reviews were removed."""
        seen, totals, token, more = set[str](), set[int | None](), "", True
        url = f"{REVIEWS}/{_path(place.external_id)}/reviews"
        while more:
            answer = await self._google.get(url, {"pageSize": PAGE_SIZE, "orderBy": "updateTime desc",
                                                  **({"pageToken": token} if token else {})})
            page = rows(answer, "reviews", missing_is_empty=True)
            total, token = whole(answer).get("totalReviewCount"), str(whole(answer).get("nextPageToken") or "")
            more = bool(token)
            items, unreadable = self.read_all(page)
            seen.update(str(part(row, "reviewId")) for row in page)
            totals.add(total if isinstance(total, int) else None)
            yield Batch(items=items, unreadable=unreadable, total=total if isinstance(total, int) else None,
                        cursor=cursor or (None if more else {"read_whole": True}),
                        complete=cursor is None and not more and totals == {len(seen)})

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review. Google names neither the author's account nor a page of the review."""
        name, created, updated = an_id(raw["name"]), iso(raw.get("createTime")), iso(raw.get("updateTime"))
        reply = raw.get("reviewReply")
        replies = (_posted(reply, name),) if reply else ()
        told = raw.get("comment") or ""
        media = raw.get("reviewMediaItems") or ()
        return Item(
            external_id=an_id(raw["reviewId"]), kind=ItemKind.REVIEW, thread_id=name.partition("/reviews/")[0],
            url=web_address(raw.get("reviewReplyUrl")),
            author_name=one_line(part(raw["reviewer"], "displayName") or ""),
            rating=_STARS[raw.get("starRating", "STAR_RATING_UNSPECIFIED")], text=clean(_original(told)),
            photos=tuple(url for one in media if (url := web_address(one.get("thumbnailUrl")))),
            created_at=created, replies=replies, raw=dict(raw),
            # UNVERIFIED: whether our own reply moves updateTime; a change at that very moment is not the customer's.
            edited_at=None if replies and replies[0].edited_at == updated else later(updated, created))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """PUT: the one reply of the owner is made or replaced, so that a repeat changes nothing."""
        name = _review(item)
        answer = await self._google.send("PUT", f"{REVIEWS}/{_path(name)}/reply", json={"comment": text})
        return saved(answer, lambda body: _posted(body, name))

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """The same PUT."""
        return await self.reply(item, text, "")

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take the owner's reply back; one that is gone already is as good."""
        try:
            await self._google.send("DELETE", f"{REVIEWS}/{_path(_review(item))}/reply")
        except Gone:
            return

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """The owner's reply with what Google decided about it: HELD while it looks, REJECTED when it refuses."""
        return list(self.read(whole(await self._google.get(f"{REVIEWS}/{_path(_review(item))}"))).replies)

    @classmethod
    def reply_length(cls, text: str) -> int:
        """Google counts bytes of UTF-8."""
        return len(text.encode(errors="replace"))


def _place(account: str, raw: dict[str, Any]) -> Place:
    name = an_id(raw.get("name"))
    return Place(external_id=f"{account}/{name}", name=one_line(str(raw.get("title") or name)),
                 url=web_address(part(raw, "metadata", "mapsUri")))


def _review(item: Item) -> str:
    return f"{item.thread_id}/reviews/{item.external_id}"


def _path(name: str) -> str:
    if not _LOCATION.match(name) or ".." in name:
        raise Surprise(N_("“{name}” is not a location of Google Business Profile."), name=name[:100])
    return quote(name)


def _posted(raw: Any, review: str) -> PostedReply:
    return PostedReply(
        external_id=f"{review}/reply", text=clean(raw["comment"]), parent_id=review.rpartition("/")[2], ours=True,
        edited_at=iso(raw.get("updateTime")), status=_STATES.get(raw.get("reviewReplyState"), Published.PUBLISHED))


def _original(comment: str) -> str:
    """What the customer wrote, where Google put its translation before or after it."""
    if _TRANSLATED not in comment:
        return comment
    before, _, after = comment.partition(_TRANSLATED)
    if _ORIGINAL in after:
        return after.partition(_ORIGINAL)[2]
    return before.replace(_ORIGINAL, "") if before.strip() else after
