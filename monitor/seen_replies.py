"""Keep the replies that a poll shows, ours and others': they never become items, and ``replies/verify`` reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session, SQLModel, col

from connectors.base import Item, PostedReply, Published
from monitor import events
from monitor.bulk import among
from monitor.decide import Known
from monitor.models import Item as ItemRow
from monitor.models import SeenReply, Source

_TABLE: Any = SQLModel.metadata.tables["seen_reply"]


class Seen(NamedTuple):
    """A reply in this batch and the external id of the item that it answers."""

    reply: PostedReply
    answers: str


class Row(NamedTuple):
    """A reply as we keep it."""

    id: int
    external_id: str
    item_id: int | None
    text: str
    status: Published
    ours: bool | None
    listed: bool
    removed_at: datetime | None


@dataclass
class Plan:
    """Replies to write: ``new`` ones, and ``changed`` ones with the row's id; ``known`` and ``listed`` are ids."""

    new: list[Seen] = field(default_factory=list)
    changed: list[tuple[int, Seen]] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    items: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)


def _seen(items: Iterable[Item]) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    for item in items:
        for reply in item.replies:
            found[reply.external_id] = Seen(reply, item.external_id)
        if item.ours:
            reply = PostedReply(external_id=item.external_id, text=item.text, url=item.url, ours=True,
                                author_name=item.author_name, parent_id=item.parent_id, created_at=item.created_at,
                                edited_at=item.edited_at, status=item.status)
            found[item.external_id] = Seen(reply, item.parent_id or item.thread_id)
    found.pop("", None)
    return found


def plan(session: Session, source_id: int, items: Collection[Item], known: Mapping[str, Known]) -> Plan:
    """Which replies of the batch are new or changed; reads only."""
    seen = _seen(items)
    rows = _rows(session, source_id, {*seen, *(item.external_id for item in items)})
    todo = Plan(known=frozenset(rows) | frozenset(seen), listed=frozenset(seen))
    todo.items = _item_ids(session, source_id, {one.answers for one in seen.values()}, known)
    for external_id, one in seen.items():
        row = rows.get(external_id)
        if row is None:
            if one.reply.status is not Published.REMOVED:
                todo.new.append(one)
        elif _differs(row, one, todo.items.get(one.answers)):
            todo.changed.append((row.id, one))
    return todo


def _rows(session: Session, source_id: int, external_ids: Collection[str]) -> dict[str, Row]:
    if not external_ids:
        return {}
    columns = [getattr(SeenReply, name) for name in Row._fields]
    statement = select(*columns).where(col(SeenReply.source_id) == source_id,
                                       among(session, SeenReply.external_id, external_ids))
    return {row[1]: Row(*row) for row in session.execute(statement)}


def _item_ids(session: Session, source_id: int, external_ids: set[str], known: Mapping[str, Known]) -> dict[str, int]:
    found = {external_id: known[external_id].id for external_id in external_ids if external_id in known}
    elsewhere = external_ids - set(found) - {""}
    if elsewhere:
        statement = select(ItemRow.external_id, ItemRow.id).where(  # type: ignore[call-overload]
            col(ItemRow.source_id) == source_id, col(ItemRow.external_id).in_(elsewhere))
        found |= {row[0]: row[1] for row in session.execute(statement)}
    return found


def _differs(row: Row, one: Seen, item_id: int | None) -> bool:
    reply = one.reply
    gone = reply.status is Published.REMOVED
    return (row.text != reply.text or row.status is not reply.status or (row.removed_at is not None) != gone
            or not row.listed or (reply.ours is not None and row.ours is not reply.ours)
            or (item_id is not None and row.item_id is None))


def keep(session: Session, todo: Plan, source: Source, now: datetime, new_items: Mapping[str, int]) -> int:
    """Write the replies of a plan; how many rows changed."""
    item_ids = {**todo.items, **new_items}
    if todo.new:
        rows = [_values(one, source, now, item_ids) | {"first_seen_at": now} for one in todo.new]
        session.execute(insert(_TABLE), rows)
    for row_id, one in todo.changed:
        values = _values(one, source, now, item_ids)
        if values["item_id"] is None:
            del values["item_id"]
        if values["ours"] is None:
            del values["ours"]
        session.execute(update(_TABLE).where(_TABLE.c.id == row_id).values(values))
    return len(todo.new) + len(todo.changed)


def _values(one: Seen, source: Source, now: datetime, item_ids: Mapping[str, int]) -> dict[str, Any]:
    reply = one.reply
    gone = now if reply.status is Published.REMOVED else None
    return {"source_id": source.id, "external_id": reply.external_id, "item_id": item_ids.get(one.answers),
            "parent_id": reply.parent_id or one.answers, "text": reply.text, "url": reply.url,
            "author_name": reply.author_name, "ours": reply.ours, "listed": True, "status": reply.status,
            "created_at": reply.created_at, "last_seen_at": now, "removed_at": gone}


def remove_unlisted(session: Session, place_id: int, source: Source, listed: Collection[str], now: datetime) -> int:
    """Mark the replies under a place's items that a complete pass no longer listed; how many."""
    statement = select(SeenReply.id, SeenReply.external_id, SeenReply.item_id).join(  # type: ignore[call-overload]
        ItemRow, col(ItemRow.id) == col(SeenReply.item_id)).where(
        col(ItemRow.place_id) == place_id, col(SeenReply.listed), col(SeenReply.removed_at).is_(None))
    gone = [row for row in session.execute(statement) if row[1] not in listed]
    if gone:
        change = update(_TABLE).where(_TABLE.c.id == bindparam("row")).values(
            removed_at=now, status=Published.REMOVED)
        session.connection().execute(change, [{"row": row[0]} for row in gone])
    for _, external_id, item_id in gone:
        events.record(session, "reply.gone_there", now, brand_id=source.brand_id, source_id=source.id,
                      place_id=place_id, item_id=item_id, external_id=external_id)
    return len(gone)
