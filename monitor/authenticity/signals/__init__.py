"""One file per sign: ``weigh(item, context, points)`` looks at one thing, purely, and is found by scanning.

It answers with a ``Signal``; with ``NoData`` when it could not look, and why; with None when it looked and found
nothing remarkable. Points come from the settings under the code of the signal.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points

Answer = Signal | NoData | None
Weigh = Callable[[ItemFacts, Context, Points], Answer]


@lru_cache(maxsize=1)
def all_signs() -> dict[str, Weigh]:
    """File name -> its ``weigh``, in alphabetical order; a new file is a new sign."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: import_module(f"{__name__}.{name}").weigh for name in names}


def weigh_all(item: ItemFacts, context: Context, points: Points) -> tuple[list[Signal], dict[str, NoData]]:
    """All signals of an item, and the signs that could not be read with their reasons."""
    answers = {name: weigh(item, context, points) for name, weigh in all_signs().items()}
    return ([answer for answer in answers.values() if isinstance(answer, Signal)],
            {name: answer for name, answer in answers.items() if isinstance(answer, NoData)})
