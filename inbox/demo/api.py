"""The JSON API of the pretend review site.

Every request carries ``Authorization: Bearer <key>``. Times are ISO 8601 in UTC.

    GET    /api/me                                    {"name", "account_id", "shops"}
    GET    /api/places                                {"places": [{"id", "name", "brand", "city", "address", "url",
                                                        "rating", "reviews", "reply_mode", "owned"}]}
    GET    /api/places/{id}/reviews?page=&per_page=   {"total", "page", "per_page", "reviews": [ENTRY]}, newest
                                                        date first
    GET    /api/reviews/{id}                          ENTRY
    POST   /api/reviews/{id}/replies   {"text"}       201 REPLY, or 202 REPLY: taken, not visible yet
    PUT    /api/reviews/{id}/replies/{id}  {"text"}   200 REPLY
    DELETE /api/reviews/{id}/replies/{id}             204

ENTRY: id, type (``review``, or ``comment`` of a visitor with ``parent_id``), place_id, url, author {id, name, city,
ip, url}, verified_purchase, order_number, rating, title, text, language, created_at, edited_at, status,
replies [REPLY].
City, IP address and order are shown for the shops of the account alone.
REPLY: id, text, author_name, created_at, edited_at, status (``published`` or ``held`` by the moderators), url.

Errors are {"error", "message"}: 401 ``key_missing``, ``key_unknown``, ``key_expired``; 404 ``not_found``;
409 ``duplicate`` (the same reply is there); 422 ``too_long``, ``empty``, ``link``, ``no_replies``;
429 ``too_fast`` with Retry-After in seconds (30 replies a minute). Where the shop may have one reply (``single``),
a new one takes the place of the old one.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from connectors.base import ReplyMode
from inbox.demo.faults import LATE, Fault, normalised
from inbox.demo.shops import ACCOUNT, EXPIRED_KEY, KEY, Shop
from inbox.demo.stage import Stage, stage_of
from inbox.demo.world import Answer, Entry, State

MAX_REPLY = 2000
REPLIES_A_MINUTE = 30
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
router = APIRouter(prefix="/api")


class Problem(Exception):
    """An answer other than the one asked for."""

    def __init__(self, status: int, error: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.response = JSONResponse({"error": error, "message": message}, status, headers)


class NewText(BaseModel):
    text: str


class _CutAnswer(Response):
    """Half an answer, then a closed connection."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": self.status_code,
                    "headers": [(b"content-type", b"application/json"), (b"content-length", b"4000")]})
        await send({"type": "http.response.body", "body": b'{"total": 12, "rev'})


def _enter(request: Request, authorization: str) -> Stage:
    """The site, for a good key."""
    stage = stage_of(request)
    key = authorization.removeprefix("Bearer ").strip()
    if not key:
        raise Problem(401, "key_missing", "Send your key as a bearer token.")
    if key == EXPIRED_KEY or (key == KEY and stage.faults.key_expired):
        raise Problem(401, "key_expired", "This key has expired. Make a new one in your account.")
    if key != KEY:
        raise Problem(401, "key_unknown", "Nobody has this key.")
    return stage


def _misbehave(fault: Fault | None) -> Response | None:
    """The answer of a platform that is unwell; None when the request goes its way."""
    match fault:
        case Fault.BUSY:
            raise Problem(429, "too_fast", "Too many requests.", {"Retry-After": "7"})
        case Fault.DOWN:
            raise Problem(503, "maintenance", "Back in a minute.", {"Retry-After": "60"})
        case Fault.BROKEN:
            return Response("Internal Server Error", 500, media_type="text/plain")
        case Fault.SIGN_IN:
            return Response("<!doctype html><title>Sign in</title><form><input name=user></form>", 200,
                            media_type="text/html")
        case Fault.CUT:
            return _CutAnswer(status_code=200)
        case Fault.DUPLICATE:
            raise Problem(409, "duplicate", "This reply is there already.")
    return None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _answer_json(stage: Stage, entry: Entry, answer: Answer) -> dict[str, Any]:
    return {"id": answer.id, "text": answer.text, "author_name": answer.author_name,
            "created_at": _iso(answer.created_at), "edited_at": _iso(answer.edited_at),
            "status": "held" if answer.held else "published", "url": f"{stage.url}/reviews/{entry.id}#{answer.id}"}


