"""Countries as people write them in a city field, in English, Russian and Latvian, to ISO codes."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from monitor.place_names.folding import fold

OTHER = {"рф": "RU", "uk": "GB", "usa": "US", "сша": "US", "asv": "US", "england": "GB", "англия": "GB",
         "anglija": "GB", "белоруссия": "BY", "holland": "NL", "голландия": "NL"}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = {fold(name): code for language in ("en", "ru", "lv")
             for code, name in Locale(language).territories.items() if len(code) == 2 and code.isalpha()}
    return names | OTHER


def country_of(text: str) -> str:
    """ISO 3166-1 alpha-2 code of a country by code or name; empty when it is none."""
    bare = text.strip()
    if len(bare) == 2 and bare.isascii() and bare.isalpha() and bare.isupper():
        return bare
    return _names().get(fold(bare), "")
