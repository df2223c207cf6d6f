"""Wildberries: reviews and questions of a seller's goods, and the seller's one answer to each."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from datetime import datetime
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
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater
from connectors.fields import web_address
from connectors.json_body import an_id, epoch, iso, part, said, whole
from connectors.plain_text import clean, one_line

if TYPE_CHECKING:
    from connectors.http import Answer, Http

API = "https://feedbacks-api.wildberries.ru/api/v1"
OVERLAP = 72 * 3600  # reviews are published late, with their old date
TAKE = {"feedbacks": 5000, "questions": 5000}
BASE_TOKEN = 1  # claim "acc" of the token
# UNVERIFIED: page of a product's reviews; header with the seconds to wait; meaning of the bits of claim "s".
REVIEWS_PAGE, WAIT_HEADER, READ_ONLY_BIT, REVIEWS_BIT = (
    "https://www.wildberries.ru/catalog/{}/feedbacks", "x-ratelimit-retry", 30, 7)
_BOUGHT = {"buyout": True, "rejected": False, "returned": False}
_ANSWER_STATES = {"wbRu": Published.PUBLISHED, "reviewRequired": Published.HELD, "none": Published.HELD,
                  "rejected": Published.REJECTED, "rejectedAntispam": Published.REJECTED}
_KEY = N_("Wildberries does not accept the token. It lives for 180 days: make a new one in the seller's cabinet with "
          "the category “Questions and reviews”.")
_RIGHT = N_("Wildberries refuses this: {reason}. The token needs the category “Questions and reviews”, and the right "
            "to write for answers.")
_BUSY = N_("Wildberries limits our requests. A base token may ask five times an hour; a personal token three times a "
           "second.")
_TOLD = N_("Wildberries refuses this: {reason}")
_MISSING = N_("Wildberries does not have this any more: {reason}")


class WildberriesSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    api_token: SecretStr = Field(
        title=N_("Token"), examples=["eyJhbGciOiJFUzI1NiIs"],
        description=N_("Made in the seller's cabinet under Settings, Access to the API: a personal token with the "
                       "category “Questions and reviews”, with the right to write. It lives for 180 days."))
    bearer: bool = Field(
        False, title=N_("Send the word Bearer"), examples=[False],
        description=N_("Switch this on only when Wildberries refuses a good token: some tokens are sent with the word "
                       "Bearer before them."))


class Wildberries(Connector):
    """Answered and unanswered are two lists by the date of writing, read onwards from their last date.

    Limits, for reviews and questions together: 3 requests a second (burst 6) for personal and service tokens, 5 an hour
    (burst 1) for base tokens; with those one request is spent a pass, and the two lists take turns. Wildberries does
    not tell removals, so that no pass is complete.
    """

    kind: ClassVar[str] = "wildberries"
    label: ClassVar[str] = "Wildberries"
    access: ClassVar[str] = N_(
        "A personal token of the seller, for a program on the seller's own machines; Wildberries forbids to hand it to "
        "others. Personal tokens may ask three times a second, base tokens only five times an hour: then check every "
        "15 minutes at most. An answer can be changed once, within 60 days.")
    can: ClassVar[Can] = Can(
        reply=ReplyMode.SINGLE, edit_reply=True, find_replies=True, max_reply_chars=5000, gives_verified_purchase=True,
        sees_edits=True)
    Settings: ClassVar[type[BaseModel]] = WildberriesSettings
    settings: WildberriesSettings

    def __init__(self, settings: BaseModel, http: Http) -> None:
        super().__init__(settings, http)
        self._claims = _claims(self.settings.api_token.get_secret_value())

    def _headers(self, bearer: bool | None = None) -> dict[str, str]:
        told = self.settings.bearer if bearer is None else bearer
        return {"Authorization": ("Bearer " if told else "") + self.settings.api_token.get_secret_value()}

    async def _get(self, path: str, **params: str | int) -> dict[str, Any]:
        return whole(await self.http.get(f"{API}/{path}", params=params, headers=self._headers(), meaning=meaning))

    async def check(self) -> Identity:
        """The seller of the token and its last day. A refused token is tried once in the other form."""
        try:
            await self._get("new-feedbacks-questions")
        except AccessDenied:
            await self._other_form()
        until, seller = self._claims.get("exp"), str(self._claims.get("sid") or "")
        return Identity(name=f"Wildberries {seller[:8]}".strip(), external_id=seller, warnings=self._warnings(),
                        expires_at=epoch(until) if isinstance(until, int) and 0 < until < 1e11 else None)

    async def _other_form(self) -> None:
        headers = self._headers(not self.settings.bearer)
        await self.http.get(f"{API}/new-feedbacks-questions", headers=headers, meaning=meaning)
        raise AccessDenied(N_("Wildberries accepts this token only in the other form. Change “Send the word Bearer” in "
                              "the settings of the source."))

    def _warnings(self) -> tuple[str, ...]:
        warnings = []
        if self._claims.get("acc") == BASE_TOKEN:
            warnings.append(N_("This is a base token: five requests an hour. Check every 15 minutes at most, or make a "
                               "personal token."))
        rights = self._claims.get("s")
        if isinstance(rights, int) and rights >> READ_ONLY_BIT & 1:
            warnings.append(N_("This token may only read: answers cannot be sent with it."))
        if isinstance(rights, int) and not rights >> REVIEWS_BIT & 1:
            warnings.append(N_("This token does not seem to have the category “Questions and reviews”."))
        return tuple(warnings)

    async def places(self) -> list[Place]:
        """All reviews of the seller, and all questions."""
        return [Place(external_id="feedbacks", name="Wildberries: отзывы"),
                Place(external_id="questions", name="Wildberries: вопросы")]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Both lists, oldest first from where the last pass ended less 72 hours; with a base token one page of one."""
        if place.external_id not in TAKE:
            raise Surprise(N_("“{name}” is not a place of Wildberries."), name=place.external_id[:100])
        since: dict[str, int] = dict((cursor or {}).get("since", {}))
        turn, seen, base = (cursor or {}).get("turn", 0), set[str](), self._claims.get("acc") == BASE_TOKEN
        for answered in (("false", "true")[turn % 2],) if base else ("false", "true"):
            more = True
            while more:
                rows = await self._page(place.external_id, answered, since.get(answered))
                fresh = [row for row in rows if not isinstance(row, dict) or row.get("id") not in seen]
                seen.update(str(part(row, "id")) for row in rows)
                last = max((moment for row in rows if (moment := _second(row))), default=None)
                full = len(rows) == TAKE[place.external_id] and bool(fresh) and last is not None
                if last is not None:
                    since[answered] = last if full else last - OVERLAP
                more = full and not base
                items, unreadable = self.read_all(
                    {**row, "list": place.external_id} if isinstance(row, dict) else row for row in fresh)
                yield Batch(items=items, unreadable=unreadable, newest_first=False,
                            cursor={"since": dict(since), "turn": turn if full else turn + 1} if not more and (
                                base or answered == "true") else None)

    async def _page(self, path: str, answered: str, since: int | None) -> list[Any]:
        """By date, never by ``skip``: each answer that is sent meanwhile would move the pages."""
        body = await self._get(path, isAnswered=answered, take=TAKE[path], skip=0, order="dateAsc",
                               **({"dateFrom": since} if since else {}))
        found = part(body, "data", path)
        if not isinstance(found, list):
            raise Surprise(N_("Wildberries answered something other than a list."), raw=str(body)[:2000])
        return found

    @staticmethod
    def parse(raw: Raw) -> Item:
        """One review or question, with ``list`` added. A later addition of the buyer is a review of its own."""
        number, first = an_id(raw["id"]), raw.get("parentFeedbackId") or ""
        article = part(raw.get("productDetails"), "nmId")
        question = raw.get("list") == "questions"
        photos = (web_address(part(one, "fullSize")) for one in raw.get("photoLinks") or ())
        answer = raw.get("answer")
        return Item(
            external_id=number, kind=ItemKind.QUESTION if question else ItemKind.REVIEW, thread_id=first or number,
            parent_id=first, url=REVIEWS_PAGE.format(article) if isinstance(article, int) and not question else "",
            author_name=one_line(raw.get("userName") or ""),
            verified_purchase=_BOUGHT.get(raw.get("orderStatus") or ""),
            rating=None if question else raw["productValuation"] or None, text=clean(raw["text"] or ""),
            pros=clean(raw.get("pros") or ""), cons=clean(raw.get("cons") or ""),
            photos=tuple(url for url in photos if url), created_at=iso(raw.get("createdDate")),
            # "none" means new for a review and refused by the seller for a question
            status=Published.REJECTED if question and raw.get("state") == "none" else Published.PUBLISHED,
            replies=(_answer(answer, number, question),) if answer and answer.get("text") else (), raw=dict(raw))

    async def reply(self, item: Item, text: str, key: str) -> PostedReply:
        """The one answer, which Wildberries looks at first. It confirms even unknown ids: ``find_replies`` is proof."""
        await self._say("POST", item, text)
        return PostedReply(external_id=f"{item.external_id}/answer", text=clean(text), parent_id=item.external_id,
                           ours=True, status=Published.HELD)

    async def edit_reply(self, item: Item, reply: PostedReply, text: str) -> PostedReply:
        """Once, within 60 days."""
        await self._say("PATCH", item, text)
        return reply.model_copy(update={"text": clean(text), "status": Published.HELD})

    async def _say(self, method: str, item: Item, text: str) -> None:
        if len(text.strip()) < 2:
            raise Refused(N_("Wildberries takes answers of 2 to 5000 characters."))
        if item.kind is ItemKind.QUESTION:
            await self.http.send("PATCH", f"{API}/questions", headers=self._headers(), meaning=meaning,
                                 json={"id": item.external_id, "answer": {"text": text}, "state": "wbRu"})
            return
        await self.http.send(method, f"{API}/feedbacks/answer", json={"id": item.external_id, "text": text},
                             headers=self._headers(), ok=frozenset({200, 204}), meaning=meaning)

    async def find_replies(self, item: Item) -> list[PostedReply]:
        """The answer with what the moderators of Wildberries made of it."""
        question = item.kind is ItemKind.QUESTION
        body = await self._get("question" if question else "feedback", id=item.external_id)
        return list(self.read({**(part(body, "data") or {}), "list": "questions" if question else "feedbacks"}).replies)


