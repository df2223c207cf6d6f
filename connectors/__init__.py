"""What is outside: one module per platform, no database, no web framework.

Flow: ``Settings`` (what a person fills in) -> ``check`` (whose key is it?) -> ``places`` (what can be watched)
-> ``fetch`` (pages of raw answers, through ``http.py``, the only way out) -> ``parse`` (raw -> Item, pure)
-> and where the platform allows it ``reply`` (once) and ``find_replies`` (proof).
Connectors are found by scanning this folder and the entry point group ``otklik.connectors``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from connectors.base import Connector


def _platforms(module: ModuleType) -> list[type[Connector]]:
    own = (value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__)
    return [value for value in own if issubclass(value, Connector) and "kind" in vars(value)]


@cache
def kinds() -> dict[str, type[Connector]]:
    """Every known platform by its kind, ours first; a third party may not take a kind that we have."""
    found: dict[str, type[Connector]] = {}
    for module in pkgutil.iter_modules(__path__):
        for platform in _platforms(importlib.import_module(f"connectors.{module.name}")):
            found[platform.kind] = platform
    for point in entry_points(group="otklik.connectors"):
        third_party: type[Connector] = point.load()
        found.setdefault(third_party.kind, third_party)
    return found
