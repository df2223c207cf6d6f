"""Did others write from the same IP address? One may be family or a mobile network; several are a pattern."""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points

SAYS_NOTHING = frozenset({"no_ip", "ip_invalid", "ip_private"})
SHOWN = 20


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``ip_shared_by_two`` or ``ip_shared_by_many``; an address that says nothing about people is no data."""
    place = context.ip_place
    if isinstance(place, NoData) and place.reason in SAYS_NOTHING:
        return place
    others = {neighbour.author for neighbour in context.same_ip}
    if not others:
        return None
    code = "ip_shared_by_two" if len(others) == 1 else "ip_shared_by_many"
    names = dict.fromkeys(neighbour.author_name for neighbour in context.same_ip if neighbour.author_name)
    return Signal(code, getattr(points, code), {
        "ip": item.ip, "others": len(others), "authors": list(names)[:3],
        "items": [neighbour.item_id for neighbour in context.same_ip][:SHOWN]})
