"""The weekly digest as a page: how this week's mail looks to the member who reads it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from sqlmodel import col, select
from starlette.responses import HTMLResponse, Response

from inbox import digest
from inbox.access import Signed
from inbox.guard import CONTENT_POLICY
from inbox.render import page
from monitor.models import Brand

router = APIRouter()
# The mail brings its own styles and pictures; it is shown without scripts, apart from our pages.
MAIL_POLICY = ("default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
               "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox")


@router.get("/digest")
def show(visitor: Signed, brand: int | None = None) -> Response:
    """The digest of the last seven days, in a frame of its own."""
    with visitor.house.db.read() as session:
        brands = session.exec(select(Brand).order_by(col(Brand.id))).all()
    chosen = next((row for row in brands if row.id == brand), brands[0] if brands else None)
    headers = {"content-security-policy": f"{CONTENT_POLICY}; frame-src 'self'"}
    return page(visitor, "digest.html", nav="digest", headers=headers, brands=brands, chosen=chosen)


@router.get("/digest/mail")
def mail(visitor: Signed, brand: int) -> Response:
    """The mail itself."""
    with visitor.house.db.read() as session:
        row = session.get(Brand, brand)
    if row is None:
        raise HTTPException(404)
    html = digest.preview(visitor.house, row, visitor.member, visitor.now)
    return HTMLResponse(html.replace("<head>", '<head><base target="_blank">', 1), headers={
        "content-security-policy": MAIL_POLICY, "x-frame-options": "SAMEORIGIN"})
