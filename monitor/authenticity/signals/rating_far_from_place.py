"""Is the rating far from what the place usually gets? Weak: an honest complaint looks the same."""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points

FEWEST_RATINGS = 20
FAR_STARS = 2.0
FAR_SPREADS = 2.0
SMALLEST_SPREAD = 0.5


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``rating_far``: two stars and two standard deviations away from the mean of the last year."""
    if item.rating is None:
        return NoData("no_rating")
    usual = context.usual
    if usual is None or usual.ratings < FEWEST_RATINGS:
        return NoData("ratings_few")
    distance = abs(item.rating - usual.mean)
    if distance < max(FAR_STARS, FAR_SPREADS * max(usual.spread, SMALLEST_SPREAD)):
        return None
    return Signal("rating_far", points.rating_far, {"rating": item.rating, "usual": round(usual.mean, 1),
                                                    "ratings": usual.ratings})
