"""The rows of the list: what a person needs to choose the next conversation, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from connectors import kinds
from connectors.base import ReplyMode
from inbox.access import Visitor
from inbox.shown import Chip, Moment, Person, Platform, Stars, moment, person, platform, stars
from monitor.authenticity.scorecard import SUSPICIOUS_FROM
from monitor.filters import Filter, Sort
from monitor.models import Assessment, Item, Location, Revision, Source, TeamMember, Verdict, WorkState

SNIPPET = 280
SOON = timedelta(hours=3)
MOST_CHIPS = 3


@dataclass(frozen=True)
class Row:
    id: int
    author: str
    unread: bool
    is_selected: bool
    stars: Stars | None
    time: Moment
    snippet: str
    language: str
    chips: list[Chip]
    assignee: Person | None
    platform: Platform
    version: int


@dataclass
class Group:
    """Rows under one heading; ``continued`` when the heading stands above an earlier page already."""

    key: str
    label: str
    danger: bool
    n: str
    continued: bool
    rows: list[Row]


@dataclass(frozen=True)
class Around:
    """What the rows of one page need from other tables, read once for all of them."""

    sources: dict[int, Source]
    locations: dict[int, str]
    members: dict[int, TeamMember]
    signals: dict[int, dict[str, dict[str, Any]]]
    first_ratings: dict[int, float]


def around(session: Session, found: Sequence[Item]) -> Around:
    """Read what belongs to these items: five queries however many there are."""
    ids = [item.id or 0 for item in found]
    revisions = session.exec(select(Revision.item_id, Revision.rating).where(col(Revision.item_id).in_(ids))
                             .order_by(col(Revision.id).desc())).all()
    assessments = session.exec(select(Assessment.item_id, Assessment.signals)
                               .where(col(Assessment.item_id).in_(ids))).all()
    return Around(
        sources=_by_id(session, Source, {item.source_id for item in found}),
        locations={key: row.name for key, row in
                   _by_id(session, Location, {item.location_id for item in found}).items()},
        members=_by_id(session, TeamMember, {item.assignee_id for item in found}),
        signals={item_id: {str(one["code"]): one for one in signals} for item_id, signals in assessments},
        first_ratings={item_id: rating for item_id, rating in revisions if rating is not None})


def _by_id(session: Session, table: Any, ids: Iterable[int | None]) -> dict[int, Any]:
    wanted = [number for number in ids if number is not None]
    return {row.id: row for row in session.exec(select(table).where(table.id.in_(wanted)))}


def rows_of(session: Session, visitor: Visitor, found: Sequence[Item], filter: Filter, *, selected: int | None,
            complete: bool, last_group: str = "") -> list[Group]:
    """Items as rows in groups; a group is counted only when the whole list is shown."""
    known = around(session, found)
    groups: list[Group] = []
    for item in found:
        key, label = _group(visitor, item, filter.sort)
        if not groups or groups[-1].key != key:
            groups.append(Group(key, label, danger=key == "overdue", n="", rows=[],
                                continued=not groups and key == last_group))
        groups[-1].rows.append(row(visitor, item, known, is_selected=item.id == selected))
    # What another group follows is shown to its end, so its count is certain; the last one may go on below.
    for group in groups if complete else groups[:-1]:
        if not (group.continued or last_group):
            group.n = visitor.formats.number(len(group.rows))
    return groups


def row(visitor: Visitor, item: Item, known: Around, *, is_selected: bool) -> Row:
    """One item as a row."""
    words = visitor.words
    assignee = known.members.get(item.assignee_id or 0)
    at = item.published_at
    return Row(
        id=item.id or 0, author=author_of(visitor, item), unread=item.read_at is None, is_selected=is_selected,
        stars=stars(item.rating, words), time=moment(at, visitor.formats.short(visitor.now - at), visitor.formats),
        snippet=" ".join((item.title + "\n" + item.text).split())[:SNIPPET] or words._("No text"),
        language=item.language, chips=chips(visitor, item, known)[:MOST_CHIPS],
        assignee=person(assignee, words) if assignee else None, platform=platform(known.sources[item.source_id]),
        version=item.version)


def author_of(visitor: Visitor, item: Item) -> str:
    """The author's name, or the order, or words for nobody."""
    if item.author_name.strip():
        return item.author_name.strip()
    if item.order_number:
        return visitor.words._("Order %(number)s", number=item.order_number)
    return visitor.words._("No name")


