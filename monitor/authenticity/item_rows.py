"""Read items as plain facts, only the columns that signals look at, many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from connectors.base import ItemKind
from monitor.authenticity.facts import ItemFacts
from monitor.authenticity.near_copies import chunks
from monitor.models import Item, Revision

ASSESSED_KINDS = (ItemKind.REVIEW, ItemKind.COMMENT, ItemKind.COMPLAINT, ItemKind.THANKS)
PLAIN = ("id", "brand_id", "source_id", "place_id", "published_at", "language", "rating", "author_name", "author_id",
         "author_email", "author_phone", "customer_id", "city", "country", "ip", "verified_purchase", "order_number",
         "replied_at", "edited_at", "verdict")
TEXTS = ("title", "text", "pros", "cons")
_COLUMNS = [getattr(Item, name) for name in (*PLAIN, *TEXTS)]


def facts_of(row: Any) -> ItemFacts:
    """An ``Item`` or a row of its columns as facts."""
    text = "\n".join(part for part in (getattr(row, name) for name in TEXTS) if part)
    return ItemFacts(**{name: getattr(row, name) for name in PLAIN}, text=text)


def read(session: Session, ids: Iterable[int]) -> dict[int, ItemFacts]:
    """The items of these ids that can be assessed; a question or a mention has no authenticity to weigh."""
    found: dict[int, ItemFacts] = {}
    for some in chunks(ids):
        rows = session.execute(select(*_COLUMNS).where(col(Item.id).in_(some), col(Item.kind).in_(ASSESSED_KINDS)))
        found |= {row.id: facts_of(row) for row in rows}
    return found


def with_edits(session: Session, items: dict[int, ItemFacts]) -> dict[int, ItemFacts]:
    """The same, ``edited_at`` moved on to the last edit that we noticed ourselves."""
    last: dict[int, Any] = {}
    for some in chunks(items):
        last |= dict(session.exec(
            select(Revision.item_id, func.max(Revision.replaced_at)).where(col(Revision.item_id).in_(some))
            .group_by(col(Revision.item_id))).all())
    return {item_id: replace(item, edited_at=max(filter(None, (item.edited_at, last.get(item_id))), default=None))
            for item_id, item in items.items()}
