"""Find texts that are almost the same among millions: indexed MinHash bands first, then an exact comparison.

Each text is a set of word pairs; ``BANDS`` x ``ROWS`` minima of independent hashes sign it, and texts that share a
band are candidates. Two texts with a share J of common pairs meet with probability 1 - (1 - J^ROWS)^BANDS (Broder 1997;
Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, ch. 3): 0.997 at J = 0.8, 0.66 at 0.5, 0.001 at 0.05.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b, shake_128
from itertools import pairwise

from rapidfuzz.distance import Indel
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from monitor.db import upsert
from monitor.models import TextBand
from monitor.wording import words

BANDS, ROWS = 8, 3
MOST_WORDS = 2_000
MOST_CANDIDATES = 300
NEWEST_OF_BAND = 60
PARAMETERS_AT_ONCE = 10_000

_UNPACK = struct.Struct(f">{BANDS * ROWS}I").unpack


def comparable(text: str) -> list[str]:
    """The folded words that are compared, at most 2,000."""
    return words(text)[:MOST_WORDS]


def _hashes(pair: tuple[str, str]) -> tuple[int, ...]:
    """One independent 32-bit hash of a word pair for every row of every band."""
    data = f"{pair[0]} {pair[1]}".encode("utf-8", "replace")
    return _UNPACK(shake_128(data).digest(4 * BANDS * ROWS))


def _band(number: int, minima: Sequence[int]) -> int:
    digest = blake2b(f"{number} {minima}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def bands(text_words: Sequence[str]) -> list[int]:
    """The eight signed 64-bit bands of a text; none for a text of fewer than two words."""
    pairs = set(pairwise(text_words))
    if not pairs:
        return []
    minima = list(map(min, zip(*map(_hashes, pairs), strict=True))) if len(pairs) > 1 else list(_hashes(pairs.pop()))
    return [_band(band, minima[band * ROWS:(band + 1) * ROWS]) for band in range(BANDS)]


def similarity(one: Sequence[str], two: Sequence[str]) -> int:
    """Percent of equal words in the same order; 100 only when all are equal."""
    if list(one) == list(two):
        return 100
    return min(99, int(100 * Indel.normalized_similarity(one, two)))


def chunks(values: Iterable[int], size: int = PARAMETERS_AT_ONCE) -> Iterator[list[int]]:
    """Pieces small enough for the parameters of one statement."""
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start:start + size]


def index(session: Session, texts: Mapping[int, Sequence[str]]) -> None:
    """Store the bands of these items (id -> words) in place of what was there."""
    found = {item_id: bands(text_words) for item_id, text_words in texts.items()}
    for ids in chunks(found):
        session.execute(delete(TextBand).where(col(TextBand.item_id).in_(ids)))
    rows = [{"band": band, "item_id": item_id} for item_id, own in found.items() for band in set(own)]
    upsert(session, TextBand, rows, key=("band", "item_id"))


def stored(session: Session, ids: Iterable[int]) -> dict[int, list[int]]:
    """The bands of these items, as they were indexed."""
    found: dict[int, list[int]] = {item_id: [] for item_id in ids}
    for some in chunks(found):
        for band, item_id in session.execute(
                select(TextBand.band, TextBand.item_id).where(col(TextBand.item_id).in_(some))):
            found[item_id].append(band)
    return found


def candidates(session: Session, wanted: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """For each item (id -> bands) at most 300 others that share a band, those that share most first.

    Of a band that very many texts share only the newest 60 are looked at, so that a popular text stays cheap.
    """
    members: dict[int, list[int]] = {}
    for some in chunks({band for own in wanted.values() for band in own}):
        newest = func.row_number().over(partition_by=col(TextBand.band), order_by=col(TextBand.item_id).desc())
        inner = select(TextBand.band, TextBand.item_id, newest.label("place")).where(
            col(TextBand.band).in_(some)).subquery()
        for band, item_id in session.execute(
                select(inner.c.band, inner.c.item_id).where(inner.c.place <= NEWEST_OF_BAND)):
            members.setdefault(band, []).append(item_id)
    return {item_id: _most_shared(item_id, own, members) for item_id, own in wanted.items()}


def _most_shared(item_id: int, own: Sequence[int], members: Mapping[int, list[int]]) -> list[int]:
    shared = Counter(other for band in set(own) for other in members.get(band, ()) if other != item_id)
    return [other for other, _ in sorted(shared.items(), key=lambda pair: (-pair[1], -pair[0]))[:MOST_CANDIDATES]]