def entry_json(stage: Stage, entry: Entry) -> dict[str, Any]:
    """An entry as the API gives it; private facts only for shops of the account."""
    owned = stage.world.shops[entry.shop_id].owned
    private = {"city": entry.city, "ip": entry.ip} if owned else {}
    return {
        "id": entry.id, "type": "review" if entry.is_review else "comment", "parent_id": entry.parent_id or None,
        "place_id": entry.shop_id, "url": f"{stage.url}/reviews/{entry.parent_id or entry.id}",
        "author": {"id": entry.author_id, "name": entry.author_name,
                   "url": f"{stage.url}/visitors/{entry.author_id}", **private},
        "verified_purchase": entry.verified_purchase if owned else None,
        "order_number": entry.order_number if owned else "", "rating": entry.rating, "title": entry.title,
        "text": entry.text, "language": entry.language, "created_at": _iso(entry.created_at),
        "edited_at": _iso(entry.edited_at), "status": "published",
        "replies": [_answer_json(stage, entry, answer) for answer in entry.answers]}


def _shop_json(stage: Stage, state: State, shop: Shop) -> dict[str, Any]:
    ratings = [entry.rating for entry in state.reviews(shop.id) if entry.rating]
    return {"id": shop.id, "name": shop.name, "brand": shop.brand, "city": shop.city, "address": shop.address,
            "url": f"{stage.url}/places/{shop.id}", "reviews": len(ratings), "reply_mode": shop.mode,
            "rating": round(sum(ratings) / len(ratings), 2) if ratings else None, "owned": shop.owned}


@router.get("/me")
async def me(request: Request, authorization: str = Header("")) -> Response:
    """Whose key is this?"""
    stage = _enter(request, authorization)
    shops = sum(1 for shop in stage.world.shops.values() if shop.owned and shop.listed)
    return JSONResponse({"name": ACCOUNT, "account_id": "kafe-saule", "shops": shops})


@router.get("/places")
async def places(request: Request, authorization: str = Header("")) -> Response:
    """Every shop that can be read with this key: ours, and competitors with what is public."""
    stage = _enter(request, authorization)
    state = stage.world.at(stage.clock())
    return JSONResponse({"places": [_shop_json(stage, state, s) for s in stage.world.shops.values() if s.listed]})


@router.get("/places/{shop_id}/reviews")
async def reviews(request: Request, shop_id: str, page: int = Query(1, ge=1), per_page: int = Query(50, ge=1, le=100),
                  authorization: str = Header("")) -> Response:
    """One page of everything that visitors wrote about a shop."""
    stage = _enter(request, authorization)
    unwell = _misbehave(stage.faults.next_read())
    if unwell:
        return unwell
    shop = stage.world.shops.get(shop_id)
    if not shop or not shop.listed:
        raise Problem(404, "not_found", "There is no such place.")
    entries = stage.world.at(stage.clock()).of_shop(shop_id)
    first = (page - 1) * per_page
    return JSONResponse({"total": len(entries), "page": page, "per_page": per_page,
                         "reviews": [stage.wire(entry_json(stage, e)) for e in entries[first:first + per_page]]})


def _entry(stage: Stage, entry_id: str) -> Entry:
    entry = stage.world.at(stage.clock()).entries.get(entry_id)
    if not entry or not stage.world.shops[entry.shop_id].listed:
        raise Problem(404, "not_found", "There is no such review.")
    return entry


@router.get("/reviews/{entry_id}")
async def review(request: Request, entry_id: str, authorization: str = Header("")) -> Response:
    """One entry with its replies."""
    stage = _enter(request, authorization)
    unwell = _misbehave(stage.faults.next_read())
    return unwell or JSONResponse(entry_json(stage, _entry(stage, entry_id)))


