"""Say publicly that it is solved, ask the customer, and hear the answer: confirmed, disputed, silent, better rating.

    due → asked → confirmed | disputed (the case and the item open again) | silent | rating_raised
    A public word goes the way of every reply: a person writes it, it is approved, posted once and verified.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from connectors.base import ReplyMode
from connectors.errors import N_
from monitor import events
from monitor.db import Database
from monitor.models import Item, SeenReply
from replies import draft, reach, standing
from replies.errors import NotAllowed
from replies.models import Case, CaseItem, FollowUp, FollowUpState, Purpose, Reply, Stage
from replies.people import acting
from replies.reach import Platforms
from replies.seen import normal
from replies.settings import RepliesSettings
from replies.states import PUBLIC

OPEN_ENDED = frozenset({FollowUpState.ASKED, FollowUpState.SILENT})
"""The customer may still answer."""
ASKABLE = frozenset({FollowUpState.DUE, FollowUpState.SILENT, FollowUpState.DISPUTED})
"""The public word may be said, or said anew."""


def silent_at(asked_at: datetime, settings: RepliesSettings) -> datetime:
    """When no answer counts as an answer. Pure."""
    return asked_at + timedelta(days=settings.silent_after_days)


def has_raised(before: float | None, current: float | None) -> bool:
    """Whether the customer now gives more stars than when the problem was solved. Pure."""
    return before is not None and current is not None and current > before


def opening(session: Session, item: Item, platforms: Platforms | None = None) -> str:
    """What the public word starts from: where the platform shows one reply only, the text that stands there now.

    The new reply replaces the old one on the page, so both texts go into it; the old row keeps its own as well.
    """
    if reach.mode(reach.platform(session, item, platforms), item) is not ReplyMode.SINGLE:
        return ""
    earlier = session.exec(select(Reply).where(Reply.item_id == item.id, col(Reply.state).in_(PUBLIC),
                                               col(Reply.removed_at).is_(None))
                           .order_by(col(Reply.posted_at).desc(), col(Reply.id).desc()).limit(1)).first()
    return earlier.text.strip() + "\n\n" if earlier else ""


def say_solved(session: Session, case_id: int, item_id: int, text: str, by_id: int, now: datetime,
               settings: RepliesSettings, *, version: int | None = None, platforms: Platforms | None = None) -> Reply:
    """Write the public word that it is solved as a draft; it goes to approval like every reply.

    Where the platform shows a single reply, the text that stands there is kept above the new one unless the writer
    has included it. ``version`` is that of ``draft.version_of``; None means what stands now. Raises NotAllowed before
    the case is resolved, Conflict, Locked.
    """
    follow_up = of_item(session, case_id, item_id)
    if follow_up is None or follow_up.state not in ASKABLE:
        raise NotAllowed(N_("Resolve the case first; then say publicly that it is solved."))
    item = session.get_one(Item, item_id)
    text = draft.clean(text)
    if (standing_text := opening(session, item, platforms)) and normal(standing_text) not in normal(text):
        text = standing_text + text.strip()
    seen = draft.version_of(session, item_id, Purpose.FOLLOW_UP) if version is None else version
    reply = draft.write(session, item_id, Purpose.FOLLOW_UP, text, seen, by_id, now, settings)
    reply.case_id, follow_up.reply_id = case_id, reply.id
    session.add_all([reply, follow_up])
    session.flush()
    return reply


def of_item(session: Session, case_id: int, item_id: int) -> FollowUp | None:
    """The follow-up of a case under one item."""
    return session.exec(select(FollowUp).where(FollowUp.case_id == case_id, FollowUp.item_id == item_id)).first()


def start(session: Session, case: Case, item: Item, now: datetime) -> FollowUp:
    """The public word is due under this item; an earlier, disputed one is due anew."""
    assert case.id is not None
    assert item.id is not None
    follow_up = of_item(session, case.id, item.id) or FollowUp(case_id=case.id, item_id=item.id)
    follow_up.state, follow_up.due_at = FollowUpState.DUE, now
    follow_up.rating_before = item.rating if follow_up.rating_before is None else follow_up.rating_before
    follow_up.asked_at = follow_up.silent_at = follow_up.answered_at = follow_up.reply_id = None
    session.add(follow_up)
    standing.keep(session, item.id)
    return follow_up


def said(session: Session, reply: Reply, now: datetime, settings: RepliesSettings) -> None:
    """The public word is out: from now on the customer is asked. Called when a follow-up reply was posted."""
    rows = session.exec(select(FollowUp).where(FollowUp.item_id == reply.item_id, FollowUp.reply_id == reply.id))
    for follow_up in rows:
        follow_up.state, follow_up.posted_at, follow_up.asked_at = FollowUpState.ASKED, now, now
        follow_up.silent_at = silent_at(now, settings)
        _told(session, follow_up, "follow_up.asked", now)


def confirm(session: Session, follow_up_id: int, by_id: int, now: datetime, says: str = "") -> FollowUp:
    """The customer said that it is solved; the case closes when nothing else of it is open. Raises NotAllowed."""
    follow_up = _answerable(session, follow_up_id, by_id)
    follow_up.state, follow_up.answered_at, follow_up.says = FollowUpState.CONFIRMED, now, says
    _told(session, follow_up, "follow_up.confirmed", now, by_id)
    close_if_answered(session, follow_up.case_id, now)
    return follow_up


def dispute(session: Session, follow_up_id: int, by_id: int, now: datetime, says: str = "") -> FollowUp:
    """The customer said that it is not solved: the case and the item open again. Raises NotAllowed."""
    follow_up = _answerable(session, follow_up_id, by_id)
    follow_up.state, follow_up.answered_at, follow_up.says = FollowUpState.DISPUTED, now, says
    case = session.get_one(Case, follow_up.case_id)
    case.stage, case.resolved_at, case.closed_at = Stage.CORRECTIVE_ACTION, None, None
    case.version += 1
    session.add(case)
    _told(session, follow_up, "follow_up.disputed", now, by_id)
    standing.reopened(session, follow_up.item_id)
    return follow_up


def silent_due(db: Database, now: datetime, limit: int = 500) -> list[int]:
    """Count those who have not answered in time as silent; ids of the follow-ups. They may still answer later."""
    with db.write() as session:
        rows = session.exec(select(FollowUp).where(FollowUp.state == FollowUpState.ASKED,
                                                   col(FollowUp.silent_at) <= now).limit(limit)).all()
        for follow_up in rows:
            follow_up.state = FollowUpState.SILENT
            _told(session, follow_up, "follow_up.silent", now)
            close_if_answered(session, follow_up.case_id, now)
        return [follow_up.id or 0 for follow_up in rows]


def notice_ratings(db: Database, now: datetime, limit: int = 500) -> list[int]:
    """Find customers who raised their rating since the problem was solved; ids of the follow-ups."""
    with db.write() as session:
        rows = session.exec(
            select(FollowUp, Item).join(Item, col(Item.id) == col(FollowUp.item_id))
            .where(col(FollowUp.state).in_([*OPEN_ENDED, FollowUpState.CONFIRMED]),
                   col(Item.rating) > col(FollowUp.rating_before)).limit(limit)).all()
        for follow_up, item in rows:
            follow_up.state, follow_up.answered_at = FollowUpState.RATING_RAISED, now
            _told(session, follow_up, "follow_up.rating_raised", now, before=follow_up.rating_before,
                  after=item.rating)
            close_if_answered(session, follow_up.case_id, now)
        return [follow_up.id or 0 for follow_up, _ in rows]


def answers(session: Session, follow_up: FollowUp) -> list[Item]:
    """What the customer wrote in the same thread since they were asked, the oldest first."""
    item = session.get_one(Item, follow_up.item_id)
    if follow_up.asked_at is None:
        return []
    ours = session.exec(select(SeenReply.external_id).where(SeenReply.item_id == item.id)).all()
    roots = [item.external_id, *ours]
    in_thread: list[ColumnElement[bool]] = [col(Item.parent_id).in_(roots)]
    if item.thread_id:
        in_thread.append(col(Item.thread_id) == item.thread_id)
    same = Item.author_id == item.author_id if item.author_id else Item.author_name == item.author_name
    return list(session.exec(select(Item).where(
        Item.source_id == item.source_id, Item.id != item.id, or_(*in_thread), same,
        col(Item.published_at) >= follow_up.asked_at).order_by(col(Item.published_at))))


def close_if_answered(session: Session, case_id: int, now: datetime) -> None:
    """Close a resolved case once no follow-up of it waits for anything."""
    session.flush()
    waiting = session.exec(select(FollowUp.id).where(
        FollowUp.case_id == case_id, col(FollowUp.state).in_([FollowUpState.DUE, FollowUpState.POSTED,
                                                              FollowUpState.ASKED, FollowUpState.DISPUTED]))).first()
    case = session.get_one(Case, case_id)
    if waiting is not None or case.closed_at is not None or case.resolved_at is None:
        return
    case.stage, case.closed_at = Stage.CLOSED, now
    case.version += 1
    session.add(case)
    events.record(session, "case.closed", now, brand_id=case.brand_id, case_id=case_id)
    for item_id in session.exec(select(CaseItem.item_id).where(CaseItem.case_id == case_id)):
        standing.keep(session, item_id)


def _answerable(session: Session, follow_up_id: int, by_id: int) -> FollowUp:
    acting(session, by_id)
    follow_up = session.get_one(FollowUp, follow_up_id)
    if follow_up.state is FollowUpState.DUE:
        raise NotAllowed(N_("The customer has not been asked yet."))
    return follow_up


def _told(session: Session, follow_up: FollowUp, kind: str, now: datetime, by_id: int | None = None, *,
          before: float | None = None, after: float | None = None) -> None:
    session.add(follow_up)
    item = standing.keep(session, follow_up.item_id)
    told: dict[str, Any] = {"says": follow_up.says, "before": before, "after": after}
    events.record(session, kind, now, by_id=by_id, brand_id=item.brand_id, item_id=item.id,
                  case_id=follow_up.case_id, reply_id=follow_up.reply_id, follow_up_id=follow_up.id,
                  **{key: value for key, value in told.items() if value})
