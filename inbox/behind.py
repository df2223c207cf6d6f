"""The items behind a figure: a filter of the inbox and, where that cannot say it, one more condition with a name.

A figure is counted by ``clauses`` and its address opens a list made by the same ``clauses``: they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, extract, func, select, true
from sqlmodel import Session, col

from connectors.base import Published
from inbox.views_list import query_of
from monitor.filters import LARGEST_ID, BadFilter, Filter, from_query
from monitor.item_order import conditions
from monitor.models import Item
from replies.models import Purpose, Reply

NOBODY = 0
Clause = ColumnElement[bool]


@dataclass(frozen=True)
class Behind:
    """``of`` "" is the plain filter. Others: ``listed`` still shown by the platform, ``judged`` answered or past its
    deadline, ``in_time`` answered before it, ``minutes`` first reply after ``from-to`` minutes, ``member`` answered by
    that team member (0: on the platform, by nobody here), ``other_language`` in none of the languages named.
    """

    filter: Filter
    of: str = ""
    value: str = ""

    @property
    def address(self) -> str:
        """Where the list opens: the inbox when its filter says it all."""
        query = query_of(self.filter)
        if not self.of:
            return f"/inbox?{query}"
        extra = [("of", self.of)] + ([("value", self.value)] if self.value else [])
        return f"/analytics/items?{urlencode(extra)}&{query}"


@dataclass(frozen=True)
class Figure:
    """A number and what it counts."""

    n: int
    behind: Behind


def read(pairs: Iterable[tuple[str, str]], brand_id: int | None) -> Behind:
    """What an address of ``/analytics/items`` names. Raises BadFilter."""
    given = list(pairs)
    known = dict(given)
    filter = from_query([pair for pair in given if pair[0] not in {"brand", "of", "value", "after"}])
    of, value = known.get("of", ""), known.get("value", "")
    if of and of not in _EXTRA:
        raise BadFilter("of", of)
    return Behind(replace(filter, brand_id=brand_id, search=""), of, value)


def seconds_to_reply(session: Session) -> Any:
    """Seconds from publication to our first reply, never below zero, as SQL of this database."""
    replied, published = col(Item.replied_at), col(Item.published_at)
    if session.get_bind().dialect.name == "sqlite":
        return func.max(func.round((func.julianday(replied) - func.julianday(published)) * 86400), 0)
    return func.greatest(func.round(extract("epoch", replied) - extract("epoch", published)), 0)


def listed() -> list[Clause]:
    """Still shown by the platform."""
    return [col(Item.removed_at).is_(None), col(Item.status) == Published.PUBLISHED]


def judged(now: datetime) -> Clause:
    """Had a deadline and was answered, or has run out of time."""
    return col(Item.due_at).is_not(None) & (col(Item.replied_at).is_not(None) | (col(Item.due_at) < now))


def in_time() -> Clause:
    """Answered before the deadline."""
    return col(Item.replied_at) <= col(Item.due_at)


def answered_by(member_id: int) -> Clause:
    """Has a posted reply that this member wrote; nobody here for ``NOBODY``."""
    author = col(Reply.author_id)
    by = author.is_(None) if member_id == NOBODY else author == member_id
    written = select(col(Reply.item_id)).where(
        col(Reply.item_id) == col(Item.id), col(Reply.purpose) == Purpose.REPLY, col(Reply.posted_at).is_not(None), by)
    return written.exists()


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST_ID // 60:
        raise ValueError
    return number


def _minutes(session: Session, value: str, _: datetime) -> list[Clause]:
    least, _dash, most = value.partition("-")
    seconds = seconds_to_reply(session)
    found = [col(Item.replied_at).is_not(None), seconds >= _number(least) * 60]
    return [*found, seconds < _number(most) * 60] if most else found


def _other_language(_session: Session, value: str, _: datetime) -> list[Clause]:
    return [col(Item.language).not_in(value.split(","))] if value else [true()]


_EXTRA: Mapping[str, Callable[[Session, str, datetime], list[Clause]]] = {
    "listed": lambda _session, _value, _now: listed(),
    "judged": lambda _session, _value, now: [judged(now)],
    "in_time": lambda _session, _value, now: [judged(now), in_time()],
    "minutes": _minutes,
    "member": lambda _session, value, _now: [col(Item.replied_at).is_not(None), answered_by(_number(value))],
    "other_language": _other_language,
}


def clauses(session: Session, behind: Behind, now: datetime) -> list[Clause]:
    """What an item must be to count. Raises BadFilter for a value that the name cannot have."""
    found = conditions(behind.filter, now)
    try:
        return found + (_EXTRA[behind.of](session, behind.value[:200], now) if behind.of else [])
    except (ValueError, OverflowError) as error:
        raise BadFilter("value", behind.value) from error


def count(session: Session, behind: Behind, now: datetime) -> int:
    """How many items there are."""
    return int(session.execute(select(func.count()).select_from(Item).where(*clauses(session, behind, now)))
               .scalar_one())
