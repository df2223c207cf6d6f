"""Who else: items with nearly the same text and items from the same IP address, by other authors, for many at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from monitor.authenticity import item_rows, near_copies
from monitor.authenticity.authors import author_key, same_author
from monitor.authenticity.facts import Copy, ItemFacts, Neighbour
from monitor.models import Item

AROUND = timedelta(days=90)
NEWEST_OF_IP = 50
Words = dict[int, list[str]]


def copies(session: Session, items: Mapping[int, ItemFacts], least_similarity: int) -> dict[int, tuple[Copy, ...]]:
    """Others' items that are at least ``least_similarity`` percent the same; their bands must be stored."""
    words: Words = {item_id: near_copies.comparable(item.text) for item_id, item in items.items()}
    found = near_copies.candidates(session, near_copies.stored(session, items))
    missing = {other for others in found.values() for other in others} - items.keys()
    known = dict(items) | item_rows.read(session, missing)
    words |= {other: near_copies.comparable(known[other].text) for other in missing if other in known}
    return {item_id: _compared(items[item_id], [known[other] for other in others if other in known], words,
                               least_similarity) for item_id, others in found.items()}


def _compared(item: ItemFacts, others: list[ItemFacts], words: Words, least: int) -> tuple[Copy, ...]:
    own = words[item.id]
    alike = ((other, near_copies.similarity(own, words[other.id])) for other in others
             if not same_author(item, other))
    return tuple(Copy(other.id, percent, other.author_name, other.place_id == item.place_id)
                 for other, percent in alike if percent >= least)


def _rows_by_ip(session: Session, items: Mapping[int, ItemFacts]) -> dict[str, list[Any]]:
    ips = {item.ip for item in items.values() if item.ip}
    if not ips:
        return {}
    moments = [item.published_at for item in items.values()]
    newest = func.row_number().over(partition_by=col(Item.ip), order_by=col(Item.published_at).desc())
    inner = select(  # type: ignore[call-overload]
        Item.id, Item.ip, Item.source_id, Item.author_id, Item.author_name, Item.author_email, Item.customer_id,
        Item.published_at, newest.label("place")).where(
        col(Item.ip).in_(ips), col(Item.kind).in_(item_rows.ASSESSED_KINDS),
        col(Item.published_at) >= min(moments) - AROUND, col(Item.published_at) <= max(moments) + AROUND).subquery()
    found: dict[str, list[Any]] = {}
    for row in session.execute(select(inner).where(inner.c.place <= NEWEST_OF_IP)):
        found.setdefault(row.ip, []).append(row)
    return found


def same_ip(session: Session, items: Mapping[int, ItemFacts]) -> dict[int, tuple[Neighbour, ...]]:
    """Others' items from the same address within 90 days, of each address the newest 50."""
    by_ip = _rows_by_ip(session, items)
    return {item_id: tuple(
        Neighbour(row.id, author_key(row) or f"item {row.id}", row.author_name) for row in by_ip.get(item.ip, ())
        if row.id != item_id and abs(row.published_at - item.published_at) <= AROUND and not same_author(item, row))
        for item_id, item in items.items()}


def around(session: Session, item: ItemFacts, days: int, most: int) -> list[int]:
    """Items at the same place within so many days of this one, the newest first, at most ``most``."""
    span = timedelta(days=days)
    return [item_id for item_id in session.exec(
        select(Item.id).where(
            col(Item.place_id) == item.place_id, col(Item.kind).in_(item_rows.ASSESSED_KINDS),
            col(Item.published_at) >= item.published_at - span, col(Item.published_at) <= item.published_at + span)
        .order_by(col(Item.published_at).desc()).limit(most)) if item_id is not None]
