"""Whether a mention is about the brand; everything else that is said at a place of ours is."""

from __future__ import annotations

from connectors.base import Item, ItemKind
from monitor.mentions import BadTerms, compile_terms


def is_aside(item: Item, terms: str) -> bool:
    """A mention that does not match the brand's terms is kept out of the way; terms that nobody can read keep none."""
    if item.kind is not ItemKind.MENTION:
        return False
    try:
        return not compile_terms(terms).matches(f"{item.title}\n{item.text}")
    except BadTerms:
        return False
