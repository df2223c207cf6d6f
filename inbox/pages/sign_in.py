"""Coming in and going out: e-mail and password, the language of the door, signing out here or everywhere."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from inbox import sign_ins
from inbox.access import (
    COOKIE,
    LANGUAGE_COOKIE,
    Guest,
    Reader,
    Signed,
    client_address,
    safe_next,
    set_cookie,
)
from inbox.i18n import LANGUAGES
from inbox.render import page, redirect

router = APIRouter()


@router.get("/sign-in")
def show(request: Request, reader: Guest, next: str = "/inbox", lang: str = "") -> Response:
    """The door; ``lang`` chooses its language for this browser."""
    if lang in LANGUAGES:
        response = redirect("/sign-in", query=[("next", safe_next(next))])
        set_cookie(response, request, LANGUAGE_COOKIE, lang, days=365)
        return response
    return _door(reader, next)


@router.post("/sign-in")
def enter(request: Request, reader: Guest, email: Annotated[str, Form(max_length=200)],
          password: Annotated[str, Form(max_length=1000)], next: Annotated[str, Form()] = "/inbox") -> Response:
    """Let a member in, or say how many tries are left; the same words for an unknown e-mail and a wrong password."""
    house = reader.house
    result = sign_ins.sign_in(house.db, house.config.inbox, email, password, client_address(request), reader.now)
    if isinstance(result, sign_ins.Refusal):
        status = 401 if result.tries_left > 0 else 429
        return _door(reader, next, email=email, problem=_problem(reader, result), status=status)
    token, _ = result
    request.state.new_cookie = token
    return redirect(safe_next(next))


@router.post("/sign-out")
def leave(visitor: Signed, everywhere: Annotated[bool, Form()] = False) -> Response:
    """End this sign-in, or all of this member's."""
    visitor.request.state.new_cookie = ""
    sign_ins.sign_out(visitor.house.db, visitor.sign_in, visitor.now, everywhere=everywhere)
    response = redirect("/sign-in")
    response.delete_cookie(COOKIE, path="/")
    return response


def _problem(reader: Reader, refusal: sign_ins.Refusal) -> str:
    words = reader.words
    if refusal.tries_left <= 0:
        return words.ngettext("Too many wrong passwords. Try again in %(n)s minute.",
                              "Too many wrong passwords. Try again in %(n)s minutes.", max(1, refusal.wait_minutes))
    return words.ngettext("E-mail or password is wrong. %(n)s try left.",
                          "E-mail or password is wrong. %(n)s tries left.", refusal.tries_left)


def _door(reader: Reader, next: str, *, email: str = "", problem: str = "", status: int = 200) -> Response:
    host = urlsplit(reader.house.config.inbox.address).netloc
    return page(reader, "sign_in.html", status=status, next=safe_next(next), email=email, problem=problem, host=host)
