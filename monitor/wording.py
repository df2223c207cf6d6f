"""Fold words of any alphabet and find their stems in English, Russian and Latvian, the same for index and query."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import Stemmer

LONGEST_WORD = 60
MOST_WORDS = 20_000
_WORD = re.compile(r"[^\W_]+")
_ENGLISH = Stemmer.Stemmer("english")
_RUSSIAN = Stemmer.Stemmer("russian")
_VOWEL = re.compile(r"[aeiouy]")


def _bare_latin() -> dict[int, str]:
    """Latin letters with marks to their bare form; Cyrillic stays, because й is not и."""
    table: dict[int, str] = {ord("ё"): "е", ord("đ"): "d", ord("ł"): "l", ord("ø"): "o", ord("ı"): "i"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base != chr(code):
            table[code] = base
    for code in range(0x300, 0x370):
        table[code] = ""
    return table


_BARE = _bare_latin()


def fold(text: str) -> str:
    """Compatibility forms joined, case gone, ё as е, Latin letters without marks."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_BARE)


def text_key(text: str) -> str:
    """Hash of the folded text for exact copies: letters and digits only, single spaces; empty when there are none."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    words = " ".join(_WORD.findall(plain))
    return hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=16).hexdigest() if words else ""


# Endings of nouns, adjectives and verbs without their marks, longest first. After the published idea of Kreslins
# (cut an inflection, keep a stem with a vowel); folding has already undone most softened consonants (ļ, ņ, š, ž).
_LATVIAN = sorted(
    ("ajiem ajam ajai ajos ajas aja ais iem ies iet ies sim siet ot os as is us es am em im um ai ei ie iu ju "
     "jam jat jas jos ja ji je a e i o u s").split(), key=len, reverse=True)


def latvian_stem(word: str) -> str:
    """A folded Latvian word without its inflection; at least three letters and one vowel remain."""
    for ending in _LATVIAN:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            if len(stem) >= 3 and _VOWEL.search(stem):
                # upe, upju: the j that stands between a lip consonant and the ending belongs to the ending.
                return stem[:-1] if stem[-1] == "j" and stem[-2] in "bmpv" and len(stem) > 3 else stem
    return word


@lru_cache(maxsize=200_000)
def _indexed(word: str, language: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((word, *_stems(word, language))))


def _stems(word: str, language: str) -> tuple[str, ...]:
    if word.isascii():
        if word.isdigit():
            return (word,)
        if language == "en":
            return (_ENGLISH.stemWord(word),)
        if language == "lv":
            return (latvian_stem(word),)
        return tuple(dict.fromkeys((_ENGLISH.stemWord(word), latvian_stem(word))))
    return (_RUSSIAN.stemWord(word),) if "а" <= word[0] <= "я" else (word,)


def words(text: str) -> list[str]:
    """The folded words of a text in their order, over-long ones cut."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))[:MOST_WORDS]]


def tokens(text: str, language: str = "") -> dict[str, None]:
    """Every word and its stems, once each, as they go into the index."""
    found: dict[str, None] = {}
    for word in dict.fromkeys(words(text)):
        for token in _indexed(word, language):
            found[token] = None
    return found


class Wanted(NamedTuple):
    """One word of a query: any of ``words`` will do, or anything that starts with ``prefix`` when there is one."""

    words: tuple[str, ...]
    prefix: str = ""


def wanted(typed: str) -> list[Wanted]:
    """What a person typed, as at most 20 words; the last one may be unfinished. Pure."""
    found = words(typed)[:20]
    last = len(found) - 1
    return [Wanted(_stems(word, ""), word if place == last and len(word) >= 2 else "")
            for place, word in enumerate(found)]