def meaning(answer: Answer) -> ConnectorError | None:
    """Errors stand in an envelope or in a problem object, also below 200; 204 has no body and is success."""
    body = said(answer)
    if answer.status < 400 and not body.get("error"):
        return None
    reason = one_line(str(body.get("errorText") or body.get("detail") or body.get("title") or answer.status))[:300]
    raw = answer.excerpt()
    if answer.status == 401:
        return AccessDenied(_KEY, raw=raw)
    if answer.status in (402, 403):
        return AccessDenied(_RIGHT, raw=raw, reason=reason)
    if answer.status == 429:
        return TryLater(_BUSY, raw=raw, retry_after=_seconds(answer))
    if answer.status == 404 or (answer.status == 422 and not answer.written):
        return Gone(_MISSING, raw=raw, reason=reason)
    if answer.status >= 500 or not body:
        return None
    return Refused(_TOLD, raw=raw, reason=reason) if answer.written else Surprise(_TOLD, raw=raw, reason=reason)


def _seconds(answer: Answer) -> float:
    told = answer.headers.get(WAIT_HEADER) or answer.headers.get("retry-after") or ""
    return float(told) if told.isdecimal() and len(told) < 7 else 60.0


def _second(row: Any) -> int | None:
    try:
        moment: datetime | None = iso(part(row, "createdDate"))
        return int(moment.timestamp()) if moment else None
    except (ValueError, TypeError):
        return None


def _claims(token: str) -> dict[str, Any]:
    """What the token says about itself; an empty dictionary when it says nothing. Nothing is trusted by it."""
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _answer(raw: Any, parent: str, question: bool) -> PostedReply:
    """A review's answer has no date and says whether it was accepted; a question's has a date only."""
    status = Published.PUBLISHED if question else _ANSWER_STATES.get(raw.get("state"), Published.HELD)
    return PostedReply(external_id=f"{parent}/answer", text=clean(raw["text"]), parent_id=parent, ours=True,
                       created_at=iso(raw.get("createDate")), status=status)
