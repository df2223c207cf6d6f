"""Write a place name the one way in which names are compared: small letters, no diacritics, single spaces."""

from __future__ import annotations

import re
import unicodedata

BREVE = "\u0306"
_APOSTROPHES = re.compile("['`´’ʼ‘ʹ]")
_NOT_LETTERS = re.compile(r"[^\w]+|_+")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})


def fold(name: str) -> str:
    """``Rīga`` -> ``riga``, ``Санкт-Петербург`` -> ``санкт петербург``; й stays a letter of its own, ё becomes е."""
    marked = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name.casefold())).replace("и" + BREVE, "й")
    bare = "".join(char for char in marked if not unicodedata.combining(char))
    return _NOT_LETTERS.sub(" ", bare.translate(_LETTERS)).strip()
