"""The list pane: head, filters as menus, rows grouped by deadline or day, and what bulk acts need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox.access import Visitor
from inbox.models import SavedView
from inbox.shown import Person, person
from inbox.views_rail import QUEUES
from inbox.views_rows import Group, rows_of
from monitor import items
from monitor.filters import Filter, Queue, Sort, from_query
from monitor.models import Item, Location, Place, Source, TeamMember, WorkState

EXTRA_QUEUES = {Queue.DONE: N_("Done"), Queue.SNOOZED: N_("Snoozed"), Queue.ASIDE: N_("Kept aside"),
                Queue.COMPETITORS: N_("Competitors")}
TITLES = {queue: label for queue, label, _ in QUEUES} | EXTRA_QUEUES
SORTS = {Sort.DEADLINE: N_("Deadline"), Sort.NEWEST: N_("Newest"), Sort.OLDEST: N_("Oldest"),
         Sort.RATING: N_("Rating")}
STATES = {WorkState.NEW: N_("New"), WorkState.OPEN: N_("Open"), WorkState.WAITING: N_("Waiting"),
          WorkState.DONE: N_("Done"), WorkState.SNOOZED: N_("Snoozed"), WorkState.IRRELEVANT: N_("Not relevant")}
LANGUAGES = {"en": N_("English"), "lv": N_("Latvian"), "ru": N_("Russian"), "lt": N_("Lithuanian"),
             "et": N_("Estonian"), "de": N_("German")}
BY_DEADLINE = frozenset({Queue.NEEDS_REPLY, Queue.OVERDUE, Queue.MINE, Queue.UNASSIGNED, Queue.AWAITING_APPROVAL})
UNTITLED = frozenset({"queue", "sort", "view", "after"})


@dataclass(frozen=True)
class Choice:
    label: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class FilterMenu:
    """One filter: closed it names its field, set it shows the value, with an address that clears it."""

    label: str
    is_on: bool
    clear: str
    choices: list[Choice]


@dataclass(frozen=True)
class ListPane:
    """The whole pane. ``query`` is the address of this list without paging; it goes along to every item."""

    title: str
    count: str
    query: str
    search: str
    hidden: list[tuple[str, str]]
    sort: str
    sorts: list[Choice]
    filters: list[FilterMenu]
    groups: list[Group]
    more: str
    is_filtered: bool
    unfiltered: str
    elsewhere: str
    newest: int
    total: int
    view_id: int
    next_queue: Choice | None


def read_filter(visitor: Visitor, pairs: Sequence[tuple[str, str]], brand_id: int | None) -> Filter:
    """The filter of an inbox address: needs-reply unless another queue is named; raises BadFilter."""
    given = dict(pairs)
    queue = given.get("queue") or ("all" if given.get("view") else Queue.NEEDS_REPLY.value)
    found = from_query([("queue", queue), *[pair for pair in pairs if pair[0] not in {"queue", "brand"}]],
                       member_id=visitor.id)
    if not given.get("sort"):
        found = replace(found, sort=Sort.DEADLINE if found.queue in BY_DEADLINE else Sort.NEWEST)
    return replace(found, brand_id=brand_id)


def address(filter: Filter, **changes: Any) -> str:
    """The address of the list with some fields changed; the brand is the browser's, not the address's."""
    return f"/inbox?{query_of(replace(filter, **changes))}"


def query_of(filter: Filter) -> str:
    """The filter as the query of an address, its queue always named."""
    pairs = [pair for pair in filter.to_query() if pair[0] not in {"brand", "queue", "sort"}]
    default = Sort.DEADLINE if filter.queue in BY_DEADLINE else Sort.NEWEST
    sort = [("sort", filter.sort.value)] if filter.sort is not default else []
    return urlencode([("queue", filter.queue.value), *pairs, *sort])


def list_pane(session: Session, visitor: Visitor, filter: Filter, *, after: str = "", selected: int | None = None,
              view_id: int = 0, group: str = "") -> ListPane:
    """Everything the pane shows; a constant number of queries however many rows."""
    words, now = visitor.words, visitor.now
    size = visitor.house.config.inbox.page_size
    page = items.page(session, filter, now=now, after=after, limit=size)
    total = items.count(session, filter, now) if not after else 0
    groups = rows_of(session, visitor, page.items, filter, selected=selected, complete=not (page.next or after),
                     last_group=group)
    view = session.get(SavedView, view_id) if view_id else None
    query = query_of(filter)
    plain = Filter(brand_id=filter.brand_id, queue=filter.queue, member_id=filter.member_id, sort=filter.sort)
    is_filtered = filter != plain
    elsewhere = items.count(session, replace(Filter(), brand_id=filter.brand_id, search=filter.search), now) \
        if filter.search and total == 0 and not after else 0
    last = groups[-1].key if groups else group
    return ListPane(
        title=view.name if view and view.member_id == visitor.id else words._(TITLES[filter.queue]),
        count=visitor.formats.number(total) if total < items.MOST_COUNTED else f"{items.MOST_COUNTED}+",
        query=query, search=filter.search,
        hidden=[(name, value) for name, value in filter.to_query() if name not in {"q", "brand", "queue"}]
        + [("queue", filter.queue.value)],
        sort=words._(SORTS[filter.sort]),
        sorts=[Choice(words._(label), address(filter, sort=sort), sort is filter.sort)
               for sort, label in SORTS.items()],
        filters=_filters(session, visitor, filter), groups=groups,
        more=f"/inbox/rows?{query}&{urlencode({'after': page.next, 'group': last})}" if page.next else "",
        is_filtered=is_filtered, unfiltered=address(plain),
        elsewhere=words.ngettext("%(n)s matches without filters.", "%(n)s match without filters.", elsewhere)
        if elsewhere else "",
        newest=newest_id(session, filter.brand_id), total=total, view_id=view_id,
        next_queue=_next_queue(session, visitor, filter) if total == 0 and not after else None)


def newest_id(session: Session, brand_id: int | None) -> int:
    """The id of the newest item of a brand: what comes after it is news."""
    statement = select(Item.id).order_by(col(Item.id).desc()).limit(1)
    if brand_id is not None:
        statement = statement.where(Item.brand_id == brand_id)
    return session.exec(statement).first() or 0


def _next_queue(session: Session, visitor: Visitor, filter: Filter) -> Choice | None:
    counts = items.counts(session, filter.brand_id, visitor.id, visitor.now)
    for queue in (Queue.NEEDS_REPLY, Queue.OVERDUE, Queue.FOLLOW_UP_DUE, Queue.SUSPICIOUS, Queue.ALL):
        if queue is not filter.queue and counts[queue.value]:
            label = f"{visitor.words._(TITLES[queue])}: {visitor.formats.number(counts[queue.value])}"
            return Choice(label, f"/inbox?queue={queue.value}")
    return None


def _filters(session: Session, visitor: Visitor, filter: Filter) -> list[FilterMenu]:
    say = visitor.words._
    sources = session.exec(select(Source.id, Source.name).where(Source.brand_id == filter.brand_id)
                           .order_by(Source.name).limit(60)).all()
    locations = session.exec(select(Location.id, Location.name).where(Location.brand_id == filter.brand_id)
                             .order_by(Location.name).limit(60)).all()
    return [
        _menu(say("Source"), filter, "source_ids", [(number, name) for number, name in sources], say),
        _rating_menu(visitor, filter),
        _menu(say("Location"), filter, "location_ids", [(number, name) for number, name in locations], say),
        _menu(say("Language"), filter, "languages", [(code, say(name)) for code, name in LANGUAGES.items()], say),
        _menu(say("Status"), filter, "work_states", [(state, say(name)) for state, name in STATES.items()], say),
    ]


def _menu(label: str, filter: Filter, field: str, options: list[tuple[Any, str]], say: Any) -> FilterMenu:
    chosen = getattr(filter, field)
    names = [name for value, name in options if value in chosen]
    choices = [Choice(name, address(filter, **{field: (value,)}), value in chosen) for value, name in options]
    shown = names[0] if len(names) == 1 else say("%(field)s: %(n)s", field=label, n=len(chosen))
    return FilterMenu(label=shown if chosen else label, is_on=bool(chosen),
                      clear=address(filter, **{field: ()}), choices=choices)


def _rating_menu(visitor: Visitor, filter: Filter) -> FilterMenu:
    say = visitor.words._
    spans = ((1.0, 2.4, "1–2★"), (2.5, 3.4, "3★"), (3.5, 5.0, "4–5★"))
    choices = [Choice(name, address(filter, min_rating=low, max_rating=high),
                      (filter.min_rating, filter.max_rating) == (low, high)) for low, high, name in spans]
    is_on = filter.min_rating is not None or filter.max_rating is not None
    chosen = next((choice.label for choice in choices if choice.current),
                  f"{filter.min_rating or 1:g}–{filter.max_rating or 5:g}★")
    return FilterMenu(label=chosen if is_on else say("Rating"), is_on=is_on,
                      clear=address(filter, min_rating=None, max_rating=None), choices=choices)


def team(session: Session, visitor: Visitor) -> list[tuple[int, Person]]:
    """Colleagues to whom an item may be given, the visitor first."""
    rows = session.exec(select(TeamMember).where(col(TeamMember.active).is_(True), TeamMember.role != "viewer")
                        .order_by(TeamMember.name))
    found = [(row.id or 0, person(row, visitor.words)) for row in rows]
    return sorted(found, key=lambda one: one[0] != visitor.id)


def checked_ago(session: Session, visitor: Visitor, brand_id: int | None) -> str:
    """When the sources were last asked: “Updated 40 s ago”; empty before the first time."""
    last = session.exec(select(Place.last_poll_at).join(Source, col(Source.id) == Place.source_id)
                        .where(Source.brand_id == brand_id, col(Place.last_poll_at).is_not(None))
                        .order_by(col(Place.last_poll_at).desc()).limit(1)).first()
    return visitor.words._("Updated %(time)s", time=visitor.formats.ago(last)) if last else ""
