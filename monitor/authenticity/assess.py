"""Assess what is due: index the texts, gather the facts, weigh, store; purely decided, and in three short steps.

A new copy makes the earlier ones suspicious too, so those it touches are assessed again in the same pass; they pull
nothing further along. The score is a reason to look: nothing is hidden, deleted or answered here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, update
from sqlmodel import Session, col, select

from monitor import events
from monitor.authenticity import item_rows, near_copies, neighbours, scorecard
from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.authenticity.gathering import Locate, gather
from monitor.authenticity.place_history import AROUND_DAYS
from monitor.authenticity.scorecard import Scorecard
from monitor.authenticity.signals import weigh_all
from monitor.authenticity.signals.matching_order import FRESH
from monitor.db import Database, upsert
from monitor.geo import GeoLookup
from monitor.models import Assessment, Item
from monitor.no_data import NoData
from monitor.settings import MonitorSettings, Points
from monitor.tools import Tools

BATCH = 500
MOST_TOUCHED = 300
BURSTS_FOLLOWED = 3
AGAIN_AT_ONCE = 5_000


@dataclass(frozen=True)
class Seen:
    """An item as it stood when its assessment began; one that changed meanwhile stays due.

    ``assessed_before``: the assessment that exists is of the item as it is now. ``due``: its own turn is still to come.
    """

    changed_at: datetime
    assessed_before: bool
    due: bool


@dataclass(frozen=True)
class Weighed:
    """The outcome for one item."""

    card: Scorecard
    no_data: Mapping[str, NoData]


def weigh(item: ItemFacts, context: Context, points: Points) -> Weighed:
    """All signals of an item added up; pure."""
    signals, no_data = weigh_all(item, context, points)
    return Weighed(scorecard.add_up(signals, points), no_data)


def assess_due(tools: Tools, now: datetime, limit: int = 500, *, locate: Locate | None = None) -> int:
    """Assess up to ``limit`` items that are due, the newest first; returns how many were."""
    done = 0
    while done < limit:
        with tools.db.read() as session:
            due = _due(session, min(BATCH, limit - done))
        if not due:
            break
        _assess(tools, due, now, locate)
        done += len(due)
    return done


def assess_item(tools: Tools, item_id: int, now: datetime, *, locate: Locate | None = None) -> Assessment:
    """Assess one item now. Raises LookupError when there is none, or when its kind is not assessed."""
    _assess(tools, [item_id], now, locate)
    with tools.db.read() as session:
        found = session.exec(select(Assessment).where(Assessment.item_id == item_id)).first()
    if found is None:
        raise LookupError(f"item {item_id} cannot be assessed")
    return found


def all_again(db: Database) -> None:
    """Make every assessment due again, after points, settings or the place database changed; in small transactions."""
    with db.read() as session:
        last = session.exec(select(func.max(Item.id))).one() or 0
    for start in range(0, last + 1, AGAIN_AT_ONCE):
        with db.write() as session:
            session.execute(update(Item).where(col(Item.id) >= start, col(Item.id) < start + AGAIN_AT_ONCE)
                            .values(assessed_at=None).execution_options(synchronize_session=False))


def again_after_orders(session: Session, brand_id: int, now: datetime) -> None:
    """Make the brand's recent items due again once orders arrived: a missing order may have been found."""
    session.execute(
        update(Item).where(col(Item.brand_id) == brand_id, col(Item.published_at) >= now - FRESH,
                           (col(Item.order_number) != "") | (col(Item.author_email) != "")
                           | (col(Item.author_phone) != "") | col(Item.customer_id).is_not(None))
        .values(assessed_at=None).execution_options(synchronize_session=False))


def locator(settings: MonitorSettings, var_dir: Path = Path("var")) -> Locate:
    """Where IP addresses are, by the database of config.yaml or ``geo.mmdb`` in ``var_dir``."""
    return GeoLookup(settings.geo_database, var_dir)


def _due(session: Session, limit: int) -> list[int]:
    return [item_id for item_id in session.exec(
        select(Item.id).where(col(Item.assessed_at).is_(None)).order_by(col(Item.id).desc()).limit(limit))
        if item_id is not None]


def _seen(session: Session, ids: Collection[int]) -> dict[int, Seen]:
    rows = session.execute(select(Item.id, Item.changed_at, Item.assessed_at, Assessment.at).outerjoin(
        Assessment, col(Assessment.item_id) == col(Item.id)).where(col(Item.id).in_(ids)))
    return {item_id: Seen(changed_at, at is not None and at >= changed_at, assessed_at is None)
            for item_id, changed_at, assessed_at, at in rows if item_id is not None}


