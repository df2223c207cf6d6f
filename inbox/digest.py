"""The weekly digest: when it is due for whom, what it says, and the same as a page before it is sent."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from inbox import charts, deliveries, digest_words, figures, letters, week_cases, week_sources
from inbox.formats import Formats
from inbox.house import House
from inbox.letters import Letter
from inbox.models import Delivery
from inbox.shown import brand_tile, initials
from inbox.weeks import Week, latest_slot, week_until
from monitor import items
from monitor.items import Filter
from monitor.models import Brand, Item, Source, TeamMember

LATEST = timedelta(days=3)
SHOWN = 3


def send_due(house: House, now: datetime) -> int:
    """Put every digest that is due into the outbox, once per brand, reader and week; returns how many were put there.

    One that could not be written for three days, because nothing ran, is left out. Without a mail server none is due.
    """
    settings = house.config.inbox.mail
    if not settings.host:
        return 0
    with house.db.read() as session:
        brands = session.exec(select(Brand)).all()
        readers = session.exec(select(TeamMember).where(
            col(TeamMember.active).is_(True), col(TeamMember.digest).is_(True))).all()
        due = [found for brand in brands for reader in readers if (found := due_for(brand, reader, now)) is not None]
        keys = [key for key, _, _ in due]
        known = set(session.exec(select(Delivery.key).where(col(Delivery.key).in_(keys)))) if keys else set()
    fresh = [found for found in due if found[0] not in known]
    if not fresh:
        return 0
    with house.db.write() as session:
        return sum(deliveries.write(session, settings, "digest", reader, key, now, data) for key, reader, data in fresh)


def due_for(brand: Brand, reader: TeamMember, now: datetime) -> tuple[str, TeamMember, dict[str, Any]] | None:
    """Key, reader and data of the digest that is due now, on the reader's clock; None when none is. Pure."""
    zone = Formats(reader.language, reader.timezone, now).zone
    slot, week = latest_slot(now, brand.digest_weekday, brand.digest_hour, zone)
    if now - slot > LATEST:
        return None
    data = {"brand_id": brand.id, "first": week.first.isoformat()}
    return f"digest:{brand.id}:{reader.id}:{week.first.isoformat()}", reader, data


def compose(house: House, data: Mapping[str, Any], member: TeamMember, now: datetime) -> Letter:
    """The digest of the brand and week in ``data`` as this member reads it."""
    formats = Formats(member.language, member.timezone, now)
    week = Week(date.fromisoformat(data["first"]), formats.zone)
    with house.db.read() as session:
        brand = session.get_one(Brand, data["brand_id"])
        facts, stars = gather(session, house, brand, member, week, formats)
    return letters.write("digest", formats, facts, {"stars": charts.star_bar(stars)})


def preview(house: House, brand: Brand, member: TeamMember, now: datetime) -> str:
    """The digest of the seven days up to today as a page of its own; its pictures are inside."""
    week = week_until(now, Formats(member.language, member.timezone, now).zone)
    letter = compose(house, {"brand_id": brand.id, "first": week.first.isoformat()}, member, now)
    html = letter.html
    for name, picture in letter.pictures.items():
        html = html.replace(f"cid:{name}", f"data:image/png;base64,{base64.b64encode(picture).decode()}")
    return html


def gather(session: Session, house: House, brand: Brand, member: TeamMember, week: Week,
           f: Formats) -> tuple[dict[str, Any], list[int]]:
    """Everything the templates show, and the counts of five to one stars."""
    assert brand.id is not None
    base = house.config.inbox.address
    found = figures.of_week(session, brand.id, week, f.now)
    solved = week_cases.solved(session, brand.id, week)
    causes = week_cases.causes(session, brand.id, week)
    facts = {
        "product": house.config.inbox.name, "address": base, "name": member.name, "brand": brand.name,
        "tile": brand_tile(brand), "initials": initials(brand.name), "days": digest_words.days(week, f),
        "open": f"{base}/inbox?brand={brand.id}", "follow_ups_page": f"{base}/follow-ups?brand={brand.id}",
        "sent": _sent_when(brand, f, week), "summary": digest_words.summary(found, f),
        "heading": digest_words.heading(found, f), "needs_a_look": digest_words.needs_a_look(found, f),
        **_numbers(found, base, f), "solved": solved[:SHOWN], "solved_total": len(solved),
        "solved_hrefs": [digest_words.address_of(base, one.filter) for one in solved],
        "asked": week_cases.asked(session, brand.id, week), "causes": [_cause(one, base) for one in causes],
        "troubles": [digest_words.trouble_row(one, base, f) for one in week_sources.troubles(session, brand.id, week)],
        **_items(session, found, base, f)}
    return facts, [count.value for count in found.stars]


