"""What a person decided about an item: give it, take it back; every change is an event, nothing is hidden by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from monitor import events
from monitor.models import Item, Verdict


def _item(session: Session, item_id: int) -> Item:
    item = session.get(Item, item_id, with_for_update=True)
    if item is None:
        raise LookupError(f"no item {item_id}")
    return item


def _others_due(session: Session, item: Item) -> None:
    """The author's other texts are weighed again: a verdict on one says much about the rest."""
    if item.author_id:
        session.execute(update(Item).where(
            col(Item.source_id) == item.source_id, col(Item.author_id) == item.author_id, col(Item.id) != item.id)
            .values(assessed_at=None).execution_options(synchronize_session=False))


def give(session: Session, item_id: int, verdict: Verdict, by_id: int, now: datetime) -> None:
    """Record what ``by_id`` decided; the same verdict again changes nothing. Raises LookupError without the item."""
    item = _item(session, item_id)
    before = item.verdict
    if before == verdict:
        return
    item.verdict, item.verdict_by_id, item.verdict_at = Verdict(verdict), by_id, now
    events.record(session, "item.judged", now, by_id=by_id, brand_id=item.brand_id, item_id=item_id,
                  place_id=item.place_id, verdict=Verdict(verdict).value, before=before.value if before else "",
                  score=item.score)
    _others_due(session, item)


def take_back(session: Session, item_id: int, by_id: int, now: datetime) -> None:
    """Leave the item undecided again; nothing happens where there was no verdict. Raises LookupError."""
    item = _item(session, item_id)
    before = item.verdict
    if before is None:
        return
    item.verdict = item.verdict_by_id = item.verdict_at = None
    events.record(session, "item.verdict_withdrawn", now, by_id=by_id, brand_id=item.brand_id, item_id=item_id,
                  place_id=item.place_id, before=before.value)
    _others_due(session, item)
