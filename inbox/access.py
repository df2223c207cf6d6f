"""Who may come in and what they may do: the dependencies that every page asks first."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, HTTPException, Request
from starlette.responses import Response

from connectors.errors import N_
from inbox import sign_ins
from inbox.formats import Formats
from inbox.house import House
from inbox.i18n import LANGUAGES, Translator, translator, wanted_language
from inbox.models import Account, SignIn
from monitor.models import Role, TeamMember

COOKIE = "otklik"
LANGUAGE_COOKIE = "otklik_lang"
GUEST_COOKIE = "otklik_guest"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WRITERS = (Role.ADMIN, Role.LEAD, Role.AGENT)
APPROVERS = (Role.ADMIN, Role.LEAD)


class SignInNeeded(Exception):
    """Nobody is signed in here, and the page is for members."""


@dataclass(frozen=True)
class Reader:
    """Whoever reads a page, signed in or not: language, formats, the moment."""

    request: Request
    lang: str
    now: datetime
    timezone: str = "Europe/Riga"

    @property
    def house(self) -> House:
        house: House = self.request.app.state.house
        return house

    @property
    def words(self) -> Translator:
        return translator(self.lang)

    @property
    def formats(self) -> Formats:
        return Formats(self.lang, self.timezone, self.now)

    @property
    def is_htmx(self) -> bool:
        """Whether a part is wanted, not a page."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"

    @property
    def csrf(self) -> str:
        """The token of forms for guests, paired with a cookie."""
        return self.request.cookies.get(GUEST_COOKIE) or str(self.request.state.guest_token)


@dataclass(frozen=True)
class Visitor(Reader):
    """A signed-in member."""

    member: TeamMember = None  # type: ignore[assignment]
    account: Account = None  # type: ignore[assignment]
    sign_in: SignIn = None  # type: ignore[assignment]

    @property
    def id(self) -> int:
        return self.sign_in.member_id

    @property
    def role(self) -> Role:
        return self.member.role

    @property
    def csrf(self) -> str:
        return self.sign_in.csrf

    @property
    def writes(self) -> bool:
        """Whether they may change anything."""
        return self.role in WRITERS

    @property
    def approves(self) -> bool:
        """Whether they may approve and post replies."""
        return self.role in APPROVERS

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


def now_of(request: Request) -> datetime:
    """The moment of this request, read once from the clock of the application."""
    if not hasattr(request.state, "now"):
        request.state.now = request.app.state.clock()
    moment: datetime = request.state.now
    return moment


def client_address(request: Request) -> str:
    """The network address of the browser, as the guard found it."""
    return str(getattr(request.state, "client_address", ""))


def is_secure(request: Request) -> bool:
    """Whether cookies must be marked secure: the public address, or this request, is https."""
    public = request.app.state.house.config.inbox.address.startswith("https://")
    return public or getattr(request.state, "scheme", request.url.scheme) == "https"


def set_cookie(response: Response, request: Request, name: str, value: str, *, days: float | None = None) -> None:
    """Set one of our cookies: not for scripts, not for other sites."""
    response.set_cookie(name, value, max_age=int(days * 86400) if days else None, path="/", httponly=True,
                        secure=is_secure(request), samesite="lax")


async def sent_token(request: Request) -> str:
    """The CSRF token of an unsafe request: header or form field."""
    if request.method in SAFE:
        return ""
    header = request.headers.get("x-csrf-token", "")
    if header or "form" not in request.headers.get("content-type", ""):
        return header
    form = await request.form()
    return str(form.get("csrf", ""))


def _check_origin(request: Request) -> None:
    """Refuse writes that another site started (Fetch Metadata, then Origin against our own host)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(403, N_("This form came from another site. Open the page here and try again."))
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = {request.headers.get("host", ""), urlsplit(request.app.state.house.config.inbox.address).netloc}
    if urlsplit(origin).netloc not in own:
        raise HTTPException(403, N_("This form came from another site. Open the page here and try again."))


def _check_token(request: Request, expected: str, sent: str) -> None:
    if request.method in SAFE:
        return
    _check_origin(request)
    if not expected or not hmac.compare_digest(expected.encode(), sent.encode()):
        raise HTTPException(403, N_("This page is too old to be sent. Load it again; what you wrote is kept."))


Token = Annotated[str, Depends(sent_token)]


def reader_language(request: Request) -> str:
    """The language of a guest: chosen here before, else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else wanted_language(request.headers.get("accept-language", ""))


def guest(request: Request, token: Token) -> Reader:
    """Anybody, for pages outside the door; their forms are guarded by a cookie of their own."""
    request.state.guest_token = secrets.token_urlsafe(24)
    _check_token(request, request.cookies.get(GUEST_COOKIE, ""), token)
    return Reader(request=request, lang=reader_language(request), now=now_of(request))


def visitor(request: Request, token: Token) -> Visitor:
    """The signed-in member. Raises SignInNeeded, and 403 for a write without the right token."""
    house: House = request.app.state.house
    now = now_of(request)
    signed = sign_ins.recognise(house.db, house.config.inbox, request.cookies.get(COOKIE, ""), now)
    if signed is None:
        raise SignInNeeded
    _check_token(request, signed.sign_in.csrf, token)
    if signed.new_token:
        request.state.new_cookie = signed.new_token
    lang = signed.member.language if signed.member.language in LANGUAGES else reader_language(request)
    found = Visitor(request=request, lang=lang, now=now, timezone=signed.member.timezone, member=signed.member,
                    account=signed.account, sign_in=signed.sign_in)
    request.state.visitor = found
    return found


Guest = Annotated[Reader, Depends(guest)]
Signed = Annotated[Visitor, Depends(visitor)]


def require(*roles: Role) -> Callable[..., Visitor]:
    """A dependency for members of these roles; others are told that the page is not here (403 for an act)."""

    def allowed(visitor: Signed) -> Visitor:
        if visitor.role not in roles:
            if visitor.request.method in SAFE:
                raise HTTPException(404)
            raise HTTPException(403, N_("Your role does not allow this. Ask a team lead or an admin."))
        return visitor

    return allowed


Writer = Annotated[Visitor, Depends(require(*WRITERS))]
Approver = Annotated[Visitor, Depends(require(*APPROVERS))]
Admin = Annotated[Visitor, Depends(require(Role.ADMIN))]


def safe_next(target: str | None) -> str:
    """A path of ours to go on to; anything else leads to the inbox."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/inbox"
    if any(ord(sign) < 32 for sign in target):
        return "/inbox"
    return target


def sign_in_address(request: Request) -> str:
    """Where to sign in and come back from."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(here, safe='')}" if request.method in SAFE and here != "/" else "/sign-in"


