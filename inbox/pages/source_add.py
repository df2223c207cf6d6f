"""Add a source in three steps: the platform, the key with a check, the places. Each step is a plain form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import ValidationError
from sqlmodel import Session, select
from starlette.datastructures import FormData
from starlette.responses import Response

from connectors import base, kinds
from connectors.errors import ConnectorError
from inbox.access import Visitor, Writer
from inbox.pages.sources import brand_of
from inbox.probing import Probe, probe
from inbox.render import page, redirect
from inbox.shown import Platform
from inbox.source_forms import fields, posted, sent, with_problems, words_of
from inbox.views_sources import Ability, abilities
from monitor import sources
from monitor.models import Location, Place, Source, SourceState
from monitor.vault import VaultLocked

router = APIRouter()
Sent = Annotated[FormData, Depends(sent)]
INTERVALS = (5, 15, 30, 60, 180, 720, 1440)


@dataclass(frozen=True)
class Choice:
    """One platform to choose."""

    kind: str
    label: str
    access: str
    platform: Platform
    abilities: list[Ability]


def choices(visitor: Visitor, search: str = "") -> list[Choice]:
    """The platforms whose name holds the search words, in alphabetical order."""
    found = []
    for kind, platform in sorted(kinds().items(), key=lambda pair: pair[1].label.lower()):
        if search.casefold() in f"{platform.label} {kind}".casefold():
            tile = Platform(platform.label[:1].upper(), "p-form", platform.label)
            found.append(Choice(kind, platform.label, visitor.words._(platform.access), tile,
                                abilities(platform.can, visitor)))
    return found


def platform_of(kind: str) -> type[base.Connector]:
    """The connector of a kind; 404 when there is none."""
    found = kinds().get(kind)
    if found is None:
        raise HTTPException(404)
    return found


@router.get("/sources/add")
def choose(visitor: Writer, kind: str = "", q: str = "") -> Response:
    """Step 1: the platform. With ``kind``, step 2: its settings."""
    if not kind:
        return page(visitor, "source_add.html", nav="sources", choices=choices(visitor, q), search=q)
    platform = platform_of(kind)
    return _form(visitor, platform, fields(platform.Settings, visitor.words), name=platform.label)


@router.post("/sources/add")
def create(visitor: Writer, sent_form: Sent) -> Response:
    """Step 2, sent: keep the source, paused, once the platform took the key; what is wrong comes back in the form."""
    form = words_of(sent_form)
    platform = platform_of(form.get("platform", ""))
    words = visitor.words
    shown = fields(platform.Settings, words)
    name = form.get("name", "").strip()[:120] or platform.label
    try:
        settings = sources.checked(platform.kind, posted(platform.Settings, form))
    except ValidationError as error:
        return _form(visitor, platform, with_problems(shown, error, form, words), name=name, status=422)
    again = [replace(field, value="" if field.kind == "secret" else form.get(field.name, "")) for field in shown]
    try:
        told = probe(visitor.house, platform.kind, settings)
    except ConnectorError as error:
        return _form(visitor, platform, again, name=name, problem=words.says(error.key, error.facts), status=422)
    return redirect(f"/sources/{_keep(visitor, platform.kind, name, form, told)}/places")


def _keep(visitor: Visitor, kind: str, name: str, form: dict[str, str], told: Probe) -> int:
    """Store the source, paused until its places are chosen; the number of the source."""
    house = visitor.house
    minutes = int(form["interval"]) if form.get("interval", "").isdigit() else house.config.monitor.poll_minutes
    with house.db.write() as session:
        brand = brand_of(session, visitor)
        if brand is None or brand.id is None:
            raise HTTPException(404)
        values = posted(platform_of(kind).Settings, form)
        source = sources.add(session, brand.id, kind, name, values, house.vault, visitor.now, visitor.id,
                             interval_minutes=max(1, minutes), responsible_id=visitor.id)
        source.account_name, source.state = told.identity.name, SourceState.PAUSED
        session.flush()
        return source.id or 0


def _form(visitor: Visitor, platform: type[base.Connector], form: list[Any], *, name: str, problem: str = "",
          status: int = 200) -> Response:
    return page(visitor, "source_settings.html", status=status, nav="sources", fields=form, called=name,
                problem=problem, label=platform.label, kind=platform.kind, access=visitor.words._(platform.access),
                abilities=abilities(platform.can, visitor), action="/sources/add", intervals=INTERVALS,
                interval=visitor.house.config.monitor.poll_minutes, polls=platform.can.polls, source=None)


@router.get("/sources/{source_id:int}/places")
def pick_places(visitor: Writer, source_id: int) -> Response:
    """Step 3: what shall be watched."""
    with visitor.house.db.read() as session:
        source = _source(session, source_id)
        watched = {row.external_id for row in _places(session, source_id) if row.watched}
        locations = list(session.exec(select(Location).where(Location.brand_id == source.brand_id)))
    problem, found = "", Probe(base.Identity(name=source.account_name))
    try:
        found = _ask(visitor, source)
    except ConnectorError as error:
        problem = visitor.words.says(error.key, error.facts)
    except VaultLocked as error:
        problem = visitor.words._(error.says)
    return page(visitor, "source_places.html", nav="sources", source=source, probe=found, watched=watched,
                problem=problem, locations=locations, only=len(found.places) == 1)


@router.post("/sources/{source_id:int}/places")
def watch(visitor: Writer, source_id: int, form: Sent) -> Response:
    """Step 3, sent: watch the chosen places from now on, leave the others, and begin."""
    chosen = {str(value) for value in form.getlist("place")}
    competitors = {str(value) for value in form.getlist("competitor")}
    location = str(form.get("location", ""))
    with visitor.house.db.read() as session:
        source = _source(session, source_id)
    offered = _ask(visitor, source).places
    with visitor.house.db.write() as session:
        source = _source(session, source_id)
        for place in offered:
            if place.external_id in chosen:
                sources.watch(session, source, place, visitor.now, visitor.id,
                              competitor=place.external_id in competitors,
                              location_id=int(location) if location.isdigit() else None)
        for row in _places(session, source_id):
            if row.external_id not in chosen:
                sources.unwatch(session, source, row, visitor.now, visitor.id)
        sources.resume(session, source, visitor.now, visitor.id)
    return redirect(f"/sources/{source_id}?said=added")


def _ask(visitor: Visitor, source: Source) -> Probe:
    return probe(visitor.house, source.kind, sources.settings_of(source, visitor.house.vault))


def _source(session: Session, source_id: int) -> Source:
    found = session.get(Source, source_id)
    if found is None:
        raise HTTPException(404)
    return found


def _places(session: Session, source_id: int) -> list[Place]:
    return list(session.exec(select(Place).where(Place.source_id == source_id).order_by(Place.name)))