def chips(visitor: Visitor, item: Item, known: Around) -> list[Chip]:
    """Deadline, then the verdict, then what is worth knowing, the most telling first."""
    say = visitor.words._
    found = [deadline(visitor, item), suspicion(visitor, item), _progress(visitor, item)]
    first = known.first_ratings.get(item.id or 0)
    if first is not None and item.rating is not None and first != item.rating:
        raised = item.rating > first
        found.append(Chip(f"{first:g}★ → {item.rating:g}★", "q", "trending-up" if raised else "arrow-down",
                          "ok" if raised else ""))
    signals = known.signals.get(item.id or 0, {})
    if {"ip_far", "ip_other_country"} & signals.keys():
        found.append(Chip(say("IP ≠ city"), "q", "map-pin-off", "violet"))
    if copies := signals.get("exact_copy") or signals.get("near_copy"):
        found.append(Chip(say("Same text ×%(n)s", n=int(copies.get("evidence", {}).get("count", 1)) + 1), "q", "copy",
                          "violet"))
    if item.verified_purchase:
        found.append(Chip(say("Verified purchase"), "q", "badge-check", "ok"))
    if item.removed_at is not None:
        found.append(Chip(say("Removed there"), "q", "x"))
    if not _can_reply(known.sources[item.source_id]):
        found.append(Chip(say("Reply by hand"), "q", "key-round"))
    if item.location_id in known.locations:
        found.append(Chip(known.locations[item.location_id or 0], "q"))
    return [chip for chip in found if chip is not None]


def _can_reply(source: Source) -> bool:
    kind = kinds().get(source.kind)
    return kind is not None and kind.can.reply is not ReplyMode.NONE


def deadline(visitor: Visitor, item: Item) -> Chip | None:
    """Grey over four hours, amber at three or less, red when it has passed; none when nothing is owed."""
    if item.work_state is WorkState.SNOOZED and item.snoozed_until:
        return Chip(visitor.words._("Until %(time)s", time=visitor.formats.when(item.snoozed_until)), "", "alarm-clock")
    if item.due_at is None or item.work_state not in (WorkState.NEW, WorkState.OPEN):
        return None
    left = item.due_at - visitor.now
    span = visitor.formats.short(left)
    if left < timedelta(0):
        return Chip(visitor.words._("Overdue %(time)s", time=span), "danger", "clock-alert")
    return Chip(visitor.words._("%(time)s left", time=span), "warn" if left <= SOON else "", "timer")


def suspicion(visitor: Visitor, item: Item) -> Chip | None:
    """What a person decided, else the score in words when it is worth a look."""
    say = visitor.words._
    if item.verdict is Verdict.FAKE:
        return Chip(say("Fake"), "danger", "shield-alert")
    if item.verdict is None and item.score is not None and item.score >= SUSPICIOUS_FROM:
        return Chip(say("Suspicious"), "danger", "scan-search", title=say("%(n)s of 100", n=item.score))
    return None


def _progress(visitor: Visitor, item: Item) -> Chip | None:
    say = visitor.words._
    if item.reply_state == "in_review":
        return Chip(say("Awaiting approval"), "violet", "stamp")
    if item.reply_state == "unsure":
        return Chip(say("Unclear whether posted"), "warn", "hourglass")
    if item.reply_state in {"refused", "failed"}:
        return Chip(say("Reply not accepted"), "danger", "circle-alert")
    if item.reply_state == "manual":
        return Chip(say("Post by hand"), "warn", "copy")
    if item.outdated:
        return Chip(say("Changed after our reply"), "q", "history", "violet")
    return None


def _group(visitor: Visitor, item: Item, sort: Sort) -> tuple[str, str]:
    say, formats = visitor.words._, visitor.formats
    if sort is Sort.RATING:
        return ("rating", say("By rating, worst first"))
    if sort is not Sort.DEADLINE:
        return _day(visitor, item.published_at)
    if item.due_at is None:
        return ("none", say("No deadline"))
    if item.due_at < visitor.now:
        return ("overdue", say("Overdue"))
    days = (formats.local(item.due_at).date() - formats.local(visitor.now).date()).days
    if days == 0:
        return ("today", say("Due today"))
    return ("tomorrow", say("Due tomorrow")) if days == 1 else ("later", say("Due later"))


def _day(visitor: Visitor, at: datetime) -> tuple[str, str]:
    formats = visitor.formats
    days = (formats.local(visitor.now).date() - formats.local(at).date()).days
    if days <= 0:
        return ("day-0", visitor.words._("Today"))
    if days == 1:
        return ("day-1", visitor.words._("Yesterday"))
    return (f"day-{days}", formats.day(at))
