"""Is there an order of ours behind it? And if not: should there be one?"""

from __future__ import annotations

from datetime import timedelta

from monitor.authenticity.facts import Context, ItemFacts, OrderMatch, Signal
from monitor.no_data import NoData
from monitor.settings import Points

FRESH = timedelta(days=60)  # an import that ended longer ago may lack the order
CODES = {"number": "order_number_matches", "email": "order_contact_matches", "phone": "order_contact_matches",
         "customer": "order_customer_matches"}
STRENGTH = tuple(CODES)


def _matched(item: ItemFacts, orders: tuple[OrderMatch, ...], points: Points) -> Signal:
    best = min(orders, key=lambda order: (STRENGTH.index(order.by), order.number))
    evidence: dict[str, str | int] = {"number": best.number, "by": best.by, "orders": len(orders)}
    if best.placed_at is not None:
        evidence["days_before"] = (item.published_at - best.placed_at).days
    code = CODES[best.by]
    return Signal(code, getattr(points, code), evidence)


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """The best match, else ``order_number_unknown`` or ``order_missing`` where our orders cover that time."""
    if context.orders:
        return _matched(item, context.orders, points)
    cover = context.order_cover
    if cover is None:
        return NoData("no_orders")
    if not cover.first <= item.published_at <= cover.last + FRESH:
        return NoData("orders_not_covering")
    if item.order_number:
        return Signal("order_number_unknown", points.order_number_unknown, {"number": item.order_number})
    searched = [name for name, value in (("email", item.author_email), ("phone", item.author_phone)) if value]
    if not searched:
        return NoData("nothing_to_match")
    return Signal("order_missing", points.order_missing, {"searched": searched})
