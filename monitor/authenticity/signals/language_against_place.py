"""Is the language one that is almost never used at this place?"""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points

FEWEST_TEXTS = 50
RAREST_SHARE = 0.02


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``language_unusual`` when at most 2 in 100 texts of the last year are in it."""
    if not item.language:
        return NoData("no_language")
    languages = context.usual.languages if context.usual is not None else {}
    texts = sum(languages.values())
    if texts < FEWEST_TEXTS:
        return NoData("texts_few")
    same = languages.get(item.language, 0)
    if same > RAREST_SHARE * texts:
        return None
    return Signal("language_unusual", points.language_unusual,
                  {"language": item.language, "same": same, "texts": texts})
