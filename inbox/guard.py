"""What every answer carries and every request obeys: headers, size limit, true client address, renewed cookie."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.errors import N_
from inbox.access import COOKIE, GUEST_COOKIE
from inbox.settings import InboxSettings

CONTENT_POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
))
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def add_headers(headers: MutableHeaders, *, secure: bool) -> None:
    """The headers of every answer; pages are never cached, static files say for themselves."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    if secure:
        headers.setdefault("strict-transport-security", "max-age=31536000")


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: InboxSettings) -> None:
        self.app = app
        self.settings = settings
        self.secure = settings.address.startswith("https://")
        self.max_bytes = int(settings.max_request_megabytes * 1_000_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        token = secrets.token_hex(4)
        state["request_id"] = f"{token[:4]}-{token[4:]}"
        headers = Headers(scope=scope)
        state["client_address"], state["scheme"] = self._client(scope, headers)
        await self.app(scope, self._limited(receive, headers), self._dressed(scope, send))

    def _client(self, scope: Scope, headers: Headers) -> tuple[str, str]:
        peer = (scope.get("client") or ("", 0))[0]
        proxies = self.settings.trusted_proxies
        if peer not in proxies:
            return peer, scope["scheme"]
        hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        return _nearest_stranger(hops, proxies) or peer, headers.get("x-forwarded-proto", scope["scheme"])

    def _limited(self, receive: Receive, headers: Headers) -> Receive:
        too_large = N_("This is more than is taken at once. Send less, or ask an admin to raise the limit.")
        declared = headers.get("content-length", "")
        received = 0

        async def read() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes or (declared.isdigit() and int(declared) > self.max_bytes):
                raise HTTPException(413, too_large)
            return message

        return read

    def _dressed(self, scope: Scope, send: Send) -> Send:
        state = scope["state"]

        async def dress(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                add_headers(headers, secure=self.secure)
                headers.setdefault("x-request-id", state["request_id"])
                self._set_cookies(headers, state)
            await send(message)

        return dress

    def _set_cookies(self, headers: MutableHeaders, state: dict[str, str]) -> None:
        if state.get("new_cookie"):
            headers.append("set-cookie", self._cookie(COOKIE, state["new_cookie"], state,
                                                      seconds=int(self.settings.session_days * 86400)))
        if state.get("guest_shown"):
            headers.append("set-cookie", self._cookie(GUEST_COOKIE, state["guest_shown"], state))

    def _cookie(self, name: str, value: str, state: dict[str, str], seconds: int | None = None) -> str:
        cookie: SimpleCookie = SimpleCookie({name: value})
        for attribute, setting in (("path", "/"), ("httponly", True), ("samesite", "lax")):
            cookie[name][attribute] = setting
        if self.secure or state["scheme"] == "https":
            cookie[name]["secure"] = True
        if seconds:
            cookie[name]["max-age"] = str(seconds)
        return cookie[name].OutputString()


def _nearest_stranger(hops: Sequence[str], proxies: Sequence[str]) -> str:
    """The last hop that is not a proxy of ours: what stands left of it could be invented by the client."""
    return next((hop for hop in reversed(hops) if hop not in proxies), "")
