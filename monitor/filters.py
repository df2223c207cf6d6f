"""What a list of items shall show: queue, filters and order as plain values, and as the query of an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from connectors.base import ItemKind
from connectors.errors import N_
from monitor.models import Verdict, WorkState

LARGEST_ID = 2**62


class Queue(StrEnum):
    """The lists a team works through; only ``aside`` and ``competitors`` show what is kept out of the others."""

    NEEDS_REPLY = "needs_reply"
    OVERDUE = "overdue"
    SUSPICIOUS = "suspicious"
    AWAITING_APPROVAL = "awaiting_approval"
    FOLLOW_UP_DUE = "follow_up_due"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    DONE = "done"
    SNOOZED = "snoozed"
    ASIDE = "aside"
    COMPETITORS = "competitors"
    ALL = "all"


class Sort(StrEnum):
    """``deadline``: soonest first, then what has none; ``rating``: worst first, then what has none."""

    DEADLINE = "deadline"
    NEWEST = "newest"
    OLDEST = "oldest"
    RATING = "rating"


class BadFilter(ValueError):
    """A value in the address that a filter cannot have; ``key`` is a sentence whose ``{names}`` are in ``facts``."""

    def __init__(self, name: str, value: str) -> None:
        self.key = N_("The filter “{name}” cannot be “{value}”.")
        self.facts = {"name": name, "value": value[:100]}
        self.says = self.key.format(**self.facts)
        super().__init__(self.says)


@dataclass(frozen=True)
class Filter:
    """Which items, in which order. Empty means "any"; several values of one field mean "one of these".

    ``member_id`` is who looks (queue ``mine``) and no part of the address. ``since`` and ``until`` bound the day of
    publication, ``until`` not included. ``has_reply`` asks whether we have answered.
    """

    brand_id: int | None = None
    queue: Queue = Queue.ALL
    member_id: int | None = None
    source_ids: tuple[int, ...] = ()
    place_ids: tuple[int, ...] = ()
    location_ids: tuple[int, ...] = ()
    kinds: tuple[ItemKind, ...] = ()
    min_rating: float | None = None
    max_rating: float | None = None
    languages: tuple[str, ...] = ()
    work_states: tuple[WorkState, ...] = ()
    assignee_id: int | None = None
    verdicts: tuple[Verdict, ...] = ()
    search: str = ""
    since: datetime | None = None
    until: datetime | None = None
    min_score: int | None = None
    max_score: int | None = None
    customer_id: int | None = None
    case_number: int | None = None
    has_reply: bool | None = None
    sort: Sort = Sort.NEWEST

    def to_query(self) -> list[tuple[str, str]]:
        """The part of an address that brings this filter back; defaults are left out. Pure."""
        pairs: list[tuple[str, str]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "member_id" and value != field.default:
                name = _SHORT.get(field.name, field.name)
                pairs += [(name, _written(one)) for one in (value if isinstance(value, tuple) else (value,))]
        return pairs


def from_query(query: Mapping[str, str | Sequence[str]] | Iterable[tuple[str, str]], *,
               member_id: int | None = None) -> Filter:
    """The filter that an address names; unknown names are ignored, empty values are "any". Pure.

    ``query`` is a mapping of names to one or several values, or pairs (starlette's ``multi_items()``).
    Raises BadFilter.
    """
    given: dict[str, Any] = {"member_id": member_id}
    for name, values in _gathered(query).items():
        if (field := _LONG.get(name, name)) in _READ:
            read = [_one(name, value, _READ[field]) for value in values]
            given[field] = tuple(dict.fromkeys(read)) if field in _MANY else read[-1]
    return Filter(**given)


_SHORT = {"brand_id": "brand", "source_ids": "source", "place_ids": "place", "location_ids": "location",
          "kinds": "kind", "languages": "language", "work_states": "state", "assignee_id": "assignee",
          "verdicts": "verdict", "search": "q", "customer_id": "customer", "case_number": "case"}
_LONG = {short: name for name, short in _SHORT.items()}
_MANY = {"source_ids", "place_ids", "location_ids", "kinds", "languages", "work_states", "verdicts"}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value)


def _number(value: str) -> int:
    number = int(value)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError
    return number


def _decimal(value: str) -> float:
    number = float(value)
    if not -1000 <= number <= 1000:
        raise ValueError
    return number


def _yes_no(value: str) -> bool:
    return {"yes": True, "no": False, "1": True, "0": False}[value]


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value.replace(" ", "+"))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


def _language(value: str) -> str:
    if not (value.isascii() and value.isalpha() and value == value.lower() and len(value) <= 3):
        raise ValueError
    return value


def _words(value: str) -> str:
    return value[:500]


_READ: dict[str, Callable[[str], Any]] = {
    "brand_id": _number, "queue": Queue, "source_ids": _number, "place_ids": _number, "location_ids": _number,
    "kinds": ItemKind, "min_rating": _decimal, "max_rating": _decimal, "languages": _language,
    "work_states": WorkState, "assignee_id": _number, "verdicts": Verdict, "search": _words, "since": _moment,
    "until": _moment, "min_score": _number, "max_score": _number, "customer_id": _number, "case_number": _number,
    "has_reply": _yes_no, "sort": Sort,
}


def _one(name: str, value: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(value)
    except (ValueError, KeyError, OverflowError) as error:
        raise BadFilter(name, value) from error


def _gathered(query: Mapping[str, str | Sequence[str]] | Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    pairs = query.items() if isinstance(query, Mapping) else query
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        values = [value] if isinstance(value, str) else list(value)
        found.setdefault(name, []).extend(one for one in values if one.strip())
    return {name: values for name, values in found.items() if values}