def _numbers(found: figures.Figures, base: str, f: Formats) -> dict[str, Any]:
    fakes, before = found.rating, found.rating_before
    return {
        "reviews": digest_words.link(base, found.reviews), "difference": found.reviews.value - found.reviews_before,
        "replied": digest_words.link(base, found.answered.replied), "percent": found.answered.percent,
        "in_time": found.answered.in_time, "judged": found.answered.judged,
        "overdue": digest_words.link(base, found.overdue), "suspicious": digest_words.link(base, found.suspicious),
        "follow_ups": digest_words.link(base, found.follow_ups),
        "without_fakes": digest_words.mean(fakes.without_fakes, f), "fakes": fakes.fake,
        "without_change": digest_words.change(fakes.without_fakes, before.without_fakes, f),
        "published": digest_words.mean(fakes.published, f),
        "published_change": digest_words.change(fakes.published, before.published, f),
        "low": digest_words.mean(fakes.low, f), "high": digest_words.mean(fakes.high, f), "undecided": fakes.undecided,
        "stars": [(5 - place, digest_words.link(base, count)) for place, count in enumerate(found.stars)],
        "places": [digest_words.place_row(place, base, f) for place in found.places]}


def _items(session: Session, found: figures.Figures, base: str, f: Formats) -> dict[str, Any]:
    """The quoted and listed items, with the lists that hold the rest."""
    reviews = found.reviews.filter
    low = figures.count(session, _rated(reviews, None, 3.0), f.now)
    high = figures.count(session, _rated(reviews, 4.0, None), f.now)
    worst = figures.extremes(session, low.filter, f.now, best=False, limit=2)
    best = figures.extremes(session, high.filter, f.now, best=True, limit=2)
    late = items.page(session, found.overdue.filter, now=f.now, limit=SHOWN).items
    suspects = items.page(session, found.suspicious.filter, now=f.now, limit=SHOWN).items
    sources = {row.id: row for row in session.exec(select(Source))}
    people = {row.id or 0: row for row in session.exec(select(TeamMember))}

    def voices(rows: list[Item]) -> list[digest_words.Voice]:
        return [digest_words.voice(item, sources[item.source_id], people, base, f) for item in rows]

    return {
        "worst": voices(worst), "worst_all": digest_words.link(base, low), "best": voices(best),
        "best_all": digest_words.link(base, high),
        "late": [digest_words.waiting(item, sources[item.source_id], people, base, f) for item in late],
        "suspects": [digest_words.suspect(item, sources[item.source_id], base, f) for item in suspects]}


def _rated(reviews: Filter, least: float | None, most: float | None) -> Filter:
    return replace(reviews, min_rating=least, max_rating=most, sort=items.Sort.RATING)


def _cause(cause: week_cases.Cause, base: str) -> dict[str, Any]:
    return {"name": cause.name, "total": cause.total,
            "cases": [(number, digest_words.address_of(base, filter)) for number, filter in cause.cases[:10]]}


def _sent_when(brand: Brand, f: Formats, week: Week) -> str:
    day = f.weekday(week.start + timedelta(days=(brand.digest_weekday - week.first.weekday()) % 7, hours=12))
    return f.words._("weekly (%(day)s, %(time)s)", day=day, time=f"{brand.digest_hour:02}:00")
