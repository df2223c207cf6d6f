"""The company's own site: it pushes its reviews, signed; replies go back to it where it takes them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from connectors.base import (
    Can,
    Channel,
    Connector,
    Identity,
    Item,
    ItemKind,
    Place,
    PostedReply,
    Published,
    Raw,
    ReplyMode,
)
from connectors.errors import N_, AccessDenied, NotSupported, Surprise
from connectors.fields import ip_address, web_address
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Http

WINDOW_SECONDS = 300


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 of ``timestamp.body`` in hex, the value of the header ``X-Otklik-Signature``."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def verify_signature(secret: str, timestamp: str, body: bytes, signature: str, now: datetime) -> None:
    """Whether the site that knows the secret sent these bytes in the last five minutes.

    ``timestamp`` is in seconds since 1970, as text. Raises AccessDenied with the remedy.
    """
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise AccessDenied(N_("The header X-Otklik-Timestamp must hold the seconds since 1970, such as 1795000000."))
    off = abs(now.timestamp() - int(timestamp))
    if off > WINDOW_SECONDS:
        raise AccessDenied(N_("The time of the request is {off} seconds from ours; at most {window} are allowed. Set "
                              "the clock of your server, and sign each request when it is sent."),
                           off=round(off), window=WINDOW_SECONDS)
    given = signature.strip().removeprefix("sha256=").lower()
    if not secret or not hmac.compare_digest(sign(secret, timestamp, body).encode(), given.encode(errors="replace")):
        raise AccessDenied(N_("The signature is wrong. Sign the timestamp, a dot and the exact bytes of the body by "
                              "HMAC-SHA256 with the signing secret of this source, and send it in hex."))


class PushedReview(BaseModel):
    """One review as the own site sends it; text is plain text, times have a zone, only the id is required."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    external_id: str = Field(min_length=1, max_length=500)
    kind: ItemKind = ItemKind.REVIEW
    channel: Channel = Channel.OPEN
    thread_id: str = Field("", max_length=500)
    parent_id: str = Field("", max_length=500)
    url: str = Field("", max_length=4000)
    author: str = Field("", max_length=500)
    author_id: str = Field("", max_length=500)
    author_email: str = Field("", max_length=320)
    author_phone: str = Field("", max_length=50)
    city: str = Field("", max_length=200)
    country: str = Field("", max_length=100)
    ip: str = ""
    verified_purchase: bool | None = None
    order_number: str = Field("", max_length=200)
    rating: float | None = Field(None, allow_inf_nan=False)
    rating_best: float = Field(5, allow_inf_nan=False)
    rating_worst: float = Field(1, allow_inf_nan=False)
    title: str = Field("", max_length=2000)
    text: str = Field("", max_length=1_000_000)
    pros: str = Field("", max_length=100_000)
    cons: str = Field("", max_length=100_000)
    photos: tuple[str, ...] = Field((), max_length=100)
    language: str = Field("", pattern="^([a-z]{2,3})?$")
    created_at: AwareDatetime | None = None
    edited_at: AwareDatetime | None = None
    status: Literal["published", "held", "spam", "rejected", "removed"] = "published"

    @field_validator("ip")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not ip_address(value):
            raise ValueError("not an IPv4 or IPv6 address")
        return ip_address(value)

    @field_validator("url")
    @classmethod
    def _link(cls, value: str) -> str:
        if value and not web_address(value):
            raise ValueError("not an address that begins with https:// or http://")
        return value


class OwnSiteSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    public_url: str = Field(
        title=N_("Address of your site"), max_length=500, examples=["https://shop.example"],
        description=N_("Where the reviews can be read; as in the address line of the browser."))
    signing_secret: SecretStr = Field(
        title=N_("Signing secret"), min_length=16, examples=["4f7d1c0a9e5b4d0d8a6f3b1e2c7a9d55"],
        description=N_("A long random text that your site and Otklik share; make one with: openssl rand -hex 32. Your "
                       "site signs with it what it sends, and checks what Otklik sends back."))
    reply_url: str = Field(
        "", title=N_("Address for replies"), max_length=2000, examples=["https://shop.example/otklik/replies"],
        description=N_("Where your site takes replies by POST, signed in the same way. Empty: replies are placed by "
                       "hand."))

    @field_validator("public_url", "reply_url")
    @classmethod
    def _web(cls, value: str) -> str:
        if value and not web_address(value):
            raise ValueError("an address such as https://shop.example")
        return value.strip()


