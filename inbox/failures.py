"""What people see when something is not here, not allowed, not taken, or our fault."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from connectors.errors import N_, ConnectorError
from inbox.access import Reader, SignInNeeded, Visitor, now_of, reader_language, sign_in_address
from inbox.guard import add_headers
from inbox.render import page, part, redirect

log = logging.getLogger("inbox.pages")

TITLES = {
    400: N_("This cannot be understood"),
    403: N_("This is not allowed"),
    404: N_("This page is not here"),
    405: N_("This page is not here"),
    409: N_("Someone was faster"),
    413: N_("This is too large"),
    422: N_("Something is missing"),
    429: N_("Please wait a little"),
    500: N_("Otklik stumbled"),
    503: N_("Please try again in a moment"),
}
EXPLAINED = {
    404: N_("It was removed, or the link is wrong."),
    405: N_("It was removed, or the link is wrong."),
    422: N_("A field is empty or does not look as expected. Go back, check it and send it again."),
    500: N_("Your work is saved. Try again, and if it stays, give your admin this code."),
}
BARE = {"Not Found", "Method Not Allowed", "Forbidden", "Bad Request", "Conflict", "Internal Server Error"}


def install(app: FastAPI) -> None:
    """Answer errors with pages of ours; the API gets them as ``application/problem+json`` (RFC 9457)."""
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ConnectorError, _outside)
    app.add_exception_handler(Exception, _ours)


def _reader(request: Request) -> Reader:
    known: Reader | None = getattr(request.state, "visitor", None)
    if known is not None:
        return known
    request.state.guest_token = ""
    return Reader(request=request, lang=reader_language(request), now=now_of(request))


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def answer(request: Request, status: int, says: str) -> Response:
    """The error page, the banner for htmx, or the problem document for the API."""
    reader = _reader(request)
    title = reader.words._(TITLES.get(status, TITLES[500 if status >= 500 else 400]))
    code = str(request.state.request_id)
    if _is_api(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": says, "id": code}
        return JSONResponse(body, status_code=status, media_type="application/problem+json")
    shown: dict[str, Any] = {"status_code": status, "title": title, "says": says, "code": code if status >= 500 else ""}
    if reader.is_htmx:
        return part(reader, "_failure_banner.html", status=status, **shown)
    name = "failure_member.html" if isinstance(reader, Visitor) and status < 500 else "failure.html"
    return page(reader, name, status=status, **shown)


def _sign_in(request: Request, _: Exception) -> Response:
    if _is_api(request):
        return answer(request, 401, "Sign in, or send a token.")
    reader = _reader(request)
    if reader.is_htmx or request.headers.get("x-csrf-token"):
        return part(reader, "_sign_in_again.html", status=401)
    return redirect(sign_in_address(request))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = _reader(request).words
    detail = "" if error.detail in BARE else str(error.detail)
    response = answer(request, error.status_code, words.says(detail or EXPLAINED.get(error.status_code, "")))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if _is_api(request):
        problems = [{"where": ".".join(str(step) for step in each["loc"]), "says": each["msg"]}
                    for each in error.errors()]
        body = {"type": "about:blank", "title": "Something is missing", "status": 422, "detail": "See problems.",
                "problems": problems, "id": str(request.state.request_id)}
        return JSONResponse(body, status_code=422, media_type="application/problem+json")
    return answer(request, 422, _reader(request).words.says(EXPLAINED[422]))


def _outside(request: Request, error: Exception) -> Response:
    assert isinstance(error, ConnectorError)
    return answer(request, 503, _reader(request).words.says(error.key, error.facts))


def _ours(request: Request, error: Exception) -> Response:
    log.error("request %s failed: %s %s", request.state.request_id, request.method, request.url.path, exc_info=error)
    response = answer(request, 500, _reader(request).words.says(EXPLAINED[500]))
    # This answer is made outside of the guard, so it is dressed here.
    add_headers(response.headers, secure=request.app.state.house.config.inbox.address.startswith("https://"))
    response.headers["x-request-id"] = str(request.state.request_id)
    return response
