"""Which sources did not bring what they should: those that fail, and those that are quieter than they used to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from inbox import figures
from inbox.weeks import Week
from monitor.models import Place, Source, SourceState

USUAL_WEEKS = 4
USUAL_AT_LEAST = 3.0


@dataclass(frozen=True)
class Trouble:
    """A place that fails (``key`` and ``facts`` say why) or is quiet (``usual`` items a week, now none)."""

    source_id: int
    name: str
    failing_since: datetime | None = None
    key: str = ""
    facts: dict[str, object] | None = None
    usual: float = 0


def troubles(session: Session, brand_id: int, week: Week) -> list[Trouble]:
    """Failing places first, then quiet ones: not one item in the week where a week usually brought three or more."""
    rows = session.exec(select(Place, Source).join(Source).where(
        Source.brand_id == brand_id, col(Place.watched).is_(True), Source.state != SourceState.PAUSED,
    ).order_by(col(Place.id))).all()
    heard = figures.per_place(session, brand_id, week, USUAL_WEEKS)
    failing, quiet = [], []
    for place, source in rows:
        name = source.name if place.name in ("", source.name) else f"{source.name}, {place.name}"
        new, usual = heard.get(place.id or 0, (0, 0.0))
        if place.failures or source.state is SourceState.DENIED:
            failing.append(Trouble(source.id or 0, name, place.failing_since, place.last_error, place.last_facts))
        elif not new and usual >= USUAL_AT_LEAST:
            quiet.append(Trouble(source.id or 0, name, usual=round(usual, 1)))
    return failing + quiet
