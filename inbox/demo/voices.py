"""Who writes on the pretend site and from where: names, cities, addresses, purchases; and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import orjson

from inbox.demo.shops import Shop

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "ru", "lv")
SPELLINGS = {"Rīga": {"ru": "Рига", "en": "Riga"}, "Jūrmala": {"ru": "Юрмала", "en": "Jurmala"},
             "Liepāja": {"ru": "Лиепая", "en": "Liepaja"}}
# Networks for documentation (RFC 5737), which the small map of the demo places in these cities.
NETWORKS = {"Rīga": [*(f"203.0.113.{n}" for n in range(129, 255)), *(f"192.0.2.{n}" for n in range(1, 127))],
            "Jūrmala": [f"192.0.2.{n}" for n in range(129, 191)],
            "Liepāja": [f"192.0.2.{n}" for n in range(193, 254)]}


@cache
def lines(name: str) -> tuple[dict[str, Any], ...]:
    """A file of texts, one JSON object a line."""
    return tuple(orjson.loads(line) for line in (TEXTS / f"{name}.jsonl").read_bytes().splitlines() if line)


@cache
def names() -> dict[str, list[str]]:
    """First names with an initial, by language."""
    known: dict[str, list[str]] = orjson.loads((TEXTS / "names.json").read_bytes())
    return known


def everyday() -> list[dict[str, Any]]:
    """The long texts of all languages, each with its language."""
    return [line | {"language": language} for language in LANGUAGES for line in lines(language)]


class Crowd:
    """Gives every text an author; seeded, so that the same seed gives the same people.

    Scripted scenes keep their own addresses: nobody of the crowd gets one of ``taken``.
    """

    def __init__(self, random: Random, taken: frozenset[str] = frozenset()) -> None:
        self._random = random
        self._names = {language: self._endless(names()[language]) for language in LANGUAGES}
        self._addresses = {city: self._endless([a for a in addresses if a not in taken])
                           for city, addresses in NETWORKS.items()}
        self._orders = iter(range(20700, 99999))
        self._number = 0

    def _endless(self, values: list[str]) -> Iterator[str]:
        shuffled = list(values)
        self._random.shuffle(shuffled)
        return cycle(shuffled)

    def author(self, language: str, shop: Shop) -> dict[str, Any]:
        """Author, city, address and purchase of one review of a shop."""
        self._number += 1
        found: dict[str, Any] = {"author_id": f"u{self._number:04d}", "author_name": next(self._names[language])}
        if self._random.random() < 0.85:
            found["ip"] = next(self._addresses[shop.city])
        if self._random.random() < 0.8:
            found["city"] = SPELLINGS[shop.city].get(language, shop.city)
        if shop.owned and shop.listed:
            found |= self._purchase()
        return found

    def _purchase(self) -> dict[str, Any]:
        luck = self._random.random()
        if luck < 0.35:
            return {"verified_purchase": True, "order_number": f"K-{next(self._orders)}"}
        return {"verified_purchase": True} if luck < 0.55 else {"verified_purchase": False} if luck < 0.7 else {}
