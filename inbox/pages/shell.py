"""What surrounds every page: the way in, the rail's news, switching brands, saved views, the theme, more on phones."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy import delete
from sqlmodel import col
from starlette.responses import Response

from inbox.access import Signed, safe_next, set_cookie
from inbox.models import Account, SavedView
from inbox.render import page, part, redirect
from inbox.views_rail import BRAND_COOKIE, rail

router = APIRouter()


@router.get("/")
def home(_: Signed) -> Response:
    """The inbox is home."""
    return redirect("/inbox")


@router.get("/rail")
def news(visitor: Signed, nav: str = "") -> Response:
    """Fresh counts and health, swapped out of band."""
    return part(visitor, "_rail_news.html", rail=rail(visitor, nav))


@router.get("/more")
def more(visitor: Signed) -> Response:
    """What the rail holds, for phones."""
    return page(visitor, "more.html", nav="more")


@router.post("/brand")
def switch_brand(visitor: Signed, brand: Annotated[int, Form()]) -> Response:
    """Look at another brand from now on in this browser."""
    response = redirect("/inbox")
    set_cookie(response, visitor.request, BRAND_COOKIE, str(brand), days=365)
    return response


@router.post("/views")
def save_view(visitor: Signed, query: Annotated[str, Form(max_length=2000)] = "",
              name: Annotated[str, Form(max_length=80)] = "", next: Annotated[str, Form()] = "/inbox") -> Response:
    """Keep the filters of the list under a name of one's own; without a name, ask for it."""
    if not name.strip():
        return page(visitor, "save_view.html", query=query, next=safe_next(next))
    with visitor.house.db.write() as session:
        row = SavedView(member_id=visitor.id, name=name.strip(), query=query)
        session.add(row)
        session.flush()
        number = row.id
    return redirect(f"/inbox?{query}&view={number}" if query else f"/inbox?view={number}")


@router.post("/views/{view_id}/delete")
def delete_view(visitor: Signed, view_id: int) -> Response:
    """Forget a saved view of one's own."""
    with visitor.house.db.write() as session:
        session.execute(delete(SavedView).where(col(SavedView.id) == view_id, col(SavedView.member_id) == visitor.id))
    return redirect("/inbox")


@router.post("/theme")
def keep_theme(visitor: Signed, theme: Annotated[str, Form(max_length=10)]) -> Response:
    """Remember light or dark for this member."""
    with visitor.house.db.write() as session:
        account = session.get(Account, visitor.id)
        if account is not None:
            account.theme = theme if theme in {"light", "dark"} else ""
            session.add(account)
    return Response(status_code=204) if visitor.is_htmx else redirect("/profile")
