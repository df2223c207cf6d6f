"""What the demo watches: sources of every kind and in every condition, a paused and two failing ones among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from connectors import base
from connectors.own_site import OwnSite
from inbox.demo import voices
from inbox.demo.cafe import Cafe
from inbox.demo.shops import ACCOUNT, EXPIRED_KEY, KEY, SHOPS, SITE_NAME
from inbox.house import House
from monitor import sources
from monitor.ingest import ingest
from monitor.models import Place, Source


@dataclass
class Watched:
    """Ids of the places: ``shops`` by shop, the others by name; ``site_source`` is where the reviews come from."""

    site_source: int = 0
    shops: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)


class _Adding:
    """Adds sources for one brand at one moment."""

    def __init__(self, session: Session, house: House, cafe: Cafe, now: datetime) -> None:
        self.session, self.house, self.cafe, self.now = session, house, cafe, now

    def source(self, kind: str, name: str, values: dict[str, Any], minutes: int, responsible: str = "") -> Source:
        """A source, polled every ``minutes``; what comes from one with a ``responsible`` is theirs to answer."""
        return sources.add(self.session, self.cafe.brand_id, kind, name, values, self.house.vault, self.now,
                           self.cafe.team["ieva"], interval_minutes=minutes,
                           responsible_id=self.cafe.team.get(responsible))

    def place(self, source: Source, external_id: str, name: str, url: str = "", **other: Any) -> int:
        """A watched place of the source; its id."""
        place = sources.watch(self.session, source, base.Place(external_id=external_id, name=name, url=url), self.now,
                              self.cafe.team["ieva"], **other)
        assert place.id is not None
        return place.id


def watch(session: Session, house: House, cafe: Cafe, site: str, now: datetime) -> Watched:
    """All sources of the demo in the caller's transaction; ``site`` is the address of the pretend review site."""
    add, watched = _Adding(session, house, cafe, now), Watched()
    reviews = add.source("demo_shop", SITE_NAME, {"site": site, "key": KEY}, 1)
    assert reviews.id is not None
    watched.site_source = reviews.id
    for shop in SHOPS:
        if shop.listed:
            watched.shops[shop.id] = add.place(
                reviews, shop.id, shop.name, f"{site}/places/{shop.id}", competitor=not shop.owned,
                location_id=cafe.locations.get(shop.id))
    press = add.source("feed", "Press and forums", {"feed_url": f"{site}/mentions.xml"}, 10, "dace")
    watched.others["press"] = add.place(press, "feed", "Cafés in Latvia: press and forums", f"{site}/mentions.xml")
    guests = f"{site}/places/guest-book"
    book = add.source("web_page", "Jūrmala guest book", {
        "page_urls": [guests], "owner_name": ACCOUNT, "time_zone": "Europe/Riga"}, 30, "pavels")
    watched.others["guest-book"] = add.place(book, guests, "Guest book of the city guide", guests,
                                             location_id=cafe.locations["jurmala"])
    own = add.source("own_site", "kafesaule.example", {
        "public_url": "https://kafesaule.example", "signing_secret": "demo-signing-secret-of-kafe-saule"}, 60, "edgars")
    watched.others["own"] = add.place(own, "site", "kafesaule.example", "https://kafesaule.example")
    return watched


def watch_later(session: Session, house: House, cafe: Cafe, site: str, now: datetime) -> dict[str, int]:
    """Sources of which nothing good comes: a feed that is none, an expired key, and one that a person paused."""
    add = _Adding(session, house, cafe, now)
    forum = add.source("feed", "Pilsētas forums", {"feed_url": f"{site}/broken.xml"}, 60, "dace")
    broken = add.place(forum, "feed", "Pilsētas forums", f"{site}/broken.xml")
    old = add.source("demo_shop", f"{SITE_NAME}, old account", {"site": site, "key": EXPIRED_KEY}, 60, "anna")
    denied = add.place(old, "mezaparks", "Kafe Saule, Mežaparks", f"{site}/places/mezaparks")
    closed = add.source("feed", "Coffee lovers’ club", {"feed_url": f"{site}/members.xml"}, 60, "pavels")
    add.place(closed, "feed", "Coffee lovers’ club", f"{site}/members.xml")
    sources.pause(session, closed, now + timedelta(minutes=20), cafe.team["ieva"])
    return {"broken": broken, "denied": denied}


def push(session: Session, place_id: int, number: int, line: dict[str, Any], at: datetime) -> None:
    """What our own site sends: one review, through the same door as a push."""
    place = session.get_one(Place, place_id)
    raw = {name: line[name] for name in ("author", "rating", "language", "city", "ip", "text")}
    item = OwnSite.read(raw | {"external_id": f"web-{number}", "url": f"https://kafesaule.example/reviews/{number}",
                               "created_at": (at - timedelta(minutes=1)).isoformat()})
    ingest(session, place, session.get_one(Source, place.source_id), base.Batch(items=(item,)), at)


def pushed() -> tuple[dict[str, Any], ...]:
    """The reviews that our own site sends, with the hours before the beginning."""
    return voices.lines("pushed")
