"""What people do with items: assign, put off, finish, set aside, read; one by one or in bulk, and undone again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from connectors.errors import N_
from monitor import events
from monitor.db import Database, claim
from monitor.models import Event, Item, WorkState
from replies import standing
from replies.errors import Conflict, NotAllowed, WordsError
from replies.people import acting
from replies.states import demand

MAX_BULK = 500
FIELDS = ("work_state", "assignee_id", "snoozed_until", "done_at", "read_at")


@dataclass(frozen=True)
class Act:
    """What was done: the item's version afterwards, and the event that ``undo`` takes back."""

    item_id: int
    version: int
    event_id: int


@dataclass(frozen=True)
class BulkResult:
    """How one item of a bulk act went: ``act`` or, as a sentence key, why not."""

    item_id: int
    act: Act | None = None
    error: WordsError | None = None

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.act is not None


def assign(session: Session, item_id: int, assignee_id: int | None, by_id: int, now: datetime, *,
           version: int | None = None) -> Act:
    """Make a team member responsible; None for nobody. A new item becomes open. Raises Conflict, NotAllowed."""
    if assignee_id is not None:
        acting(session, assignee_id)
    item = _item(session, item_id)
    state = WorkState.OPEN if item.work_state is WorkState.NEW and assignee_id else item.work_state
    return _change(session, item, "item.assigned", by_id, now, version, {"assignee_id": assignee_id,
                                                                         "work_state": state})


def snooze(session: Session, item_id: int, until: datetime, by_id: int, now: datetime, *,
           version: int | None = None) -> Act:
    """Put an item off until a moment in the future; it wakes by itself. Raises Conflict, NotAllowed."""
    if until <= now:
        raise NotAllowed(N_("Choose a time in the future."))
    return _move(session, item_id, WorkState.SNOOZED, "item.snoozed", by_id, now, version, snoozed_until=until)


def done(session: Session, item_id: int, by_id: int, now: datetime, *, version: int | None = None) -> Act:
    """Nothing is left to do. Raises Conflict, NotAllowed."""
    return _move(session, item_id, WorkState.DONE, "item.done", by_id, now, version, done_at=now)


def reopen(session: Session, item_id: int, by_id: int, now: datetime, *, version: int | None = None) -> Act:
    """There is something to do again. Raises Conflict, NotAllowed."""
    return _move(session, item_id, WorkState.OPEN, "item.reopened", by_id, now, version)


def irrelevant(session: Session, item_id: int, by_id: int, now: datetime, *, version: int | None = None) -> Act:
    """Not about us, or nothing that needs anybody. Raises Conflict, NotAllowed."""
    return _move(session, item_id, WorkState.IRRELEVANT, "item.set_aside", by_id, now, version)


def mark_read(session: Session, item_id: int, by_id: int, now: datetime) -> bool:
    """Note that somebody of the team has read it; True the first time. Disturbs no version and needs no right."""
    item = _item(session, item_id)
    if item.read_at is not None:
        return False
    state = WorkState.OPEN if item.work_state is WorkState.NEW else item.work_state
    if not claim(session, Item, item_id, where={"read_at": None}, values={"read_at": now, "work_state": state}):
        return False
    events.record(session, "item.read", now, by_id=by_id, brand_id=item.brand_id, item_id=item_id)
    return True


def mark_unread(session: Session, item_id: int, by_id: int, now: datetime) -> None:
    """Let it look unread again."""
    item = _item(session, item_id)
    if claim(session, Item, item_id, where={"read_at": item.read_at}, values={"read_at": None}):
        events.record(session, "item.unread", now, by_id=by_id, brand_id=item.brand_id, item_id=item_id)


ACTS: dict[str, Callable[..., Act]] = {
    "assign": assign, "snooze": snooze, "done": done, "reopen": reopen, "irrelevant": irrelevant}


def bulk(session: Session, item_ids: Sequence[int], act: str, by_id: int, now: datetime, *,
         assignee_id: int | None = None, until: datetime | None = None) -> list[BulkResult]:
    """One act on up to 500 items, each on its own: what one item does not allow does not stop the others.

    ``act`` is a key of ``ACTS``. Raises NotAllowed for an unknown act, too many items, or a missing argument.
    """
    if act not in ACTS or len(item_ids) > MAX_BULK:
        raise NotAllowed(N_("Choose at most {limit} items and one act."), limit=MAX_BULK)
    if act == "snooze" and until is None:
        raise NotAllowed(N_("Choose a time in the future."))
    extra = {"assign": (assignee_id,), "snooze": (until,)}.get(act, ())
    results = []
    for item_id in dict.fromkeys(item_ids):
        try:
            results.append(BulkResult(item_id, ACTS[act](session, item_id, *extra, by_id, now)))
        except WordsError as error:
            results.append(BulkResult(item_id, error=error))
    return results


def undo(session: Session, event_id: int, by_id: int, now: datetime) -> Act:
    """Take back an act of one's own by its event. Raises NotAllowed for others' acts, Conflict after a later change."""
    event = session.get(Event, event_id)
    if event is None or event.by_id != by_id or event.item_id is None or "before" not in event.data:
        raise NotAllowed(N_("This cannot be undone."))
    before = {name: _stored(name, value) for name, value in event.data["before"].items() if name in FIELDS}
    return _change(session, _item(session, event.item_id), "item.undone", by_id, now, event.data["version"], before)


def wake_due(db: Database, now: datetime, limit: int = 500) -> list[int]:
    """Open what was put off until now; the ids of what woke."""
    with db.read() as session:
        ids = session.exec(select(Item.id).where(Item.work_state == WorkState.SNOOZED,
                                                 col(Item.snoozed_until) <= now).limit(limit)).all()
    woken = []
    for item_id in ids:
        with db.write() as session:
            item = session.get_one(Item, item_id)
            if item.work_state is WorkState.SNOOZED and item.snoozed_until and item.snoozed_until <= now:
                standing.reopened(session, item.id or 0)
                events.record(session, "item.woken", now, brand_id=item.brand_id, item_id=item.id)
                woken.append(item.id or 0)
    return woken


def _item(session: Session, item_id: int) -> Item:
    item = session.get(Item, item_id, populate_existing=True)
    if item is None:
        raise NotAllowed(N_("This does not exist any more."))
    return item


def _move(session: Session, item_id: int, new: WorkState, kind: str, by_id: int, now: datetime,
          version: int | None, **values: Any) -> Act:
    item = _item(session, item_id)
    person = acting(session, by_id)
    if item.work_state is not new or new is WorkState.DONE:
        demand(item.work_state, new, person.role)
    return _change(session, item, kind, by_id, now, version,
                   {"work_state": new, "snoozed_until": None, "done_at": None, **values})


def _change(session: Session, item: Item, kind: str, by_id: int, now: datetime, version: int | None,
            values: dict[str, Any]) -> Act:
    assert item.id is not None
    acting(session, by_id)
    seen = item.version if version is None else version
    before = {name: getattr(item, name) for name in values}
    if not claim(session, Item, item.id, where={"version": seen}, values={**values, "version": seen + 1}):
        current = _item(session, item.id)
        raise Conflict(current.work_state.value, current.version, current.assignee_id)
    event = events.record(session, kind, now, by_id=by_id, brand_id=item.brand_id, item_id=item.id,
                          version=seen + 1, before=_plain(before), after=_plain(values))
    session.flush()
    assert event.id is not None
    return Act(item.id, seen + 1, event.id)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _stored(name: str, value: Any) -> Any:
    if name == "work_state":
        return WorkState(value)
    return datetime.fromisoformat(value) if name.endswith(("_at", "_until")) and value else value
