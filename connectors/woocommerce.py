"""WooCommerce: product reviews with proof of purchase, replies as comments of the site, and the orders themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connectors.addresses import AllowedHosts
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
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, NotSupported, Refused, Surprise
from connectors.fields import ip_address, web_address
from connectors.json_body import an_id, rows, said, saved, whole
from connectors.plain_text import clean, one_line, to_plain
from connectors.wordpress_comment import markup, moment, rating, text_of, verified
from connectors.wordpress_rest import Rest, meaning, needs_https

if TYPE_CHECKING:
    from connectors.http import Answer, Http

SHOP = "shop"
PAGE_SIZE = 100
# Statuses of an order that prove a purchase, also one that was paid back later.
PAID = "processing,completed,refunded"
_STATUS = {"approved": Published.PUBLISHED, "hold": Published.HELD, "spam": Published.SPAM, "trash": Published.REMOVED}


class WooCommerceSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shop_url: str = Field(
        title=N_("Address of the shop"), examples=["https://shop.example"], min_length=4, max_length=500,
        description=N_("The address of the WordPress itself, as it stands under Settings, General."))
    consumer_key: SecretStr = Field(
        title=N_("Consumer key"), examples=["ck_0123456789abcdef"],
        description=N_("Made in the shop under WooCommerce, Settings, Advanced, REST API, with the permission Read."))
    consumer_secret: SecretStr = Field(
        title=N_("Consumer secret"), examples=["cs_0123456789abcdef"],
        description=N_("Shown once, together with the consumer key."))
    username: str = Field(
        "", title=N_("User name"), examples=["support"], max_length=200,
        description=N_("A WordPress user with the role Shop manager, Editor or Administrator, for replies and for IP "
                       "addresses. Empty: reviews are only read."))
    application_password: SecretStr = Field(
        SecretStr(""), title=N_("Application password"), examples=["abcd EFGH 1234 ijkl MNOP 5678"],
        description=N_("Of that user, made under Users, Profile, Application Passwords."))

    @field_validator("shop_url")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.strip()
        value = value if "://" in value else f"https://{value}"
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError("an address such as https://shop.example")
        return value.partition("#")[0].partition("?")[0].rstrip("/").removesuffix("/wp-json").removesuffix("/wp-admin")


class WooCommerce(Connector):
    """Newest reviews first; a full pass that counts up to the shop's total has listed all, also what is on hold."""

    kind: ClassVar[str] = "woocommerce"
    label: ClassVar[str] = "WooCommerce"
    access: ClassVar[str] = N_(
        "A REST key of the shop with the permission Read, made by its administrator; for replies and IP addresses also "
        "an application password of a WordPress user. The shop needs HTTPS and permalinks other than plain.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.THREAD, edit_reply=True, delete_reply=True, find_replies=True, max_reply_chars=65525,
        gives_ip=True, gives_verified_purchase=True, sees_edits=True, reports_total=True)
    Settings: ClassVar[type[BaseModel]] = WooCommerceSettings
    settings: WooCommerceSettings

    def __init__(self, settings: BaseModel, http: Http) -> None:
        super().__init__(settings, http)
        user, password = self.settings.username, self.settings.application_password.get_secret_value()
        self._rest = Rest(http, self.settings.shop_url, (user, password)) if user and password else None
        self._me = 0
        if self._rest is None:
            vars(self)["can"] = self.can.model_copy(update={
                "reply": ReplyMode.NONE, "edit_reply": False, "delete_reply": False, "find_replies": False,
                "gives_ip": False})

    async def check(self) -> Identity:
        """The shop, once reviews may be read, and the user in whose name replies are given."""
        await self._get("products/reviews", per_page=1, status="all")
        shop = urlsplit(self.settings.shop_url).netloc
        if self._rest is None:
            return Identity(name=shop, warnings=(
                N_("Without a user and an application password, reviews are read but not answered from here."),))
        name = await self._who(self._rest)
        return Identity(name=f"{shop} ({name})", external_id=str(self._me))

    async def _who(self, rest: Rest) -> str:
        who = whole(await rest.get("users/me", _fields="id,name"))
        self._me = _number(an_id(who.get("id")))
        return one_line(str(who.get("name", "")))

    async def places(self) -> list[Place]:
        """The whole shop; its products are told apart by the thread."""
        return [Place(external_id=SHOP, name=urlsplit(self.settings.shop_url).netloc, url=self.settings.shop_url)]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages of approved and held reviews. IP addresses stand in the comments of the site and are joined by id."""
        seen, totals, page, last = set[str](), set[int | None](), 1, False
        while not last:
            answer = await self._get("products/reviews", status="all", orderby="date_gmt", order="desc",
                                     per_page=PAGE_SIZE, page=page)
            listed = rows(answer)
            items, unreadable = self.read_all(await self._with_comments(listed))
            seen.update(str(row.get("id")) for row in listed if isinstance(row, dict))
            counted = answer.headers.get("x-wp-total", "")
            totals.add(int(counted) if counted.isdecimal() else None)
            last, page = len(listed) < PAGE_SIZE, page + 1
            yield Batch(items=items, unreadable=unreadable, total=int(counted) if counted.isdecimal() else None,
                        cursor=cursor or ({"read_whole": True} if last else None),
                        complete=cursor is None and last and totals == {len(seen)})

    async def _with_comments(self, reviews: list[Any]) -> list[Any]:
        ids = [str(row["id"]) for row in reviews if isinstance(row, dict) and isinstance(row.get("id"), int)]
        if self._rest is None or not ids:
            return reviews
        answer = await self._rest.get("comments", context="edit", include=",".join(ids), status="all", type="review",
                                      per_page=PAGE_SIZE, _fields="id,author_ip")
        found = {row.get("id"): row.get("author_ip") for row in rows(answer) if isinstance(row, dict)}
        return [{**row, "author_ip": found.get(row.get("id"))} if isinstance(row, dict) else row for row in reviews]

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review of ``wc/v3``, with ``author_ip`` where the site's comments could be read. 0 stars mean none."""
        page = web_address(raw.get("product_permalink"))
        return Item(
            external_id=an_id(raw["id"]), kind=ItemKind.REVIEW, thread_id=an_id(raw["product_id"]),
            url=f"{page}#comment-{raw['id']}" if page else "",
            author_name=one_line(to_plain(raw.get("reviewer") or "")),
            author_id=raw.get("reviewer_email") or "", author_email=raw.get("reviewer_email") or "",
            ip=ip_address(raw.get("author_ip")), verified_purchase=verified(raw), rating=rating(raw),
            text=to_plain(raw["review"]), created_at=moment(raw.get("date_created_gmt")),
            status=_STATUS.get(raw["status"], Published.HELD), raw=dict(raw))

    async def orders(self, since: datetime) -> AsyncIterator[dict[str, Any]]:
        """Paid orders changed after ``since``, oldest first, as plain values; a mail address is in small letters."""
        page, last = 1, False
        while not last:
            listed = rows(await self._get(
                "orders", status=PAID, modified_after=since.astimezone(UTC).isoformat(timespec="seconds"),
                dates_are_gmt="true", orderby="id", order="asc", per_page=PAGE_SIZE, page=page))
            for row in listed:
                yield _order(row)
            last, page = len(listed) < PAGE_SIZE, page + 1

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """A comment of the site under the review. The same words twice (409) mean that they are there already."""
        rest = self._site()
        body = {"post": _number(item.thread_id), "parent": _number(item.external_id), "content": markup(text)}
        answer = await rest.send("POST", "comments", body, frozenset({200, 201, 409}))
        if answer.status != 409:
            return saved(answer, self._posted)
        same = [one for one in await self.find_replies(item) if one.ours and one.text == clean(text)]
        if said(answer).get("code") != "comment_duplicate" or not same:
            raise Refused(N_("The shop says that it already has this text, but does not show it. Look into its spam."))
        return same[-1]

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """Replace the text of a comment of ours."""
        rest = self._site()
        return saved(await rest.send("POST", f"comments/{_number(reply.external_id)}", {"content": markup(text)},
                                     frozenset({200})), self._posted)

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Move a comment of ours to the trash; one that is gone already is as good."""
        try:
            await self._site().send("DELETE", f"comments/{_number(reply.external_id)}", {}, frozenset({200}))
        except Gone:
            return

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """All comments under the review, oldest first; reviews of ``wc/v3`` do not show them."""
        rest = self._site()
        if not self._me:
            await self._who(rest)
        answer = await rest.get("comments", context="edit", status="all", parent=_number(item.external_id),
                                orderby="id", order="asc", per_page=PAGE_SIZE)
        return [self._posted(row) for row in rows(answer)]

    def _site(self) -> Rest:
        if self._rest is None:
            raise NotSupported(N_("Replies need a user and an application password in the settings of the source."))
        return self._rest

    def _posted(self, raw: Any) -> PostedReply:
        author = raw.get("author")
        return PostedReply(
            external_id=an_id(raw["id"]), text=text_of(raw["content"]), url=web_address(raw.get("link")),
            author_name=one_line(to_plain(raw.get("author_name") or "")), parent_id=str(raw.get("parent") or ""),
            created_at=moment(raw.get("date_gmt")),
            ours=bool(author) and (author == self._me if self._me else True),
            status={"hold": Published.HELD, "spam": Published.SPAM, "trash": Published.REMOVED}.get(
                raw.get("status"), Published.PUBLISHED))

    async def _get(self, route: str, **params: str | int) -> Answer:
        url = self.settings.shop_url
        if needs_https(url, AllowedHosts.of(self.http.policy.allow_hosts)):
            raise AccessDenied(N_("The shop is not asked over plain http://, because the key could be read on its way. "
                                  "Use https://."))
        key = (self.settings.consumer_key.get_secret_value(), self.settings.consumer_secret.get_secret_value())
        return await self.http.get(f"{url}/wp-json/wc/v3/{route}", params=params, auth=key, meaning=_meaning)

    @classmethod
    def reply_length(cls, text: str) -> int:
        """WordPress measures the stored HTML in bytes."""
        return len(markup(text).encode())


def _meaning(answer: Answer) -> ConnectorError | None:
    code = str(said(answer).get("code") or "")
    if answer.status in (401, 403) and code.startswith("woocommerce_"):
        return AccessDenied(N_("The shop does not accept the REST key ({code}). Make one with the permission Read "
                               "under WooCommerce, Settings, Advanced, REST API."), raw=answer.excerpt(), code=code)
    if code == "rest_no_route":
        return AccessDenied(N_("This site has no WooCommerce. Check the address of the shop."), raw=answer.excerpt())
    return meaning(answer)


def _order(raw: Any) -> dict[str, Any]:
    """What the memory keeps of an order; ``items`` are the numbers and names of its products."""
    try:
        return _told(raw)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise Surprise(N_("An order of the shop cannot be read: {error}"), raw=str(raw)[:2000],
                       error=type(error).__name__) from error


def _told(raw: Any) -> dict[str, Any]:
    billing = raw.get("billing") or {}
    return {"number": str(raw["number"]), "status": raw["status"], "created_at": moment(raw["date_created_gmt"]),
            "completed_at": moment(raw.get("date_completed_gmt")), "email": str(billing.get("email") or "").lower(),
            "phone": str(billing.get("phone") or ""), "city": one_line(str(billing.get("city") or "")),
            "name": one_line(f"{billing.get('first_name') or ''} {billing.get('last_name') or ''}"),
            "country": str(billing.get("country") or ""), "ip": ip_address(raw.get("customer_ip_address")),
            "items": [{"product_id": str(line["product_id"]), "name": one_line(str(line.get("name") or ""))}
                      for line in raw.get("line_items") or ()]}


def _number(external_id: str) -> int:
    if not (external_id.isascii() and external_id.isdecimal()):
        raise Surprise(N_("“{id}” is not the number of a comment or a post."), id=external_id[:100])
    return int(external_id)
