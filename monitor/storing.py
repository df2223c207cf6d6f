"""Write what was decided, many rows at a time: items, revisions, history, full text and the place's own row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import text, update
from sqlmodel import Session, SQLModel

from connectors.base import Item, Published, five_stars
from monitor import language, search
from monitor.bulk import insert_many
from monitor.cleaning import believable, storable
from monitor.decide import Decision, Known, fingerprint, first_state, standing
from monitor.mentions import Anything, BadTerms, Query, compile_terms
from monitor.models import Brand, Location, Place, Source, WorkState
from monitor.planning import Plan
from monitor.relevance import is_aside
from monitor.routing import WANTS_ANSWER, Route, Rules, is_urgent, route
from monitor.wording import text_key

_ITEM: Any = SQLModel.metadata.tables["item"]
_EVENT: Any = SQLModel.metadata.tables["event"]
_REVISION: Any = SQLModel.metadata.tables["revision"]
_PLACE: Any = SQLModel.metadata.tables["place"]
# What goes into the row as the platform gave it.
_AS_GIVEN = ("status", "thread_id", "parent_id", "url", "author_name", "author_id", "author_email", "author_phone",
             "author_url", "city", "country", "ip", "verified_purchase", "order_number", "title", "text", "pros",
             "cons")
_GIVEN = itemgetter(*_AS_GIVEN)
_NO_PHOTOS: list[str] = []
# Reviews older than this when a place is first read are its past: they wait for an answer without a deadline.
PAST = timedelta(days=14)
Change = tuple[Known, Item, Decision]


def _reserve(session: Session, number: int) -> range | list[int]:
    """Ids for new items beforehand, so that items, history and full text go in as whole batches."""
    if session.get_bind().dialect.name == "sqlite":
        # The writer holds the database, and items are never deleted, so the next ids are ours.
        first = session.execute(text("SELECT coalesce(max(id), 0) + 1 FROM item")).scalar_one()
        return range(first, first + number)
    drawn = session.execute(text("SELECT nextval(pg_get_serial_sequence('item', 'id')) FROM generate_series(1, :n)"),
                            {"n": number})
    return [row[0] for row in drawn]


def insert_new(session: Session, items: Sequence[Item], place: Place, source: Source,
               now: datetime) -> dict[str, int]:
    """Store new items; their ids by external id."""
    if not items:
        return {}
    ground = _ground(session, place, source)
    ids = dict(zip((item.external_id for item in items), _reserve(session, len(items)), strict=True))
    made = [new_row(item, ids[item.external_id], ground, now) for item in items]
    insert_many(session, _ITEM, [row for row, _ in made])
    heard = _event("item.heard", source, place.id, 0, now)
    insert_many(session, _EVENT, [{**heard, "item_id": number} for number in ids.values()])
    search.index(session, [searchable for _, searchable in made])
    return ids


class Ground(NamedTuple):
    """What all new items of a place have in common; ``first``: the place has never been read whole."""

    brand_id: int
    source_id: int | None
    place_id: int | None
    location_id: int | None
    competitor: bool
    terms: str
    rules: Rules
    first: bool


def _ground(session: Session, place: Place, source: Source) -> Ground:
    brand = session.get_one(Brand, source.brand_id)
    location = session.get(Location, place.location_id) if place.location_id else None
    rules = Rules(brand.reply_hours, brand.urgent_hours, _readable(brand.urgent_terms), brand.calendar,
                  ZoneInfo(brand.timezone), location.responsible_id if location else None, source.responsible_id)
    return Ground(source.brand_id, source.id, place.id, place.location_id, place.competitor, brand.terms, rules,
                  place.last_sweep_at is None)


def _readable(terms: str) -> Query:
    """Terms that nobody can read make nothing urgent."""
    try:
        return compile_terms(terms)
    except BadTerms:
        return Anything()


def new_row(item: Item, number: int, ground: Ground, now: datetime) -> tuple[dict[str, Any], search.Searchable]:
    """The columns of a new item, and what it is found by."""
    created_at = believable(item.created_at, now)
    aside, state = is_aside(item, ground.terms), first_state(item)
    row, found = _said(item)
    route = _route(item, row["rating"], created_at, ground, now, wanted=not aside and state is not WorkState.IRRELEVANT)
    row |= {
        "id": number, "brand_id": ground.brand_id, "source_id": ground.source_id, "place_id": ground.place_id,
        "location_id": ground.location_id, "external_id": item.external_id, "kind": item.kind,
        "channel": item.channel, "published_at": created_at or now, "date_is_ours": created_at is None,
        "first_seen_at": now, "changed_at": now, "edited_at": believable(item.edited_at, now),
        "competitor": ground.competitor, "aside": aside, "work_state": state, "outdated": False,
        "reply_state": "", "follow_up_state": "", "version": 1, "urgent": route.urgent, "due_at": route.due_at,
        "assignee_id": route.assignee_id}
    return row, search.Searchable(number, found, row["language"])


def _said(item: Item) -> tuple[dict[str, Any], str]:
    """The columns that an edit may change too, and the text that it is found by."""
    said = f"{item.title}\n{item.text}\n{item.pros}\n{item.cons}"
    given: dict[str, Any] = dict(zip(_AS_GIVEN, _GIVEN(vars(item)), strict=True))
    return given | {
        "rating": five_stars(item), "rating_given": item.rating, "rating_best": item.rating_best,
        "photos": list(item.photos) if item.photos else _NO_PHOTOS,
        "language": item.language or language.detect(said), "fingerprint": fingerprint(item),
        "text_key": text_key(said), "raw": storable(item.raw),
    }, f"{said}\n{item.author_name}\n{item.author_email}\n{item.order_number}"


def _route(item: Item, rating: float | None, created_at: datetime | None, ground: Ground, now: datetime, *,
           wanted: bool) -> Route:
    """Who answers and until when; what a place said before we first looked there has no deadline."""
    past = ground.first and created_at is not None and now - created_at > PAST
    if ground.competitor:
        return Route(None, False, None)
    return route(item.kind, rating, f"{item.title}\n{item.text}", ground.rules, now, expected=wanted and not past)


def _event(kind: str, source: Source, place_id: int | None, item_id: int, now: datetime,
           **data: Any) -> dict[str, Any]:
    return {"at": now, "kind": kind, "by_id": None, "brand_id": source.brand_id, "item_id": item_id,
            "place_id": place_id, "source_id": source.id, "data": data}


def update_edited(session: Session, edited: Sequence[Change], place: Place, source: Source,
                  now: datetime) -> list[int]:
    """Store edits: the old wording as a revision, what was answered or done open again; ids."""
    return _change(session, edited, source, place, now, "item.edited", _edit)


def mark_returned(session: Session, returned: Sequence[Change], place: Place, source: Source,
                  now: datetime) -> list[int]:
    """Items that were removed and are there again, perhaps with other words; ids."""
    return _change(session, returned, source, place, now, "item.returned", _return)


def _edit(old: Known, item: Item, decision: Decision, rules: Rules, now: datetime) -> dict[str, Any]:
    values = standing(old, decision) | {"changed_at": now, "edited_at": decision.at, "assessed_at": None}
    if values.get("work_state") in (WorkState.OPEN, WorkState.NEW) and item.kind in WANTS_ANSWER:
        urgent = is_urgent(item.kind, five_stars(item), f"{item.title}\n{item.text}", rules.urgent)
        values |= {"urgent": urgent, "due_at": rules.answer_by(urgent, now)}
    return values


def _return(old: Known, item: Item, decision: Decision, rules: Rules, now: datetime) -> dict[str, Any]:
    values = _edit(old, item, decision, rules, now) if decision.changes else {"changed_at": now}
    return values | {"removed_at": None}


def _change(session: Session, changed: Sequence[Change], source: Source, place: Place, now: datetime, kind: str,
            work: Callable[[Known, Item, Decision, Rules, datetime], dict[str, Any]]) -> list[int]:
    if not changed:
        return []
    rules = _ground(session, place, source).rules
    found, history, revisions = list[search.Searchable](), list[dict[str, Any]](), list[dict[str, Any]]()
    for old, item, decision in changed:
        said, its_text = _said(item)
        said["language"] = said["language"] if decision.by_customer else old.language
        values = said | work(old, item, decision, rules, now)
        session.execute(update(_ITEM).where(_ITEM.c.id == old.id).values(**values, version=_ITEM.c.version + 1))
        history.append(_event(kind, source, place.id, old.id, now, **_told(decision)))
        if decision.by_customer:
            revisions.append(_revision(old, now))
            found.append(search.Searchable(old.id, its_text, said["language"]))
    insert_many(session, _EVENT, history)
    insert_many(session, _REVISION, revisions)
    search.index(session, found, replace=True)
    return [old.id for old, _, _ in changed]


def _revision(old: Known, now: datetime) -> dict[str, Any]:
    return {"item_id": old.id, "replaced_at": now, "rating": old.rating, "title": old.title, "text": old.text,
            "pros": old.pros, "cons": old.cons, "fingerprint": old.fingerprint}


def _told(decision: Decision) -> dict[str, Any]:
    """What a reader of the history needs: names of what changed, and the short values before and after."""
    short: dict[str, Any] = {name: list(decision.changes[name]) for name in ("rating", "status")
                             if name in decision.changes}
    return {"changed": list(decision.changes), **short} if decision.changes else {}


def mark_removed(session: Session, removed: Sequence[Known], source: Source, now: datetime) -> list[int]:
    """Items that are gone from the platform: marked, never deleted; ids."""
    ids = [old.id for old in removed]
    if ids:
        session.execute(update(_ITEM).where(_ITEM.c.id.in_(ids)).values(
            removed_at=now, changed_at=now, status=Published.REMOVED, version=_ITEM.c.version + 1))
        insert_many(session, _EVENT, [_event("item.removed", source, old.place_id, old.id, now) for old in removed])
    return ids


def mark_recognised(session: Session, recognised: Sequence[Known], source: Source, now: datetime) -> None:
    """Items that turn out to be replies of ours: out of the way."""
    for old in recognised:
        session.execute(update(_ITEM).where(_ITEM.c.id == old.id).values(
            aside=True, work_state=WorkState.IRRELEVANT, changed_at=now, version=_ITEM.c.version + 1))
        insert_many(session, _EVENT, [_event("item.recognised", source, old.place_id, old.id, now)])


def update_place(session: Session, place: Place, todo: Plan, now: datetime, *, grown: int, sweep_now: bool) -> None:
    """The place's cursor, totals and debt, only where they changed."""
    values: dict[str, Any] = {}
    if todo.cursor is not None:
        values["cursor"] = todo.cursor
    if todo.total is not None:
        values["platform_total"] = todo.total
    if grown:
        values["listed_count"] = _PLACE.c.listed_count + grown
    if sweep_now:
        values["next_sweep_at"] = now
    if values:
        session.execute(update(_PLACE).where(_PLACE.c.id == place.id).values(values))


def count_listed(session: Session, place: Place, number: int) -> None:
    """Settle how many entries of a place we know after a complete sweep."""
    if number != place.listed_count:
        session.execute(update(_PLACE).where(_PLACE.c.id == place.id).values(listed_count=number))
