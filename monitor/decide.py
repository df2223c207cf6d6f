"""Decide what a platform's answer means beside what we know: new, edited, same, returned or removed. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from connectors.base import Item, Published, five_stars
from monitor.cleaning import believable
from monitor.models import WorkState

CONTENT = ("title", "text", "pros", "cons", "rating", "photos")
_ANSWERED = (WorkState.DONE, WorkState.WAITING)
_OUT_OF_SIGHT = (Published.SPAM, Published.REJECTED)


class Known(NamedTuple):
    """What we keep of an item, as far as a decision needs it; the fields are columns of ``item``."""

    id: int
    external_id: str
    place_id: int
    fingerprint: str
    status: Published
    removed_at: datetime | None
    work_state: WorkState
    replied_at: datetime | None
    aside: bool
    rating: float | None
    title: str
    text: str
    pros: str
    cons: str
    photos: Sequence[str]
    language: str


class What(StrEnum):
    NEW = "new"
    EDITED = "edited"
    SAME = "same"
    RETURNED = "returned"
    REMOVED = "removed"


@dataclass(frozen=True)
class Decision:
    """What happened and when, as far as the platform tells; ``changes`` is ``{field: (before, after)}`` of an edit."""

    what: What
    at: datetime
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def by_customer(self) -> bool:
        """Whether words or stars changed, and not only the standing on the platform."""
        return any(name in CONTENT for name in self.changes)


def fingerprint(item: Item) -> str:
    """A hash of what a customer can change, and of the item's standing on the platform."""
    parts = (item.title, item.text, item.pros, item.cons, str(five_stars(item)), item.status, *item.photos)
    joined = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def decide(old: Known | None, new: Item, now: datetime) -> Decision:
    """What the item, as the platform gives it now, means beside what we know; touches nothing.

    Something that is gone when it is first seen was never heard and stays so.
    """
    if new.status is Published.REMOVED:
        return Decision(What.REMOVED if old is not None and old.removed_at is None else What.SAME, now)
    if old is None:
        return Decision(What.NEW, believable(new.created_at, now) or now)
    changes = _changes(old, new) if old.fingerprint != fingerprint(new) else {}
    if old.removed_at is not None:
        return Decision(What.RETURNED, now, changes)
    if not changes:
        return Decision(What.SAME, now)
    return Decision(What.EDITED, believable(new.edited_at, now) or now, changes)


def _changes(old: Known, new: Item) -> dict[str, tuple[Any, Any]]:
    after = {"title": new.title, "text": new.text, "pros": new.pros, "cons": new.cons, "rating": five_stars(new),
             "photos": list(new.photos), "status": new.status.value}
    before = {name: getattr(old, name) for name in CONTENT} | {"status": old.status.value}
    before["photos"] = list(old.photos)
    if old.removed_at is not None:
        before.pop("status")
        after.pop("status")
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def standing(old: Known, decision: Decision) -> dict[str, Any]:
    """How an edit changes the work on an item: what was answered or done is outdated and open again."""
    values: dict[str, Any] = {}
    if decision.by_customer and (old.work_state in _ANSWERED or old.replied_at is not None):
        values["outdated"] = True
        if old.work_state in _ANSWERED:
            values |= {"work_state": WorkState.OPEN, "done_at": None}
    came_back = decision.changes.get("status", ("", ""))
    if came_back[0] in _OUT_OF_SIGHT and came_back[1] not in _OUT_OF_SIGHT and old.work_state is WorkState.IRRELEVANT:
        values |= {"work_state": WorkState.NEW}
    return values


def first_state(item: Item) -> WorkState:
    """Where the work on a new item begins; what the platform itself hides asks nothing of us."""
    return WorkState.IRRELEVANT if item.status in _OUT_OF_SIGHT else WorkState.NEW


def suspicious_loss(known: int, seen: int, confirmed: bool) -> bool:
    """Whether a complete listing that shows ``seen`` of ``known`` items is rather a broken answer than removals.

    ``confirmed``: the platform's own total agrees with what it listed, which makes small losses believable.
    """
    lost = known - seen
    if lost > 10 and lost * 2 > known:
        return True
    return known > 0 and seen == 0 and not (confirmed and known <= 10)
