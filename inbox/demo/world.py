"""What stands on the pretend review site at a moment: a plan made from a seed, and what people did since."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from inbox.demo.journal import Journal
from inbox.demo.shops import SHOPS, Shop

BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Happening:
    """Something that changes the site at a moment; ``data`` is JSON. ``what`` names a function of this module."""

    at: datetime
    what: str
    entry_id: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """A reply of the shop under a review; ``held`` by the moderators it is seen by the shop alone."""

    id: str
    text: str
    author_name: str
    created_at: datetime
    edited_at: datetime | None = None
    held: bool = False


@dataclass(frozen=True)
class Entry:
    """A review, or a comment of a visitor under one; ``created_at`` is its date, which may lie before it appeared."""

    id: str
    shop_id: str
    author_id: str
    author_name: str
    created_at: datetime
    text: str
    rating: int | None = None
    parent_id: str = ""
    title: str = ""
    language: str = ""
    city: str = ""
    ip: str = ""
    verified_purchase: bool | None = None
    order_number: str = ""
    edited_at: datetime | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def is_review(self) -> bool:
        """A review carries a rating and stands by itself; a comment answers one."""
        return not self.parent_id


Plan = Callable[[int, datetime], Iterable[Happening]]


def moment(value: str) -> datetime:
    """An ISO 8601 time with its zone."""
    return datetime.fromisoformat(value)


class State:
    """The site at one moment; nobody changes it once ``World.at`` gave it away."""

    def __init__(self, entries: Mapping[str, Entry] | None = None) -> None:
        self.entries = dict(entries or {})

    def after(self, happenings: Iterable[Happening]) -> State:
        """The site when these things have happened too, in this order."""
        state = State(self.entries)
        for happening in happenings:
            state._apply(happening)
        return state

    def _apply(self, happening: Happening) -> None:
        """Let one thing happen; what concerns an entry that is gone changes nothing."""
        if happening.what == "published":
            values = happening.data | {"created_at": moment(happening.data["created_at"])}
            self.entries[happening.entry_id] = Entry(id=happening.entry_id, **values)
        elif happening.entry_id in self.entries:
            changed = CHANGES[happening.what](self.entries[happening.entry_id], happening)
            if changed is None:
                del self.entries[happening.entry_id]
            else:
                self.entries[happening.entry_id] = changed

    def of_shop(self, shop_id: str) -> list[Entry]:
        """Everything that visitors wrote about a shop, newest date first."""
        found = [entry for entry in self.entries.values() if entry.shop_id == shop_id]
        return sorted(found, key=lambda entry: (entry.created_at, entry.id), reverse=True)

    def reviews(self, shop_id: str) -> list[Entry]:
        """The reviews of a shop, newest date first."""
        return [entry for entry in self.of_shop(shop_id) if entry.is_review]

    def comments(self, entry_id: str) -> list[Entry]:
        """What visitors wrote under a review, oldest first."""
        found = [entry for entry in self.entries.values() if entry.parent_id == entry_id]
        return sorted(found, key=lambda entry: (entry.created_at, entry.id))


def _edited(entry: Entry, happening: Happening) -> Entry:
    return replace(entry, edited_at=happening.at, **happening.data)


def _removed(entry: Entry, happening: Happening) -> None:  # noqa: ARG001 - one signature for the table
    return None


def _answered(entry: Entry, happening: Happening) -> Entry:
    answer = Answer(created_at=happening.at, **happening.data)
    return replace(entry, answers=(*entry.answers, answer))


def _answer_changed(entry: Entry, happening: Happening) -> Entry:
    values = dict(happening.data)
    if "text" in values:
        values["edited_at"] = happening.at
    answers = (replace(a, **values) if a.id == values["id"] else a for a in entry.answers)
    return replace(entry, answers=tuple(answers))


def _answer_removed(entry: Entry, happening: Happening) -> Entry:
    return replace(entry, answers=tuple(a for a in entry.answers if a.id != happening.data["id"]))


CHANGES: dict[str, Callable[[Entry, Happening], Entry | None]] = {
    "edited": _edited, "removed": _removed, "answered": _answered, "answer_changed": _answer_changed,
    "answer_removed": _answer_removed}


class World:
    """The site through time: ``at(now)`` follows from seed, start and the actions in the journal, nothing else.

    Safe to use from the thread of the server and another one.
    """

    def __init__(self, seed: int, start: datetime, *, plan: Plan, journal: Journal | None = None,
                 shops: Iterable[Shop] = SHOPS) -> None:
        self.seed = seed
        self.start = start
        self.shops = {shop.id: shop for shop in shops}
        self._plan: Iterator[Happening] = iter(plan(seed, start))
        self._ahead: Happening | None = None
        self._planned: list[Happening] = []
        self._journal = journal
        self._actions = [_happening(line) for line in journal.lines()] if journal else []
        self._known = (BEGINNING, 0, State())
        self._lock = threading.RLock()

    def at(self, now: datetime) -> State:
        """What a visitor finds at ``now``."""
        with self._lock:
            self._plan_until(now)
            since, counted, state = self._known
            fresh = self._actions[counted:]
            if now < since or any(action.at < since for action in fresh):
                since, state, fresh = BEGINNING, State(), []
            due = [*self._between(since, now), *(h for h in fresh if h.at == since)]
            if due:
                state = state.after(sorted(due, key=lambda h: h.at))
            self._known = (now, len(self._actions), state)
            return state

    def _between(self, since: datetime, now: datetime) -> list[Happening]:
        """What happened after ``since`` and until ``now``."""
        first = bisect_right(self._planned, since, key=lambda h: h.at)
        last = bisect_right(self._planned, now, key=lambda h: h.at)
        return [*self._planned[first:last], *(h for h in self._actions if since < h.at <= now)]

    def planned(self, until: datetime) -> list[Happening]:
        """What happens by itself up to a moment, oldest first."""
        with self._lock:
            self._plan_until(until)
            return [happening for happening in self._planned if happening.at <= until]

    def _plan_until(self, now: datetime) -> None:
        """Pull the plan, which may be endless, as far as needed; it comes in order of time."""
        while self._ahead is None or self._ahead.at <= now:
            if self._ahead is not None:
                self._planned.append(self._ahead)
            self._ahead = next(self._plan, None)
            if self._ahead is None:
                return

    def act(self, at: datetime, what: str, entry_id: str, **data: Any) -> Happening:
        """Something that a person did; kept in the journal before it counts."""
        happening = Happening(at, what, entry_id, data)
        with self._lock:
            if self._journal:
                self._journal.append(asdict(happening) | {"at": at.isoformat()})
            self._actions.append(happening)
        return happening

    def new_id(self, letter: str) -> str:
        """An id that no planned entry and no other action has."""
        with self._lock:
            return f"{letter}-{len(self._actions) + 1:04d}"

    def publish(self, at: datetime, shop_id: str, *, created_at: datetime | None = None, **data: Any) -> str:
        """A visitor writes; ``created_at`` before ``at`` is what a moderator held back. Returns the id."""
        with self._lock:
            entry_id = self.new_id("v")
            self.act(at, "published", entry_id, shop_id=shop_id, created_at=(created_at or at).isoformat(), **data)
        return entry_id

    def answer(self, at: datetime, entry_id: str, text: str, *, author_name: str, held: bool = False) -> str:
        """The shop replies; visible from ``at``. Returns the id of the reply."""
        with self._lock:
            answer_id = self.new_id("w")
            self.act(at, "answered", entry_id, id=answer_id, text=text, author_name=author_name, held=held)
        return answer_id

    def coming_answers(self, entry_id: str, now: datetime) -> list[str]:
        """Texts of replies that were accepted and are not visible yet."""
        with self._lock:
            return [h.data["text"] for h in self._actions
                    if h.what == "answered" and h.entry_id == entry_id and h.at > now]

    def answers_since(self, now: datetime, span: timedelta) -> int:
        """How many replies were taken within ``span`` before now, for the limit of the API."""
        with self._lock:
            return sum(1 for h in self._actions if h.what == "answered" and now - span < h.at <= now)


def _happening(line: dict[str, Any]) -> Happening:
    return Happening(moment(line["at"]), line["what"], line["entry_id"], line["data"])


def nothing(seed: int, start: datetime) -> Iterable[Happening]:  # noqa: ARG001 - the signature of a plan
    """The plan of a site where nobody writes by himself."""
    return ()
