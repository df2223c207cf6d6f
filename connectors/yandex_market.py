"""Yandex Market: reviews of a business's goods, and the business's comments below them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

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
from connectors.changed import newest, signature
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater
from connectors.fields import web_address
from connectors.json_body import an_id, iso, part, said, saved, whole
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Answer, Http

API = "https://api.partner.market.yandex.ru/v2"
PAGE_SIZE = 50
WINDOW = timedelta(days=180)  # at most six months are asked for at once
OVERLAP = timedelta(days=3)
# UNVERIFIED: before this day no review is given.
FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)
_STATES = {"PUBLISHED": Published.PUBLISHED, "UNMODERATED": Published.HELD, "BANNED": Published.REJECTED,
           "DELETED": Published.REMOVED}
_OURS = {"BUSINESS": True, "USER": False}
_PARTS = ("author", "description", "media", "statistics", "identifiers")
_KEY = N_("Yandex Market does not accept the key ({message}). Make a new one in the cabinet under Settings, API and "
          "modules, with access to communication with buyers.")
_BUSY = N_("Yandex Market limits our requests ({message}). It is asked again later; nothing to do.")
_GONE = N_("Yandex Market does not have this any more: {message}")
_TOLD = N_("Yandex Market refuses this: {message}")
_STATUSES: dict[int, tuple[type[ConnectorError], str]] = {
    400: (Surprise, _TOLD), 401: (AccessDenied, _KEY), 403: (AccessDenied, _KEY), 404: (Gone, _GONE),
    420: (TryLater, _BUSY), 429: (TryLater, _BUSY)}


class YandexMarketSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    api_key: SecretStr = Field(
        title=N_("Key"), examples=["ACMA:abcdefgh:0123abcd"],
        description=N_("Made in the partner cabinet of Yandex Market under Settings, API and modules, with access to "
                       "communication with buyers. It belongs to the cabinet, not to a person."))


class YandexMarket(Connector):
    """New reviews from the newest on, then those that wait for an answer, among them edited ones.

    Limits: lists 5,000 requests an hour, writing 1,000, at most 4 at the same time for one business. Removed reviews
    are not listed, so that a pass over all half years is complete.
    """

    kind: ClassVar[str] = "yandex_market"
    label: ClassVar[str] = N_("Yandex Market")
    access: ClassVar[str] = N_(
        "A key of the partner cabinet with access to communication with buyers; anyone who manages the cabinet can "
        "make one. Answers may hold no contacts and no links to other sites. 5,000 reads and 1,000 answers an hour, "
        "at most four requests at once.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.THREAD, edit_reply=True, delete_reply=True, find_replies=True, max_reply_chars=4096,
        gives_verified_purchase=True, sees_edits=True, manual_url=False)
    Settings: ClassVar[type[BaseModel]] = YandexMarketSettings
    settings: YandexMarketSettings

    def __init__(self, settings: BaseModel, http: Http, clock: Callable[[], float] = time.time) -> None:
        super().__init__(settings, http)
        self._clock = clock

    def _headers(self) -> dict[str, str]:
        return {"Api-Key": self.settings.api_key.get_secret_value()}

    async def check(self) -> Identity:
        """The first business of the key."""
        found = await self._businesses()
        if not found:
            return Identity(name="Yandex Market", warnings=(
                N_("This key sees no shop. Make it in the cabinet that manages the shop."),))
        number, name = next(iter(found.items()))
        return Identity(name=name, external_id=number)

    async def places(self) -> list[Place]:
        """Every business whose shops the key sees."""
        return [Place(external_id=number, name=name) for number, name in (await self._businesses()).items()]

    async def _businesses(self) -> dict[str, str]:
        found, page, pages = dict[str, str](), 1, 1
        while page <= pages:
            body = whole(await self.http.get(f"{API}/campaigns", params={"page": page, "pageSize": 50},
                                             headers=self._headers(), meaning=meaning))
            for shop in body.get("campaigns") or ():
                number = an_id(part(shop, "business", "id"))
                found[number] = one_line(str(part(shop, "business", "name") or number))
            told = part(body, "pager", "pagesCount")
            page, pages = page + 1, told if isinstance(told, int) else 1
        return found

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """A sweep goes through all half years; a fast pass through the last days and what waits for an answer."""
        business, now = _number(place.external_id), datetime.fromtimestamp(self._clock(), UTC)
        known: dict[str, str] = dict((cursor or {}).get("known", {}))
        found, latest = dict[str, str](), str((cursor or {}).get("latest") or "")
        for body in _fast(cursor, now) if cursor else _windows(now):
            token, more = "", True
            while more:
                page, token = await self._page(business, body, token)
                more = bool(token)
                marks = {str(row.get("feedbackId")): signature(row, _PARTS) for row in page if isinstance(row, dict)}
                fresh = [row for row in page if not isinstance(row, dict) or {**known, **found}.get(
                    str(row.get("feedbackId"))) != marks[str(row.get("feedbackId"))]]
                found.update(marks)
                latest = max([latest, *(_told(row) for row in page)])
                items, unreadable = self.read_all([await self._filled(row, business) for row in fresh])
                yield Batch(items=items, unreadable=unreadable, newest_first=False)
        yield Batch(cursor={"known": newest({**known, **found}), "latest": latest}, complete=cursor is None,
                    newest_first=False)

    async def _page(self, business: int, body: dict[str, Any], token: str) -> tuple[list[Any], str]:
        answer = await self._ask(business, "goods-feedback", body, token)
        page = part(answer, "result", "feedbacks")
        if not isinstance(page, list):
            raise Surprise(N_("Yandex Market answered something other than a list."), raw=str(answer)[:2000])
        return page, str(part(answer, "result", "paging", "nextPageToken") or "")

    async def _ask(self, business: int, path: str, body: dict[str, Any], token: str) -> dict[str, Any]:
        params: dict[str, str | int] = {"limit": PAGE_SIZE, **({"pageToken": token} if token else {})}
        return whole(await self.http.query(f"{API}/businesses/{business}/{path}", json=body, params=params,
                                           headers=self._headers(), meaning=meaning))

    async def _filled(self, row: Any, business: int) -> Any:
        """A row with its comments, which the list only counts."""
        if not isinstance(row, dict):
            return row
        number = row.get("feedbackId")
        comments = await self._comments(business, number) if part(row, "statistics", "commentsCount") else []
        return {**row, "id": number, "business": business, "comments": comments}

    async def _comments(self, business: int, number: Any) -> list[Any]:
        found, token, more = list[Any](), "", True
        while more:
            answer = await self._ask(business, "goods-feedback/comments", {"feedbackId": number}, token)
            page = part(answer, "result", "comments")
            if not isinstance(page, list):
                raise Surprise(N_("Yandex Market answered something other than a list."), raw=str(answer)[:2000])
            found, token = found + page, str(part(answer, "result", "paging", "nextPageToken") or "")
            more = bool(token)
        return found

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review with ``business`` and ``comments`` added; most of its parts are optional."""
        number, told = an_id(raw["feedbackId"]), raw.get("description") or {}
        offer, order = part(raw, "identifiers", "offerId"), part(raw, "identifiers", "orderId")
        return Item(
            external_id=number, kind=ItemKind.REVIEW, thread_id=f"{raw['business']}/{offer or ''}",
            author_name=one_line(raw.get("author") or ""), verified_purchase=True if order else None,
            order_number=str(order or ""), rating=raw["statistics"]["rating"], text=clean(told.get("comment") or ""),
            pros=clean(told.get("advantages") or ""), cons=clean(told.get("disadvantages") or ""),
            photos=tuple(url for one in part(raw, "media", "photos") or () if (url := web_address(one))),
            created_at=iso(raw["createdAt"]), replies=tuple(_posted(one, number) for one in raw.get("comments") or ()),
            raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """A comment of the business, which the Market looks at before it shows it."""
        return await self._update(item, {"text": text})

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """Replace the text of a comment of ours; it is looked at again."""
        return await self._update(item, {"id": _number(reply.external_id), "text": text})

    async def _update(self, item: Item, comment: dict[str, Any]) -> PostedReply:
        answer = await self._tell(item, "update", {"feedbackId": _number(item.external_id), "comment": comment})
        return saved(answer, lambda body: _posted(body["result"], item.external_id))

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take a comment of ours back; one that is gone already is as good."""
        try:
            await self._tell(item, "delete", {"id": _number(reply.external_id)})
        except Gone:
            return

    async def _tell(self, item: Item, what: str, body: dict[str, Any]) -> Answer:
        return await self.http.send("POST", f"{API}/businesses/{_business(item)}/goods-feedback/comments/{what}",
                                    json=body, headers=self._headers(), meaning=meaning)

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """Comments of the business and of others, with what the Market decided about them; they have no dates."""
        found = await self._comments(_business(item), _number(item.external_id))
        try:
            return [_posted(one, item.external_id) for one in found]
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise Surprise(N_("A comment on Yandex Market cannot be read."), raw=str(found)[:2000]) from error


def meaning(answer: Answer) -> ConnectorError | None:
    """Errors come as a list that may be missing; too much is 420 here, not 429."""
    body = said(answer)
    kind, key = _STATUSES.get(answer.status, (None, ""))
    if kind is None and body.get("status") == "ERROR" and answer.status < 500:
        kind, key = Surprise, _TOLD
    if kind is None:
        return None
    errors = body.get("errors")
    told = [str(part(one, "message") or part(one, "code")) for one in errors] if isinstance(errors, list) else []
    if answer.written and kind is Surprise:
        kind = Refused
    return kind(key, raw=answer.excerpt(), message=one_line("; ".join(told))[:300] or str(answer.status))


def _windows(now: datetime) -> list[dict[str, Any]]:
    """All half years up to now, oldest first; both ends are exclusive, so that they overlap by two seconds."""
    found, until = list[dict[str, Any]](), now + timedelta(days=1)
    while until > FIRST_DAY:
        since = until - WINDOW
        found.insert(0, {"dateTimeFrom": since.isoformat(timespec="seconds"),
                         "dateTimeTo": (until + timedelta(seconds=2)).isoformat(timespec="seconds")})
        until = since
    return found


def _fast(cursor: Cursor, now: datetime) -> list[dict[str, Any]]:
    latest = iso(cursor.get("latest")) or now
    since = max(min(latest, now) - OVERLAP, now + timedelta(days=1) - WINDOW)
    return [{"dateTimeFrom": since.isoformat(timespec="seconds")}, {"reactionStatus": "NEED_REACTION"}]


def _told(row: Any) -> str:
    """When a review was written, in universal time, so that texts compare as moments do."""
    try:
        moment = iso(part(row, "createdAt"))
    except (ValueError, TypeError):
        return ""
    return moment.isoformat() if moment else ""


def _business(item: Item) -> int:
    return _number(item.thread_id.partition("/")[0])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise Surprise(N_("“{id}” is not a number of Yandex Market."), id=text[:100])
    return int(text)


def _posted(raw: Any, review: str) -> PostedReply:
    author = raw.get("author") or {}
    return PostedReply(
        external_id=an_id(raw["id"]), text=clean(raw["text"]), parent_id=str(raw.get("parentId") or review),
        author_name=one_line(author.get("name") or ""), ours=_OURS.get(author.get("type") or ""),
        status=_STATES.get(raw.get("status") or "", Published.HELD))
