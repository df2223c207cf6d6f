"""The shape of a language's word lists: pieces of regular expressions, matched at the beginning of a word."""

from __future__ import annotations

import re
from dataclasses import dataclass


def phrases(*pieces: str, whole: bool = True) -> re.Pattern[str]:
    """One pattern of many pieces; a piece starts at a word and, when ``whole``, ends with one (``\\w*`` opens it)."""
    end = r"(?!\w)" if whole else ""
    return re.compile(rf"(?<!\w)(?:{'|'.join(pieces)}){end}", re.IGNORECASE)


@dataclass(frozen=True)
class Wording:
    """What a language's speakers say when they do right, and when they do not.

    ``invites`` leads to a contact of ours; ``order`` names an order, its number follows. ``cliches`` sound like a form
    letter, ``casual`` does not fit a businesslike brand. ``generic`` are names that are nobody's.
    """

    apology: re.Pattern[str]
    not_apology: re.Pattern[str]
    explains: re.Pattern[str]
    next_step: re.Pattern[str]
    invites: re.Pattern[str]
    order: re.Pattern[str]
    arguing: re.Pattern[str]
    blame: re.Pattern[str]
    aggression: re.Pattern[str]
    superiority: re.Pattern[str]
    cliches: re.Pattern[str]
    casual: re.Pattern[str]
