"""Recognise our own words on a page that has dressed them up, and remember what was seen there."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from connectors.base import PostedReply
from monitor import events
from monitor.db import upsert
from monitor.models import Item, SeenReply, WorkState
from replies.models import Reply

_NOT_WORDS = re.compile(r"[\W_]+")


def normal(text: str) -> str:
    """A text as its letters and digits only: what platforms change (spaces, quotes, dashes, entities, case) is gone."""
    folded = unicodedata.normalize("NFKC", html.unescape(html.unescape(text))).casefold().replace("ё", "е")
    return _NOT_WORDS.sub("", folded) or " ".join(folded.split())


def ours(replies: Iterable[PostedReply], text: str, *, external_id: str = "",
         taken: frozenset[str] = frozenset()) -> PostedReply | None:
    """The reply that is ours: by its id with our text, by our text, and last by its id alone (edited by others).

    ``taken`` are ids of other replies of ours. A reply that the platform calls somebody else's is never ours.
    """
    free = [reply for reply in replies if reply.ours is not False and reply.external_id not in taken]
    wanted = normal(text)
    same = [reply for reply in free if normal(reply.text) == wanted]
    known = [reply for reply in free if external_id and reply.external_id == external_id]
    both = [reply for reply in same if reply in known]
    return next(iter(both or same or known), None)


def others_ids(session: Session, reply: Reply) -> frozenset[str]:
    """External ids under the same item that belong to other replies of ours."""
    rows = session.exec(select(Reply.external_id).where(Reply.item_id == reply.item_id, Reply.id != reply.id))
    return frozenset(row for row in rows if row)


def remember(session: Session, item: Item, posted: PostedReply, now: datetime) -> None:
    """Keep a reply of ours as seen, so that it never comes back as an item; one that did is put out of the way."""
    if not posted.external_id:
        return
    row: dict[str, Any] = {
        "source_id": item.source_id, "item_id": item.id, "external_id": posted.external_id, "text": posted.text,
        "parent_id": posted.parent_id or item.external_id, "url": posted.url, "author_name": posted.author_name,
        "ours": True, "status": posted.status, "created_at": posted.created_at, "first_seen_at": now,
        "last_seen_at": now, "removed_at": None}
    upsert(session, SeenReply, [row], key=["source_id", "external_id"],
           change=["item_id", "text", "url", "ours", "status", "last_seen_at", "removed_at"])
    doubled = session.exec(select(Item).where(Item.source_id == item.source_id, Item.id != item.id,
                                              Item.external_id == posted.external_id)).first()
    if doubled is not None and not doubled.aside:
        doubled.aside, doubled.work_state = True, WorkState.IRRELEVANT
        doubled.version += 1
        events.record(session, "item.recognised", now, item_id=doubled.id, brand_id=doubled.brand_id,
                      source_id=doubled.source_id, as_reply_to=item.id)
