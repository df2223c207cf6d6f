"""What is set aside because it could not be read or stored: show it, and retry it with today's connector."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import StatementError
from sqlmodel import Session, SQLModel, col, select

from connectors.base import Batch
from connectors.errors import N_, Surprise
from monitor import events, ingest, sources
from monitor.cleaning import clean_text
from monitor.models import Place, Quarantined, Source
from monitor.set_aside import LONGEST_ERROR, reason
from monitor.tools import Tools

_TABLE: Any = SQLModel.metadata.tables["quarantined"]


def waiting(session: Session, brand_id: int | None = None, limit: int = 200) -> list[tuple[Quarantined, Place, Source]]:
    """What is set aside, the newest first, with where it comes from."""
    statement = (select(Quarantined, Place, Source).join(Place, col(Place.id) == Quarantined.place_id)
                 .join(Source, col(Source.id) == Place.source_id).where(col(Quarantined.resolved_at).is_(None)))
    if brand_id is not None:
        statement = statement.where(Source.brand_id == brand_id)
    return list(session.exec(statement.order_by(col(Quarantined.id).desc()).limit(limit)).all())


def retry(tools: Tools, quarantined_id: int, now: datetime, by_id: int | None = None) -> bool:
    """Read a set-aside answer again with today's connector and store it; False when it still fails, with the new error.

    Raises LookupError for an unknown id, UnknownKind when the connector is gone.
    """
    with tools.db.read() as session:
        row = session.get(Quarantined, quarantined_id)
        place = session.get(Place, row.place_id) if row else None
        source = session.get(Source, place.source_id) if place else None
    if row is None or place is None or source is None:
        raise LookupError(N_("Nothing is set aside under this number."))
    try:
        item = sources.platform(source.kind).read(row.raw)
        with tools.db.write() as session:
            _close(session, row, now, by_id)
            ingest.ingest(session, place, source, Batch(items=(item,)), now)
    except (Surprise, StatementError) as error:
        return _still_refused(tools, row, error, now)
    return True


def _close(session: Session, row: Quarantined, now: datetime, by_id: int | None) -> None:
    session.execute(update(_TABLE).where(_TABLE.c.id == row.id).values(resolved_at=now))
    events.record(session, "item.recovered", now, by_id=by_id, place_id=row.place_id, external_id=row.external_id)


def _still_refused(tools: Tools, row: Quarantined, error: Surprise | StatementError, now: datetime) -> bool:
    if isinstance(error, StatementError) and not ingest.is_refusal(error):
        raise error
    says = error.says if isinstance(error, Surprise) else reason(error)
    with tools.db.write() as session:
        session.execute(update(_TABLE).where(_TABLE.c.id == row.id).values(
            error=clean_text(says, LONGEST_ERROR), last_seen_at=now))
    return False
