"""The door of the API: a bearer token with the scope that is asked for, within its limit of requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from connectors.errors import N_
from inbox import tokens
from inbox.access import now_of
from inbox.house import House
from inbox.tokens import Bearer, Scope

PREFIX = "/api/v1"
WINDOW = timedelta(minutes=1)
_bearer = HTTPBearer(auto_error=False, description="A token of a team member; make one with: otklik inbox token EMAIL")


class Problem(BaseModel):
    """What went wrong (RFC 9457); ``id`` is the code under which the log knows the request."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    id: str
    problems: list[dict[str, str]] = Field(default_factory=list)


EXPLAINED = {
    401: "The token or the signature is missing, unknown or revoked.",
    403: "The token has no scope for this.",
    404: "There is no such thing.",
    409: "The idempotency key was used for another request.",
    413: "The request is larger than is taken at once.",
    422: "A value cannot be read; problems names each.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
    400: "The request cannot be read.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that an operation may answer, for its description."""
    content = {"application/problem+json": {"schema": Problem.model_json_schema()}}
    return {status: {"description": EXPLAINED[status], "content": content}
            for status in (401, 403, 422, 429, *statuses)}


class Limiter:
    """Requests of each token in the present minute, counted in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[int, tuple[datetime, int]] = {}

    def wait(self, token_id: int, most: int, now: datetime) -> int:
        """0 when one more request may come, else the seconds after which it may."""
        with self._lock:
            start, number = self._seen.get(token_id, (now, 0))
            if now - start >= WINDOW:
                start, number = now, 0
            if number >= most:
                return max(1, round((start + WINDOW - now).total_seconds()))
            self._seen[token_id] = (start, number + 1)
            return 0


def _limit(request: Request, bearer: Bearer) -> None:
    state = request.app.state
    if not hasattr(state, "api_limiter"):
        state.api_limiter = Limiter()
    seconds = state.api_limiter.wait(bearer.token_id, house_of(request).config.inbox.api_requests_per_minute,
                                     now_of(request))
    if seconds:
        raise HTTPException(429, N_("This token has asked too often. Wait a little."),
                            headers={"Retry-After": str(seconds)})


def house_of(request: Request) -> House:
    """The house that answers."""
    house: House = request.app.state.house
    return house


def scoped(scope: Scope) -> Callable[..., Bearer]:
    """A dependency: the bearer of a token that opens ``scope``. Answers 401, 403 and 429."""

    def bearer(request: Request,
               given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None) -> Bearer:
        found = tokens.recognise(house_of(request).db, given.credentials, now_of(request)) if given else None
        if found is None:
            raise HTTPException(401, N_("Send a token that works: Authorization: Bearer otk_…"),
                                headers={"WWW-Authenticate": "Bearer"})
        _limit(request, found)
        if scope not in found.scopes:
            raise HTTPException(403, N_("This token has no scope for this. Make one that has."))
        return found

    return bearer


ITEMS_READER = Depends(scoped(Scope.ITEMS_READ))
REPLIES_READER = Depends(scoped(Scope.REPLIES_READ))
SOURCES_READER = Depends(scoped(Scope.SOURCES_READ))
ItemsReader = Annotated[Bearer, ITEMS_READER]
ItemsWriter = Annotated[Bearer, Depends(scoped(Scope.ITEMS_WRITE))]
OrdersWriter = Annotated[Bearer, Depends(scoped(Scope.ORDERS_WRITE))]
