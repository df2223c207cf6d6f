"""Analytics: the figures of a brand over a period, and the list behind each of them."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException
from sqlmodel import Session
from starlette.responses import Response

from connectors.errors import N_
from inbox import analytics_cases, behind, behind_page
from inbox.access import Signed, Visitor
from inbox.analytics import Scope
from inbox.inbox_screen import brand_id
from inbox.pages.sources import brand_of
from inbox.periods import CHOICES, period_until
from inbox.render import page
from inbox.views_analytics import choices, headline, locations, span
from inbox.views_charts import charts
from monitor.filters import BadFilter
from monitor.models import Brand, Location

router = APIRouter()
NO_PERIOD = N_("There are figures for 4, 12 and 52 weeks. Choose one of these periods.")
NO_LOCATION = N_("This location is not one of the brand’s. Choose another one.")


def wanted_weeks(text: str) -> int:
    """The period that an address names; 422 for one that there is not."""
    if text not in {str(one) for one in CHOICES}:
        raise HTTPException(422, NO_PERIOD)
    return int(text)


def wanted_location(session: Session, brand: Brand, text: str) -> Location | None:
    """The location that an address names, None for all; 422 for one that is not the brand's."""
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    found = session.get(Location, number)
    if found is None or found.brand_id != brand.id:
        raise HTTPException(422, NO_LOCATION)
    return found


@router.get("/analytics")
def show(visitor: Signed, weeks: str = "12", location: str = "") -> Response:
    """All figures of the brand, or of one of its locations."""
    chosen = wanted_weeks(weeks)
    with visitor.house.db.read() as session:
        brand = brand_of(session, visitor)
        if brand is None or brand.id is None:
            return page(visitor, "analytics.html", nav="analytics", brand=None)
        at = wanted_location(session, brand, location)
        scope = Scope(brand.id, at.id if at else None, period_until(visitor.now, chosen, visitor.formats.zone),
                      visitor.now)
        return page(
            visitor, "analytics.html", nav="analytics", brand=brand, location=at,
            periods=choices(visitor, chosen, scope.location_id),
            locations=locations(session, visitor, brand.id, chosen, scope.location_id),
            span=span(scope.period, visitor.formats), kpis=headline(session, visitor, scope),
            charts=charts(session, visitor, scope))


@router.get("/analytics/items")
def items(visitor: Signed, after: int = 0) -> Response:
    """The items behind a figure that no filter of the inbox can say."""
    query = visitor.request.url.query
    try:
        with visitor.house.db.read() as session:
            what = behind.read(parse_qsl(query, max_num_fields=60), brand_id(session, visitor))
            found = behind_page.lines(session, visitor, what, max(0, after))
    except (BadFilter, ValueError) as error:
        raise _not_understood(visitor, error) from error
    more = f"{what.address}&after={found.next}" if found.next else ""
    return page(visitor, "analytics_items.html", nav="analytics", found=found, more=more)


@router.get("/analytics/cases")
def cases(visitor: Signed, after: int = 0) -> Response:
    """The cases behind a figure."""
    try:
        with visitor.house.db.read() as session:
            pairs = parse_qsl(visitor.request.url.query, keep_blank_values=True, max_num_fields=60)
            wanted = analytics_cases.read(pairs, brand_id(session, visitor))
            rows, total, more = analytics_cases.page(session, wanted, max(0, after))
    except (BadFilter, ValueError) as error:
        raise _not_understood(visitor, error) from error
    return page(visitor, "analytics_cases.html", nav="analytics", rows=rows, total=total,
                more=f"{wanted.address}&after={more}" if more else "")


def _not_understood(visitor: Visitor, error: Exception) -> HTTPException:
    says = visitor.words.says(error.key, error.facts) if isinstance(error, BadFilter) else ""
    return HTTPException(422, says)
