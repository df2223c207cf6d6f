"""Ozon: reviews and questions of a seller's goods, and the seller's comments below them."""

from __future__ import annotations

from collections.abc import AsyncIterator
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
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.fields import web_address
from connectors.json_body import an_id, iso, part, rows, said, saved, whole
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Answer

API = "https://api-seller.ozon.ru"
PAGE_SIZE = 100  # 20 to 100; less is an error
# UNVERIFIED: page of a product; longest comment (answers to questions: 3000); how answers to questions are listed.
PRODUCT_PAGE, LONGEST_COMMENT, ANSWERS = "https://www.ozon.ru/product/{}/", 3000, "v1/question/answer/list"
_BOUGHT = {"DELIVERED": True, "CANCELLED": False}
_PARTS = ("text", "rating", "photos_amount", "videos_amount", "comments_amount", "answers_count", "order_status")
_PLAN = N_("Ozon refuses access. Reading reviews needs the subscription “Review management” or Premium Pro, questions "
           "need Premium Plus, and the key needs a role for them. This does not mean that there are no reviews.")
_KEY = N_("Ozon does not accept the Client ID and the key. Make a new key in the seller's cabinet under Settings, "
          "Seller API.")
_BUSY = N_("Ozon is busy or limits our requests. It is asked again later; nothing to do.")
_GONE = N_("Ozon does not have this any more: {message}")
_TOLD = N_("Ozon refuses this: {message}")
_LOST = N_("Ozon broke off while taking this. It is looked up before anything is sent again.")
# gRPC codes of the body first, then the status. UNVERIFIED: the numbers other than 7.
_CODES: dict[int, tuple[type[ConnectorError], str]] = {
    3: (Surprise, _TOLD), 5: (Gone, _GONE), 6: (Refused, _TOLD), 7: (AccessDenied, _PLAN), 8: (TryLater, _BUSY),
    13: (TryLater, _BUSY), 14: (TryLater, _BUSY), 16: (AccessDenied, _KEY)}
_STATUSES = {400: _CODES[3], 401: _CODES[16], 403: _CODES[7], 404: _CODES[5], 409: _CODES[6], 429: _CODES[8]}


class OzonSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    client_id: str = Field(
        title=N_("Client ID"), examples=["1234567"], pattern=r"^\s*\d{1,20}\s*$",
        description=N_("The number of the cabinet, shown in the seller's cabinet under Settings, Seller API."))
    api_key: SecretStr = Field(
        title=N_("Key"), examples=["01234567-89ab-cdef-0123-456789abcdef"],
        description=N_("Made on the same page, with a role that may read reviews and, for answers, write them."))


