"""What may not be done to a reply, an item or a case, and what the person who tried is told.

    WordsError
    ├── NotAllowed   the state or the role forbids it
    │   └── Blocked  the text itself forbids it: over the limit, or a forbidden word
    ├── Conflict     somebody else saved first; their text is at hand, the loser's is kept
    └── Locked       a colleague writes here now
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.errors import N_

if TYPE_CHECKING:
    from replies.findings import Finding


class WordsError(Exception):
    """Base: ``key`` is an English sentence marked with ``N_``; ``says`` is that sentence filled from ``facts``."""

    def __init__(self, key: str, **facts: str | int | float) -> None:
        self.key = key
        self.facts = facts
        self.says = key.format(**facts) if facts else key
        super().__init__(self.says)


class NotAllowed(WordsError):
    """The state of the thing or the role of the person does not allow this act."""


class Blocked(NotAllowed):
    """The text may not go out as it is; ``findings`` says what blocks and where."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__(N_("The text is too long for the platform, or holds words that the brand never uses."))


class Conflict(WordsError):
    """Somebody saved since the page was opened.

    ``text`` and ``version`` are what stands now, ``by_id`` who saved it. The text of the one who lost is kept as a
    version of the reply; on a page it also stays in the form.
    """

    def __init__(self, text: str, version: int, by_id: int | None) -> None:
        self.text = text
        self.version = version
        self.by_id = by_id
        super().__init__(N_("Somebody changed this in the meantime. Your text is kept; look at theirs first."))


class Locked(WordsError):
    """A colleague writes here now; ``until`` is when the lock ends by itself."""

    def __init__(self, by_id: int, until: datetime) -> None:
        self.by_id = by_id
        self.until = until
        super().__init__(N_("A colleague is writing here. Take over, or wait until they are done."))
