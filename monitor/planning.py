"""Read what we know of the items of one batch and decide what is to be written, before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from connectors.base import Batch, Cursor, Item, Unreadable
from monitor import seen_replies, set_aside
from monitor.bulk import among
from monitor.cleaning import clean_item
from monitor.decide import Decision, Known, What, decide
from monitor.models import Item as Row
from monitor.models import Place, Source

_COLUMNS = [getattr(Row, name) for name in Known._fields]


@dataclass
class Plan:
    """What one batch asks to be written."""

    new: list[Item] = field(default_factory=list)
    edited: list[tuple[Known, Item, Decision]] = field(default_factory=list)
    returned: list[tuple[Known, Item, Decision]] = field(default_factory=list)
    removed: list[Known] = field(default_factory=list)
    recognised: list[Known] = field(default_factory=list)
    same: int = 0
    replies: seen_replies.Plan = field(default_factory=seen_replies.Plan)
    unreadable: list[set_aside.Aside] = field(default_factory=list)
    cursor: Cursor | None = None
    total: int | None = None
    listed: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    unnamed: int = 0
    may_resolve: bool = False

    @property
    def only_new(self) -> bool:
        """Whether nothing that is known already is to be changed."""
        return not (self.edited or self.returned or self.removed or self.recognised or self.replies)

    @property
    def nothing(self) -> bool:
        """Whether nothing at all is to be written."""
        return not (self.new or self.edited or self.returned or self.removed or self.recognised or self.unreadable
                    or self.replies or self.cursor is not None or self.total is not None)


def known_items(session: Session, source_id: int, external_ids: Collection[str]) -> dict[str, Known]:
    """What we keep of the items with these ids, by id."""
    statement = select(*_COLUMNS).where(col(Row.source_id) == source_id, among(session, Row.external_id, external_ids))
    return {row[1]: Known(*row) for row in session.execute(statement)}


def known_here(session: Session, place_id: int) -> list[Known]:
    """What we keep of the items of a place that are not removed."""
    statement = select(*_COLUMNS).where(col(Row.place_id) == place_id, col(Row.removed_at).is_(None))
    return [Known(*row) for row in session.execute(statement)]


def plan(session: Session, place: Place, source: Source, batch: Batch, now: datetime) -> Plan:
    """Decide about every item of the batch; reads only. A batch that names an item twice means its last word."""
    assert source.id is not None
    items = {item.external_id: item for item in map(clean_item, batch.items)}
    known = known_items(session, source.id, items.keys())
    replies = seen_replies.plan(session, source.id, items.values(), known)
    todo = Plan(replies=replies, listed=frozenset(items) | _named(batch.unreadable),
                own=frozenset(one for one, item in items.items() if item.ours or one in replies.known),
                unnamed=sum(not one.external_id for one in batch.unreadable))
    for external_id, item in items.items():
        _sort_in(todo, item, known.get(external_id), is_reply=external_id in todo.own, now=now)
    if todo.new and (aside := set_aside.open_keys(session, place)):
        # The very same raw answer would be refused again.
        todo.new = [item for item in todo.new if set_aside.refused_key(item) not in aside]
        todo.may_resolve = True
    todo.unreadable = set_aside.not_yet_aside(session, place, batch.unreadable) if batch.unreadable else []
    todo.cursor = batch.cursor if batch.cursor != place.cursor else None
    todo.total = batch.total if batch.total != place.platform_total else None
    return todo


def _named(unreadable: Iterable[Unreadable]) -> frozenset[str]:
    return frozenset(one.external_id for one in unreadable if one.external_id)


def _sort_in(todo: Plan, item: Item, old: Known | None, is_reply: bool, now: datetime) -> None:
    if is_reply:
        if old is not None and not old.aside:
            todo.recognised.append(old)
        return
    decision = decide(old, item, now)
    if decision.what is What.NEW:
        todo.new.append(item)
    elif old is None or decision.what is What.SAME:
        todo.same += 1
    elif decision.what is What.REMOVED:
        todo.removed.append(old)
    else:
        (todo.edited if decision.what is What.EDITED else todo.returned).append((old, item, decision))
