"""The three panes put together: what the inbox page and every act on a conversation show, whole or in parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import HTTPException
from sqlmodel import Session, func, select
from starlette.responses import Response

from connectors.errors import N_
from inbox.access import Visitor
from inbox.render import page, part, template
from inbox.views_composer import Composer, composer
from inbox.views_conversation import Conversation, conversation, laters
from inbox.views_detail import Detail, detail
from inbox.views_list import checked_ago, list_pane, query_of, read_filter, team
from inbox.views_rail import chosen_brand, nav_of
from inbox.views_rows import around, row
from monitor.filters import BadFilter, Filter, Queue
from monitor.item_order import BadCursor
from monitor.models import Brand, Item, Source

EMPTY = {Queue.NEEDS_REPLY: N_("Nothing waits for a reply"), Queue.OVERDUE: N_("Nothing is overdue"),
         Queue.SUSPICIOUS: N_("Nothing looks suspicious"), Queue.AWAITING_APPROVAL: N_("Nothing awaits approval"),
         Queue.FOLLOW_UP_DUE: N_("No follow-up is due"), Queue.MINE: N_("Nothing is assigned to you"),
         Queue.UNASSIGNED: N_("Everything has somebody responsible")}


@dataclass(frozen=True)
class Said:
    """A toast: what was done, and the form that takes it back."""

    text: str
    icon: str = "check-check"
    undo: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Trouble:
    """Why something was not done: a banner above the text, with the other person's text in a conflict."""

    title: str
    text: str
    tone: str = "warn"
    icon: str = "users-round"
    theirs: str = ""
    version: int = 0


def brand_id(session: Session, visitor: Visitor) -> int | None:
    """The brand this browser looks at."""
    brand = chosen_brand(visitor, list(session.exec(select(Brand).order_by(Brand.name))))
    return brand.id if brand else None


def wanted(session: Session, visitor: Visitor, query: str) -> Filter:
    """The filter that a list's address names; a page that cannot be understood answers 400 with the reason."""
    try:
        return read_filter(visitor, parse_qsl(query, max_num_fields=60), brand_id(session, visitor))
    except (BadFilter, ValueError) as error:
        says = visitor.words.says(error.key, error.facts) if isinstance(error, BadFilter) else ""
        raise HTTPException(400, says) from error


def item_of(session: Session, item_id: int) -> Item:
    """The item, or 404."""
    item = session.get(Item, item_id)
    if item is None:
        raise HTTPException(404, N_("This review is not here. It was removed, or the link is wrong."))
    return item


def list_context(session: Session, visitor: Visitor, query: str, *, selected: int | None = None,
                 after: str = "", group: str = "") -> dict[str, Any]:
    """What the templates of the list need."""
    filter = wanted(session, visitor, query)
    view = dict(parse_qsl(query)).get("view", "")
    try:
        pane = list_pane(session, visitor, filter, after=after, selected=selected, group=group,
                         view_id=int(view) if view.isdigit() else 0)
    except BadCursor as error:
        raise HTTPException(400, N_("This list was changed in the meantime. Load it again.")) from error
    title = visitor.words._(EMPTY.get(filter.queue, N_("Nothing here yet")))
    has_sources = session.exec(select(func.count()).select_from(Source)).one() > 0
    return {"pane": pane, "checked": checked_ago(session, visitor, filter.brand_id), "empty_title": title,
            "has_sources": has_sources, "team": team(session, visitor), "laters": laters(visitor)}


def conversation_context(session: Session, visitor: Visitor, item: Item, *, tab: str = "", mode: str = "",
                         text: str | None = None, version: int | None = None) -> dict[str, Any]:
    """What the templates of conversation and detail need."""
    conv: Conversation = conversation(session, visitor, item, mode=mode)
    comp: Composer = composer(session, visitor, item, tab, text=text, version=version)
    det: Detail = detail(session, visitor, item)
    return {"conv": conv, "comp": comp, "det": det}


@dataclass(frozen=True)
class Bare:
    """Where only the address of the list is needed, not the list."""

    query: str


def bare_pane(session: Session, visitor: Visitor, query: str) -> Bare:
    """The address of the list that an item was opened from."""
    return Bare(query_of(wanted(session, visitor, query)))


def whole(visitor: Visitor, query: str, item_id: int | None = None, *, tab: str = "", mode: str = "",
          said: Said | None = None, trouble: Trouble | None = None, text: str | None = None,
          version: int | None = None, status: int = 200, after: str = "", group: str = "") -> Response:
    """The whole page, with or without an open conversation."""
    with visitor.house.db.read() as session:
        context = list_context(session, visitor, query, selected=item_id, after=after, group=group)
        shown: dict[str, Any] = {"conv": None, "comp": None, "det": None}
        if item_id is not None:
            shown = conversation_context(session, visitor, item_of(session, item_id), tab=tab, mode=mode, text=text,
                                         version=version)
    return page(visitor, "inbox.html", status=status, nav=nav_of(dict(parse_qsl(query))), said=said, trouble=trouble,
                **context, **shown)


def parts(visitor: Visitor, query: str, item_id: int, *, tab: str = "", mode: str = "", said: Said | None = None,
          trouble: Trouble | None = None, text: str | None = None, version: int | None = None,
          status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Conversation for htmx with detail, row and toast out of band."""
    with visitor.house.db.read() as session:
        item = item_of(session, item_id)
        shown = conversation_context(session, visitor, item, tab=tab, mode=mode, text=text, version=version)
        known = around(session, [item])
        line = row(visitor, item, known, is_selected=True)
        bare = bare_pane(session, visitor, query)
    context = {**shown, "pane": bare, "row": line, "trouble": trouble}
    more = ["_detail.html", "_row.html"] + (["_toast_oob.html"] if said else [])
    return part(visitor, "_conversation.html", *more, status=status, headers=headers, said=said, **context)


def toast(visitor: Visitor, said: Said) -> str:
    """A toast alone, out of band."""
    return template(visitor, "_toast_oob.html", said=said, oob=True)
