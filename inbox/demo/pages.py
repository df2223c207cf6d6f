"""The public pages of the pretend site, which a person opens and the connector ``web_page`` can read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from connectors.base import ReplyMode
from inbox.demo.mentions import mentions
from inbox.demo.shops import SITE_NAME, Shop
from inbox.demo.stage import Stage, stage_of
from inbox.demo.world import Entry, State

FOLDER = Path(__file__).parent
RIGA = ZoneInfo("Europe/Riga")
PER_PAGE = 30
router = APIRouter()
_templates = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined,
                         trim_blocks=True, lstrip_blocks=True)


def _day(moment: datetime) -> str:
    local = moment.astimezone(RIGA)
    return f"{local.day} {local:%B %Y}"


def _safe_json(value: Any) -> Markup:
    """JSON for a script element: nothing in it can close the element."""
    text = orjson.dumps(value).decode()
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704


_templates.filters["day"] = _day
_templates.filters["stars"] = lambda rating: "★" * (rating or 0) + "☆" * (5 - (rating or 0))
_templates.globals["site_name"] = SITE_NAME


def _page(template: str, /, **values: Any) -> HTMLResponse:
    return HTMLResponse(_templates.get_template(template).render(**values))


def _state(stage: Stage) -> State:
    return stage.world.at(stage.clock())


def _average(reviews: list[Entry]) -> float | None:
    ratings = [entry.rating for entry in reviews if entry.rating]
    return round(sum(ratings) / len(ratings), 1) if ratings else None


def _shop(stage: Stage, shop_id: str) -> Shop:
    shop = stage.world.shops.get(shop_id)
    if shop is None:
        raise HTTPException(404, "There is no such place.")
    return shop


def _review_data(stage: Stage, entry: Entry) -> dict[str, Any]:
    """A review in the words of schema.org."""
    address = f"{stage.url}/reviews/{entry.id}"
    data: dict[str, Any] = {
        "@type": "Review", "@id": address, "url": address, "datePublished": entry.created_at.isoformat(),
        "author": {"@type": "Person", "name": entry.author_name}, "reviewBody": entry.text}
    if entry.language:
        data["inLanguage"] = entry.language
    if entry.title:
        data["name"] = entry.title
    if entry.edited_at:
        data["dateModified"] = entry.edited_at.isoformat()
    if entry.rating:
        data["reviewRating"] = {"@type": "Rating", "ratingValue": entry.rating, "bestRating": 5, "worstRating": 1}
    answers = [answer for answer in entry.answers if not answer.held]
    if answers:
        data["comment"] = [{"@type": "Comment", "@id": f"{address}#{answer.id}", "text": answer.text,
                            "dateCreated": answer.created_at.isoformat(),
                            "author": {"@type": "Organization", "name": answer.author_name}} for answer in answers]
    return data


def _shop_data(stage: Stage, shop: Shop, reviews: list[Entry]) -> Markup:
    """A shop and its reviews as JSON-LD."""
    data: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "CafeOrCoffeeShop", "@id": f"{stage.url}/places/{shop.id}",
        "name": shop.name, "address": shop.address, "review": [_review_data(stage, entry) for entry in reviews]}
    if _average(reviews):
        data["aggregateRating"] = {"@type": "AggregateRating", "ratingValue": _average(reviews), "bestRating": 5,
                                   "reviewCount": len(reviews)}
    return _safe_json(data)


@router.get("/")
def index(request: Request) -> HTMLResponse:
    """All places with their ratings."""
    stage = stage_of(request)
    state = _state(stage)
    listed = [(shop, _average(state.reviews(shop.id)), len(state.reviews(shop.id)))
              for shop in stage.world.shops.values()]
    return _page("index.html", shops=listed)


@router.get("/places/{shop_id}")
def place(request: Request, shop_id: str, page: int = 1) -> HTMLResponse:
    """A place with its reviews, newest first, and what the shop answered; all of them in the JSON-LD of page 1."""
    stage = stage_of(request)
    shop, state = _shop(stage, shop_id), _state(stage)
    reviews = state.reviews(shop_id)
    pages = max(1, -(-len(reviews) // PER_PAGE))
    page = min(max(1, page), pages)
    shown = reviews[(page - 1) * PER_PAGE:page * PER_PAGE]
    counts = [(stars, sum(1 for entry in reviews if entry.rating == stars)) for stars in range(5, 0, -1)]
    return _page("place.html", shop=shop, reviews=shown, total=len(reviews), average=_average(reviews), counts=counts,
                 comments={entry.id: state.comments(entry.id) for entry in shown}, page=page, pages=pages,
                 takes_replies=shop.mode is not ReplyMode.NONE, data=_shop_data(stage, shop, shown))


@router.get("/reviews/{entry_id}")
def review(request: Request, entry_id: str) -> HTMLResponse:
    """One review with everything below it: the address to send to a friend."""
    stage = stage_of(request)
    state = _state(stage)
    entry = state.entries.get(entry_id)
    if entry is None or not entry.is_review:
        raise HTTPException(404, "This review is gone.")
    shop = stage.world.shops[entry.shop_id]
    return _page("review.html", shop=shop, entry=entry, comments=state.comments(entry_id),
                 data=_shop_data(stage, shop, [entry]))


@router.get("/visitors/{author_id}")
def visitor(request: Request, author_id: str) -> HTMLResponse:
    """Everything that one visitor wrote."""
    stage = stage_of(request)
    found = [entry for entry in _state(stage).entries.values() if entry.author_id == author_id and entry.is_review]
    if not found:
        raise HTTPException(404, "Nobody of this name writes here.")
    return _page("visitor.html", name=found[-1].author_name, shops=stage.world.shops,
                 reviews=sorted(found, key=lambda entry: entry.created_at, reverse=True))


@router.get("/mentions")
def press(request: Request) -> HTMLResponse:
    """The mentions of the feed as a page."""
    stage = stage_of(request)
    return _page("mentions.html", mentions=[m for m in mentions(stage.world.start) if m.at <= stage.clock()])


@router.get("/site.css")
def stylesheet() -> FileResponse:
    """The one stylesheet."""
    return FileResponse(FOLDER / "static" / "site.css", media_type="text/css")


@router.get("/favicon.ico", status_code=204)
def no_icon() -> None:
    """Browsers ask for one unbidden."""


@router.get("/robots.txt")
def robots() -> PlainTextResponse:
    """Programs may read everything but the pages of visitors."""
    return PlainTextResponse("User-agent: *\nDisallow: /visitors/\n")
