"""Collect what is known around many items in a fixed number of queries, however many items there are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from monitor.authenticity import near_copies, neighbours, order_facts, place_history
from monitor.authenticity.facts import Author, Context, ItemFacts, Team
from monitor.geo import IpPlace
from monitor.models import Item, Location, Place, Verdict
from monitor.no_data import NoData
from monitor.place_names import City, find
from monitor.settings import MonitorSettings

Locate = Callable[[str], IpPlace | NoData]
Account = tuple[int, str]


class AccountHistory(NamedTuple):
    """Items of an author's account in one source, the first of them, and those found fake and genuine."""

    items: int
    first_at: datetime
    fake: int
    genuine: int


def team_of(settings: MonitorSettings) -> Team:
    """How our own people and competitors are recognised, by config.yaml."""
    return Team(tuple(settings.office_networks), tuple(settings.office_mail_domains),
                tuple(settings.competitor_mail_domains))


def _countries(session: Session, place_ids: Collection[int]) -> dict[int, str]:
    """Country of each place's location, to settle city names that several countries share."""
    rows = session.execute(select(Place.id, Location.country).join(
        Location, col(Location.id) == col(Place.location_id)).where(col(Place.id).in_(place_ids)))
    return {place_id: country for place_id, country in rows if place_id is not None}


def _cities(session: Session, items: Collection[ItemFacts]) -> dict[int, City | None]:
    countries = _countries(session, {item.place_id for item in items})
    known: dict[tuple[str, str], City | None] = {}
    found: dict[int, City | None] = {}
    for item in items:
        key = (item.city, item.country or countries.get(item.place_id, ""))
        if key not in known:
            known[key] = find(*key) if item.city else None
        found[item.id] = known[key]
    return found


def _accounts(session: Session, items: Collection[ItemFacts]) -> dict[Account, AccountHistory]:
    """Per author's account what is known of it, these items included."""
    def judged(verdict: Verdict) -> Any:
        return func.sum(case((col(Item.verdict) == verdict, 1), else_=0))

    rows = session.execute(
        select(Item.source_id, Item.author_id, func.count(), func.min(Item.published_at),  # type: ignore[call-overload]
               judged(Verdict.FAKE), judged(Verdict.GENUINE)).where(
            col(Item.source_id).in_({item.source_id for item in items}),
            col(Item.author_id).in_({item.author_id for item in items if item.author_id}))
        .group_by(col(Item.source_id), col(Item.author_id)))
    return {(source_id, author_id): AccountHistory(*history) for source_id, author_id, *history in rows}


def _author(item: ItemFacts, account: AccountHistory | None, since: datetime) -> Author | None:
    """The author's other texts: what is known of the account without the item itself."""
    if account is None:
        return None
    return Author(account.items - 1, account.first_at, since,
                  found_fake=account.fake - (item.verdict == Verdict.FAKE),
                  found_genuine=account.genuine - (item.verdict == Verdict.GENUINE))


def _source_since(items: Collection[ItemFacts], places: Mapping[int, place_history.PlaceHistory],
                  ) -> dict[int, datetime]:
    """Per source how far our memory of the places at hand reaches back; the youngest place counts, to be safe."""
    since: dict[int, datetime] = {}
    for item in items:
        first = datetime.fromordinal(places[item.place_id].first).replace(tzinfo=UTC)
        since[item.source_id] = max(first, since.get(item.source_id, first))
    return since


def gather(session: Session, items: Mapping[int, ItemFacts], settings: MonitorSettings,
           locate: Locate) -> dict[int, Context]:
    """The context of each item. The bands of the items must be stored already; nothing is written."""
    every = list(items.values())
    places = place_history.read(session, every)
    since = _source_since(every, places)
    accounts = _accounts(session, every)
    cities = _cities(session, every)
    orders = order_facts.read(session, every)
    copies = neighbours.copies(session, items, settings.near_copy_similarity)
    same_ip = neighbours.same_ip(session, items)
    team = team_of(settings)

    return {item.id: Context(
        ip_place=locate(item.ip), stated_city=cities[item.id], orders=orders.matches.get(item.id, ()),
        order_cover=orders.cover.get(item.brand_id), copies=copies[item.id],
        comparable_words=len(near_copies.comparable(item.text)), same_ip=same_ip[item.id],
        pace=place_history.pace(places[item.place_id], item), usual=place_history.usual(places[item.place_id], item),
        author=_author(item, accounts.get((item.source_id, item.author_id)), since[item.source_id]),
        team=team) for item in every}
