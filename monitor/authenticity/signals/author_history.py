"""What else has the author written in this source? One lonely text is slightly against, years of writing for it."""

from __future__ import annotations

from datetime import timedelta

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points

MEMORY = timedelta(days=90)
LONG_TIME = timedelta(days=180)


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``author_new`` only where our memory reaches back far enough to know; ``author_known`` after half a year."""
    author = context.author
    if author is None:
        return NoData("no_author_id")
    if author.others == 0 or author.first_at is None:
        if item.published_at - author.source_since < MEMORY:
            return NoData("memory_short")
        return Signal("author_new", points.author_new, {"since": author.source_since.date().isoformat()})
    if item.published_at - author.first_at < LONG_TIME:
        return None
    return Signal("author_known", points.author_known,
                  {"others": author.others, "since": author.first_at.date().isoformat()})