class OwnSite(Connector):
    """Nothing is polled: the site sends each new or changed review to ``POST /api/v1/items``."""

    kind: ClassVar[str] = "own_site"
    label: ClassVar[str] = N_("Your own site")
    access: ClassVar[str] = N_(
        "A token of the API of Otklik and a signing secret, which the developer of your site puts into the code that "
        "sends each review. You need to be able to change your site.")
    can: ClassVar[Can] = Can(
        polls=False, reply=ReplyMode.SINGLE, edit_reply=True, idempotent_reply=True, gives_ip=True, gives_city=True,
        gives_verified_purchase=True, sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = OwnSiteSettings
    settings: OwnSiteSettings

    def __init__(self, settings: BaseModel, http: Http, clock: Callable[[], float] = time.time) -> None:
        super().__init__(settings, http)
        self._clock = clock
        if not self.settings.reply_url:
            # This very source takes no replies, so that the pages offer the way by hand.
            vars(self)["can"] = self.can.model_copy(update={
                "reply": ReplyMode.NONE, "edit_reply": False, "idempotent_reply": False})

    async def check(self) -> Identity:
        """Nobody is asked: the first signed push proves the secret."""
        return Identity(name=urlsplit(self.settings.public_url).netloc)

    async def places(self) -> list[Place]:
        """The site itself."""
        return [Place(external_id="site", name=urlsplit(self.settings.public_url).netloc, url=self.settings.public_url)]

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One pushed review. Raises Surprise that names the field and what is wrong with it."""
        try:
            pushed = PushedReview.model_validate(raw)
        except ValidationError as error:
            raise _field_error(error) from error
        given = pushed.model_dump(exclude={"author", "text", "pros", "cons", "title", "status", "photos"})
        return Item(
            **given, author_name=one_line(pushed.author), text=clean(pushed.text), pros=clean(pushed.pros),
            cons=clean(pushed.cons), title=one_line(pushed.title), status=Published(pushed.status),
            photos=tuple(photo for photo in pushed.photos if web_address(photo)))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """POST to ``reply_url``; the site must take the same ``Idempotency-Key`` only once."""
        if not self.settings.reply_url:
            raise NotSupported(N_("This site takes no replies by itself: place the reply there by hand."))
        body = json.dumps({"external_id": item.external_id, "thread_id": item.thread_id, "text": text, "key": key},
                          ensure_ascii=False).encode()
        timestamp = str(int(self._clock()))
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "X-Otklik-Timestamp": timestamp,
                   "X-Otklik-Signature": sign(self.settings.signing_secret.get_secret_value(), timestamp, body)}
        answer = await self.http.send("POST", self.settings.reply_url, content=body, headers=headers,
                                      ok=frozenset({200, 201, 202, 204}))
        said = answer.json() if answer.body.strip() else {}
        said = said if isinstance(said, dict) else {}
        return PostedReply(
            external_id=str(said.get("id") or key)[:500], text=text, url=web_address(said.get("url")), ours=True,
            parent_id=item.external_id, status=Published.HELD if answer.status == 202 else Published.PUBLISHED)

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """The one reply of ours is replaced; its key is made of the new text, so that a repeat changes nothing."""
        digest = hashlib.sha256(f"{reply.external_id}\n{text}".encode()).hexdigest()[:32]
        return await self.reply(item, text, f"edit-{digest}")


def _field_error(error: ValidationError) -> Surprise:
    first: Any = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "review"
    if first["type"] == "extra_forbidden":
        return Surprise(N_("The field “{field}” is not known here."), field=field)
    if first["type"] == "missing":
        return Surprise(N_("The field “{field}” is missing."), field=field)
    return Surprise(N_("The field “{field}” cannot be read: {problem}."), field=field,
                    problem=str(first["msg"]).removeprefix("Value error, "))
