"""Fold words of any alphabet and find their stems in English, Russian and Latvian, the same for index and query."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NamedTuple

import Stemmer

MOST_REMEMBERED = 100_000
LONGEST_REMEMBERED = 60
_WORD = re.compile(r"[^\W_]{1,60}")
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


_MARKED = re.compile("[" + "".join(map(chr, _BARE)) + "]")


def fold(text: str) -> str:
    """Compatibility forms joined, case gone, ё as е, Latin letters without marks."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Translating costs more than the rest, and most Cyrillic texts hold nothing to translate.
    return folded.translate(_BARE) if _MARKED.search(folded) else folded


class _Remembered(dict[str, str]):
    """What becomes of a piece of text between two blanks; a mapping, so that a whole text is looked up in C."""

    def __init__(self, becomes: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._becomes = becomes

    def __missing__(self, piece: str) -> str:
        found = " ".join(self._becomes(piece))
        if len(piece) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[piece] = found
        return found


def _words_of(piece: str) -> list[str]:
    return _WORD.findall(fold(piece))


_FOLDED = _Remembered(_words_of)


def words(text: str) -> list[str]:
    """The folded words of a text in their order; an over-long one is several."""
    # No rule of folding reaches across a blank, so that pieces may be folded one by one.
    return " ".join(map(_FOLDED.__getitem__, text.split())).split()


def text_key(text: str) -> str:
    """Hash of a text's words for exact copies, whatever stands between them; empty when there are none."""
    joined = " ".join(filter(None, map(_FOLDED.__getitem__, text.split())))
    return hashlib.blake2b(joined.encode("utf-8", "replace"), digest_size=16).hexdigest() if joined else ""


# Endings of nouns, adjectives and verbs without their marks, longest first. After the published idea of Kreslins
# (cut an inflection, keep a stem with a vowel); folding has already undone most softened consonants (ļ, ņ, š, ž).
_LATVIAN = frozenset([
    "ajiem", "ajam", "ajai", "ajos", "ajas", "siet", "aja", "ais", "iem", "ies", "iet", "sim", "jam", "jat", "jas",
    "jos", "ot", "os", "as", "is", "us", "es", "am", "em", "im", "um", "ai", "ei", "ie", "iu", "ju", "ja", "ji",
    "je", "a", "e", "i", "o", "u", "s",
])
_LONGEST_ENDING = max(map(len, _LATVIAN))


def latvian_stem(word: str) -> str:
    """A folded Latvian word without its inflection; at least three letters and one vowel remain."""
    for start in range(max(3, len(word) - _LONGEST_ENDING), len(word)):
        stem = word[:start]
        if word[start:] in _LATVIAN and _VOWEL.search(stem):
            # upe, upju: the j that stands between a lip consonant and the ending belongs to the ending.
            return stem[:-1] if len(stem) > 3 and stem[-1] == "j" and stem[-2] in "bmpv" else stem
    return word


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


def _indexed_of(language: str) -> Callable[[str], list[str]]:
    return lambda piece: list(dict.fromkeys(
        one for word in _FOLDED[piece].split() for one in (word, *_stems(word, language))))


_INDEXED = {language: _Remembered(_indexed_of(language)) for language in ("", "en", "lv")}


def indexed(text: str, language: str = "") -> str:
    """The words of a text and their stems as they go into the index, with blanks between, in no order."""
    known = _INDEXED.get(language, _INDEXED[""])
    return " ".join(map(known.__getitem__, set(text.split())))


def tokens(text: str, language: str = "") -> set[str]:
    """The words of a text and their stems, once each."""
    return set(indexed(text, language).split())


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
