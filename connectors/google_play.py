"""Google Play: reviews of one's own apps of the last seven days, and the developer's reply to each."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

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
    Raw,
    ReplyMode,
)
from connectors.bearer import Bearer
from connectors.errors import N_
from connectors.json_body import an_id, epoch, part, rows, saved, whole
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Http

APPS = "https://androidpublisher.googleapis.com/androidpublisher/v3/applications"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
PAGE_SIZE = 100
# UNVERIFIED: the documentation says "about 350 characters"; how it counts emoji is not told, so they count as written.
LONGEST_REPLY = 350
_PACKAGE = re.compile(r"[A-Za-z][\w]*(?:\.[A-Za-z][\w]*)+")
_WINDOW = N_("Google shows only reviews with text that were written or changed within the last seven days. Poll at "
             "least once a day: what a longer outage misses can only be found in the reports of the Play Console.")


class GooglePlaySettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    service_account: SecretStr = Field(
        title=N_("Key file of the service account"), examples=['{"type": "service_account", "client_email": "…"}'],
        description=N_("The whole JSON file, made at console.cloud.google.com under IAM, Service Accounts, Keys. In "
                       "the Play Console the account needs the permission to reply to reviews; it may take a day."))
    packages: str = Field(
        title=N_("Package names"), examples=["com.example.kettle, com.example.tea"], min_length=3, max_length=5000,
        description=N_("The names of your apps, separated by commas, as in the address of the app's page in the store "
                       "after “id=”."))

    @field_validator("service_account")
    @classmethod
    def _whole_file(cls, value: SecretStr) -> SecretStr:
        try:
            account = json.loads(value.get_secret_value())
        except (ValueError, RecursionError):
            account = None
        if not all(isinstance(part(account, name), str) for name in ("client_email", "private_key")):
            raise ValueError("the whole JSON key file of a service account")
        return value

    @field_validator("packages")
    @classmethod
    def _names(cls, value: str) -> str:
        names = [name for name in re.split(r"[\s,;]+", value) if name]
        if not names or not all(_PACKAGE.fullmatch(name) for name in names):
            raise ValueError("names such as com.example.kettle")
        return ", ".join(dict.fromkeys(names))


class GooglePlay(Connector):
    """Reviews by their last change. The list is a window of seven days: what is missing in it was not removed.

    Limits: UNVERIFIED, 200 reads an hour by the older page and 3,000 a minute by the newer one; plan for the lower.
    """

    kind: ClassVar[str] = "google_play"
    label: ClassVar[str] = "Google Play"
    access: ClassVar[str] = N_(
        "A service account that the owner of the app has invited in the Play Console with the permission to reply to "
        "reviews. Only reviews with text of the last seven days are given, so that a poll a day is the least. Google "
        "allows 200 requests an hour.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.SINGLE, edit_reply=True, find_replies=True, max_reply_chars=LONGEST_REPLY,
        idempotent_reply=True, sees_edits=True, manual_url=False)
    Settings: ClassVar[type[BaseModel]] = GooglePlaySettings
    settings: GooglePlaySettings

    def __init__(self, settings: BaseModel, http: Http, clock: Callable[[], float] = time.time) -> None:
        super().__init__(settings, http)
        self._account: dict[str, Any] = json.loads(self.settings.service_account.get_secret_value())
        self._clock = clock
        self._google = Bearer(http, self._token, google_auth.meaning)

    async def _token(self) -> tuple[str, float]:
        return await google_auth.service_account(self.http, self._account, SCOPE, self._clock())

    async def check(self) -> Identity:
        """The service account, once it may read every app that was named."""
        for place in await self.places():
            await self._google.get(f"{_app(place.external_id)}/reviews", {"maxResults": 1})
        return Identity(name=str(self._account["client_email"]), warnings=(_WINDOW,))

    async def places(self) -> list[Place]:
        """The apps that were named: Google lists none."""
        return [Place(external_id=name, name=name, url=f"https://play.google.com/store/apps/details?id={name}")
                for name in self.settings.packages.split(", ")]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages by last change; never complete, because older reviews leave the window without being removed."""
        token, more = "", True
        while more:
            answer = await self._google.get(f"{_app(place.external_id)}/reviews", {
                "maxResults": PAGE_SIZE, **({"token": token} if token else {})})
            page = rows(answer, "reviews", missing_is_empty=True)
            token = str(part(whole(answer), "tokenPagination", "nextPageToken") or "")
            more = bool(token)
            items, unreadable = self.read_all(
                {**row, "package": place.external_id} if isinstance(row, dict) else row for row in page)
            yield Batch(items=items, unreadable=unreadable, cursor=cursor or (None if more else {"read_whole": True}))

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review with ``package`` added; the comments of user and developer are found by name, not by place.

        The language that Google gives is that of the device and says little about the text, so it stays in ``raw``.
        """
        user = _comment(raw, "userComment")
        if user is None:
            raise ValueError("no comment of the user")
        developer = _comment(raw, "developerComment")
        written = user.get("originalText") or ""
        title, _, text = (written if written.strip() else user.get("text") or "").rpartition("\t")
        return Item(
            external_id=an_id(raw["reviewId"]), kind=ItemKind.REVIEW, thread_id=str(raw.get("package") or ""),
            author_name=one_line(raw.get("authorName") or ""), rating=user.get("starRating"), title=one_line(title),
            text=clean(text), created_at=_moment(user), raw=dict(raw),
            replies=(_posted(raw["reviewId"], developer["text"], _moment(developer)),) if developer else ())

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """The one reply of the developer is made or replaced. Google strips markup, so that its own text is kept."""
        answer = await self._google.send("POST", f"{_app(item.thread_id)}/reviews/{quote(item.external_id, safe='')}"
                                         ":reply", json={"replyText": text})
        return saved(answer, lambda body: _posted(item.external_id, body["result"]["replyText"],
                                                  epoch(part(body, "result", "lastEdited", "seconds"))))

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """The same call."""
        return await self.reply(item, text, "")

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """The developer's reply. UNVERIFIED: whether Google still gives reviews older than a week; else Gone."""
        answer = await self._google.get(f"{_app(item.thread_id)}/reviews/{quote(item.external_id, safe='')}")
        return list(self.read(whole(answer)).replies)


def _app(package: str) -> str:
    return f"{APPS}/{quote(package, safe='')}"


def _comment(raw: Raw, name: str) -> Any:
    return next((comment[name] for comment in raw["comments"] if comment.get(name)), None)


def _moment(comment: Any) -> Any:
    """Seconds come as text. Google does not tell when a review was first written, only its last change."""
    return epoch(part(comment, "lastModified", "seconds"))


def _posted(review: str, text: str, edited: Any) -> PostedReply:
    return PostedReply(external_id=f"{an_id(review)}/reply", text=clean(text), parent_id=review, edited_at=edited,
                       ours=True)
