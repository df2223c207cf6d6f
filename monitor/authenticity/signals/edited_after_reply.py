"""Did the author come back after our reply? Fakes are rarely corrected."""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points


def weigh(item: ItemFacts, _context: Context, points: Points) -> Signal | NoData | None:
    """``edited_after_reply`` with both days."""
    if item.replied_at is None:
        return NoData("no_reply")
    if item.edited_at is None or item.edited_at <= item.replied_at:
        return None
    return Signal("edited_after_reply", points.edited_after_reply,
                  {"replied": item.replied_at.date().isoformat(), "edited": item.edited_at.date().isoformat()})
