"""Is this mention about us? A brand's terms with AND, OR, NOT, phrases, word forms, in both alphabets.

    terms  = any {"OR" any}          "Kafe Saule" OR (saule AND kafejnīca) NOT hotel
    any    = not {["AND"] not}       words side by side must all be there
    not    = ["NOT"] one             also a minus in front: -hotel
    one    = "phrase" | word | word* | "(" terms ")"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from connectors.errors import N_
from monitor.wording import fold, tokens, words

PIECE = re.compile(r'\s*("[^"]*"|«[^»]*»|“[^”]*”|„[^“”]*[“”]|\(|\)|-(?=[\w"(«“„])|[^\s()"«»“”„]+)')
CYRILLIC = re.compile(r"[а-я]")
SOUNDS = dict(zip("абвгдезийклмнопрстуфхцчшщъыьэюяж", [
    "a", "b", "v", "g", "d", "e", "z", "i", "j", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "c", "c",
    "s", "sc", "", "i", "", "e", "ju", "ja", "z"], strict=True))
DIGRAPHS = (("shch", "sc"), ("zh", "z"), ("sh", "s"), ("ch", "c"), ("kh", "h"), ("ts", "c"), ("tz", "c"), ("ph", "f"),
            ("ya", "ja"), ("yu", "ju"), ("w", "v"), ("x", "ks"), ("q", "k"), ("y", "i"))
MOST_PIECES = 500


class BadTerms(ValueError):
    """The terms cannot be read; ``key`` and ``facts`` say where and what is missing."""

    def __init__(self, key: str, **facts: str) -> None:
        self.key = key
        self.facts = facts
        self.says = key.format(**facts)
        super().__init__(self.says)


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A folded word of either alphabet as a rough Latin skeleton, in which Сауле and Saule are the same."""
    if CYRILLIC.search(word):
        plain = "".join(SOUNDS.get(letter, letter) for letter in word)
    else:
        plain = word
        for pair, single in DIGRAPHS:
            plain = plain.replace(pair, single)
    return re.sub(r"(.)\1", r"\1", plain)


@lru_cache(maxsize=50_000)
def _forms(word: str) -> frozenset[str]:
    return frozenset(tokens(word))


@lru_cache(maxsize=50_000)
def _sounds(word: str) -> frozenset[str]:
    skeleton = sound(word)
    return frozenset((skeleton, *tokens(skeleton), *(sound(form) for form in _forms(word))))


def _other_alphabet(one: str, other: str) -> bool:
    return bool(CYRILLIC.search(one)) != bool(CYRILLIC.search(other))


def same_word(wanted: str, said: str) -> bool:
    """Two folded words are forms of one word, or sound the same in different alphabets."""
    if wanted == said or _forms(wanted) & _forms(said):
        return True
    return len(wanted) > 2 and _other_alphabet(wanted, said) and bool(_sounds(wanted) & _sounds(said))


class Query:
    """A question that a text answers with yes or no."""

    def ask(self, said: Sequence[str]) -> bool:
        raise NotImplementedError

    def matches(self, text: str) -> bool:
        """True when the text (any language, plain) is about it."""
        return self.ask(words(text))


@dataclass(frozen=True)
class Anything(Query):
    """No terms: everything is about us."""

    def ask(self, said: Sequence[str]) -> bool:
        return True


@dataclass(frozen=True)
class Phrase(Query):
    """Words in a row; one word is a phrase too."""

    wanted: tuple[str, ...]

    def ask(self, said: Sequence[str]) -> bool:
        size = len(self.wanted)
        return any(all(same_word(want, word) for want, word in zip(self.wanted, said[at:at + size], strict=True))
                   for at in range(len(said) - size + 1))


@dataclass(frozen=True)
class Beginning(Query):
    """A word that begins so."""

    start: str

    def ask(self, said: Sequence[str]) -> bool:
        return any(word.startswith(self.start) for word in said)


@dataclass(frozen=True)
class All(Query):
    parts: tuple[Query, ...]

    def ask(self, said: Sequence[str]) -> bool:
        return all(part.ask(said) for part in self.parts)


@dataclass(frozen=True)
class AnyOf(Query):
    parts: tuple[Query, ...]

    def ask(self, said: Sequence[str]) -> bool:
        return any(part.ask(said) for part in self.parts)


@dataclass(frozen=True)
class Not(Query):
    part: Query

    def ask(self, said: Sequence[str]) -> bool:
        return not self.part.ask(said)


@lru_cache(maxsize=256)
def compile_terms(terms: str) -> Query:
    """The query for a brand's terms; nothing written matches everything. Raises BadTerms."""
    pieces = PIECE.findall(terms)
    if len(pieces) > MOST_PIECES:
        raise BadTerms(N_("The terms are too long. Keep them below 500 words."))
    if not pieces:
        return Anything()
    query, rest = _terms(pieces)
    if rest:
        raise BadTerms(N_("There is a closing bracket too many before “{rest}”."), rest=" ".join(rest)[:60])
    return query


def _terms(pieces: list[str]) -> tuple[Query, list[str]]:
    part, pieces = _every(pieces)
    parts = [part]
    while pieces and pieces[0].upper() == "OR":
        part, pieces = _every(pieces[1:])
        parts.append(part)
    return (parts[0] if len(parts) == 1 else AnyOf(tuple(parts))), pieces


def _every(pieces: list[str]) -> tuple[Query, list[str]]:
    part, pieces = _maybe_not(pieces)
    parts = [part]
    while pieces and pieces[0] != ")" and pieces[0].upper() != "OR":
        if pieces[0].upper() == "AND":
            pieces = pieces[1:]
        part, pieces = _maybe_not(pieces)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else All(tuple(parts))), pieces


def _maybe_not(pieces: list[str]) -> tuple[Query, list[str]]:
    if pieces and (pieces[0] == "-" or pieces[0].upper() == "NOT"):
        part, rest = _maybe_not(pieces[1:])
        return Not(part), rest
    return _one(pieces)


def _one(pieces: list[str]) -> tuple[Query, list[str]]:
    if not pieces or pieces[0] == ")" or pieces[0].upper() in ("AND", "OR"):
        raise BadTerms(N_("A word is missing before “{rest}”."), rest=" ".join(pieces)[:60] or "…")
    first, rest = pieces[0], pieces[1:]
    if first == "(":
        query, rest = _terms(rest)
        if not rest:
            raise BadTerms(N_("A closing bracket is missing."))
        return query, rest[1:]
    if first.endswith("*") and len(first) > 1:
        return Beginning(fold(first[:-1])), rest
    wanted = tuple(words(first))
    if not wanted:
        raise BadTerms(N_("“{piece}” holds no word."), piece=first[:60])
    return Phrase(wanted), rest
