"""Letters as readers count them: a base with its accents, an emoji with its parts, a flag of two letters, is one."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_EXTENDING = frozenset({"Mn", "Me", "Mc"})


def count(text: str) -> int:
    """Number of grapheme clusters after the main rules of Unicode UAX 29 (GB3, GB9, GB11, GB12); never raises."""
    clusters, previous, flags = 0, "", 0
    for letter in text:
        flag = "\U0001f1e6" <= letter <= "\U0001f1ff"
        flags = flags + 1 if flag else 0
        joined = _extends(letter) or previous == _JOINER or (previous == "\r" and letter == "\n") or (
            flag and flags % 2 == 0)
        clusters += not joined or not previous
        previous = letter
    return clusters


def _extends(letter: str) -> bool:
    """Accents, variation selectors, the joiner, skin tones and the tags of regional flags belong to what precedes."""
    return (letter == _JOINER or unicodedata.category(letter) in _EXTENDING or "\U0001f3fb" <= letter <= "\U0001f3ff"
            or "\U000e0020" <= letter <= "\U000e007f")
