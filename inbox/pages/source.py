"""One source: its places, its log, what is set aside, and every act on it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ValidationError
from sqlalchemy import update
from sqlmodel import Session, col
from starlette.datastructures import FormData
from starlette.responses import Response

from connectors import kinds
from connectors.errors import N_, ConnectorError
from inbox.access import Signed, Visitor, Writer
from inbox.pages.source_add import INTERVALS
from inbox.probing import probe
from inbox.render import page, redirect
from inbox.shown import platform, platform_label
from inbox.source_forms import fields, posted, sent, with_problems, words_of
from inbox.views_source import log, places, set_aside
from inbox.views_sources import abilities
from monitor import quarantine, sources
from monitor.events import record
from monitor.models import Place, Source, SourceState
from monitor.vault import VaultLocked

router = APIRouter()
SAID = {"asked": N_("The check has begun."), "added": N_("Watching. The first items come in within a minute."),
        "saved": N_("Saved. The platform accepts the key."), "paused": N_("Paused. Nothing is asked until you resume."),
        "resumed": N_("Resumed."), "read": N_("The entry was read and stored."),
        "unread": N_("The entry still cannot be read. Its error is shown below.")}


@router.get("/sources/{source_id:int}")
def show(visitor: Signed, source_id: int, said: str = "") -> Response:
    """Places, log, quarantine."""
    with visitor.house.db.read() as session:
        source = of(session, source_id)
        found: dict[str, Any] = {
            "places": places(session, visitor, source_id, source.brand_id), "log": log(session, visitor, source_id),
            "aside": set_aside(session, visitor, source_id, source.brand_id)}
    kind = kinds().get(source.kind)
    return page(visitor, "source.html", nav="sources", source=source, tile_of=platform(source),
                kind_label=platform_label(source.kind), abilities=abilities(kind.can, visitor) if kind else [],
                polls=kind is not None and kind.can.polls, is_file=source.kind == "csv_file",
                active=source.state is SourceState.ACTIVE, denied=source.state is SourceState.DENIED,
                told=visitor.words._(SAID[said]) if said in SAID else "", **found)


def of(session: Session, source_id: int) -> Source:
    """The source; 404 when there is none."""
    found = session.get(Source, source_id)
    if found is None:
        raise HTTPException(404)
    return found


@router.post("/sources/{source_id:int}/poll")
def poll(visitor: Writer, source_id: int, sweep: str = "") -> Response:
    """Check the places of this source at the next tick; with ``sweep`` in full."""
    with visitor.house.db.write() as session:
        source = of(session, source_id)
        if source.state is SourceState.DENIED:
            sources.resume(session, source, visitor.now, visitor.id)
        values = {"next_poll_at": visitor.now} | ({"next_sweep_at": visitor.now} if sweep else {})
        session.execute(update(Place).where(col(Place.source_id) == source_id, col(Place.watched)).values(**values))
        record(session, "source.poll_asked", visitor.now, by_id=visitor.id, brand_id=source.brand_id,
               source_id=source_id, sweep=bool(sweep))
    return redirect(f"/sources/{source_id}?said=asked")


@router.post("/sources/{source_id:int}/pause")
def pause(visitor: Writer, source_id: int) -> Response:
    """Ask the platform nothing until resumed."""
    with visitor.house.db.write() as session:
        sources.pause(session, of(session, source_id), visitor.now, visitor.id)
    return redirect(f"/sources/{source_id}?said=paused")


@router.post("/sources/{source_id:int}/resume")
def resume(visitor: Writer, source_id: int) -> Response:
    """Ask the platform again."""
    with visitor.house.db.write() as session:
        sources.resume(session, of(session, source_id), visitor.now, visitor.id)
    return redirect(f"/sources/{source_id}?said=resumed")


@router.get("/sources/{source_id:int}/settings")
def edit(visitor: Writer, source_id: int) -> Response:
    """The settings; what is secret is not shown."""
    with visitor.house.db.read() as session:
        source = of(session, source_id)
    kind = sources.platform(source.kind)
    return _form(visitor, source, fields(kind.Settings, visitor.words, sources.shown_settings(source)))


@router.post("/sources/{source_id:int}/settings")
def save(visitor: Writer, source_id: int, form: Annotated[FormData, Depends(sent)]) -> Response:
    """Keep new settings once the platform takes them; a secret left empty keeps its old value."""
    given, words, house = words_of(form), visitor.words, visitor.house
    with house.db.read() as session:
        source = of(session, source_id)
    kind = sources.platform(source.kind)
    shown = fields(kind.Settings, words, sources.shown_settings(source))
    try:
        # The platform is asked before anything is stored, and never inside a transaction.
        told = probe(house, source.kind, _merged(visitor, source, posted(kind.Settings, given)))
    except ValidationError as error:
        return _form(visitor, source, with_problems(shown, error, given, words), status=422)
    except ConnectorError as error:
        return _form(visitor, source, shown, problem=words.says(error.key, error.facts), status=422)
    except VaultLocked as error:
        return _form(visitor, source, shown, problem=words._(error.says), status=422)
    with house.db.write() as session:
        changed = sources.update(session, of(session, source_id), posted(kind.Settings, given), house.vault,
                                 visitor.now, visitor.id, name=given.get("name", "").strip()[:120] or None)
        changed.account_name = told.identity.name
        if given.get("interval", "").isdigit():
            changed.interval_minutes = max(1, int(given["interval"]))
    return redirect(f"/sources/{source_id}?said=saved")


def _merged(visitor: Visitor, source: Source, values: dict[str, Any]) -> BaseModel:
    """The sent settings, with the stored secret wherever none was typed."""
    kind = sources.platform(source.kind)
    kept = visitor.house.vault.open(source.secrets) or {}
    secret = sources.secret_names(kind.Settings)
    typed = {name: value for name, value in values.items() if name not in secret or value}
    return sources.checked(source.kind, {**kept, **typed})


def _form(visitor: Visitor, source: Source, form: list[Any], *, problem: str = "", status: int = 200) -> Response:
    kind = sources.platform(source.kind)
    return page(visitor, "source_settings.html", status=status, nav="sources", fields=form, called=source.name,
                problem=problem, label=kind.label, kind=kind.kind, access=visitor.words._(kind.access),
                abilities=abilities(kind.can, visitor), action=f"/sources/{source.id}/settings", intervals=INTERVALS,
                interval=source.interval_minutes, polls=kind.can.polls, source=source)


@router.post("/sources/aside/{row_id:int}/retry")
def retry(visitor: Writer, row_id: int) -> Response:
    """Read a set-aside answer again."""
    with visitor.house.db.read() as session:
        source_id = next((source.id for row, _place, source in quarantine.waiting(session) if row.id == row_id), None)
    if source_id is None:
        raise HTTPException(404)
    read = quarantine.retry(visitor.house.tools, row_id, visitor.now, visitor.id)
    return redirect(f"/sources/{source_id}?said={'read' if read else 'unread'}")
