"""What a status means, as tables: who must act next on an answer that is not the expected one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import TypeAlias

from connectors.answers import Answer
from connectors.errors import N_, AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.pace import retry_after

Meaning: TypeAlias = tuple[type[ConnectorError], str]

_BUSY = N_("{site} is busy or out of order (status {status}). It is asked again later; nothing to do.")
_NO_KEY = N_("{site} does not accept the key (status {status}). It may have expired: make a new one there and enter "
             "it in the settings of the source.")
_NO_RIGHT = N_("{site} refuses access (status {status}). Check that the account there has the right to do this, and "
               "that the site does not block us.")
_GONE = N_("{site} does not have this any more (status {status}). If the address is new, check it.")
_UNCLEAR = N_("{site} broke off while taking this (status {status}); it may have been saved all the same. It is looked "
              "up before anything is sent again.")
_WILL_NOT = N_("{site} will not take this (status {status}). Read its answer, change the text and send it again.")

# Status -> what it means for a read. Statuses that are not named: 5xx busy, the rest a Surprise.
MEANING: Mapping[int, Meaning] = MappingProxyType({
    401: (AccessDenied, _NO_KEY), 402: (AccessDenied, _NO_RIGHT), 403: (AccessDenied, _NO_RIGHT),
    404: (Gone, _GONE), 407: (AccessDenied, _NO_RIGHT), 408: (TryLater, _BUSY), 410: (Gone, _GONE),
    425: (TryLater, _BUSY), 429: (TryLater, _BUSY), 451: (AccessDenied, _NO_RIGHT),
})

# The same for a write: only 425 and 429 say that nothing was taken; 302 and 303 are how some sites say "saved".
MEANING_OF_WRITE: Mapping[int, Meaning] = MappingProxyType({
    **MEANING, 302: (Unsure, _UNCLEAR), 303: (Unsure, _UNCLEAR), 400: (Refused, _WILL_NOT), 408: (Unsure, _UNCLEAR),
    409: (Refused, _WILL_NOT), 413: (Refused, _WILL_NOT), 414: (Refused, _WILL_NOT), 422: (Refused, _WILL_NOT),
})

_MOVED = N_("{site} sends us on to another address (status {status}). Enter the final address in the settings of the "
            "source.")
_ODD = N_("{site} answered with the status {status}, which was not expected here.")


def error_for(answer: Answer, now: datetime) -> ConnectorError:
    """The error that an unexpected answer means; ``now`` serves a Retry-After date when the answer has no Date."""
    known = (MEANING_OF_WRITE if answer.written else MEANING).get(answer.status)
    kind, key = known or _unnamed(answer)
    raw = answer.excerpt()
    if kind is TryLater:
        return TryLater(key, retry_after=asked_wait(answer, now), raw=raw, site=answer.site, status=answer.status)
    return kind(key, raw=raw, site=answer.site, status=answer.status)


def _unnamed(answer: Answer) -> Meaning:
    if answer.status >= 500:
        return (Unsure, _UNCLEAR) if answer.written else (TryLater, _BUSY)
    if answer.written and 200 <= answer.status < 300:
        return Unsure, _UNCLEAR
    return Surprise, _MOVED if 300 <= answer.status < 400 else _ODD


def asked_wait(answer: Answer, now: datetime) -> float | None:
    """Seconds that the answer asks us to wait; a date is measured against the platform's own clock."""
    return retry_after(answer.headers.get("retry-after"), _date_of(answer) or now)


def _date_of(answer: Answer) -> datetime | None:
    try:
        moment = parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else None
