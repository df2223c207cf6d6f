"""Orders of ours that fit items, and the time that our orders cover, in five queries for all items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from monitor.authenticity.facts import ItemFacts, OrderCover, OrderMatch
from monitor.contacts import email_key, phone_key
from monitor.models import Order

LATER = timedelta(days=1)  # clocks and time zones differ; an order placed later than that proves nothing

KEYS: dict[str, Callable[[ItemFacts], str | int | None]] = {
    "number": lambda item: item.order_number.strip().lstrip("#№ "),
    "email": lambda item: email_key(item.author_email),
    "phone": lambda item: phone_key(item.author_phone),
    "customer": lambda item: item.customer_id,
}
COLUMNS: dict[str, Any] = {"number": Order.number, "email": Order.email, "phone": Order.phone,
                           "customer": Order.customer_id}


@dataclass(frozen=True)
class OrderFacts:
    """Per item id its matches; per brand id what is covered."""

    matches: dict[int, tuple[OrderMatch, ...]]
    cover: dict[int, OrderCover]


def _by_key(session: Session, by: str, brand_ids: Collection[int], keys: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    rows = session.execute(select(Order.brand_id, COLUMNS[by], Order.number, Order.placed_at).where(
        col(Order.brand_id).in_(brand_ids), COLUMNS[by].in_(list(keys))))
    for brand_id, key, number, placed_at in rows:
        found[brand_id, key].append((number, placed_at))
    return found


def _covers(session: Session, brand_ids: Collection[int]) -> dict[int, OrderCover]:
    rows = session.execute(
        select(Order.brand_id, func.min(Order.placed_at), func.max(Order.placed_at))
        .where(col(Order.brand_id).in_(brand_ids), col(Order.placed_at).is_not(None)).group_by(col(Order.brand_id)))
    return {brand_id: OrderCover(first, last) for brand_id, first, last in rows}


def read(session: Session, items: Collection[ItemFacts]) -> OrderFacts:
    """What our orders know about these items."""
    brand_ids = {item.brand_id for item in items}
    matches: dict[int, list[OrderMatch]] = defaultdict(list)
    for by, key_of in KEYS.items():
        keys = {item.id: key for item in items if (key := key_of(item))}
        found = _by_key(session, by, brand_ids, set(keys.values()))
        for item in items:
            for number, placed_at in found.get((item.brand_id, keys.get(item.id)), ()):
                if placed_at is None or placed_at <= item.published_at + LATER:
                    matches[item.id].append(OrderMatch(number, by, placed_at))
    return OrderFacts({item_id: tuple(found) for item_id, found in matches.items()}, _covers(session, brand_ids))
