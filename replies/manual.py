"""Where no machine can post: a person copies the text, posts it on the page and says so; then the page is read."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel import Session

from connectors.base import PostedReply
from connectors.errors import N_
from monitor.models import Item
from replies import history, outcome
from replies.errors import NotAllowed
from replies.models import Reply, ReplyState
from replies.people import acting
from replies.reach import Platforms, platform
from replies.settings import RepliesSettings
from replies.states import demand


def page_of(item: Item) -> str:
    """The web page to open for posting by hand; empty when the platform gave none that is safe to open."""
    return item.url if _is_web_page(item.url) else ""


def mark_posted(session: Session, reply_id: int, url: str, by_id: int, now: datetime,
                settings: RepliesSettings | None = None, *, platforms: Platforms | None = None) -> Reply:
    """A person says that they posted it, or that they see it on the page; ``url`` of the reply may be empty.

    The page is read at the next look where the platform can show its replies. Raises NotAllowed.
    """
    reply = session.get_one(Reply, reply_id, populate_existing=True)
    if reply.state in (ReplyState.POSTED, ReplyState.VERIFIED):
        return reply
    demand(reply.state, ReplyState.POSTED, acting(session, by_id).role)
    if url and not _is_web_page(url):
        raise NotAllowed(N_("The address of the reply must start with https:// or http://."))
    item = session.get_one(Item, reply.item_id)
    reply.state, reply.says, reply.facts, reply.updated_at = ReplyState.POSTED, "", {}, now
    outcome.public(session, reply, PostedReply(external_id="", text=reply.text, url=url, ours=True), now,
                   settings or RepliesSettings())
    shown = platform(session, item, platforms)
    reply.verify_at = now if shown is not None and shown.can.find_replies else None
    history.note(session, reply, "reply.marked_posted", now, by_id=by_id, url=url)
    return reply


def _is_web_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
