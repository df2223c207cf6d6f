"""Words for the team only, with colleagues called in by name."""

from __future__ import annotations

import re
from datetime import datetime

from sqlmodel import Session, col, select

from connectors.errors import N_
from monitor import events
from monitor.models import Item, TeamMember
from replies.draft import clean
from replies.errors import NotAllowed
from replies.models import Note
from replies.people import acting

_MENTION = re.compile(r"(?<![\w@])@([\w.+-]+)")


def add(session: Session, item_id: int, text: str, by_id: int, now: datetime) -> Note:
    """Add a note; colleagues named as ``@anna`` are in the event ``note.added`` under ``mentions``."""
    author = acting(session, by_id)
    text = clean(text).strip()
    if not text:
        raise NotAllowed(N_("The note has no text."))
    item = session.get_one(Item, item_id)
    note = Note(item_id=item_id, author_id=author.id, at=now, text=text)
    session.add(note)
    session.flush()
    called = [member.id for member in mentioned(text, active(session))]
    events.record(session, "note.added", now, by_id=by_id, brand_id=item.brand_id, item_id=item_id, note_id=note.id,
                  mentions=called)
    return note


def listing(session: Session, item_id: int) -> list[Note]:
    """Notes of an item, the oldest first."""
    return list(session.exec(select(Note).where(Note.item_id == item_id).order_by(col(Note.at), col(Note.id))))


def active(session: Session) -> list[TeamMember]:
    """Everybody who can be called in."""
    return list(session.exec(select(TeamMember).where(col(TeamMember.active).is_(True)).order_by(col(TeamMember.id))))


def mentioned(text: str, members: list[TeamMember]) -> list[TeamMember]:
    """Members called with ``@`` by first name, full name without spaces, or the first part of their e-mail.

    A first name that two members share calls nobody; the e-mail name is certain.
    """
    called = {match.rstrip(".-").casefold() for match in _MENTION.findall(text)}
    firsts = [member.name.split()[0].casefold() for member in members if member.name.strip()]
    found = []
    for member in members:
        words = member.name.casefold().rstrip(".").split()
        names = {member.email.split("@")[0].casefold(), "".join(words), ".".join(words)}
        if words and firsts.count(words[0]) == 1:
            names.add(words[0])
        if called & names:
            found.append(member)
    return found
