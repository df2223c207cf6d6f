"""Does the platform itself know of a purchase?"""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points


def weigh(item: ItemFacts, _context: Context, points: Points) -> Signal | NoData | None:
    """``purchase_verified`` or ``purchase_unverified``; most platforms say nothing."""
    if item.verified_purchase is None:
        return NoData("platform_silent")
    if item.verified_purchase:
        return Signal("purchase_verified", points.purchase_verified)
    return Signal("purchase_unverified", points.purchase_unverified)
