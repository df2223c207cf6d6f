"""Read items: pages by keyset, bounded counts for badges, one item with its neighbours, revisions and history.

A page is read in two steps whatever the filter: the ids in order (``item_order``), then the rows without ``raw``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, literal, union_all
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from monitor.filters import BadFilter, Filter, Queue, Sort, from_query
from monitor.item_order import BadCursor, Position, conditions, position_of, positions
from monitor.models import Event, Item, Revision

__all__ = ["BadCursor", "BadFilter", "Filter", "Page", "Queue", "Sort", "count", "counts", "from_query", "get",
           "neighbours", "page", "revisions", "timeline"]

MOST_COUNTED = 1000
_WITHOUT_RAW = defer(Item.raw, raiseload=True)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Page:
    """Items in the order asked for (their ``raw`` is not loaded); ``next`` is empty on the last page."""

    items: list[Item]
    next: str = ""


def page(session: Session, filter: Filter, *, now: datetime, after: str = "", limit: int = 50) -> Page:
    """The items after the cursor ``after`` ("" from the start). Raises BadCursor for one that is not ours."""
    start = Position.read(after, filter) if after else None
    found = positions(session, filter, start, limit + 1, now)
    more = len(found) > limit
    found = found[:limit]
    return Page(_in_order(session, [one.item_id for one in found]), found[-1].write(filter) if more else "")


def _in_order(session: Session, ids: Sequence[int]) -> list[Item]:
    rows = session.exec(select(Item).where(col(Item.id).in_(ids)).options(_WITHOUT_RAW)).all() if ids else []
    by_id = {row.id: row for row in rows}
    return [by_id[item_id] for item_id in ids if item_id in by_id]


def counts(session: Session, brand_id: int | None, member_id: int | None, now: datetime) -> dict[str, int]:
    """How many items each queue holds, for badges; counting stops at ``MOST_COUNTED``. One query."""
    queues = [queue for queue in Queue if queue is not Queue.MINE or member_id is not None]
    parts = []
    for queue in queues:
        asked = Filter(brand_id=brand_id, queue=queue, member_id=member_id)
        some = select(literal(1)).select_from(Item).where(*conditions(asked, now)).limit(MOST_COUNTED).subquery()
        parts.append(select(literal(queue.value), func.count()).select_from(some))
    found: dict[str, int] = {queue.value: 0 for queue in Queue}
    found.update((row[0], row[1]) for row in session.execute(union_all(*parts)))
    return found


def count(session: Session, filter: Filter, now: datetime, most: int = MOST_COUNTED) -> int:
    """How many items the filter finds, counting no further than ``most``."""
    return len(positions(session, replace(filter, sort=Sort.NEWEST), None, most, now))


def get(session: Session, item_id: int) -> Item | None:
    """One item with everything, ``raw`` too."""
    return session.get(Item, item_id)


def neighbours(session: Session, filter: Filter, item_id: int, now: datetime) -> tuple[int | None, int | None]:
    """The ids before and after an item in the order of a list, whether or not the item itself is still in it."""
    here = position_of(session, filter, item_id)
    if here is None:
        return None, None
    before = positions(session, filter, here, 1, now, backwards=True)
    after = positions(session, filter, here, 1, now)
    return before[0].item_id if before else None, after[0].item_id if after else None


def revisions(session: Session, item_id: int) -> list[Revision]:
    """Earlier texts and ratings of an item, the oldest first; the present one is the item itself."""
    statement = select(Revision).where(Revision.item_id == item_id).order_by(col(Revision.id))
    return list(session.exec(statement).all())


def timeline(session: Session, item_id: int, limit: int = 500) -> list[Event]:
    """What happened to an item, the latest first."""
    statement = select(Event).where(Event.item_id == item_id).order_by(col(Event.id).desc()).limit(limit)
    return list(session.exec(statement).all())