def _assess(tools: Tools, ids: Sequence[int], now: datetime, locate: Locate | None) -> None:
    """1. index the texts 2. read and weigh the items and those they touch 3. store, in a transaction of its own."""
    find_place = locate or locator(tools.settings)
    with tools.db.read() as session:
        seen = _seen(session, ids)
        items = item_rows.read(session, ids)
    with tools.db.write() as session:
        near_copies.index(session, {item.id: near_copies.comparable(item.text) for item in items.values()})
    with tools.db.read() as session:
        weighed, contexts = _weigh_all(session, items, tools.settings, find_place)
        touched = _touched(session, items, weighed, contexts, seen)
        earlier = {item_id: one for item_id, one in _seen(session, touched).items() if not one.due}
        others, _ = _weigh_all(session, item_rows.read(session, earlier), tools.settings, find_place)
    with tools.db.write() as session:
        _store(session, weighed | others, seen | earlier, now)


def _weigh_all(session: Session, items: dict[int, ItemFacts], settings: MonitorSettings, locate: Locate,
               ) -> tuple[dict[int, Weighed], dict[int, Context]]:
    if not items:
        return {}, {}
    whole = item_rows.with_edits(session, items)
    contexts = gather(session, whole, settings, locate)
    return {item_id: weigh(item, contexts[item_id], settings.points) for item_id, item in whole.items()}, contexts


def _has(weighed: Weighed, code: str) -> bool:
    return any(signal.code == code for signal in weighed.card.signals)


def _touched(session: Session, items: Mapping[int, ItemFacts], weighed: Mapping[int, Weighed],
             contexts: Mapping[int, Context], seen: Mapping[int, Seen]) -> list[int]:
    """Earlier items that a new or changed one throws a light on: its copies, its IP address, its burst."""
    fresh = [item_id for item_id in items if not seen[item_id].assessed_before]
    touched = {copy.item_id for item_id in fresh for copy in contexts[item_id].copies}
    touched |= {neighbour.item_id for item_id in fresh for neighbour in contexts[item_id].same_ip}
    touched |= _formerly_named(session, fresh)
    bursts = {items[item_id].place_id: items[item_id] for item_id in fresh if _has(weighed[item_id], "burst")}
    for item in list(bursts.values())[:BURSTS_FOLLOWED]:
        touched |= set(neighbours.around(session, item, AROUND_DAYS, MOST_TOUCHED))
    return sorted(touched - items.keys(), reverse=True)[:MOST_TOUCHED]


def _formerly_named(session: Session, ids: Sequence[int]) -> set[int]:
    """Items that the earlier assessment named: after an edit they may not be copies of each other any more."""
    rows = session.exec(select(Assessment.signals).where(col(Assessment.item_id).in_(ids)))
    return {int(other) for signals in rows for signal in signals for other in signal["evidence"].get("items", ())}


def _plain(signal: Signal) -> dict[str, Any]:
    return {"code": signal.code, "points": signal.points, "evidence": dict(signal.evidence)}


def _row(item_id: int, weighed: Weighed, now: datetime) -> dict[str, Any]:
    return {"item_id": item_id, "at": now, "base": weighed.card.base, "score": weighed.card.score,
            "word": weighed.card.word, "signals": [_plain(signal) for signal in weighed.card.signals],
            "no_data": [{"code": name, "reason": answer.reason} for name, answer in weighed.no_data.items()]}


def _store(session: Session, weighed: Mapping[int, Weighed], seen: Mapping[int, Seen], now: datetime) -> None:
    _record_changes(session, weighed, now)
    upsert(session, Assessment, [_row(item_id, one, now) for item_id, one in sorted(weighed.items())], key=("item_id",),
           change=("at", "base", "score", "word", "signals", "no_data"))
    changes = [{"of": item_id, "was": one.changed_at, "points": weighed[item_id].card.score if item_id in weighed
                else None} for item_id, one in sorted(seen.items())]
    _mark(session, changes, now)


def _mark(session: Session, changes: Iterable[dict[str, Any]], now: datetime) -> None:
    """Score and moment on the items themselves; one that changed since it was read stays due."""
    table = Item.__table__  # type: ignore[attr-defined]
    rows = list(changes)
    if rows:
        session.connection().execute(
            update(table).where(table.c.id == bindparam("of"), table.c.changed_at == bindparam("was"))
            .values(score=bindparam("points"), assessed_at=now), rows)


def _record_changes(session: Session, weighed: Mapping[int, Weighed], now: datetime) -> None:
    """An event where the word changed; that a first look finds nothing unusual is not worth a line of history."""
    before: dict[int, str] = {}
    for ids in near_copies.chunks(weighed):
        before |= dict(session.exec(
            select(Assessment.item_id, Assessment.word).where(col(Assessment.item_id).in_(ids))).all())
    changed = {item_id: one for item_id, one in weighed.items()
               if one.card.word != before.get(item_id, scorecard.GENUINE)}
    rows = session.execute(select(Item.id, Item.brand_id, Item.place_id).where(col(Item.id).in_(changed)))
    for item_id, brand_id, place_id in rows:
        card = changed[item_id].card
        events.record(session, "item.assessed", now, brand_id=brand_id, item_id=item_id, place_id=place_id,
                      score=card.score, word=card.word, before=before.get(item_id or 0, ""))
