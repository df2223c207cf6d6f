"""Write what happened to a reply into history, and keep its item in step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from connectors.base import Published
from monitor import events
from replies import standing
from replies.models import Reply


def note(session: Session, reply: Reply, kind: str, now: datetime, *, by_id: int | None = None, **data: Any) -> None:
    """One event of a reply (empty data is left out); the item takes over the reply's state."""
    session.add(reply)
    item = standing.keep(session, reply.item_id)
    told = {key: value for key, value in data.items() if value}
    events.record(session, kind, now, by_id=by_id, brand_id=item.brand_id, item_id=reply.item_id, reply_id=reply.id,
                  source_id=item.source_id, case_id=reply.case_id, **told)


def removed(session: Session, reply: Reply, now: datetime) -> None:
    """Our reply is no longer on the page: say so and bring the item back."""
    reply.removed_at, reply.status, reply.verify_at = now, Published.REMOVED, None
    note(session, reply, "reply.removed", now)
    standing.reopened(session, reply.item_id)
