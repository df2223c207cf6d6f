"""The inbox: the list with filters in the address, more rows, news since it was loaded, one conversation beside it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import col, func, select
from starlette.responses import Response

from inbox.access import Signed
from inbox.inbox_screen import bare_pane, conversation_context, item_of, list_context, parts, wanted, whole
from inbox.render import part
from inbox.views_rail import nav_of, rail
from monitor.item_order import conditions
from monitor.models import Item
from replies import presence, work

router = APIRouter()


@router.get("/inbox")
def show(visitor: Signed) -> Response:
    """The list; for htmx the rows with the head out of band."""
    query = visitor.request.url.query
    if not visitor.is_htmx:
        return whole(visitor, query)
    with visitor.house.db.read() as session:
        context = list_context(session, visitor, query)
    around = rail(visitor, nav_of(dict(visitor.request.query_params)))
    stays = "hx-keep-url" in visitor.request.headers
    return part(visitor, "_rows_pane.html", "_list_head_news.html", rail=around, **context,
                headers={} if stays else {"HX-Push-Url": f"/inbox?{context['pane'].query}"})


@router.get("/inbox/rows")
def more_rows(visitor: Signed, after: str = "", group: str = "") -> Response:
    """The next rows below the ones on screen; without JavaScript a page of its own."""
    query = visitor.request.url.query
    if not visitor.is_htmx:
        return whole(visitor, query, after=after, group=group)
    with visitor.house.db.read() as session:
        context = list_context(session, visitor, query, after=after, group=group)
    return part(visitor, "_rows.html", **context)


@router.get("/inbox/since")
def since(visitor: Signed, newest: Annotated[int, Query(ge=0)] = 0) -> Response:
    """How many came into this list since the row ``newest``; a bar to load them, nothing moves by itself."""
    with visitor.house.db.read() as session:
        filter = wanted(session, visitor, visitor.request.url.query)
        statement = select(func.count()).select_from(
            select(Item.id).where(*conditions(filter, visitor.now), col(Item.id) > newest).limit(100).subquery())
        count = session.exec(statement).one()
    return part(visitor, "_news.html", n=count, query=visitor.request.url.query)


@router.get("/c/{item_id}")
def conversation(visitor: Signed, item_id: int, tab: str = "", mode: str = "") -> Response:
    """One conversation: beside its list, or for htmx the conversation with detail and row out of band."""
    query = visitor.request.url.query
    with visitor.house.db.write() as session:
        item_of(session, item_id)
        if visitor.writes:
            work.mark_read(session, item_id, visitor.id, visitor.now)
        presence.seen(session, item_id, visitor.id, "reading", visitor.now)
    if visitor.is_htmx:
        return parts(visitor, query, item_id, tab=tab, mode=mode)
    return whole(visitor, query, item_id, tab=tab, mode=mode)


@router.get("/c/{item_id}/composer")
def composer_tab(visitor: Signed, item_id: int, tab: str = "") -> Response:
    """The composer on another tab."""
    query = visitor.request.url.query
    if not visitor.is_htmx:
        return whole(visitor, query, item_id, tab=tab)
    with visitor.house.db.read() as session:
        context = conversation_context(session, visitor, item_of(session, item_id), tab=tab)
        pane = bare_pane(session, visitor, query)
    return part(visitor, "_composer.html", **context, pane=pane)
