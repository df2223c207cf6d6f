"""Where an item stands in a list: conditions of a filter, the keyset order, and the positions that continue a page.

Every order is one walk along an index, or a UNION ALL of a few walks that each stop at the page's limit: PostgreSQL
reads ``work_state IN (...)`` sorted by date many times slower than the union. Queues whose members are few among many
have partial indexes; their predicates (``monitor.models.items``) are repeated here literally, because both databases
use a partial index only for a predicate that they recognise.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, literal, null, select, text, tuple_, union_all
from sqlmodel import Session, col

from connectors.errors import N_
from monitor import search
from monitor.filters import LARGEST_ID, Filter, Queue, Sort
from monitor.models import Item, WorkState
from monitor.models.items import FOLLOW_UP_DUE, IN_REVIEW, OPEN_WORK, SUSPICIOUS

Clause = ColumnElement[bool]
_ASIDE = text("aside")
_OURS = text("NOT aside AND NOT competitor")
_ACTIVE = (WorkState.NEW, WorkState.OPEN, WorkState.WAITING)
_KEY: dict[Sort, Any] = {Sort.NEWEST: col(Item.published_at), Sort.OLDEST: col(Item.published_at),
        Sort.DEADLINE: col(Item.due_at), Sort.RATING: col(Item.rating)}


class BadCursor(ValueError):
    """The mark of a page that is not ours or belongs to another order."""

    says = N_("This page of the list cannot be found. Start again from the first page.")

    def __str__(self) -> str:
        return self.says


@dataclass(frozen=True)
class Position:
    """Where an item stands: ``key`` is its value in the order (None: it has none and comes last), then its id."""

    key: datetime | float | None
    item_id: int

    def write(self, filter: Filter) -> str:
        """The position as an opaque word for an address."""
        key = self.key.astimezone(UTC).isoformat() if isinstance(self.key, datetime) else self.key
        packed = orjson.dumps([_order_name(filter), key, self.item_id])
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, word: str, filter: Filter) -> Position:
        """The position behind the word. Raises BadCursor."""
        try:
            order, key, item_id = orjson.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
            if order != _order_name(filter) or not isinstance(item_id, int) or not 0 <= item_id <= LARGEST_ID:
                raise BadCursor
            return cls(_key_read(key, filter), item_id)
        except (ValueError, TypeError, binascii.Error) as error:
            raise BadCursor from error


def _order_name(filter: Filter) -> str:
    return "search" if filter.search else filter.sort.value


def _key_read(key: Any, filter: Filter) -> datetime | float | None:
    if key is None or filter.search:
        return None
    if filter.sort is Sort.RATING:
        return float(key)
    moment = datetime.fromisoformat(key)
    if moment.tzinfo is None:
        raise BadCursor
    return moment


def conditions(filter: Filter, now: datetime) -> list[Clause]:
    """What an item must be to be in the list, search aside."""
    return [*_queue_conditions(filter, now), *_narrowing(filter)]


def _queue_conditions(filter: Filter, now: datetime) -> list[Any]:
    brand: list[Any] = [] if filter.brand_id is None else [col(Item.brand_id) == filter.brand_id]
    state, open_work = col(Item.work_state), text(OPEN_WORK)
    rules: dict[Queue, list[Any]] = {
        Queue.NEEDS_REPLY: [open_work],
        Queue.OVERDUE: [open_work, col(Item.due_at) < now],
        Queue.UNASSIGNED: [open_work, col(Item.assignee_id).is_(None)],
        Queue.SUSPICIOUS: [text(SUSPICIOUS)],
        Queue.AWAITING_APPROVAL: [text(IN_REVIEW)],
        Queue.FOLLOW_UP_DUE: [text(FOLLOW_UP_DUE)],
        Queue.MINE: [col(Item.assignee_id) == filter.member_id, state.in_(_ACTIVE), _OURS],
        Queue.DONE: [state == WorkState.DONE, _OURS],
        Queue.SNOOZED: [state == WorkState.SNOOZED, _OURS],
        Queue.ASIDE: [_ASIDE],
        Queue.COMPETITORS: [text("competitor")],
        Queue.ALL: [_OURS],
    }
    return [*brand, *rules[filter.queue]]


def _narrowing(filter: Filter) -> list[Clause]:
    several = ((Item.source_id, filter.source_ids), (Item.place_id, filter.place_ids), (Item.kind, filter.kinds),
               (Item.location_id, filter.location_ids), (Item.language, filter.languages),
               (Item.work_state, filter.work_states), (Item.verdict, filter.verdicts))
    single = ((Item.assignee_id, filter.assignee_id), (Item.customer_id, filter.customer_id),
              (Item.case_number, filter.case_number))
    found: list[Clause] = [_one_of(column, values) for column, values in several if values]
    found += [col(column) == value for column, value in single if value is not None]
    for column, least, most in ((Item.rating, filter.min_rating, filter.max_rating),
                                (Item.score, filter.min_score, filter.max_score)):
        found += [col(column) >= least] if least is not None else []
        found += [col(column) <= most] if most is not None else []
    found += [col(Item.published_at) >= filter.since] if filter.since else []
    found += [col(Item.published_at) < filter.until] if filter.until else []
    if filter.has_reply is not None:
        found.append(col(Item.replied_at).is_not(None) if filter.has_reply else col(Item.replied_at).is_(None))
    return found


def _one_of(column: Any, values: Sequence[Any]) -> Clause:
    return col(column) == values[0] if len(values) == 1 else col(column).in_(values)


def _key(filter: Filter) -> Any:
    """The value that orders the list."""
    if filter.sort is Sort.RATING and filter.queue not in (Queue.ALL, Queue.DONE):
        # Few among many: sorting the queue is cheap, walking all ratings to find its members is not, and a sum is no
        # column of an index.
        return col(Item.rating) + 0.0
    return _KEY[filter.sort]


def _walks(filter: Filter) -> list[list[Clause]]:
    """The walks whose union is the list: one, unless an index holds the order only within a single work state."""
    if filter.queue is Queue.MINE:
        return [[col(Item.work_state) == state] for state in _ACTIVE]
    by_date = filter.sort in (Sort.NEWEST, Sort.OLDEST)
    if by_date and filter.queue is Queue.ALL and filter.brand_id is not None and not filter.place_ids:
        states = filter.work_states or tuple(WorkState)
        return [[col(Item.work_state) == state] for state in states]
    return [[]]


def positions(session: Session, filter: Filter, start: Position | None, limit: int, now: datetime, *,
              backwards: bool = False) -> list[Position]:
    """The next positions of the list after ``start`` (or before it, nearest first)."""
    if filter.search:
        return _found(session, filter, start, limit, now, backwards)
    base = conditions(filter, now)
    parts = [part for walk in _walks(filter) for part in _parts(filter, [*base, *walk], start, limit, backwards)]
    down = (filter.sort is Sort.NEWEST) != backwards
    if len(parts) == 1:
        statement: Any = parts[0]
    else:
        together = union_all(*[select(part.subquery()) for part in parts]).subquery()
        rank, key, number = together.c.rank, together.c.key, together.c.id
        order = [one.desc() if flip else one.asc() for one, flip in ((rank, backwards), (key, down), (number, down))]
        statement = select(rank, key, number).order_by(*order).limit(limit)
    return [Position(row[1], row[2]) for row in session.execute(statement)]


def _parts(filter: Filter, base: Sequence[Clause], start: Position | None, limit: int,
           backwards: bool) -> list[Select[Any]]:
    """One or two keyset walks: items that have a value in this order and, where it may be missing, those without."""
    key, number = _key(filter), col(Item.id)
    down = (filter.sort is Sort.NEWEST) != backwards
    may_miss = filter.sort in (Sort.DEADLINE, Sort.RATING)
    parts: list[Select[Any]] = []
    if start is None or start.key is not None or backwards:
        with_key: Select[Any] = select(literal(0).label("rank"), key.label("key"), number.label("id")).where(*base)
        if may_miss:
            with_key = with_key.where(key.is_not(None))
        if start is not None and start.key is not None:
            mark = tuple_(literal(start.key, key.type), literal(start.item_id))
            pair = tuple_(key, number)
            with_key = with_key.where(pair < mark if down else pair > mark)
        parts.append(_walk(with_key, key, number, down, limit))
    if may_miss and (not backwards or (start is not None and start.key is None)):
        without: Select[Any] = select(literal(1).label("rank"), null().cast(key.type).label("key"), number.label("id"))
        without = without.where(*base, key.is_(None))
        if start is not None and start.key is None:
            without = without.where(number < start.item_id if down else number > start.item_id)
        parts.append(without.order_by(number.desc() if down else number.asc()).limit(limit))
    return parts


def _walk(statement: Select[Any], key: Any, number: Any, down: bool, limit: int) -> Select[Any]:
    order = (key.desc(), number.desc()) if down else (key.asc(), number.asc())
    return statement.order_by(*order).limit(limit)


def _found(session: Session, filter: Filter, start: Position | None, limit: int, now: datetime,
           backwards: bool) -> list[Position]:
    """Search results, newest heard first: the full-text table is walked by id and never sorted by rank."""
    matching = search.matches(session, filter.search)
    if matching is None:
        return []
    number = search.item_id(session)
    statement = select(number.label("id")).select_from(search.TABLE.join(Item, col(Item.id) == number))
    statement = statement.where(matching, *conditions(filter, now))
    if start is not None:
        statement = statement.where(number > start.item_id if backwards else number < start.item_id)
    statement = statement.order_by(number.asc() if backwards else number.desc()).limit(limit)
    return [Position(None, row[0]) for row in session.execute(statement)]


def position_of(session: Session, filter: Filter, item_id: int) -> Position | None:
    """Where an item stands in the order of the filter, in the list or not."""
    if filter.search:
        return Position(None, item_id)
    row = session.execute(select(_KEY[filter.sort]).where(col(Item.id) == item_id)).first()
    return None if row is None else Position(row[0], item_id)

