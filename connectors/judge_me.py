"""Judge.me: product and shop reviews of Shopify and other shops, with the author's address and proof of purchase."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, SecretStr

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
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater
from connectors.fields import ip_address, web_address
from connectors.json_body import an_id, iso, later, part, rows, said, saved, whole
from connectors.plain_text import clean, element_to_plain, one_line, to_plain

if TYPE_CHECKING:
    from connectors.ask import Params
    from connectors.http import Answer

API = "https://api.judge.me/api/v1"
PAGE_SIZE = 100
_BOUGHT = frozenset({"buyer", "verified-purchase"})
# UNVERIFIED: which words of ``verified`` prove nothing; any other word leaves it open.
_NOT_PROVEN = frozenset({"not-yet", "nothing", "email"})
# UNVERIFIED: the widget, whose HTML is the only place where replies are shown, and the names in it.
WIDGET = f"{API}/widgets/product_review"
_REVIEW, _BODY, _REPLY = "jdgm-rev", "jdgm-rev__body", "jdgm-rev__reply-content"
WIDGET_PAGES = 20


class JudgeMeSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shop_domain: str = Field(
        title=N_("Domain of the shop"), examples=["example-shop.myshopify.com"], min_length=4, max_length=200,
        pattern=r"^[\w.-]+$",
        description=N_("As Judge.me knows it; for Shopify the address that ends in myshopify.com."))
    private_token: SecretStr = Field(
        title=N_("Private API token"), examples=["abcdefghijklmnopqrstuvwxyz"],
        description=N_("In Judge.me under Settings, Integrations, View API tokens. The public token cannot reply."))


class JudgeMe(Connector):
    """Newest first; hidden reviews and spam stay in the list and say so.

    A full pass of one page has listed all; over several pages it cannot know, because Judge.me gives no total.
    """

    kind: ClassVar[str] = "judge_me"
    label: ClassVar[str] = "Judge.me"
    access: ClassVar[str] = N_(
        "The private API token of the shop, which its owner finds in Judge.me under Settings, Integrations. It reads "
        "all reviews with mail address and IP address; Judge.me names no limits.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.SINGLE, find_replies=True, gives_ip=True, gives_verified_purchase=True, sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = JudgeMeSettings
    settings: JudgeMeSettings

    async def check(self) -> Identity:
        """The shop of the token."""
        await self._get(f"{API}/reviews", page=1, per_page=1)
        return Identity(name=self.settings.shop_domain, external_id=self.settings.shop_domain)

    async def places(self) -> list[Place]:
        """The shop; its products are told apart by the thread."""
        shop = self.settings.shop_domain
        return [Place(external_id=shop, name=shop, url=f"https://{shop}")]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Pages until a short one."""
        page, last = 1, False
        while not last:
            listed = rows(await self._get(f"{API}/reviews", page=page, per_page=PAGE_SIZE), "reviews")
            items, unreadable = self.read_all(
                {**row, "shop": place.external_id} if isinstance(row, dict) else row for row in listed)
            last = len(listed) < PAGE_SIZE
            yield Batch(items=items, unreadable=unreadable, cursor=cursor or ({"read_whole": True} if last else None),
                        complete=cursor is None and last and page == 1)
            page += 1

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review with its ``shop`` added; a product number of 0 means that the shop itself is reviewed."""
        author, verified = raw["reviewer"], raw.get("verified")
        created = iso(raw["created_at"])
        photos = (web_address(part(picture, "urls", "original")) for picture in raw.get("pictures") or ())
        return Item(
            external_id=an_id(raw["id"]), kind=ItemKind.REVIEW, thread_id=str(raw.get("product_external_id") or "shop"),
            url=_product(raw), author_name=one_line(author.get("name") or ""),
            author_id=str(author.get("id") or ""), author_email=author.get("email") or "",
            author_phone=author.get("phone") or "",
            ip=ip_address(raw.get("ip_address")), rating=raw["rating"],
            title=one_line(to_plain(raw.get("title") or "")),
            verified_purchase=True if verified in _BOUGHT else False if verified in _NOT_PROVEN else None,
            text=to_plain(raw.get("body") or ""), photos=tuple(photo for photo in photos if photo), created_at=created,
            edited_at=later(iso(raw.get("updated_at")), created), status=_status(raw), raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """The public reply; no mail goes to the customer, who is told by the shop's own letters."""
        answer = await self.http.send(
            "POST", f"{API}/replies", params=self._shop(), headers=self._headers(), meaning=meaning,
            json={"review_id": _number(item), "send_reply_email": False, "reply": {"content": text}})
        return saved(answer, lambda body: PostedReply(
            external_id=an_id(body["reply"]["id"]), text=clean(body["reply"].get("content") or text),
            parent_id=item.external_id, ours=True))

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """The reply as the shop's page shows it under the review with the same words.

        Raises Surprise where no such review is shown: then nothing is known, and nothing may be sent again.
        """
        for page in range(1, WIDGET_PAGES + 1):
            answer = whole(await self._get(WIDGET, external_id=item.thread_id, page=page, per_page=PAGE_SIZE))
            reviews = _shown(str(answer.get("widget") or ""))
            for body, replies in reviews:
                if body == item.text:
                    return [PostedReply(external_id=f"{item.external_id}/reply", text=text, ours=True,
                                        parent_id=item.external_id) for text in replies]
            if not reviews:
                break
        raise Surprise(N_("Judge.me does not show this review on the page of the product, so that a reply to it cannot "
                          "be looked up. Look there before you send it again."))

    def _shop(self) -> Params:
        return {"shop_domain": self.settings.shop_domain}

    def _headers(self) -> dict[str, str]:
        return {"X-Api-Token": self.settings.private_token.get_secret_value()}

    async def _get(self, url: str, **params: str | int) -> Answer:
        return await self.http.get(url, params={**self._shop(), **params}, headers=self._headers(), meaning=meaning)


