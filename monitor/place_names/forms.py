"""Guess the nominative of an inflected place name: our suffix rules for Russian and Latvian.

The rules over-generate on purpose; only guesses that are the name of a city survive. Names are folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

MOST_GUESSES = 400

# ending of an oblique case -> endings that the nominative may have, the likelier first
RUSSIAN: dict[str, tuple[str, ...]] = {
    "ами": ("ы", "и"), "ями": ("и",), "иями": ("ии",),
    "ого": ("ый", "ий", "ое"), "его": ("ий", "ее"), "ому": ("ый", "ий", "ое"), "ему": ("ий", "ее"),
    "ых": ("ые",), "их": ("ие",), "ым": ("ый", "ое", "ые"), "им": ("ий", "ее", "ие"),
    "ой": ("а", "ая", "ой"), "ей": ("я", "ья", "и"), "ью": ("ь",),
    "ах": ("ы", "и", "а"), "ях": ("и", "я"), "ам": ("ы", "и"), "ям": ("и",),
    "ом": ("", "о", "ый", "ий", "ое"), "ем": ("ь", "е", "ий", "ее", "й"),
    "ую": ("ая",), "юю": ("яя",), "ии": ("ия", "ий"),
    "а": ("", "о"), "я": ("ь", "й", "е"), "у": ("а", "", "о"), "ю": ("я", "ь", "й"),
    "е": ("а", "", "я", "ь", "о", "й"), "и": ("а", "я", "ь", "й"), "ы": ("а", ""), "о": (),
}
LATVIAN: dict[str, tuple[str, ...]] = {
    "iem": ("i", "s"), "am": ("s", "a", "as"), "em": ("es", "e"), "im": ("is", "s"), "um": ("us",),
    "os": ("i", "s"), "as": ("a",), "es": ("e",), "ai": ("a",), "ei": ("e",), "ij": ("i",),
    "a": ("s", "is"), "i": ("s", "is", "e"), "u": ("a", "e", "s", "i", "is", "us"), "s": ("",), "ā": ("a",),
}
CONSONANTS = frozenset("бвгджзклмнпрстфхцчшщ")


def _fleeting(stem: str) -> tuple[str, ...]:
    """Орл-е -> орел, Ельц-а -> елец: the vowel that Russian drops between the last two consonants."""
    if len(stem) < 3 or stem[-1] not in CONSONANTS or (stem[-2] not in CONSONANTS and stem[-2] != "ь"):
        return ()
    head = stem[:-2] if stem[-2] == "ь" else stem[:-1]
    return (head + ("л" if stem[-2] == "ь" and not head.endswith("л") else "") + "е" + stem[-1],
            stem[:-1] + "о" + stem[-1])


def _guesses(word: str) -> Iterator[str]:
    yield word
    cyrillic = bool(word) and "а" <= word[-1] <= "я"
    for length in (4, 3, 2, 1):
        ending, stem = word[-length:], word[:-length]
        if len(stem) < 2 or len(ending) < length:
            continue
        for nominative in (RUSSIAN if cyrillic else LATVIAN).get(ending, ()):
            yield stem + nominative
            if cyrillic and not nominative:
                yield from _fleeting(stem)
    if cyrillic and word[-1] in CONSONANTS:  # genitive plural: Лук -> Луки
        yield from (word + "и", word + "ы")


def nominatives(name: str) -> list[str]:
    """The name as it is, then what it may be an inflected form of; each word of it may be inflected."""
    guesses = [list(dict.fromkeys(_guesses(word))) for word in name.split()]
    return list(dict.fromkeys(" ".join(words) for words in islice(product(*guesses), MOST_GUESSES)))
