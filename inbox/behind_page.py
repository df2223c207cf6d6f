"""The list behind a figure, page by page, as its screen shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from connectors.errors import N_
from inbox import behind
from inbox.access import Reader
from inbox.behind import Behind
from inbox.shown import Moment, Platform, Stars, moment, platform, stars
from monitor.db import UtcDateTime
from monitor.models import Item, Source

PAGE = 50
CALLED = {
    "": N_("Items"), "listed": N_("Ratings that the platform shows"),
    "judged": N_("Reviews answered, or past their deadline"), "in_time": N_("Reviews answered in time"),
    "minutes": N_("Reviews by the time to their first reply"), "member": N_("Reviews answered by one team member"),
    "other_language": N_("Reviews in other languages"),
}


@dataclass(frozen=True)
class Line:
    item_id: int
    author: str
    platform: Platform | None
    stars: Stars | None
    words: str
    language: str
    when: Moment


@dataclass(frozen=True)
class Lines:
    """``next`` is the mark of the next page, 0 on the last one."""

    title: str
    total: int
    lines: list[Line]
    next: int


def lines(session: Session, reader: Reader, what: Behind, after: int = 0) -> Lines:
    """The items, newest first, after the item ``after``. Raises BadFilter."""
    clauses = behind.clauses(session, what, reader.now)
    total = behind.count(session, what, reader.now)
    older = []
    if after:
        mark: datetime | None = session.execute(select(col(Item.published_at)).where(col(Item.id) == after)).scalar()
        if mark is not None:
            older = [tuple_(col(Item.published_at), col(Item.id)) < tuple_(
                literal(mark, UtcDateTime), literal(after))]
    rows = session.execute(
        select(Item).where(*clauses, *older).order_by(col(Item.published_at).desc(), col(Item.id).desc())
        .limit(PAGE + 1).options(defer(Item.raw))).scalars().all()  # type: ignore[arg-type]
    wanted = {row.source_id for row in rows}
    sources = {row.id: row for row in session.execute(select(Source).where(col(Source.id).in_(wanted))).scalars()}
    shown = [line(reader, row, sources.get(row.source_id)) for row in rows[:PAGE]]
    return Lines(reader.words._(CALLED[what.of]), total, shown,
                 (rows[PAGE - 1].id or 0) if len(rows) > PAGE else 0)


def line(reader: Reader, item: Item, source: Source | None) -> Line:
    """One item in a list."""
    words = " ".join((item.text or item.title).split())
    return Line(
        item_id=item.id or 0, author=item.author_name, platform=platform(source) if source else None,
        stars=stars(item.rating, reader.words), language=item.language,
        words=words if len(words) <= 160 else words[:159].rsplit(" ", 1)[0] + "…",
        when=moment(item.published_at, reader.formats.when(item.published_at), reader.formats))