def meaning(answer: Answer) -> ConnectorError | None:
    """What an error asks of whom; Judge.me says ``error`` and nothing else."""
    detail, raw = str(said(answer).get("error") or said(answer).get("message") or "")[:300], answer.excerpt()
    match answer.status:
        case 401 | 403:
            return AccessDenied(N_("Judge.me does not accept the token for this shop. Check the private API token and "
                                   "the domain."), raw=raw)
        case 404:
            return Gone(N_("Judge.me does not have this any more: {detail}"), raw=raw, detail=detail)
        case 422 if "not found" in detail.lower():
            return Gone(N_("Judge.me does not have this any more: {detail}"), raw=raw, detail=detail)
        case 400 | 422 if answer.written:
            return Refused(N_("Judge.me refuses the reply: {detail}"), raw=raw, detail=detail)
        case 429:
            return TryLater(N_("Judge.me asks us to slow down. It is asked again later."), raw=raw)
    return None


def _status(raw: Raw) -> Published:
    if raw.get("curated") == "spam":
        return Published.SPAM
    return Published.HELD if raw.get("hidden") or raw.get("published") is False else Published.PUBLISHED


def _product(raw: Raw) -> str:
    handle = str(raw.get("product_handle") or "")
    return web_address(f"https://{raw.get('shop')}/products/{quote(handle)}") if handle and raw.get("shop") else ""


def _number(item: Item) -> int:
    if not (item.external_id.isascii() and item.external_id.isdecimal()):
        raise Surprise(N_("“{id}” is not the number of a review."), id=item.external_id[:100])
    return int(item.external_id)


def _shown(widget: str) -> list[tuple[str, list[str]]]:
    """The reviews in the HTML of a widget: their words and the replies beneath."""
    root = etree.fromstring(widget, etree.HTMLParser(no_network=True)) if widget.strip() else None
    found = []
    for review in _classed(root, _REVIEW):
        bodies = [element_to_plain(body) for body in _classed(review, _BODY)]
        found.append((bodies[0] if bodies else "", [element_to_plain(reply) for reply in _classed(review, _REPLY)]))
    return found


def _classed(root: Any, name: str) -> list[Any]:
    path = f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
    return list(root.xpath(path)) if root is not None else []
