"""Store how a try to post ended: the attempt, the reply, the item and history, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from connectors.base import PostedReply, Published
from connectors.errors import (
    N_,
    AccessDenied,
    ConnectorError,
    Gone,
    NotSupported,
    Refused,
    TryLater,
)
from monitor.db import Database, claim
from monitor.models import Item
from replies import follow_up, history, seen, standing
from replies.models import Attempt, AttemptOutcome, Purpose, Reply, ReplyState
from replies.settings import RepliesSettings
from replies.states import MACHINE, may

BACKOFF_MINUTES = (1, 5, 15, 60)
HIDDEN = {
    Published.SPAM: N_("The platform took the reply for spam and does not show it."),
    Published.REJECTED: N_("The moderators of the platform rejected the reply."),
    Published.REMOVED: N_("The platform removed the reply at once."),
}


@dataclass(frozen=True)
class Outcome:
    """What a try came to, and the state that the reply takes."""

    outcome: AttemptOutcome
    state: ReplyState
    key: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    posted: PostedReply | None = None
    retry_after: float | None = None

    @property
    def says(self) -> str:
        """The reason as one English sentence."""
        return self.key.format(**self.facts) if self.facts else self.key


def of_error(error: ConnectorError) -> Outcome:
    """Sort an error by what follows. What is not known to be harmless counts as unsure: it may have been accepted."""
    told: dict[str, Any] = {"key": error.key, "facts": dict(error.facts)}
    match error:
        case TryLater():
            return Outcome(AttemptOutcome.LATER, ReplyState.SCHEDULED, retry_after=error.retry_after, **told)
        case Refused():
            return Outcome(AttemptOutcome.REFUSED, ReplyState.REFUSED, **told)
        case AccessDenied():
            return Outcome(AttemptOutcome.DENIED, ReplyState.FAILED, **told)
        case Gone():
            return Outcome(AttemptOutcome.GONE, ReplyState.FAILED, **told)
        case NotSupported():
            return Outcome(AttemptOutcome.REFUSED, ReplyState.MANUAL, **told)
        case _:
            return Outcome(AttemptOutcome.UNSURE, ReplyState.UNSURE, **told)


def of_answer(posted: PostedReply) -> Outcome:
    """The platform took it: public at once, held for a moderator, or thrown away at the door."""
    if posted.status in HIDDEN:
        return Outcome(AttemptOutcome.REFUSED, ReplyState.REFUSED, posted=posted, key=HIDDEN[posted.status])
    outcome = AttemptOutcome.PENDING if posted.status is Published.HELD else AttemptOutcome.POSTED
    return Outcome(outcome, ReplyState.POSTED, posted=posted)


def store(db: Database, reply_id: int, attempt_id: int, result: Outcome, now: datetime,
          settings: RepliesSettings) -> Reply:
    """Close the attempt and move the reply. A reply that was declared unsure meanwhile still takes a clear answer."""
    with db.write() as session:
        attempt = session.get_one(Attempt, attempt_id)
        attempt.finished_at, attempt.outcome, attempt.says = now, result.outcome, result.says
        attempt.external_id = result.posted.external_id if result.posted else ""
        values = _values(session, reply_id, result, now, settings)
        olds = (old for old in (ReplyState.POSTING, ReplyState.UNSURE) if may(old, result.state, MACHINE))
        if not any(claim(session, Reply, reply_id, where={"state": old}, values=values) for old in olds):
            return session.get_one(Reply, reply_id)
        reply = session.get_one(Reply, reply_id, populate_existing=True)
        tell(session, reply, result, now)
        if result.state is ReplyState.POSTED and result.posted is not None:
            public(session, reply, result.posted, now, settings)
        return reply


def unsent(session: Session, reply_id: int, result: Outcome, now: datetime, worker: str,
           settings: RepliesSettings) -> Reply:
    """A scheduled reply that could not even be sent takes its new state; who is not scheduled any more stays."""
    values = _values(session, reply_id, result, now, settings)
    won = claim(session, Reply, reply_id, where={"state": ReplyState.SCHEDULED}, values=values)
    reply = session.get_one(Reply, reply_id, populate_existing=True)
    if won:
        session.add(Attempt(reply_id=reply_id, started_at=now, finished_at=now, outcome=result.outcome, worker=worker,
                            says=result.says))
        tell(session, reply, result, now)
    return reply


def _values(session: Session, reply_id: int, result: Outcome, now: datetime,
            settings: RepliesSettings) -> dict[str, Any]:
    values: dict[str, Any] = {"state": result.state, "updated_at": now, "says": result.key, "facts": result.facts}
    if result.state is ReplyState.SCHEDULED:
        tries = session.exec(select(func.count(col(Attempt.id))).where(Attempt.reply_id == reply_id)).one()
        minutes = BACKOFF_MINUTES[min(max(tries, 1), len(BACKOFF_MINUTES)) - 1]
        values["post_after"] = now + max(timedelta(minutes=minutes), timedelta(seconds=result.retry_after or 0))
    if result.state is ReplyState.UNSURE:
        values["verify_at"] = now + timedelta(seconds=settings.verify_after_seconds[0])
    return values


def public(session: Session, reply: Reply, posted: PostedReply, now: datetime, settings: RepliesSettings) -> None:
    """The words are out: free the place of the open reply, remember them as ours, and move the item on."""
    item = session.get_one(Item, reply.item_id)
    reply.slot = None
    reply.posted_at = reply.posted_at or now
    reply.verify_at = now + timedelta(seconds=settings.verify_after_seconds[0])
    take_over(reply, posted)
    session.add(reply)
    if reply.replaces_id is not None:
        # Its place on the page is ours now; only the new text is looked for.
        session.get_one(Reply, reply.replaces_id).verify_at = None
    seen.remember(session, item, posted, now)
    standing.answered(session, reply.item_id, now)
    if reply.purpose is Purpose.FOLLOW_UP:
        follow_up.said(session, reply, now, settings)


def take_over(reply: Reply, posted: PostedReply) -> None:
    """Copy onto the reply what the platform says of it; an empty answer erases nothing."""
    reply.external_id = posted.external_id or reply.external_id
    reply.url = posted.url or reply.url
    reply.status = posted.status


def tell(session: Session, reply: Reply, result: Outcome, now: datetime) -> None:
    """One line of history for an outcome; ``reply.posted`` with ``status`` held is one that waits for a moderator."""
    kind = {ReplyState.SCHEDULED: "reply.delayed"}.get(result.state, f"reply.{result.state.value}")
    status = result.posted.status.value if result.posted else ""
    history.note(session, reply, kind, now, says=result.key, facts=result.facts, status=status)