def _check_text(text: str) -> None:
    if not text.strip():
        raise Problem(422, "empty", "The reply is empty.")
    if len(text) > MAX_REPLY:
        raise Problem(422, "too_long", f"The reply is longer than {MAX_REPLY} characters.")
    if _LINK.search(text):
        raise Problem(422, "link", "Links are not allowed in replies.")


def _own_entry(stage: Stage, entry_id: str) -> tuple[Shop, Entry]:
    entry = _entry(stage, entry_id)
    shop = stage.world.shops[entry.shop_id]
    if not shop.owned:
        raise Problem(404, "not_found", "This review is not about a shop of yours.")
    if shop.mode is ReplyMode.NONE:
        raise Problem(422, "no_replies", "This shop takes no replies.")
    return shop, entry


def _save(stage: Stage, shop: Shop, entry: Entry, text: str, fault: Fault | None) -> tuple[int, str]:
    """Keep a new reply; its HTTP status and its id."""
    now = stage.clock()
    if shop.mode is ReplyMode.SINGLE:
        for old in entry.answers:
            stage.world.act(now, "answer_removed", entry.id, id=old.id)
    visible_at = now + LATE if fault is Fault.LATER else now
    answer_id = stage.world.answer(visible_at, entry.id, normalised(text) if fault is Fault.NORMALISED else text,
                                   author_name=ACCOUNT, held=fault is Fault.MODERATED)
    return (202 if fault in (Fault.LATER, Fault.MODERATED) else 201), answer_id


@router.post("/reviews/{entry_id}/replies")
def post_reply(request: Request, entry_id: str, new: NewText, authorization: str = Header("")) -> Response:
    """Reply as the shop."""
    stage = _enter(request, authorization)
    fault = stage.faults.next_write()
    unwell = _misbehave(fault)
    if unwell:
        return unwell
    _check_text(new.text)
    if stage.world.answers_since(stage.clock(), timedelta(minutes=1)) >= REPLIES_A_MINUTE:
        raise Problem(429, "too_fast", f"At most {REPLIES_A_MINUTE} replies a minute.", {"Retry-After": "60"})
    shop, entry = _own_entry(stage, entry_id)
    if new.text in (*(a.text for a in entry.answers), *stage.world.coming_answers(entry_id, stage.clock())):
        raise Problem(409, "duplicate", "This reply is there already.")
    status, answer_id = _save(stage, shop, entry, new.text, fault)
    if fault is Fault.LOST:
        return _CutAnswer(status_code=status)
    if fault is Fault.ERROR_SAVED:
        return Response("Internal Server Error", 500, media_type="text/plain")
    saved = stage.world.at(stage.clock() + LATE).entries[entry_id]
    answer = next(a for a in saved.answers if a.id == answer_id)
    return JSONResponse(_answer_json(stage, saved, answer), status)


def _answer(entry: Entry, answer_id: str) -> Answer:
    for answer in entry.answers:
        if answer.id == answer_id:
            return answer
    raise Problem(404, "not_found", "There is no such reply.")


@router.put("/reviews/{entry_id}/replies/{answer_id}")
def edit_reply(request: Request, entry_id: str, answer_id: str, new: NewText,
               authorization: str = Header("")) -> Response:
    """Replace the text of a reply of ours."""
    stage = _enter(request, authorization)
    unwell = _misbehave(stage.faults.next_write())
    if unwell:
        return unwell
    _check_text(new.text)
    _, entry = _own_entry(stage, entry_id)
    _answer(entry, answer_id)
    stage.world.act(stage.clock(), "answer_changed", entry_id, id=answer_id, text=new.text)
    changed = _entry(stage, entry_id)
    return JSONResponse(_answer_json(stage, changed, _answer(changed, answer_id)))


@router.delete("/reviews/{entry_id}/replies/{answer_id}")
def delete_reply(request: Request, entry_id: str, answer_id: str, authorization: str = Header("")) -> Response:
    """Take a reply of ours back."""
    stage = _enter(request, authorization)
    unwell = _misbehave(stage.faults.next_write())
    if unwell:
        return unwell
    _, entry = _own_entry(stage, entry_id)
    _answer(entry, answer_id)
    stage.world.act(stage.clock(), "answer_removed", entry_id, id=answer_id)
    return Response(status_code=204)
