"""How the pretend platform misbehaves on request, as real ones do by themselves."""

from __future__ import annotations

import re
from collections import deque
from datetime import timedelta
from enum import StrEnum

LATE = timedelta(seconds=30)
_QUOTES = re.compile(r'"([^"]*)"')


class Fault(StrEnum):
    """One misbehaviour. Of writes: ``lost`` (saved, the answer never arrives), ``error_saved`` (saved, yet 500),
    ``later`` (202, visible after 30 s), ``normalised`` (white space and quotes changed), ``moderated`` (202, held),
    ``duplicate`` (409, nothing saved). Of any request: ``busy`` (429), ``down`` (503), ``broken`` (500),
    ``sign_in`` (a sign-in page with status 200), ``cut`` (half an answer).
    """

    LOST = "lost"
    ERROR_SAVED = "error_saved"
    LATER = "later"
    NORMALISED = "normalised"
    MODERATED = "moderated"
    DUPLICATE = "duplicate"
    BUSY = "busy"
    DOWN = "down"
    BROKEN = "broken"
    SIGN_IN = "sign_in"
    CUT = "cut"


class Faults:
    """What goes wrong next: one fault per request, in order; nothing when the lists are empty."""

    def __init__(self) -> None:
        self.reads: deque[Fault] = deque()
        self.writes: deque[Fault] = deque()
        self.key_expired = False

    def next_read(self) -> Fault | None:
        """The fault of this read."""
        return self.reads.popleft() if self.reads else None

    def next_write(self) -> Fault | None:
        """The fault of this write."""
        return self.writes.popleft() if self.writes else None


def normalised(text: str) -> str:
    """The text as many platforms store it: white space collapsed, straight quotes made typographic."""
    return _QUOTES.sub("“\\1”", re.sub(r"\s+", " ", text.strip())).replace("'", "’")
