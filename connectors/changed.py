"""Which rows of a listing look as they did last time, for platforms where each row costs further requests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

KEPT = 300


def signature(row: Mapping[str, Any], names: Iterable[str]) -> str:
    """A short digest of the named fields."""
    said = json.dumps([row.get(name) for name in names], ensure_ascii=False, default=str)
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=6).hexdigest()


def newest(known: Mapping[str, str]) -> dict[str, str]:
    """The last ``KEPT`` entries, as much as a cursor should carry."""
    return dict(list(known.items())[-KEPT:])
