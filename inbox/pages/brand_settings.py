"""Settings of a brand: its words, hours and deadlines, what counts as a mention, when the digest goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from sqlmodel import select
from starlette.datastructures import FormData
from starlette.responses import Response

from connectors.errors import N_
from inbox.access import Approver, Visitor
from inbox.i18n import LANGUAGES
from inbox.pages.sources import brand_of
from inbox.render import page, redirect
from inbox.setting_up import Wrong, check_zone, slug
from inbox.source_forms import sent, words_of
from monitor.events import record
from monitor.mentions import BadTerms, compile_terms
from monitor.models import Brand, Location

router = APIRouter()
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TEXTS = ("name", "contact", "signature", "timezone", "language", "tone", "terms", "urgent_terms", "colour")
NUMBERS = {"reply_hours": (0.5, 720.0), "urgent_hours": (0.5, 240.0), "digest_weekday": (0, 6), "digest_hour": (0, 23)}
SAID = {"saved": N_("Saved."), "added": N_("Added.")}


@dataclass(frozen=True)
class Day:
    """Working hours of one weekday; both empty: closed."""

    key: str
    label: str
    opens: str
    closes: str


@router.get("/settings")
def home(_visitor: Approver) -> Response:
    """Settings begin with the brand."""
    return redirect("/settings/brand")


@router.get("/settings/brand")
def show(visitor: Approver, said: str = "") -> Response:
    """The brand's settings."""
    return _page(visitor, told=visitor.words._(SAID[said]) if said in SAID else "")


@router.post("/settings/brand")
def save(visitor: Approver, form: Annotated[FormData, Depends(sent)]) -> Response:
    """Keep them, or show what is wrong beside what was typed."""
    given = words_of(form)
    try:
        values = read(given)
    except Wrong as error:
        return _page(visitor, given=given, problem=visitor.words.says(error.key, error.facts), status=422)
    with visitor.house.db.write() as session:
        brand = brand_of(session, visitor)
        if brand is None:
            raise HTTPException(404)
        changed = sorted(name for name, value in values.items() if getattr(brand, name) != value)
        for name, value in values.items():
            setattr(brand, name, value)
        session.add(brand)
        record(session, "brand.changed", visitor.now, by_id=visitor.id, brand_id=brand.id, changed=changed)
    return redirect("/settings/brand?said=saved")


def read(given: dict[str, str]) -> dict[str, Any]:
    """The values of a sent form as columns of a brand. Raises Wrong. Pure."""
    values: dict[str, Any] = {name: given.get(name, "").strip() for name in TEXTS}
    if not values["name"]:
        raise Wrong(N_("The brand needs a name."))
    _check_texts(values)
    for name, (low, high) in NUMBERS.items():
        number = _number(given.get(name, ""))
        if number is None or not low <= number <= high:
            raise Wrong(N_("“{value}” is not a number from {low} to {high}."), value=given.get(name, ""),
                        low=f"{low:g}", high=f"{high:g}")
        values[name] = int(number) if name.startswith("digest") else number
    values["forbidden_words"] = [word.strip() for word in given.get("forbidden_words", "").splitlines() if word.strip()]
    values["calendar"] = {"days": _days(given), "holidays": _holidays(given.get("holidays", ""))}
    return values


def _check_texts(values: dict[str, Any]) -> None:
    try:
        check_zone(values["timezone"])
        for name in ("terms", "urgent_terms"):
            compile_terms(values[name])
    except BadTerms as error:
        raise Wrong(error.key, **error.facts) from error
    if values["language"] not in LANGUAGES or values["tone"] not in ("personal", "businesslike"):
        raise Wrong(N_("Choose a language and a tone from the lists."))


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _days(given: dict[str, str]) -> dict[str, list[str]]:
    days = {}
    for day in DAYS:
        opens, closes = given.get(f"{day}-opens", "").strip(), given.get(f"{day}-closes", "").strip()
        if not opens and not closes:
            continue
        if _clock(opens) is None or _clock(closes) is None or opens >= closes:
            raise Wrong(N_("Working hours are two times, the earlier first: 09:00 and 18:00."))
        days[day] = [opens, closes]
    return days


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if len(text) == 5 else None
    except ValueError:
        return None


def _holidays(text: str) -> list[str]:
    found = []
    for line in text.split():
        try:
            found.append(date.fromisoformat(line).isoformat())
        except ValueError as error:
            raise Wrong(N_("“{day}” is not a date. Write holidays as 2026-12-24, one a line."), day=line) from error
    return sorted(set(found))


def shown(brand: Brand) -> dict[str, str]:
    """The brand as the form shows it."""
    values = {name: str(getattr(brand, name)) for name in TEXTS}
    values |= {name: f"{getattr(brand, name):g}" for name in NUMBERS}
    values["forbidden_words"] = "\n".join(brand.forbidden_words)
    values["holidays"] = "\n".join(brand.calendar.get("holidays", []))
    for day, times in brand.calendar.get("days", {}).items():
        values[f"{day}-opens"], values[f"{day}-closes"] = times[0], times[-1]
    return values


def _page(visitor: Visitor, *, given: dict[str, str] | None = None, told: str = "", problem: str = "",
          status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        brand = brand_of(session, visitor)
        locations = list(session.exec(select(Location).where(Location.brand_id == (brand.id if brand else 0))
                                      .order_by(Location.name)))
    if brand is None:
        raise HTTPException(404)
    values = {**shown(brand), **(given or {})}
    names = _day_names(visitor)
    days = [Day(key, name, values.get(f"{key}-opens", ""), values.get(f"{key}-closes", ""))
            for key, name in zip(DAYS, names, strict=True)]
    return page(visitor, "settings_brand.html", nav="settings", tab="brand", status=status, values=values, days=days,
                day_names=list(enumerate(names)), locations=locations, told=told, problem=problem)


def _day_names(visitor: Visitor) -> list[str]:
    words = visitor.words
    return [words._(name) for name in (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"),
                                       N_("Saturday"), N_("Sunday"))]


@router.post("/settings/locations")
def add_location(visitor: Approver, form: Annotated[FormData, Depends(sent)]) -> Response:
    """One more location of the brand."""
    given = words_of(form)
    if not given.get("name", "").strip():
        return _page(visitor, problem=visitor.words._("The location needs a name."), status=422)
    with visitor.house.db.write() as session:
        brand = brand_of(session, visitor)
        if brand is None or brand.id is None:
            raise HTTPException(404)
        row = Location(brand_id=brand.id, name=given["name"].strip()[:120], city=given.get("city", "").strip()[:120],
                       country=given.get("country", "").strip()[:60], address=given.get("address", "").strip()[:300])
        session.add(row)
        record(session, "location.added", visitor.now, by_id=visitor.id, brand_id=brand.id, name=row.name)
    return redirect("/settings/brand?said=added")


@router.post("/settings/brands")
def add_brand(visitor: Approver, form: Annotated[FormData, Depends(sent)]) -> Response:
    """One more brand, to be chosen in the rail."""
    name = words_of(form).get("name", "").strip()[:120]
    with visitor.house.db.write() as session:
        taken = set(session.exec(select(Brand.slug)))
        if not name or slug(name) in taken:
            problem = visitor.words._("Choose another name: this one is empty or taken.")
        else:
            problem = ""
            session.add(Brand(name=name, slug=slug(name), language=visitor.lang, timezone=visitor.timezone))
            record(session, "brand.added", visitor.now, by_id=visitor.id, name=name)
    return _page(visitor, problem=problem, status=422) if problem else redirect("/settings/brand?said=added")
