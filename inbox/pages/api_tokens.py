"""Tokens of a member for the API: made, shown once, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.responses import Response

from inbox import tokens
from inbox.access import Signed, Visitor
from inbox.render import page, redirect
from inbox.source_forms import sent, words_of

router = APIRouter()


@router.get("/settings/tokens")
def show(visitor: Signed) -> Response:
    """The member's own tokens."""
    return _page(visitor)


def _page(visitor: Visitor, *, secret: str = "", problem: str = "", status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        rows = tokens.of_member(session, visitor.id)
    scopes = [scope.value for scope in tokens.Scope if tokens.allowed([scope], visitor.role)]
    return page(visitor, "settings_tokens.html", nav="settings", tab="tokens", status=status, rows=rows, scopes=scopes,
                secret=secret, problem=problem)


@router.post("/settings/tokens")
def create(visitor: Signed, form: Annotated[FormData, Depends(sent)]) -> Response:
    """A new token; its secret is shown on this answer and never again."""
    scopes = [str(one) for one in form.getlist("scope")]
    name = words_of(form).get("name", "").strip()
    if not name or not scopes:
        return _page(visitor, problem=visitor.words._("A token needs a name and at least one right."), status=422)
    try:
        with visitor.house.db.write() as session:
            secret, _row = tokens.create(session, visitor.id, name, scopes, visitor.now)
    except tokens.BadScope as error:
        return _page(visitor, problem=visitor.words.says(error.key, error.facts), status=422)
    return _page(visitor, secret=secret)


@router.post("/settings/tokens/{token_id:int}/revoke")
def revoke(visitor: Signed, token_id: int) -> Response:
    """End one of one's own tokens."""
    with visitor.house.db.write() as session:
        if token_id in {row.id for row in tokens.of_member(session, visitor.id)}:
            tokens.revoke(session, token_id, visitor.id, visitor.now)
    return redirect("/settings/tokens")
