"""The timeline of a conversation: what was said, what we answered, our notes, and every event between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox.access import Visitor
from inbox.sentences_events import SHOWN_OTHERWISE, sentence
from inbox.shown import Chip, Moment, Stars, moment, stars
from inbox.text_diff import Piece, diff
from inbox.views_rows import author_of
from monitor import items
from monitor.models import Event, Item, Revision, SeenReply, TeamMember
from replies import notes
from replies.models import CaseItem, Note, Purpose, Reply, ReplyState

KINDS = {"review": N_("Review"), "mention": N_("Mention"), "comment": N_("Comment"), "question": N_("Question"),
         "complaint": N_("Complaint"), "thanks": N_("Thanks"), "survey_answer": N_("Survey answer")}
STATUS = {"held": N_("Held there for moderation"), "spam": N_("Marked as spam there"),
          "rejected": N_("Rejected there")}
OURS = {True: N_("Our follow-up"), False: N_("Our reply")}
OUT = frozenset({ReplyState.POSTED, ReplyState.VERIFIED})


@dataclass(frozen=True)
class Said:
    """The review itself with its versions; ``pieces`` show the change from the first wording to the present one."""

    heading: str
    moment: Moment
    edited: str
    chips: list[Chip]
    title: str
    text: str
    pros: str
    cons: str
    language: str
    stars_before: Stars | None
    stars_now: Stars | None
    first: str
    pieces: list[Piece]
    changed: bool
    mode: str
    photos: list[str]


@dataclass(frozen=True)
class Entry:
    """One entry below the review: ``kind`` is note, reply or line; ``parts`` are text with mentions apart."""

    kind: str
    at: datetime
    moment: Moment
    icon: str = ""
    who: str = ""
    text: str = ""
    parts: list[tuple[str, bool]] = field(default_factory=list)
    chip: Chip | None = None
    url: str = ""
    id: str = ""


@dataclass(frozen=True)
class Timeline:
    said: Said
    entries: list[Entry]
    hidden: int


def timeline(session: Session, visitor: Visitor, item: Item, *, mode: str = "") -> Timeline:
    """Everything that happened to an item, the oldest first."""
    item_id = item.id or 0
    revisions = items.revisions(session, item_id)
    people = {row.id or 0: row for row in session.exec(select(TeamMember))}
    replies = session.exec(select(Reply).where(Reply.item_id == item_id).order_by(col(Reply.id))).all()
    seen = session.exec(select(SeenReply).where(SeenReply.item_id == item_id).order_by(col(SeenReply.id))).all()
    happened = [*reversed(items.timeline(session, item_id)), *_of_cases(session, item_id)]
    found = [*_notes(visitor, notes.listing(session, item_id), people), *_ours(visitor, replies, people),
             *_others(visitor, seen, replies), *_lines(visitor, item, happened, people)]
    found.sort(key=lambda entry: entry.at)
    return Timeline(said=said(visitor, item, revisions, mode=mode), entries=found, hidden=0)


def _of_cases(session: Session, item_id: int) -> Sequence[Event]:
    """What happened to the cases that join the item, where the event names no item of its own."""
    joined = select(CaseItem.case_id).where(CaseItem.item_id == item_id)
    return session.exec(select(Event).where(col(Event.case_id).in_(joined), col(Event.item_id).is_(None))
                        .order_by(col(Event.id)).limit(200)).all()


def said(visitor: Visitor, item: Item, revisions: Sequence[Revision], *, mode: str = "") -> Said:
    """The item as it reads now, as it read first, and what changed; opens on the changes when there are any."""
    words, formats = visitor.words, visitor.formats
    first = revisions[0] if revisions else None
    earlier = first.text if first else item.text
    was = next((one.rating for one in revisions if one.rating is not None), item.rating)
    changed = first is not None and (earlier != item.text or was != item.rating)
    edited_at = item.edited_at or (revisions[-1].replaced_at if revisions else None)
    edited = words._("edited %(time)s", time=formats.when(edited_at)) if edited_at and changed else ""
    return Said(
        heading=words._(KINDS[item.kind.value]), edited=edited,
        moment=moment(item.published_at, (formats.day if edited else formats.when)(item.published_at), formats),
        chips=_facts(visitor, item), title=item.title, text=item.text, pros=item.pros, cons=item.cons,
        language=item.language, stars_before=stars(was, words) if was != item.rating else None,
        stars_now=stars(item.rating, words, was), first=earlier, pieces=diff(earlier, item.text) if changed else [],
        changed=changed, mode=mode if mode in {"now", "changes", "first"} else "changes", photos=item.photos[:12])


def _facts(visitor: Visitor, item: Item) -> list[Chip]:
    say = visitor.words._
    found = []
    if item.verified_purchase:
        found.append(Chip(say("Verified purchase"), "q", "badge-check", "ok"))
    if item.channel.value == "closed":
        found.append(Chip(say("Private"), "q", "lock"))
    if item.removed_at is not None:
        found.append(Chip(say("Removed there on %(day)s", day=visitor.formats.day(item.removed_at)), "q", "x"))
    if item.status.value in {"held", "spam", "rejected"}:
        found.append(Chip(say(STATUS[item.status.value]), "q", "hourglass"))
    return found


def _notes(visitor: Visitor, rows: Iterable[Note], people: dict[int, TeamMember]) -> Iterable[Entry]:
    for row in rows:
        author = people.get(row.author_id or 0)
        yield Entry("note", row.at, _moment(visitor, row.at), who=author.name if author else "",
                    parts=mentions(row.text, people.values()), id=f"note-{row.id}")


def mentions(text: str, members: Iterable[TeamMember]) -> list[tuple[str, bool]]:
    """A text in stretches, those that name a colleague marked."""
    known = list(members)
    parts: list[tuple[str, bool]] = []
    for place, word in enumerate(text.split("@")):
        if place == 0:
            parts.append((word, False))
            continue
        name = next((each for each in _names(known) if word.lower().startswith(each.lower())), "")
        parts += [(f"@{word[:len(name)]}", True), (word[len(name):], False)] if name else [(f"@{word}", False)]
    return [part for part in parts if part[0]]


def _names(members: Iterable[TeamMember]) -> list[str]:
    names = {name for member in members for name in
             (member.email.split("@")[0], member.name.replace(" ", "").rstrip("."), member.name.split(" ")[0])}
    return sorted((name for name in names if name), key=len, reverse=True)


def _ours(visitor: Visitor, rows: Iterable[Reply], people: dict[int, TeamMember]) -> Iterable[Entry]:
    for row in rows:
        if row.state in OUT and row.posted_at is not None:
            author = people.get(row.author_id or 0)
            yield Entry("reply", row.posted_at, _moment(visitor, row.posted_at), text=row.text, url=row.url,
                        who=visitor.words._(OURS[row.purpose is Purpose.FOLLOW_UP]),
                        chip=posted_chip(visitor, row), icon=author.name if author else "", id=f"reply-{row.id}")


def posted_chip(visitor: Visitor, row: Reply) -> Chip:
    """Where a posted reply stands: seen on the page, held there, not seen yet, removed."""
    say = visitor.words._
    if row.removed_at is not None:
        return Chip(say("Removed from the page"), "danger", "x")
    if row.state is ReplyState.VERIFIED:
        return Chip(say("Posted, verified on the page"), "q", "check-check", "ok")
    if row.status.value == "held":
        return Chip(say("Waits for the platform’s moderator"), "q", "hourglass")
    if row.verify_at is None:
        return Chip(say("Posted by hand"), "q", "check", "ok")
    return Chip(say("Posted, not seen on the page yet"), "q", "loader-circle")


def _others(visitor: Visitor, rows: Iterable[SeenReply], ours: Sequence[Reply]) -> Iterable[Entry]:
    known = {row.external_id for row in ours if row.external_id}
    for row in rows:
        if row.external_id not in known and row.ours is not True:
            at = row.created_at or row.first_seen_at
            yield Entry("reply", at, _moment(visitor, at), text=row.text, url=row.url,
                        who=row.author_name or visitor.words._("Reply on the page"),
                        chip=Chip(visitor.words._("Removed from the page"), "danger", "x") if row.removed_at else None)


def _lines(visitor: Visitor, item: Item, rows: Iterable[Event], people: dict[int, TeamMember]) -> Iterable[Entry]:
    names = {number: member.name for number, member in people.items()}
    author = author_of(visitor, item)
    for row in rows:
        if row.kind in SHOWN_OTHERWISE:
            continue
        who = names.get(row.by_id or 0, visitor.house.config.inbox.name)
        icon, text = sentence(row.kind, row.data, names, who=who, author=author, words=visitor.words,
                              formats=visitor.formats)
        yield Entry("line", row.at, _moment(visitor, row.at), icon=icon, text=text, id=f"event-{row.id}")


def _moment(visitor: Visitor, at: datetime) -> Moment:
    return moment(at, visitor.formats.when(at), visitor.formats)
