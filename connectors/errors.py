"""What can go wrong outside, sorted by who must act next.

    ConnectorError
    ├── TryLater       nobody: the poller waits (``retry_after`` seconds when the platform said so)
    ├── AccessDenied   the owner of the source: sign in again, renew the key; the source pauses
    ├── Gone           nobody: the place, item or reply no longer exists there
    ├── Refused        the author of the reply: the platform will not take this text; back to draft
    ├── Unsure         a person and ``verify``: a write got no clear answer; never send it again, look
    ├── Surprise       us: the answer is not what the platform documents; the raw answer is kept
    └── NotSupported   us: a page offered what ``can`` denies
"""

from __future__ import annotations


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogues; only the inbox translates it, in the reader's language."""
    return sentence


class ConnectorError(Exception):
    """Base of all errors that a connector may raise.

    ``key`` is an English sentence marked with ``N_`` whose ``{names}`` are filled from ``facts``; ``says`` is the whole
    sentence in English. ``raw`` is the answer that caused it, for quarantine and for us.
    """

    def __init__(self, key: str, *, raw: str | bytes | None = None, **facts: str | int | float) -> None:
        self.key = key
        self.facts = facts
        self.says = key.format(**facts) if facts else key
        self.raw = raw
        super().__init__(self.says)


class TryLater(ConnectorError):
    """The platform is busy, broken or limits us; the same read may succeed after ``retry_after`` seconds."""

    def __init__(self, key: str, *, retry_after: float | None = None, raw: str | bytes | None = None,
                 **facts: str | int | float) -> None:
        super().__init__(key, raw=raw, **facts)
        self.retry_after = retry_after


class AccessDenied(ConnectorError):
    """The key is missing, wrong, expired or lacks a right; a person has to act."""


class Gone(ConnectorError):
    """What was asked for does not exist on the platform any more."""


class Refused(ConnectorError):
    """The platform refuses this very write and says why; sending it again changes nothing."""


class Unsure(ConnectorError):
    """A write was sent and no clear answer came back: it may have been accepted."""


class Surprise(ConnectorError):
    """An answer that the platform's documentation does not know: our bug or their change."""


class NotSupported(ConnectorError):
    """The platform has no such ability; ``can`` says so beforehand."""
