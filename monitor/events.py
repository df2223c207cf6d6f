"""Write one line of history; the only way that history is written, and it is never rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from monitor.models import Event


def record(session: Session, kind: str, now: datetime, *, by_id: int | None = None, brand_id: int | None = None,
           item_id: int | None = None, place_id: int | None = None, source_id: int | None = None,
           case_id: int | None = None, reply_id: int | None = None, **data: Any) -> Event:
    """Append an event of ``kind`` (``item.heard``); ``data`` is what a reader needs to understand it later."""
    event = Event(at=now, kind=kind, by_id=by_id, brand_id=brand_id, item_id=item_id, place_id=place_id,
                  source_id=source_id, case_id=case_id, reply_id=reply_id, data=data)
    session.add(event)
    return event
