"""A case from the conversation: open it, resolve it, record what the customer answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from sqlmodel import Session
from starlette.responses import Response

from inbox.access import Visitor, Writer
from inbox.inbox_screen import Said, item_of, parts
from inbox.pages.item_acts import refusal
from inbox.render import redirect
from replies import cases, follow_up, standing
from replies.errors import WordsError

router = APIRouter()
Text = Annotated[str, Form()]


@router.post("/c/{item_id}/case")
def open_case(visitor: Writer, item_id: int, title: Text = "", cause: Text = "", query: Text = "",
              responsible: Annotated[int, Form()] = 0) -> Response:
    """Open a case from this item."""
    def act(session: Session) -> Any:
        return cases.open_from(session, item_of(session, item_id).id or 0, title, visitor.id, visitor.now,
                               visitor.house.config.replies, responsible_id=responsible or None, cause=cause)

    return _do(visitor, item_id, query, act, visitor.words._("The case is open"))


@router.post("/c/{item_id}/case/resolve")
def resolve(visitor: Writer, item_id: int, text: Text = "", query: Text = "",
            case_version: Annotated[int, Form()] = 0) -> Response:
    """Record what was done; the public word becomes due."""
    def act(session: Session) -> Any:
        case = standing.open_case(session, item_id)
        if case is None:
            raise HTTPException(404)
        return cases.resolve(session, case.id or 0, text, visitor.id, visitor.now, version=case_version)

    return _do(visitor, item_id, query, act, visitor.words._("The case is resolved. Now say it publicly."))


@router.post("/c/{item_id}/case/answer")
def answer(visitor: Writer, item_id: int, answer: Text, follow_up_id: Annotated[int, Form(alias="follow_up")],
           query: Text = "") -> Response:
    """Record that the customer confirmed or disputes it."""
    tell = {"confirmed": follow_up.confirm, "disputed": follow_up.dispute}.get(answer)
    if tell is None:
        raise HTTPException(422)

    def act(session: Session) -> Any:
        return tell(session, follow_up_id, visitor.id, visitor.now)

    return _do(visitor, item_id, query, act, visitor.words._("Noted"))


def _do(visitor: Visitor, item_id: int, query: str, act: Callable[[Session], Any], text: str) -> Response:
    try:
        with visitor.house.db.write() as session:
            act(session)
    except WordsError as error:
        return refusal(visitor, item_id, query, error)
    if visitor.is_htmx:
        return parts(visitor, query, item_id, said=Said(text, "square-kanban"), headers={"HX-Trigger": "news"})
    return redirect(f"/c/{item_id}?{query}")
