"""Fold words of any alphabet and find their stems in English, Russian and Latvian, the same for index and query."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import Stemmer

MOST_REMEMBERED = 200_000
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


def words(text: str) -> list[str]:
    """The folded words of a text in their order; an over-long one is several."""
    return _WORD.findall(fold(text))


def text_key(found: Sequence[str]) -> str:
    """Hash of a text's words for exact copies, whatever stands between them; empty when there are none."""
    joined = " ".join(found).encode("utf-8", "replace")
    return hashlib.blake2b(joined, digest_size=16).hexdigest() if found else ""


# Endings of nouns, adjectives and verbs without their marks, longest first. After the published idea of Kreslins
# (cut an inflection, keep a stem with a vowel); folding has already undone most softened consonants (ļ, ņ, š, ž).
_LATVIAN = re.compile(
    r"(ajiem|ajam|ajai|ajos|ajas|siet|aja|ais|iem|ies|iet|sim|jam|jat|jas|jos|ot|os|as|is|us|es|am|em|im|um|ai|ei|ie|iu"
    r"|ju|ja|ji|je|[aeious])$")


def latvian_stem(word: str) -> str:
    """A folded Latvian word without its inflection; at least three letters and one vowel remain."""
    start = 3
    while found := _LATVIAN.search(word, start):
        stem = word[:found.start()]
        if _VOWEL.search(stem):
            # upe, upju: the j that stands between a lip consonant and the ending belongs to the ending.
            return stem[:-1] if len(stem) > 3 and stem[-1] == "j" and stem[-2] in "bmpv" else stem
        start = found.start() + 1
    return word


class _Known(dict[str, frozenset[str]]):
    """What each word of one language is indexed under, remembered; a mapping, so that a text is looked up in C."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, word: str) -> frozenset[str]:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        found = self[word] = frozenset((word, *_stems(word, self._language)))
        return found


_KNOWN = {language: _Known(language) for language in ("", "en", "lv")}


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


def tokens(text: str, language: str = "") -> set[str]:
    """The words of a text and their stems, once each."""
    return indexed(words(text), language)


def indexed(found: Iterable[str], language: str = "") -> set[str]:
    """Folded words and their stems, once each, as they go into the index."""
    known = _KNOWN.get(language) or _KNOWN[""]
    return set().union(*map(known.__getitem__, set(found)))


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
