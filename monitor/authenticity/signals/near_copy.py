"""Did another author write the same, or almost the same?"""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points

FEWEST_WORDS = 5  # shorter praise ("very good, thank you") is the same by chance
SHOWN = 20


def weigh(_item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``exact_copy`` or ``near_copy`` with who else, how similar and where."""
    if context.comparable_words < FEWEST_WORDS:
        return NoData("text_short")
    if not context.copies:
        return None
    closest = sorted(context.copies, key=lambda copy: (-copy.similarity, copy.item_id))
    here = sum(copy.same_place for copy in closest)
    code = "exact_copy" if closest[0].similarity == 100 else "near_copy"
    return Signal(code, getattr(points, code), {
        "items": [copy.item_id for copy in closest[:SHOWN]], "count": len(closest),
        "similarity": closest[0].similarity, "same_place": here, "other_places": len(closest) - here,
        "authors": list(dict.fromkeys(copy.author_name for copy in closest if copy.author_name))[:3]})
