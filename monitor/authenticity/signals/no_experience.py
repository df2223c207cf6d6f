"""Does a short text praise or blame without telling anything that happened? Weak: many honest people are brief.

Signs of experience: the first person, a number, an order, a past tense of our own doing (Russian, Latvian). In a
language that these marks do not know there is nothing to say.
"""

from __future__ import annotations

import re

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points

FEWEST_WORDS, MOST_WORDS = 3, 25
EXPERIENCE = {
    "en": re.compile(r"\d|\b(i|we|me|us|my|our|i'm|i've|we've|bought|came|went|told|paid|was|were|had|got|took|"
                     r"\w{2,}ed|waiter|waitress|staff|delivery|courier|minutes|hours)\b", re.I),
    "ru": re.compile(r"\d|\b(я|мы|мне|нам|меня|нас|мной|нами|мой|моя|моё|мои|наш|наша|наши|был[аио]?|официант\w*|"
                     r"курьер\w*|минут\w*|час\w*|\w{2,}(ал|ила|ала|или|али|ил|ела|ели|ел)(ся|сь)?)\b", re.I),
    "lv": re.compile(r"\d|\b(es|mēs|man|mums|mani|mūs|mans|mana|mūsu|bij\w*|viesmīl\w*|kurjer\w*|minūt\w*|"
                     r"stund\w*|\w{2,}(āju|īju|ēju|ājām|ījām|ējām|ām|ājos|ījos))\b", re.I),
}


def weigh(item: ItemFacts, _context: Context, points: Points) -> Signal | NoData | None:
    """``no_experience`` for 3 to 25 words without any trace of one."""
    words = len(re.findall(r"\w+", item.text))
    if words == 0:
        return NoData("no_text")
    if words < FEWEST_WORDS:
        return NoData("text_short")
    marks = EXPERIENCE.get(item.language)
    if marks is None:
        return NoData("language_not_covered" if item.language else "no_language")
    if words > MOST_WORDS or marks.search(item.text):
        return None
    return Signal("no_experience", points.no_experience, {"words": words})
