"""A person writes: one open text per item and purpose, saved with versions so that nobody's words are lost."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Session, col, select

from connectors.errors import N_
from monitor import events
from monitor.db import Database, claim, upsert
from monitor.models import Item
from replies import lock, standing
from replies.errors import Conflict, Locked, NotAllowed
from replies.guidance.language import language_of
from replies.models import Purpose, Reply, ReplyState, ReplyVersion
from replies.people import acting
from replies.settings import RepliesSettings
from replies.states import EDITABLE, LEADS

MAX_CHARS = 100_000


def slot_of(item_id: int, purpose: Purpose) -> str:
    """The unique place that the open reply of an item and purpose holds."""
    return f"{item_id}:{purpose.value}"


def open_draft(session: Session, item_id: int, purpose: Purpose = Purpose.REPLY) -> Reply | None:
    """The open reply of an item, in whatever state before it is public; None when there is none."""
    return session.exec(select(Reply).where(Reply.slot == slot_of(item_id, purpose))
                        .execution_options(populate_existing=True)).first()


def newest(session: Session, item_id: int, purpose: Purpose = Purpose.REPLY) -> Reply | None:
    """The open reply, else the one written last."""
    return session.exec(select(Reply).where(Reply.item_id == item_id, Reply.purpose == purpose)
                        .order_by(col(Reply.slot).is_(None), col(Reply.version).desc(), col(Reply.id).desc())
                        .limit(1)).first()


def version_of(session: Session, item_id: int, purpose: Purpose = Purpose.REPLY) -> int:
    """The version that a page must hold to write here: that of the open reply, else of the last one, else 0."""
    reply = newest(session, item_id, purpose)
    return reply.version if reply else 0


def save(db: Database, item_id: int, purpose: Purpose, text: str, version: int, by_id: int, now: datetime,
         settings: RepliesSettings) -> Reply:
    """``write`` in a transaction of its own that also keeps the loser's text. Raises what ``write`` raises."""
    lost: Conflict | Locked
    with db.write() as session:
        try:
            return write(session, item_id, purpose, text, version, by_id, now, settings)
        except (Conflict, Locked) as error:
            lost = error
    raise lost


def write(session: Session, item_id: int, purpose: Purpose, text: str, version: int, by_id: int, now: datetime,
          settings: RepliesSettings) -> Reply:
    """Save a text as the open reply of an item; ``version`` is what ``version_of`` gave to the page.

    Raises Conflict when somebody saved since then, or when that reply went out meanwhile, and Locked while a colleague
    writes here. In both cases the text is kept as a version: catch the error inside the transaction, or use ``save``.
    The same text again changes nothing, so that a double click is one save. Raises NotAllowed once it is approved.
    """
    person = acting(session, by_id)
    text = clean(text)
    try:
        lock.take(session, item_id, purpose, by_id, now, settings)
    except Locked:
        if (theirs := open_draft(session, item_id, purpose)) is not None:
            keep_text(session, theirs, version, text, by_id, now)
        raise
    # Read after the lock: on PostgreSQL it is what makes two tabs wait for each other.
    reply = open_draft(session, item_id, purpose) or _open(session, item_id, purpose, version, text, by_id, now)
    if reply.text == text:
        return reply
    if reply.version != version:
        raise lose(session, reply, text, version, by_id, now)
    if reply.state not in EDITABLE and not (reply.state is ReplyState.IN_REVIEW and person.role in LEADS):
        raise NotAllowed(N_("This reply is already on its way. Take it back first to change it."))
    return _change(session, reply, text, by_id, now)


def clean(text: str) -> str:
    """Line ends as one character, without what no database keeps; raises NotAllowed beyond any platform's limit."""
    text = text.replace("\r\n", "\n").replace("\x00", "").encode("utf-8", "ignore").decode()
    if len(text) > MAX_CHARS:
        raise NotAllowed(N_("A reply of more than {limit} characters is not kept. Shorten it."), limit=MAX_CHARS)
    return text


def keep_text(session: Session, reply: Reply, version: int, text: str, by_id: int | None, now: datetime) -> None:
    """Keep a text of a reply for good."""
    assert reply.id is not None
    session.add(ReplyVersion(reply_id=reply.id, version=version, text=text, by_id=by_id, at=now))


def lose(session: Session, reply: Reply, text: str, version: int, by_id: int, now: datetime) -> Conflict:
    """Keep the text of the one who came second, and what to tell them."""
    keep_text(session, reply, version, text, by_id, now)
    session.flush()
    return Conflict(reply.text, reply.version, reply.saved_by_id)


def _open(session: Session, item_id: int, purpose: Purpose, version: int, text: str, by_id: int,
          now: datetime) -> Reply:
    item = session.get(Item, item_id)
    if item is None:
        raise NotAllowed(N_("This does not exist any more."))
    before = newest(session, item_id, purpose)
    if before is not None and before.version != version:
        raise lose(session, before, text, version, by_id, now)
    key = uuid.uuid4().hex
    row = Reply(item_id=item_id, purpose=purpose, slot=slot_of(item_id, purpose), key=key, text=text,
                version=version + 1, author_id=by_id, saved_by_id=by_id, created_at=now, updated_at=now,
                language=language_of(text) or item.language)
    upsert(session, Reply, [row.model_dump(exclude={"id"})], key=["slot"])
    reply = open_draft(session, item_id, purpose)
    assert reply is not None
    if reply.key == key:
        events.record(session, "reply.drafted", now, by_id=by_id, brand_id=item.brand_id, item_id=item_id,
                      reply_id=reply.id, purpose=purpose.value)
        standing.keep(session, item_id)
    return reply


def _change(session: Session, reply: Reply, text: str, by_id: int, now: datetime) -> Reply:
    assert reply.id is not None
    state = reply.state if reply.state is ReplyState.IN_REVIEW else ReplyState.DRAFT
    old = (reply.text, reply.version, reply.saved_by_id, reply.state)
    won = claim(session, Reply, reply.id, where={"version": reply.version, "state": reply.state},
                values={"text": text, "version": reply.version + 1, "state": state, "saved_by_id": by_id,
                        "updated_at": now, "language": language_of(text) or reply.language, "says": "", "facts": {}})
    session.refresh(reply)
    if not won:
        raise lose(session, reply, text, old[1], by_id, now)
    if old[2] != by_id or old[3] is not state:
        keep_text(session, reply, old[1], old[0], old[2], now)
        events.record(session, "reply.edited", now, by_id=by_id, item_id=reply.item_id, reply_id=reply.id,
                      version=reply.version)
    standing.keep(session, reply.item_id)
    return reply
