"""From what somebody wrote in a city field to the city, or None."""

from __future__ import annotations

import re

from monitor.place_names.cities import City, named
from monitor.place_names.countries import country_of
from monitor.place_names.folding import fold
from monitor.place_names.forms import nominatives

LONGEST = 120
_PARTS = re.compile(r"[,;/|()\n]+")
_POSTCODE = re.compile(r"\b(?:[A-Za-z]{2}-)?\d{3,6}\b")
BEFORE = frozenset((
    "в", "во", "из", "с", "со", "на", "под", "у", "около", "г", "гор", "город", "города", "городе", "пос",
    "поселок", "от", "до", "no", "uz", "pie", "pilseta", "lidz", "ap", "in", "from", "at", "near", "the",
    "city", "of", "town",
))
AFTER = frozenset((
    "pils", "pilseta", "pilsetas", "pilsetu", "novads", "novada", "nov", "city", "town", "город", "г",
))


def _bare(words: list[str]) -> list[str]:
    """Without prepositions and the word "city", as long as something is left."""
    while len(words) > 1 and words[0] in BEFORE:
        words = words[1:]
    while len(words) > 1 and words[-1] in AFTER:
        words = words[:-1]
    return words


def _pick(cities: tuple[City, ...], country: str) -> City | None:
    return next((city for city in cities if city.country == country), cities[0] if cities else None)


def _lookup(text: str, country: str) -> City | None:
    """The whole name as written, then bare, then its possible nominatives; a hit in ``country`` beats one elsewhere."""
    whole = fold(text)
    if not whole:
        return None
    elsewhere: City | None = None
    for key in dict.fromkeys([whole, *nominatives(" ".join(_bare(whole.split())))]):
        city = _pick(named(key), country)
        if city is not None and (not country or city.country == country):
            return city
        elsewhere = elsewhere or city
    return elsewhere


def find(text: str, country_hint: str | None = None) -> City | None:
    """The city that ``text`` names (``в Риге``, ``Rīga, Latvija``, ``СПб``); None when nothing is known by that name.

    ``country_hint`` is an ISO code or a country's name; it settles names that several cities share, else the larger
    city is meant. A country named in the text itself goes before the hint.
    """
    parts = [part.strip() for part in _PARTS.split(_POSTCODE.sub(" ", text[:LONGEST])) if part.strip()]
    countries = [country_of(part) for part in parts]
    country = next((code for code in countries[1:] if code), country_of(country_hint or ""))
    for part, named_country in zip(parts, countries, strict=True):
        city = _lookup(part, country)
        if city is not None and not (named_country and len(parts) > 1):
            return city
    return None
