"""The rail on every page of a member: brand, queues with counts, saved views, pages, health, palette, keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from connectors import kinds
from connectors.errors import N_
from inbox.access import Visitor
from inbox.i18n import Translator
from inbox.models import SavedView
from inbox.shown import BrandTile, Person, brand_tile, person
from monitor import health, items
from monitor.filters import BadFilter, Queue, from_query
from monitor.models import Brand, Location, Place, Role, Source
from replies.models import Case

BRAND_COOKIE = "otklik_brand"
MANY = 999
ROLES = {Role.ADMIN: N_("Admin"), Role.LEAD: N_("Team lead"), Role.AGENT: N_("Agent"), Role.VIEWER: N_("Viewer")}
QUEUES = (
    (Queue.NEEDS_REPLY, N_("Needs reply"), "message-square-reply"),
    (Queue.OVERDUE, N_("Overdue"), "clock-alert"),
    (Queue.SUSPICIOUS, N_("Suspicious"), "scan-search"),
    (Queue.AWAITING_APPROVAL, N_("Awaiting approval"), "stamp"),
    (Queue.FOLLOW_UP_DUE, N_("Follow-up due"), "calendar-clock"),
    (Queue.MINE, N_("Mine"), "user-round"),
    (Queue.UNASSIGNED, N_("Unassigned"), "user-round-x"),
    (Queue.ALL, N_("All"), "layers"),
)
PAGES = (
    ("cases", N_("Cases"), "square-kanban", "/cases", ("G", "C")),
    ("customers", N_("Customers"), "user-round", "/customers", ()),
    ("analytics", N_("Analytics"), "chart-no-axes-column", "/analytics", ("G", "D")),
    ("digest", N_("Weekly digest"), "mail", "/digest", ()),
    ("sources", N_("Sources"), "radio-tower", "/sources", ("G", "S")),
    ("settings", N_("Settings"), "key-round", "/settings", ()),
)
DOTS = {health.Status.OK: "ok", health.Status.NEW: "ok", health.Status.QUIET: "ok", health.Status.PAUSED: "off",
        health.Status.LATE: "warn", health.Status.FAILING: "danger", health.Status.DENIED: "danger"}
FOR_LEADS = frozenset({"settings"})
ON_PHONES = frozenset({"cases", "analytics", "sources"})
ACTS = (("r", N_("Reply"), "reply"), ("n", N_("Note"), "sticky-note"), ("a", N_("Assign to…"), "user-round-plus"),
        ("s", N_("Snooze until…"), "alarm-clock"), ("f", N_("Flag as suspicious"), "flag"),
        ("e", N_("Mark done"), "check-check"), ("d", N_("Detail column"), "panel-right"))
KEYS = (
    (N_("Next, previous conversation"), ("J", "K")), (N_("Open the conversation"), ("↵",)), (N_("Reply"), ("R",)),
    (N_("Note"), ("N",)),
    (N_("Assign"), ("A",)), (N_("Snooze"), ("S",)), (N_("Done"), ("E",)), (N_("Flag as suspicious"), ("F",)),
    (N_("Select"), ("X",)), (N_("Search"), ("/",)), (N_("Go to inbox"), ("G", "I")),
    (N_("Go to analytics"), ("G", "D")),
    (N_("Go to sources"), ("G", "S")), (N_("Go to cases"), ("G", "C")), (N_("Detail column"), ("D",)),
    (N_("Undo"), ("Z",)), (N_("Main act of the composer"), ("⌘", "↵")), (N_("Commands"), ("⌘", "K")),
    (N_("This list"), ("?",)), (N_("Leave the field, close"), ("Esc",)),
)


@dataclass(frozen=True)
class Nav:
    key: str
    label: str
    icon: str
    href: str
    n: str = ""
    red: bool = False
    current: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Health:
    dots: list[str]
    text: str
    label: str


@dataclass(frozen=True)
class Line:
    label: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Act:
    key: str
    label: str
    icon: str


@dataclass(frozen=True)
class Rail:
    """Everything that the shell shows around a page."""

    me: Person
    role: str
    brand: BrandTile
    brands: list[BrandTile]
    queues: list[Nav]
    views: list[Nav]
    pages: list[Nav]
    tabs: list[Nav]
    health: Health
    acts: list[Act]
    keys: list[Line]


def chosen_brand(visitor: Visitor, brands: list[Brand]) -> Brand | None:
    """The brand that was switched to in this browser, else the first."""
    wanted = visitor.request.cookies.get(BRAND_COOKIE, "")
    return next((brand for brand in brands if str(brand.id) == wanted), brands[0] if brands else None)


def rail(visitor: Visitor, nav: str) -> Rail:
    """The rail for this visitor; ``nav`` is the key of the lit entry (a queue, ``view-3``, a page)."""
    words = visitor.words
    with visitor.house.db.read() as session:
        brands = list(session.exec(select(Brand).order_by(Brand.name)))
        brand = chosen_brand(visitor, brands)
        counts = items.counts(session, brand.id if brand else None, visitor.id, visitor.now)
        views = _views(session, visitor, nav, brand)
        health = _health(session, visitor, brand)
        cases = session.exec(select(func.count()).select_from(Case).where(col(Case.closed_at).is_(None))).one()
        note = _note(session, brand, words)
    queues = [_queue(visitor, queue, label, icon, counts, nav) for queue, label, icon in QUEUES]
    known = {("G", "I"), *(keys for _, _, _, href, keys in PAGES if href in served(visitor))}
    numbers = {"cases": visitor.formats.number(cases) if cases else ""}
    pages = [Nav(key, words._(label), icon, href, n=numbers.get(key, ""), current=nav == key, keys=keys)
             for key, label, icon, href, keys in PAGES
             if href in served(visitor) and (visitor.approves or key not in FOR_LEADS)]
    return Rail(
        me=person(visitor.member, words), role=words._(ROLES[visitor.role]),
        brand=brand_tile(brand, note) if brand else _no_brand(words), brands=[brand_tile(each) for each in brands],
        queues=queues, views=views, pages=pages, tabs=_tabs(words, pages, queues, nav), health=health,
        acts=[Act(key, words._(label), icon) for key, label, icon in ACTS],
        keys=[Line(words._(label), keys) for label, keys in KEYS if keys[0] != "G" or keys in known])


def served(visitor: Visitor) -> frozenset[str]:
    """Addresses of pages that this application has: the rail leads nowhere else."""
    app = visitor.request.app
    if not hasattr(app.state, "served"):
        app.state.served = frozenset(paths(app.routes))
    found: frozenset[str] = app.state.served
    return found


def paths(routes: Iterable[Any]) -> Iterator[str]:
    """The paths of routes, those of included routers too."""
    for route in routes:
        if path := getattr(route, "path", ""):
            yield str(path)
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        yield from paths(getattr(inner, "routes", ()))


def _no_brand(words: Translator) -> BrandTile:
    return BrandTile(id=0, name=words._("No brand yet"), note="", letter="?", colour="#f2c14e", ink="#4a3300")


def _note(session: Session, brand: Brand | None, words: Translator) -> str:
    if brand is None:
        return ""
    count = session.exec(select(func.count()).select_from(Location).where(Location.brand_id == brand.id)).one()
    return words.ngettext("%(n)s location", "All %(n)s locations", count) if count else ""


def _queue(visitor: Visitor, queue: Queue, label: str, icon: str, counts: dict[str, int], nav: str) -> Nav:
    count = counts.get(queue.value, 0)
    shown = visitor.formats.number(count) if count else ""
    return Nav(key=queue.value, label=visitor.words._(label), icon=icon, href=f"/inbox?queue={queue.value}", n=shown,
               red=queue is Queue.OVERDUE and count > 0, current=nav == queue.value,
               keys=("G", "I") if queue is Queue.NEEDS_REPLY else ())


def _views(session: Session, visitor: Visitor, nav: str, brand: Brand | None) -> list[Nav]:
    rows = session.exec(select(SavedView).where(SavedView.member_id == visitor.id).order_by(SavedView.name).limit(12))
    return [_view(session, visitor, row, nav, brand) for row in rows]


def _view(session: Session, visitor: Visitor, row: SavedView, nav: str, brand: Brand | None) -> Nav:
    key = f"view-{row.id}"
    try:
        filter = replace(from_query(parse_qsl(row.query), member_id=visitor.id), brand_id=brand.id if brand else None)
        count = items.count(session, filter, visitor.now, MANY)
    except BadFilter:
        count = 0
    href = f"/inbox?{row.query}&{urlencode({'view': row.id or 0})}"
    return Nav(key=key, label=row.name, icon="bookmark", href=href, current=nav == key,
               n=visitor.formats.number(count) if count else "")


def _tabs(words: Translator, pages: list[Nav], queues: list[Nav], nav: str) -> list[Nav]:
    overdue = next((queue.n for queue in queues if queue.red), "")
    elsewhere = {page.key for page in pages} | {"more", "profile"}
    pages = [page for page in pages if page.key in ON_PHONES]
    inbox = Nav("inbox", words._("Inbox"), "inbox", "/inbox", n=overdue, current=nav not in elsewhere)
    shown = [Nav(page.key, page.label, page.icon, page.href, current=page.current) for page in pages]
    return [inbox, *shown, Nav("more", words._("More"), "menu", "/more", current=nav in {"more", "profile"})]


def _health(session: Session, visitor: Visitor, brand: Brand | None) -> Health:
    rows = session.exec(select(Source, Place).join(Place, col(Place.source_id) == col(Source.id))
                        .options(defer(Place.cursor))  # type: ignore[arg-type]
                        .where(Source.brand_id == (brand.id if brand else 0), col(Place.watched)).limit(2000)).all()
    found: dict[int, list[health.Status]] = {}
    for source, place in rows:
        found.setdefault(source.id or 0, []).append(
            health.status(place, source, visitor.now, polled=is_polled(source.kind)))
    states = [DOTS[health.worst(each)] for each in found.values()]
    order = ("ok", "warn", "danger", "off")
    dots = sorted(states, key=order.index)[:40]
    ngettext = visitor.words.ngettext
    told = [ngettext("%(n)s failing", "%(n)s failing", states.count("danger")) if "danger" in states else "",
            ngettext("%(n)s late", "%(n)s late", states.count("warn")) if "warn" in states else ""]
    bad = ", ".join(text for text in told if text)
    total = len(states)
    if not total:
        text = visitor.words._("No source yet")
    elif bad:
        text = visitor.words._("%(bad)s of %(total)s", bad=bad, total=total)
    else:
        text = ngettext("%(n)s source, all well", "%(n)s sources, all well", total)
    return Health(dots=dots, text=text, label=visitor.words._("Source health: %(text)s", text=text))


def is_polled(kind: str) -> bool:
    """Whether we ask this platform; what is pushed to us is never late."""
    platform = kinds().get(kind)
    return platform is None or platform.can.polls


def nav_of(query: dict[str, str]) -> str:
    """Which entry of the rail an inbox address lights."""
    if query.get("view", "").isdigit():
        return f"view-{query['view']}"
    try:
        return from_query({"queue": query.get("queue", Queue.NEEDS_REPLY.value)}).queue.value
    except BadFilter:
        return Queue.NEEDS_REPLY.value
