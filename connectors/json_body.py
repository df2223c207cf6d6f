"""JSON of platforms part by part: objects, lists, ids and moments, each as documented or an error that says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from connectors.answers import Answer
from connectors.errors import N_, ConnectorError, Surprise, Unsure

Said = TypeVar("Said")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def said(answer: Answer) -> dict[str, Any]:
    """The body when it is an object, else an empty one: for reading errors. Never raises."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def part(value: Any, *names: str) -> Any:
    """``value[names[0]][names[1]]...``, or None where one of them is missing. Never raises."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def whole(answer: Answer) -> dict[str, Any]:
    """The body, which has to be an object. Raises Surprise, or Unsure for the answer to a write."""
    body = answer.json()
    if not isinstance(body, dict):
        raise _strange(answer)
    return body


def rows(answer: Answer, name: str = "", *, missing_is_empty: bool = False) -> list[Any]:
    """The list under ``name``, or the body itself without one. Raises Surprise where no list is."""
    body = answer.json()
    if name:
        if not isinstance(body, dict):
            raise _strange(answer)
        if missing_is_empty and body.get(name) is None:
            return []
        body = body.get(name)
    if not isinstance(body, list):
        raise _strange(answer)
    return body


def saved(answer: Answer, read: Callable[[Any], Said]) -> Said:
    """What a write left there. It was taken, so that an answer we cannot read leaves us unsure."""
    try:
        return read(answer.json())
    except (ConnectorError, LookupError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise Unsure(N_("{site} took it, but answered something that cannot be read."), raw=answer.excerpt(),
                     site=answer.site) from error


def an_id(value: Any) -> str:
    """An id as text. Raises Surprise for what is none, such as null or an empty text."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Surprise(N_("An entry cannot be read: an id is missing."), raw=str(value)[:200])
    return str(value)


def iso(value: Any) -> datetime | None:
    """An ISO 8601 moment with its zone, in UTC; None without one. Raises ValueError or TypeError for anything else."""
    if value is None or value == "":
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)


def epoch(value: Any) -> datetime | None:
    """Seconds since 1970 as a moment; None without them. Raises ValueError, TypeError or OverflowError."""
    if value is None or value is False or value == "":
        return None
    return _EPOCH + timedelta(seconds=float(value))


def later(moment: datetime | None, than: datetime | None) -> datetime | None:
    """The moment when it is after ``than``: a time of change that equals that of creation is no edit."""
    return moment if moment and (than is None or moment > than) else None


def _strange(answer: Answer) -> ConnectorError:
    kind = Unsure if answer.written else Surprise
    return kind(N_("{site} answered in another shape than its documentation says."), raw=answer.excerpt(),
                site=answer.site)
