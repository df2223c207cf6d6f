"""Write and look up the rows of the quarantine while a batch is stored; ``quarantine`` is for people."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import insert, update
from sqlalchemy.exc import StatementError
from sqlmodel import Session, SQLModel, col, select

from connectors.base import Item, Unreadable
from monitor import events
from monitor.cleaning import clean_text, storable
from monitor.models import Place, Quarantined

log = logging.getLogger("monitor.quarantine")
LONGEST_ERROR = 1000
_TABLE: Any = SQLModel.metadata.tables["quarantined"]


@dataclass(frozen=True)
class Aside:
    """One raw answer to be set aside; ``raw`` is storable and ``key`` its hash."""

    key: str
    raw: Any
    error: str
    external_id: str


def raw_key(raw: Any) -> str:
    """A hash of a storable raw answer, the same whenever the platform says the same again."""
    packed = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def refusal(item: Item, error: StatementError) -> Unreadable:
    """What the database would not take, with its reason and without the values, which belong to a customer."""
    return Unreadable(raw=item.raw or item.model_dump(mode="json", exclude={"raw"}), external_id=item.external_id,
                      error=reason(error))


def reason(error: StatementError) -> str:
    """Why the database refused a row, without the row."""
    cause = error.orig or error
    first = str(cause).strip().partition("\n")[0]
    return clean_text(f"{type(cause).__name__}: {first}", LONGEST_ERROR)


def not_yet_aside(session: Session, place: Place, unreadable: Sequence[Unreadable]) -> list[Aside]:
    """Those of the unreadable answers that are not set aside already; reads only."""
    found: dict[str, Aside] = {}
    for one in unreadable:
        raw = storable(one.raw)
        key = raw_key(raw)
        found[key] = Aside(key, raw, clean_text(one.error, LONGEST_ERROR), clean_text(one.external_id, 500))
    known = session.exec(select(Quarantined.raw_key).where(
        Quarantined.place_id == place.id, col(Quarantined.raw_key).in_(found), col(Quarantined.resolved_at).is_(None)))
    already = set(known.all())
    return [one for key, one in found.items() if key not in already]


def open_keys(session: Session, place: Place) -> set[str]:
    """Keys of what is set aside at a place now."""
    statement = select(Quarantined.raw_key).where(Quarantined.place_id == place.id,
                                                  col(Quarantined.resolved_at).is_(None))
    return set(session.exec(statement).all())


def refused_key(item: Item) -> str:
    """The key under which an item is set aside when the database refuses it."""
    return raw_key(storable(item.raw or item.model_dump(mode="json", exclude={"raw"})))


def keep(session: Session, place: Place, unreadable: Sequence[Aside], now: datetime) -> int:
    """Keep the answers with their errors and write it into the history; how many."""
    if not unreadable:
        return 0
    keys = [one.key for one in unreadable]
    again = set(session.exec(select(Quarantined.raw_key).where(
        Quarantined.place_id == place.id, col(Quarantined.raw_key).in_(keys))).all())
    rows = [{"place_id": place.id, "raw_key": one.key, "external_id": one.external_id, "raw": one.raw,
             "error": one.error, "first_seen_at": now, "last_seen_at": now}
            for one in unreadable if one.key not in again]
    if rows:
        session.execute(insert(_TABLE), rows)
    if again:
        session.execute(update(_TABLE).where(_TABLE.c.place_id == place.id, _TABLE.c.raw_key.in_(again)).values(
            resolved_at=None, last_seen_at=now))
    for one in unreadable:
        events.record(session, "item.quarantined", now, place_id=place.id, source_id=place.source_id,
                      external_id=one.external_id, error=one.error)
    log.warning("%s: %d set aside, first error: %s", place.name, len(unreadable), unreadable[0].error)
    return len(unreadable)


def resolve(session: Session, place: Place, external_ids: Sequence[str], now: datetime) -> None:
    """What was set aside and is now stored needs nobody any more."""
    session.execute(update(_TABLE).where(
        _TABLE.c.place_id == place.id, _TABLE.c.resolved_at.is_(None), _TABLE.c.external_id.in_(external_ids),
    ).values(resolved_at=now))
