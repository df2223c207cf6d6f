"""From a draft to the way out: review, approval by role, the time to undo, taking back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from connectors.base import ReplyMode
from connectors.errors import N_
from monitor.db import claim
from monitor.models import Brand, Item, Role, TeamMember
from replies import draft, history, lock, reach
from replies.errors import Blocked, Conflict, NotAllowed
from replies.findings import blocking
from replies.guidance import check
from replies.guidance.facts import facts_for
from replies.models import Reply, ReplyState
from replies.people import acting
from replies.reach import Platforms
from replies.settings import RepliesSettings
from replies.states import demand, may


def may_approve(session: Session, reply: Reply, person: TeamMember, settings: RepliesSettings) -> bool:
    """Whether this person may let this text out: leads always, agents their own words where the brand trusts them."""
    role = _authority(session, reply, person, settings)
    return may(reply.state, ReplyState.APPROVED, role)


def submit(session: Session, reply_id: int, by_id: int, now: datetime, settings: RepliesSettings, *,
           version: int | None = None, platforms: Platforms | None = None) -> Reply:
    """Ask a lead for approval. Raises Blocked, Conflict when ``version`` is no longer what stands, NotAllowed."""
    reply = _as_seen(session, reply_id, version)
    person = acting(session, by_id)
    if reply.state is ReplyState.IN_REVIEW and reply.saved_by_id == by_id:
        return reply
    demand(reply.state, ReplyState.IN_REVIEW, person.role)
    demand_sound(session, reply, settings, platforms)
    lock.clear(session, reply.item_id, reply.purpose)
    return _move(session, reply, ReplyState.IN_REVIEW, "reply.submitted", by_id, now, says="", facts={})


def approve(session: Session, reply_id: int, by_id: int, now: datetime, settings: RepliesSettings, *,
            version: int | None = None, platforms: Platforms | None = None) -> Reply:
    """Let the text out: it is scheduled to go when the time to undo has passed, or waits to be posted by hand.

    ``version`` is that of the text the person read; approving it twice changes nothing. Raises Blocked, Conflict,
    NotAllowed (an agent does not approve; see ``may_approve``).
    """
    reply = _as_seen(session, reply_id, version)
    if reply.approver_id == by_id and reply.state in (ReplyState.SCHEDULED, ReplyState.MANUAL):
        return reply
    person = acting(session, by_id)
    demand(reply.state, ReplyState.APPROVED, _authority(session, reply, person, settings))
    demand_sound(session, reply, settings, platforms)
    item = session.get_one(Item, reply.item_id)
    by_hand = reach.mode(reach.platform(session, item, platforms), item) is ReplyMode.NONE
    way = ReplyState.MANUAL if by_hand else ReplyState.SCHEDULED
    demand(ReplyState.APPROVED, way, person.role)
    lock.clear(session, reply.item_id, reply.purpose)
    return _move(session, reply, way, "reply.approved", by_id, now, approver_id=by_id, approved_at=now, says="",
                 facts={}, post_after=None if by_hand else now + timedelta(seconds=settings.undo_seconds))


def send_back(session: Session, reply_id: int, reason: str, by_id: int, now: datetime) -> Reply:
    """Give a text in review back to its author with a reason. Raises NotAllowed."""
    reply = _as_seen(session, reply_id, None)
    demand(ReplyState.IN_REVIEW, ReplyState.APPROVED, acting(session, by_id).role)
    demand(reply.state, ReplyState.DRAFT, Role.LEAD)
    return _move(session, reply, ReplyState.DRAFT, "reply.sent_back", by_id, now, says=reason, facts={},
                 reason=reason)


def withdraw(session: Session, reply_id: int, by_id: int, now: datetime) -> Reply:
    """Take a reply back before it goes out. Raises NotAllowed once a worker has it.

    From review, or when it waits to be posted by hand, it becomes a draft again.
    """
    reply = _as_seen(session, reply_id, None)
    back = (ReplyState.IN_REVIEW, ReplyState.MANUAL)
    if reply.state is ReplyState.WITHDRAWN:
        return reply
    if reply.state in (ReplyState.POSTING, ReplyState.POSTED, ReplyState.VERIFIED):
        raise NotAllowed(N_("It is too late to take this back: it is going out or is already public."))
    new = ReplyState.DRAFT if reply.state in back else ReplyState.WITHDRAWN
    demand(reply.state, new, acting(session, by_id).role)
    given_up: dict[str, Any] = {"slot": None, "verify_at": None} if reply.state is ReplyState.UNSURE else {}
    return _move(session, reply, new, "reply.withdrawn", by_id, now, post_after=None, **given_up)


def reschedule(session: Session, reply_id: int, post_after: datetime, by_id: int, now: datetime) -> Reply:
    """Send a scheduled reply at another moment; a moment in the past means now. Raises NotAllowed."""
    reply = _as_seen(session, reply_id, None)
    acting(session, by_id)
    if reply.state is not ReplyState.SCHEDULED:
        raise NotAllowed(N_("Only a scheduled reply has a time that can be changed."))
    return _move(session, reply, ReplyState.SCHEDULED, "reply.rescheduled", by_id, now,
                 post_after=max(post_after, now), until=max(post_after, now).isoformat())


def demand_sound(session: Session, reply: Reply, settings: RepliesSettings, platforms: Platforms | None) -> None:
    """Raise Blocked when guidance forbids the text, NotAllowed when there is none."""
    if not reply.text.strip():
        raise NotAllowed(N_("The reply has no text."))
    item = session.get_one(Item, reply.item_id)
    facts = facts_for(session, item, settings, reach.platform(session, item, platforms), reply=reply)
    if findings := blocking(check(reply.text, facts)):
        raise Blocked(findings)


def _authority(session: Session, reply: Reply, person: TeamMember, settings: RepliesSettings) -> Role:
    if person.role is not Role.AGENT or person.id not in (reply.author_id, reply.saved_by_id):
        return person.role
    brand = session.get_one(Brand, session.get_one(Item, reply.item_id).brand_id)
    return Role.LEAD if brand.slug in settings.agents_may_post else person.role


def _as_seen(session: Session, reply_id: int, version: int | None) -> Reply:
    reply = session.get(Reply, reply_id, populate_existing=True)
    if reply is None:
        raise NotAllowed(N_("This does not exist any more."))
    if version is not None and reply.version != version:
        raise Conflict(reply.text, reply.version, reply.saved_by_id)
    return reply


def _move(session: Session, reply: Reply, new: ReplyState, event: str, by_id: int, now: datetime, *,
          reason: str = "", until: str = "", **values: Any) -> Reply:
    """Change the state only if it and the text are still what was looked at; keep the text and write history."""
    assert reply.id is not None
    if not claim(session, Reply, reply.id, where={"state": reply.state, "version": reply.version},
                 values={"state": new, "updated_at": now, **values}):
        raise NotAllowed(N_("Somebody else was faster. Look again."))
    session.refresh(reply)
    draft.keep_text(session, reply, reply.version, reply.text, by_id, now)
    history.note(session, reply, event, now, by_id=by_id, version=reply.version, reason=reason, until=until)
    return reply