class Ozon(Connector):
    """Newest first; what has photos or comments is asked for alone, unless it looks as it did last time.

    Limits: 50 requests a second for one cabinet, over all methods.
    """

    kind: ClassVar[str] = "ozon"
    label: ClassVar[str] = "Ozon"
    access: ClassVar[str] = N_(
        "A key of the seller's cabinet with a role for reviews. Ozon gives reviews to sellers with the subscription "
        "“Review management” or Premium Pro, questions to those with Premium Plus. It names no authors. A comment can "
        "be removed and written anew, but not edited. Ozon allows 50 requests a second.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.THREAD, delete_reply=True, find_replies=True, max_reply_chars=LONGEST_COMMENT,
        gives_verified_purchase=True, sees_edits=True, reports_total=True)
    Settings: ClassVar[type[BaseModel]] = OzonSettings
    settings: OzonSettings

    def _headers(self) -> dict[str, str]:
        return {"Client-Id": self.settings.client_id.strip(), "Api-Key": self.settings.api_key.get_secret_value()}

    async def _ask(self, path: str, **body: Any) -> Answer:
        """A read; Ozon wants a POST for all of them."""
        return await self.http.query(f"{API}/{path}", json=body, headers=self._headers(), meaning=meaning)

    async def _tell(self, path: str, **body: Any) -> Answer:
        return await self.http.send("POST", f"{API}/{path}", json=body, headers=self._headers(), meaning=meaning)

    async def check(self) -> Identity:
        """The last day of the key, once reviews can be counted. Raises AccessDenied where the plan is missing."""
        about = whole(await self._ask("v1/roles"))
        await self._ask("v2/review/count")
        methods = {method for role in about.get("roles") or () for method in part(role, "methods") or ()
                   if isinstance(method, str)}
        warnings = () if not methods or "/v1/review/comment/create" in methods else (
            N_("This key may only read: answers cannot be sent with it."),)
        return Identity(name=f"Ozon {self.settings.client_id.strip()}", external_id=self.settings.client_id.strip(),
                        expires_at=iso(about.get("expires_at")), warnings=warnings)

    async def places(self) -> list[Place]:
        """All reviews of the cabinet, and all questions where the plan holds them."""
        found = [Place(external_id="reviews", name="Ozon: отзывы")]
        try:
            await self._ask("v1/question/count")
        except AccessDenied:
            return found
        return [*found, Place(external_id="questions", name="Ozon: вопросы")]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """A fast pass ends with the first page on which all looks as it did; ``complete`` when all are listed."""
        path = {"reviews": "v2/review", "questions": "v1/question"}.get(place.external_id)
        if path is None:
            raise Surprise(N_("“{name}” is not a place of Ozon."), name=place.external_id[:100])
        known: dict[str, str] = dict((cursor or {}).get("known", {}))
        total = await self._total(path)
        seen, last_id, more, found = set[str](), "", True, dict[str, str]()
        while more:
            body = whole(await self._ask(f"{path}/list", limit=PAGE_SIZE, last_id=last_id, sort_dir="DESC",
                                         **({"filters": {"status": "ALL"}} if path == "v2/review" else {})))
            page, last_id = body.get(place.external_id), str(body.get("last_id") or "")
            if not isinstance(page, list):
                raise Surprise(N_("Ozon answered something other than a list."), raw=str(body)[:2000])
            more = bool(body.get("has_next") and last_id)
            now = {str(row.get("id")): signature(row, _PARTS) for row in page if isinstance(row, dict)}
            fresh = [row for row in page if not isinstance(row, dict) or known.get(str(row.get("id")))
                     != now[str(row.get("id"))]]
            seen.update(now)
            found.update(now)
            items, unreadable = self.read_all([await self._filled(row, path) for row in fresh])
            more = more and not (cursor is not None and not fresh)
            yield Batch(items=items, unreadable=unreadable, newest_first=False, total=total,
                        cursor=None if more else {"known": newest({**known, **dict(reversed(found.items()))})},
                        complete=cursor is None and not more and total == len(seen))

    async def _total(self, path: str) -> int | None:
        count = whole(await self._ask(f"{path}/count"))
        total = count.get("total", count.get("all"))
        return total if isinstance(total, int) else None

    async def _filled(self, row: Any, path: str) -> Any:
        """A row with its photos and comments, which the list only counts."""
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            return row
        if path == "v1/question":
            answers = await self._answers(row["id"], row.get("sku")) if row.get("answers_count") else []
            return {**row, "question": True, "comments": answers}
        media = (row.get("photos_amount") or 0) if isinstance(row.get("photos_amount"), int) else 0
        about = whole(await self._ask("v2/review/info", review_id=row["id"])) if media else {}
        comments = await self._comments(row["id"]) if row.get("comments_amount") else []
        return {**row, "photos": about.get("photos"), "comments": comments}

    async def _comments(self, review: str) -> list[Any]:
        found: list[Any] = []
        while True:
            page = rows(await self._ask("v1/review/comment/list", review_id=review, limit=PAGE_SIZE,
                                        offset=len(found), sort_dir="ASC"), "comments", missing_is_empty=True)
            found += page
            if len(page) < PAGE_SIZE:
                return found

    async def _answers(self, question: str, sku: Any) -> list[Any]:
        return rows(await self._ask(ANSWERS, question_id=question, sku=sku, last_id=""), "answers",
                    missing_is_empty=True)

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review or question with ``comments`` and ``photos`` added; Ozon names an author of questions only."""
        number, sku, question = an_id(raw["id"]), an_id(raw["sku"]), bool(raw.get("question"))
        photos = (web_address(part(one, "url")) for one in raw.get("photos") or ())
        page = web_address(raw.get("question_link")) or PRODUCT_PAGE.format(sku if sku.isdecimal() else "")
        return Item(
            external_id=number, kind=ItemKind.QUESTION if question else ItemKind.REVIEW, thread_id=sku, url=page,
            author_name=one_line(raw.get("author_name") or ""),
            verified_purchase=_BOUGHT.get(raw.get("order_status") or ""),
            rating=None if question else raw["rating"] or None, text=clean(raw["text"] or ""),
            photos=tuple(url for url in photos if url), created_at=iso(raw.get("published_at")),
            replies=tuple(_posted(one, number) for one in raw.get("comments") or ()), raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """A comment of the seller, which Ozon looks at before it shows it: HELD until ``find_replies`` says more."""
        if item.kind is ItemKind.QUESTION:
            answer = await self._tell("v1/question/answer/create", question_id=item.external_id, text=text,
                                      sku=_number(item.thread_id))
            return saved(answer, lambda body: _just_said(body["answer_id"], text, item))
        answer = await self._tell("v1/review/comment/create", review_id=item.external_id, text=text,
                                  mark_review_as_processed=True)
        return saved(answer, lambda body: _just_said(body["comment_id"], text, item))

    async def delete_reply(self, item: Item, reply: PostedReply) -> None:
        """Take a comment of ours back; one that is gone already is as good."""
        sku = _number(item.thread_id)
        try:
            if item.kind is ItemKind.QUESTION:
                await self._tell("v1/question/answer/delete", answer_id=reply.external_id, sku=sku)
            else:
                await self._tell("v2/review/comment/delete", comment_id=reply.external_id, sku=sku)
        except Gone:
            return

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """Comments of the seller and of others, with what Ozon decided about ours."""
        question = item.kind is ItemKind.QUESTION
        found = await (self._answers(item.external_id, _number(item.thread_id)) if question
                       else self._comments(item.external_id))
        try:
            return [_posted(one, item.external_id) for one in found]
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise Surprise(N_("A comment on Ozon cannot be read."), raw=str(found)[:2000]) from error


def meaning(answer: Answer) -> ConnectorError | None:
    """The code of the body, else the status; a write that is refused goes back to its author."""
    if answer.status < 400:
        return None
    body = said(answer)
    code = body.get("code")
    kind, key = (_CODES.get(code) if isinstance(code, int) else None) or _STATUSES.get(answer.status) or (None, "")
    if kind is None:
        return None
    if answer.written and kind is Surprise:
        kind = Refused
    if answer.written and answer.status >= 500:
        kind, key = Unsure, _LOST
    if kind is Refused and not answer.written:
        kind, key = TryLater, _BUSY
    return kind(key, raw=answer.excerpt(), message=one_line(str(body.get("message") or answer.status))[:300])


def _number(sku: str) -> int:
    if not (sku.isascii() and sku.isdecimal()):
        raise Surprise(N_("“{id}” is not the number of a product on Ozon."), id=sku[:100])
    return int(sku)


def _just_said(number: Any, text: str, item: Item) -> PostedReply:
    return PostedReply(external_id=an_id(number), text=clean(text), parent_id=item.external_id, ours=True,
                       status=Published.HELD)


def _posted(raw: Any, item: str) -> PostedReply:
    """A comment. Answers to questions do not say whose they are."""
    status = Published.REJECTED if raw.get("is_rejected") else (
        Published.HELD if raw.get("is_published") is False else Published.PUBLISHED)
    return PostedReply(
        external_id=an_id(raw["id"]), text=clean(raw["text"]), parent_id=raw.get("parent_comment_id") or item,
        author_name=one_line(raw.get("author_name") or ""), created_at=iso(raw.get("published_at")), status=status,
        ours=raw["is_owner"] if isinstance(raw.get("is_owner"), bool) else None)
