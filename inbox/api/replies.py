"""Replies over the API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from inbox.api.access import PREFIX, REPLIES_READER, house_of, problems
from inbox.api.shapes import LARGEST, ReplyPage, ReplyShape
from monitor.models import Item
from replies.models import Reply, ReplyState

router = APIRouter(prefix=PREFIX, tags=["replies"])


class ReplyQuery(BaseModel):
    """Which replies; nothing means "any"."""

    model_config = ConfigDict(extra="forbid")

    brand: int | None = Field(None, ge=1, le=LARGEST)
    state: list[ReplyState] = Field(default_factory=list, max_length=20)
    after: int | None = Field(None, ge=1, le=LARGEST, description="The value of next of the page before.")
    limit: int = Field(50, ge=1, le=200)


@router.get("/replies", responses=problems(), dependencies=[REPLIES_READER])
def list_replies(request: Request, query: Annotated[ReplyQuery, Query()]) -> ReplyPage:
    """Our replies, the newest first."""
    statement = select(Reply).order_by(col(Reply.id).desc()).limit(query.limit + 1)
    if query.brand is not None:
        statement = statement.join(Item, col(Item.id) == Reply.item_id).where(Item.brand_id == query.brand)
    if query.state:
        statement = statement.where(col(Reply.state).in_(query.state))
    if query.after is not None:
        statement = statement.where(col(Reply.id) < query.after)
    with house_of(request).db.read() as session:
        rows = session.exec(statement).all()
        shown = [ReplyShape.model_validate(row) for row in rows[:query.limit]]
        return ReplyPage(replies=shown, next=shown[-1].id if len(rows) > query.limit else None)
