"""Add the points up as in credit scoring: 20 points double the odds, even odds at 75, words for people.

Signals that are often one observation seen twice (a copied text, the same IP address, a burst) would count double;
each group has a limit, and what exceeds it is taken back by a line of its own, so the sum still adds up by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.authenticity.facts import Signal
from monitor.settings import Points

DOUBLES_AT = 20
EVEN_ODDS = 75
UNCLEAR_FROM = 45
SUSPICIOUS_FROM = 75
GENUINE, UNCLEAR, SUSPICIOUS = "genuine", "unclear", "suspicious"
WORDS = (GENUINE, UNCLEAR, SUSPICIOUS)

CAMPAIGN = frozenset({"exact_copy", "near_copy", "ip_shared_by_two", "ip_shared_by_many", "burst"})
PURCHASE = frozenset({"purchase_verified", "order_number_matches", "order_contact_matches", "order_customer_matches"})
STAFF = frozenset({"office_ip", "office_mail", "competitor_mail"})


@dataclass(frozen=True)
class Scorecard:
    """``total`` is base plus all points; ``score`` is the same within 0 to 100, as it is shown."""

    base: int
    signals: tuple[Signal, ...]
    total: int
    score: int
    probability: float
    word: str


def probability(score: float) -> float:
    """Chance that the item is fake: p = 1 / (1 + 2^((75 - score) / 20))."""
    return float(1 / (1 + 2.0 ** ((EVEN_ODDS - score) / DOUBLES_AT)))


def word(score: int) -> str:
    """``genuine`` below 45, ``unclear`` to 74, ``suspicious`` from 75."""
    if score >= SUSPICIOUS_FROM:
        return SUSPICIOUS
    return UNCLEAR if score >= UNCLEAR_FROM else GENUINE


def _overlap(name: str, signals: Iterable[Signal], group: frozenset[str], limit: int, sign: int) -> list[Signal]:
    """A line that takes back what one group adds beyond its limit; nothing when it stays within."""
    same_way = [signal for signal in signals if signal.code in group and signal.points * sign > 0]
    excess = abs(sum(signal.points for signal in same_way)) - limit
    if excess <= 0 or len(same_way) < 2:
        return []
    return [Signal(name, -sign * excess, {"codes": [signal.code for signal in same_way], "limit": limit})]


def add_up(signals: Iterable[Signal], points: Points) -> Scorecard:
    """The scorecard of these signals, the strongest first, with a line for every group beyond its limit."""
    found = sorted(signals, key=lambda signal: (-abs(signal.points), signal.code))
    lines = [*found,
             *_overlap("campaign_overlap", found, CAMPAIGN, points.campaign_limit, 1),
             *_overlap("purchase_overlap", found, PURCHASE, points.purchase_limit, -1),
             *_overlap("staff_overlap", found, STAFF, points.staff_limit, 1)]
    total = points.base + sum(line.points for line in lines)
    score = min(100, max(0, total))
    return Scorecard(points.base, tuple(lines), total, score, probability(total), word(score))
