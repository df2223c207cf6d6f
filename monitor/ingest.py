"""Store what a poll brought: look at what we know, decide item by item, then write it all in one transaction.

``ingest`` works in the caller's transaction. ``store`` is what a poll calls: it writes nothing when nothing is new,
and when the database refuses a row it goes through the page one by one and sets the refused row aside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, StatementError
from sqlmodel import Session

from connectors.base import Batch, Item
from monitor import seen_replies, set_aside, storing
from monitor.db import Database
from monitor.decide import Decision, Known, What, decide
from monitor.models import Place, Source
from monitor.planning import Plan, plan

__all__ = ["Decision", "Known", "Stored", "What", "decide", "ingest", "store"]


@dataclass(frozen=True)
class Stored:
    """What became of a batch: ids of items, numbers of the rest; ``listed`` are the external ids of its entries.

    ``own`` are entries that are replies of ours, ``reply_ids`` all replies that it showed, ``unnamed`` the unreadable
    entries without an id.
    """

    new: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    same: int = 0
    replies: int = 0
    quarantined: int = 0
    listed: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    reply_ids: frozenset[str] = frozenset()
    unnamed: int = 0

    @property
    def news(self) -> bool:
        """Whether reading on makes sense: something here was not known before."""
        return bool(self.new or self.edited or self.returned or self.quarantined or self.replies)

    @property
    def grown(self) -> int:
        """By how much the place lists more than before."""
        return len(self.new) + len(self.returned) - len(self.removed)

    def __add__(self, other: Stored) -> Stored:
        return Stored(self.new + other.new, self.edited + other.edited, self.removed + other.removed,
                      self.returned + other.returned, self.same + other.same, self.replies + other.replies,
                      self.quarantined + other.quarantined, self.listed | other.listed, self.own | other.own,
                      self.reply_ids | other.reply_ids, self.unnamed + other.unnamed)


def ingest(session: Session, place: Place, source: Source, batch: Batch, now: datetime, *,
           owes_sweep: bool = False) -> Stored:
    """Store one batch of a place in the caller's transaction: items, revisions, events, replies seen, cursor, total.

    ``owes_sweep``: when something was new, the place is due for a sweep until its poll comes to a good end, so that a
    crash between two pages loses nothing. Raises what the database raises; ``store`` knows what to do then.
    """
    return _carry_out(session, plan(session, place, source, batch, now), place, source, now, owes_sweep)


def _carry_out(session: Session, todo: Plan, place: Place, source: Source, now: datetime, owes_sweep: bool) -> Stored:
    new = storing.insert_new(session, todo.new, place, source, now)
    edited = storing.update_edited(session, todo.edited, place, source, now)
    returned = storing.mark_returned(session, todo.returned, place, source, now)
    removed = storing.mark_removed(session, todo.removed, source, now)
    storing.mark_recognised(session, todo.recognised, source, now)
    replies = seen_replies.keep(session, todo.replies, source, now, new)
    aside = set_aside.keep(session, place, todo.unreadable, now)
    if todo.may_resolve:
        set_aside.resolve(session, place, list(new), now)
    ids = list(new.values())
    stored = Stored(ids, edited, removed, returned, todo.same, replies, aside, todo.listed, todo.own,
                    todo.replies.listed, todo.unnamed)
    storing.update_place(session, place, todo, now, grown=stored.grown,
                         sweep_now=owes_sweep and stored.news)
    return stored


REFUSED = (IntegrityError, DataError, ProgrammingError)


def is_refusal(error: StatementError) -> bool:
    """Whether the database refused this very row, and is not itself out of order."""
    if isinstance(error, DBAPIError):
        return isinstance(error, REFUSED) and not error.connection_invalidated
    return True


def store(db: Database, place: Place, source: Source, batch: Batch, now: datetime, *,
          owes_sweep: bool = False) -> Stored:
    """Store one batch in a transaction of its own; nothing new takes no write at all.

    Raises the database's error when it is out of order or refuses everything: then the cursor stays where it was.
    """
    with db.read() as session:
        todo = plan(session, place, source, batch, now)
        if todo.nothing:
            return Stored(same=todo.same, listed=todo.listed, own=todo.own, reply_ids=todo.replies.listed,
                          unnamed=todo.unnamed)
    try:
        with db.write() as session:
            if not todo.only_new:
                # A person may have worked on these items since we looked; new ones nobody knew.
                todo = plan(session, place, source, batch, now)
            return _carry_out(session, todo, place, source, now, owes_sweep)
    except StatementError as error:
        if not is_refusal(error):
            raise
        return _one_by_one(db, place, source, batch, now, owes_sweep, error)


def _one_by_one(db: Database, place: Place, source: Source, batch: Batch, now: datetime, owes_sweep: bool,
                error: StatementError) -> Stored:
    stored, refused = Stored(), list[tuple[Item, StatementError]]()
    for item in batch.items:
        try:
            with db.write() as session:
                stored += ingest(session, place, source, Batch(items=(item,)), now, owes_sweep=owes_sweep)
        except StatementError as found:
            if not is_refusal(found):
                raise
            refused.append((item, found))
    if len(refused) == len(batch.items) and len(refused) != 1:
        # Everything refused is no poisonous item but a database that says no; the next poll brings it all again.
        raise error
    rest = batch.model_copy(update={"items": (), "unreadable": (
        *batch.unreadable, *(set_aside.refusal(item, found) for item, found in refused))})
    with db.write() as session:
        return stored + ingest(session, place, source, rest, now, owes_sweep=owes_sweep)

