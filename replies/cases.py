"""One problem being solved: opened from an item, moved by stages, resolved with a text, opened again if it was not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from connectors.base import Channel
from connectors.errors import N_
from monitor import events
from monitor.models import Brand, Item, WorkState
from monitor.working_hours import add_hours
from replies import follow_up, standing
from replies.draft import clean
from replies.errors import Conflict, NotAllowed
from replies.models import Case, CaseItem, FollowUp, FollowUpState, Justified, Stage
from replies.people import acting
from replies.settings import RepliesSettings

ORDER = (Stage.REGISTRATION, Stage.ANALYSIS, Stage.CORRECTIVE_ACTION, Stage.SATISFACTION, Stage.CLOSED)
TRIES = 5


def open_from(session: Session, item_id: int, title: str, by_id: int, now: datetime, settings: RepliesSettings, *,
              responsible_id: int | None = None, cause: str = "", department: str = "",
              hours: float | None = None) -> Case:
    """Open a case from an item, due in working hours of the brand's calendar; the item waits for it.

    Without a title it is the beginning of the customer's own words; without a responsible it is who opens it.
    Raises NotAllowed when the item belongs to an open case already.
    """
    acting(session, by_id)
    if responsible_id is not None:
        acting(session, responsible_id)
    item = session.get_one(Item, item_id)
    if (already := standing.open_case(session, item_id)) is not None:
        raise NotAllowed(N_("This belongs to case {number} already."), number=already.number)
    brand = session.get_one(Brand, item.brand_id)
    due_at = add_hours(now, settings.case_hours if hours is None else hours, brand.calendar, brand.timezone)
    case = _numbered(session, Case(
        number=0, brand_id=item.brand_id, customer_id=item.customer_id, title=_title(title, item), cause=cause.strip(),
        department=department.strip(), responsible_id=responsible_id or by_id, opened_at=now, due_at=due_at,
        stages={Stage.REGISTRATION.value: {"entered": now.isoformat(), "by": by_id}}))
    _event(session, case, "case.opened", now, by_id, item_id=item_id, number=case.number)
    _attach(session, case, item)
    return case


def join(session: Session, case_id: int, item_id: int, by_id: int, now: datetime) -> Case:
    """Let a case speak for one more item. Raises NotAllowed when the item has an open case or the case is closed."""
    acting(session, by_id)
    case = session.get_one(Case, case_id)
    item = session.get_one(Item, item_id)
    already = standing.open_case(session, item_id)
    if already is not None and already.id == case.id:
        return case
    if already is not None:
        raise NotAllowed(N_("This belongs to case {number} already."), number=already.number)
    if case.closed_at is not None or item.brand_id != case.brand_id:
        raise NotAllowed(N_("Only an open case of the same brand takes more items."))
    _event(session, case, "case.joined", now, by_id, item_id=item_id, number=case.number)
    _attach(session, case, item)
    if case.resolved_at is not None and item.channel is Channel.OPEN:
        follow_up.start(session, case, item, now)
    return case


def move(session: Session, case_id: int, stage: Stage, reason: str, by_id: int, now: datetime, *,
         version: int | None = None) -> Case:
    """Move a case to another stage; going back or skipping one needs a reason. Raises NotAllowed, Conflict."""
    case = _at(session, case_id, by_id, version)
    if stage in (Stage.SATISFACTION, Stage.CLOSED) and case.resolved_at is None:
        raise NotAllowed(N_("Write first what was done: resolve the case."))
    step = ORDER.index(stage) - ORDER.index(case.stage)
    if step == 0:
        return case
    if step != 1 and not reason.strip():
        raise NotAllowed(N_("Say why a stage is skipped or repeated."))
    return _enter(session, case, stage, "case.moved", by_id, now, reason)


def edit(session: Session, case_id: int, by_id: int, now: datetime, *, version: int | None = None,
         **changes: Any) -> Case:
    """Change ``title``, ``cause``, ``department``, ``responsible_id``, ``due_at`` or ``justified``.

    Raises NotAllowed, Conflict, ValueError for an unknown field.
    """
    case = _at(session, case_id, by_id, version)
    unknown = changes.keys() - {"title", "cause", "department", "responsible_id", "due_at", "justified"}
    if unknown:
        raise ValueError(f"a case has no field {', '.join(sorted(unknown))} to edit")
    if changes.get("responsible_id") is not None:
        acting(session, changes["responsible_id"])
    changed = {name: value for name, value in changes.items() if getattr(case, name) != value}
    for name, value in changed.items():
        setattr(case, name, value)
    if changed:
        case.version += 1
        plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in changed.items()}
        _event(session, case, "case.edited", now, by_id, changed=plain)
    return case


def judge(session: Session, case_id: int, justified: Justified, by_id: int, now: datetime) -> Case:
    """Record whether the complaint is justified."""
    return edit(session, case_id, by_id, now, justified=justified)


def resolve(session: Session, case_id: int, text: str, by_id: int, now: datetime, *,
            version: int | None = None) -> Case:
    """Record what was done; the public word becomes due under every public item. Raises NotAllowed, Conflict."""
    case = _at(session, case_id, by_id, version)
    text = clean(text).strip()
    if not text:
        raise NotAllowed(N_("Write first what was done: resolve the case."))
    if case.resolved_at is not None:
        raise NotAllowed(N_("This case is resolved already. Open it again to change that."))
    case.resolution, case.resolved_at = text, now
    _enter(session, case, Stage.SATISFACTION, "case.resolved", by_id, now, "", text=text)
    items = items_of(session, case_id)
    for item in items:
        if item.channel is Channel.OPEN:
            follow_up.start(session, case, item, now)
    follow_up.close_if_answered(session, case_id, now)
    return case


def reopen(session: Session, case_id: int, reason: str, by_id: int, now: datetime, *,
           version: int | None = None) -> Case:
    """Open a resolved or closed case again, with its items. Raises NotAllowed, Conflict."""
    case = _at(session, case_id, by_id, version)
    if case.resolved_at is None and case.closed_at is None:
        raise NotAllowed(N_("This case is open already."))
    case.resolved_at = case.closed_at = None
    _enter(session, case, Stage.CORRECTIVE_ACTION, "case.reopened", by_id, now, reason)
    for waiting in session.exec(select(FollowUp).where(FollowUp.case_id == case_id,
                                                       FollowUp.state == FollowUpState.DUE)).all():
        session.delete(waiting)
    for item in items_of(session, case_id):
        standing.reopened(session, item.id or 0)
    return case


def items_of(session: Session, case_id: int) -> list[Item]:
    """The items that a case joins, the oldest first."""
    return list(session.exec(select(Item).join(CaseItem, col(CaseItem.item_id) == col(Item.id))
                             .where(CaseItem.case_id == case_id).order_by(col(Item.published_at), col(Item.id))))


def _attach(session: Session, case: Case, item: Item) -> None:
    assert case.id is not None
    assert item.id is not None
    session.add(CaseItem(case_id=case.id, item_id=item.id))
    if item.work_state in (WorkState.NEW, WorkState.OPEN, WorkState.SNOOZED, WorkState.DONE):
        item.work_state, item.snoozed_until, item.done_at = WorkState.OPEN, None, None
    item.version += 1
    session.add(item)
    standing.keep(session, item.id)


def _numbered(session: Session, case: Case) -> Case:
    """Store a case under the next free number; two at once take two numbers."""
    for _ in range(TRIES):
        case.number = (session.exec(select(func.max(Case.number))).one() or 0) + 1
        try:
            with session.begin_nested():
                session.add(case)
                session.flush()
            return case
        except IntegrityError:
            continue
    raise NotAllowed(N_("Somebody else was faster. Look again."))


def _title(title: str, item: Item) -> str:
    words = (title.strip() or item.title.strip() or item.text.strip() or item.author_name).split()
    short = " ".join(words)
    return short if len(short) <= 120 else short[:119].rsplit(" ", 1)[0] + "…"


def _at(session: Session, case_id: int, by_id: int, version: int | None) -> Case:
    acting(session, by_id)
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotAllowed(N_("This does not exist any more."))
    if version is not None and case.version != version:
        raise Conflict(case.resolution, case.version, case.responsible_id)
    return case


def _enter(session: Session, case: Case, stage: Stage, kind: str, by_id: int, now: datetime, reason: str,
           **told: Any) -> Case:
    left = {**case.stages.get(case.stage.value, {}), "left": now.isoformat()}
    stages = {**case.stages, case.stage.value: left}
    stages[stage.value] = {"entered": now.isoformat(), "by": by_id, **({"reason": reason} if reason else {})}
    before, case.stages, case.stage = case.stage, stages, stage
    case.closed_at = now if stage is Stage.CLOSED else None
    case.version += 1
    _event(session, case, kind, now, by_id, before=before.value, stage=stage.value, reason=reason, **told)
    return case


def _event(session: Session, case: Case, kind: str, now: datetime, by_id: int, *, item_id: int | None = None,
           **told: Any) -> None:
    session.add(case)
    session.flush()
    events.record(session, kind, now, by_id=by_id, brand_id=case.brand_id, case_id=case.id, item_id=item_id,
                  **{key: value for key, value in told.items() if value})
