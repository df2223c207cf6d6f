"""The sources screen: what does not work and the way out, all sources, and checking them now."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import update
from sqlmodel import Session, col, select
from starlette.responses import Response

from connectors.errors import N_
from inbox.access import Signed, Visitor, Writer
from inbox.render import page, redirect
from inbox.views_rail import chosen_brand
from inbox.views_sources import overview
from monitor.events import record
from monitor.models import Brand, Place, Source, SourceState

router = APIRouter()
SAID = {"asked": N_("The checks have begun. New items appear as they come in."),
        "added": N_("The source is added. The first items come in within a minute."),
        "removed": N_("The source is not watched any more. What was heard stays.")}


def brand_of(session: Session, visitor: Visitor) -> Brand | None:
    """The brand that this visitor looks at."""
    return chosen_brand(visitor, list(session.exec(select(Brand).order_by(Brand.name))))


@router.get("/sources")
def show(visitor: Signed, said: str = "") -> Response:
    """All sources of the brand."""
    with visitor.house.db.read() as session:
        brand = brand_of(session, visitor)
        issues, rows = overview(session, visitor, brand.id if brand else None)
    return page(visitor, "sources.html", nav="sources", issues=issues, rows=rows,
                told=visitor.words._(SAID[said]) if said in SAID else "")


@router.post("/sources/poll")
def poll_all(visitor: Writer) -> Response:
    """Check every place of the brand at the next tick."""
    with visitor.house.db.write() as session:
        brand = brand_of(session, visitor)
        source_ids = session.exec(select(Source.id).where(
            Source.brand_id == (brand.id if brand else 0), Source.state == SourceState.ACTIVE)).all()
        session.execute(update(Place).where(col(Place.source_id).in_(source_ids), col(Place.watched)).values(
            next_poll_at=visitor.now))
        record(session, "source.poll_asked", visitor.now, by_id=visitor.id, brand_id=brand.id if brand else None)
    return redirect("/sources?said=asked")
