"""What changed between two texts, word by word, for reading in place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 3000
_WORDS = re.compile(r"\s+|[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]|_", re.UNICODE)
_SENTENCES = re.compile(r"[^.!?…\n]*(?:[.!?…]+|\n+|$)\s*")
_LETTER = re.compile(r"\w")
# Word pairs below this likeness are easier to read as one text struck out and another written.
READABLE = 0.35


@dataclass(frozen=True)
class Piece:
    """A stretch of text: ``same``, ``del`` (only before) or ``ins`` (only now)."""

    kind: str
    text: str


def diff(before: str, now: str) -> list[Piece]:
    """The pieces from which both texts can be read back; beyond 3,000 words sentences are compared, not words."""
    if before == now:
        return [Piece("same", now)] if now else []
    split = _WORDS if _is_short(before) and _is_short(now) else _SENTENCES
    old, new = split.findall(before), split.findall(now)
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        return _replaced(before, now)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if split is _WORDS and matcher.ratio() < READABLE:
        return _replaced(before, now)
    pieces: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(new[new_from:new_to])))
            continue
        pieces += _replaced("".join(old[old_from:old_to]), "".join(new[new_from:new_to]))
    return _joined(pieces)


def _is_short(text: str) -> bool:
    return len(text) < MOST_WORDS * 8 and sum(1 for _ in _WORDS.finditer(text)) <= MOST_WORDS


def _replaced(before: str, now: str) -> list[Piece]:
    return [piece for piece in (Piece("del", before), Piece("ins", now)) if piece.text]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Draw changes together that only spaces and signs keep apart, so that changed sentences read as one."""
    joined: list[Piece] = []
    gone, come = "", ""
    for place, piece in enumerate(pieces):
        is_gap = piece.kind == "same" and (gone or come) and place + 1 < len(pieces) and not _LETTER.search(piece.text)
        if piece.kind == "del" or is_gap:
            gone += piece.text
        if piece.kind == "ins" or is_gap:
            come += piece.text
        if piece.kind == "same" and not is_gap:
            joined += [*_replaced(gone, come), piece]
            gone, come = "", ""
    return joined + _replaced(gone, come)
