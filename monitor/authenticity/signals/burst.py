"""Do far more ratings arrive than usual at this place?

The usual pace is the place's own: a mean of its daily counts in which outliers are capped, so that earlier bursts do
not hide the next one. Places whose counts vary more than by chance (weekends, seasons) are judged by a
quasi-Poisson tail: counts and expectation are divided by the dispersion (variance over mean).
"""

from __future__ import annotations

from math import ceil, exp, lgamma, log

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points

FEWEST_DAYS = 28
FEWEST_ITEMS = 5
TIMES_USUAL = 3.0
RAREST = 1e-4


def poisson_tail(count: int, expected: float) -> float:
    """P(X >= count) for a Poisson variable, summed upwards from ``count`` so that tiny values stay exact."""
    if count <= 0:
        return 1.0
    term = exp(count * log(expected) - expected - lgamma(count + 1))
    total, k = 0.0, count
    while term > total * 1e-12 or k <= expected:
        total, k = total + term, k + 1
        term *= expected / k
        if term == 0.0:
            break
    return min(1.0, total)


def usual(history: tuple[int, ...]) -> tuple[float, float]:
    """Expected items a day and their dispersion (at least 1), outliers capped at the 95th percentile."""
    cap = max(1, sorted(history)[int(0.95 * (len(history) - 1))])
    capped = [min(count, cap) for count in history]
    total, squares, days = sum(capped), sum(count * count for count in capped), len(capped)
    dispersion = (squares / days - (total / days) ** 2) / (total / days) if total else 1.0
    return (total + 0.5) / days, max(1.0, dispersion)


def weigh(_item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``burst`` when the count around the item has a chance below 1 in 10,000 at the usual pace."""
    pace = context.pace
    if pace is None or len(pace.history) < FEWEST_DAYS:
        return NoData("history_short")
    a_day, dispersion = usual(pace.history)
    expected = a_day * pace.window_days
    if pace.window < FEWEST_ITEMS or pace.window < TIMES_USUAL * expected:
        return None
    chance = poisson_tail(ceil(pace.window / dispersion), expected / dispersion)
    if chance >= RAREST:
        return None
    return Signal("burst", points.burst, {"count": pace.window, "days": pace.window_days,
                                          "expected": round(expected, 1), "chance": chance})
