"""Advice on a text while it is written, in the language of the text; only the limit and forbidden words block.

Word lists are data, one module per language (``en``, ``ru``, ``lv``); rules are pure and say where they look.
"""

from __future__ import annotations

from replies.findings import Finding, Level, blocking
from replies.guidance.facts import GuidanceFacts, facts_for
from replies.guidance.rules import check

__all__ = ["Finding", "GuidanceFacts", "Level", "blocking", "check", "facts_for"]
