"""The answer "no data": nothing can be said, and this is why; never a zero in disguise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NoData:
    """``reason`` is a code such as ``no_ip``; the inbox turns it into a sentence in the reader's language."""

    reason: str
