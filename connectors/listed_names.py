"""Names that a person types into one field, separated by commas or lines."""

from __future__ import annotations

import re


def names(value: str, longest: int = 200) -> list[str]:
    """The names in their order, each once. Raises ValueError for one that is longer than ``longest``."""
    found = list(dict.fromkeys(" ".join(one.split()) for one in re.split(r"[,;\n]", value) if one.strip()))
    if any(len(name) > longest for name in found):
        raise ValueError(f"names of at most {longest} letters, separated by commas")
    return found


def web_root(value: str, example: str) -> str:
    """The address of a site without what follows it; https is added where it is missing. Raises ValueError."""
    value = value.strip().partition("#")[0].partition("?")[0].rstrip("/")
    value = value if "://" in value else f"https://{value}"
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?(/[\w./~-]*)?", value):
        raise ValueError(f"an address such as {example}")
    return value
