"""One source as its page shows it: places with their health, the log of checks, what is set aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import orjson
from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox.access import Reader
from inbox.shown import Moment, moment
from inbox.views_sources import WORDS
from monitor import health, quarantine
from monitor.health import PlaceHealth
from monitor.models import Place, PollKind, PollOutcome, PollRun

LOG = 40
LONGEST_RAW = 4000
OUTCOMES = {
    PollOutcome.RUNNING: (N_("Running"), "ok"), PollOutcome.GOOD: (N_("Good"), "ok"),
    PollOutcome.FAILED: (N_("Failed"), "danger"), PollOutcome.BUSY: (N_("Another check was at work"), "off"),
}
KINDS = {PollKind.FAST: N_("Check"), PollKind.SWEEP: N_("Full check")}


@dataclass(frozen=True)
class PlaceRow:
    id: int
    name: str
    url: str
    status: str
    dot: str
    error: str
    last: Moment | None
    total: str
    delay: str
    competitor: bool


@dataclass(frozen=True)
class Run:
    """One line of the log."""

    at: Moment
    place: str
    kind: str
    outcome: str
    dot: str
    found: str
    error: str
    is_running: bool


@dataclass(frozen=True)
class SetAside:
    """An answer that could not be read; ``raw`` is what the platform said, cut to a readable length."""

    id: int
    at: Moment
    place: str
    external_id: str
    error: str
    raw: str


def places(session: Session, reader: Reader, source_id: int, brand_id: int) -> list[PlaceRow]:
    """The watched places of a source with their health."""
    found = next((one for one in health.overview(session, reader.now, brand_id) if one.source.id == source_id), None)
    return [_place(one, reader) for one in found.places] if found else []


def _place(one: PlaceHealth, reader: Reader) -> PlaceRow:
    label, dot = WORDS[one.status]
    words, formats, place = reader.words, reader.formats, one.place
    last = place.last_good_poll_at
    total = "" if place.platform_total is None else words._(
        "%(ours)s of %(theirs)s", ours=formats.number(one.listed), theirs=formats.number(place.platform_total))
    return PlaceRow(
        id=place.id or 0, name=place.name, url=place.url, status=words._(label), dot=dot,
        error=words.says(place.last_error, place.last_facts) if place.last_error else "",
        last=moment(last, formats.ago(last), formats) if last else None, total=total, delay=_delay(one, reader),
        competitor=place.competitor)


def _delay(one: PlaceHealth, reader: Reader) -> str:
    """From publication to the inbox: the usual and the slow case."""
    if one.delay.p50 is None or one.delay.p95 is None:
        return "–"
    usual, slow = (reader.formats.short(timedelta(seconds=seconds)) for seconds in (one.delay.p50, one.delay.p95))
    return reader.words._("%(usual)s, at worst %(slow)s", usual=usual, slow=slow)


def log(session: Session, reader: Reader, source_id: int) -> list[Run]:
    """The newest checks of all places of a source."""
    rows = session.exec(select(PollRun, Place.name).join(Place).where(Place.source_id == source_id)
                        .order_by(col(PollRun.id).desc()).limit(LOG)).all()
    return [_run(run, name, reader) for run, name in rows]


def _run(run: PollRun, name: str, reader: Reader) -> Run:
    words, formats = reader.words, reader.formats
    label, dot = OUTCOMES[run.outcome]
    counts = ((run.new, N_("new")), (run.edited, N_("edited")), (run.removed, N_("removed")),
              (run.quarantined, N_("set aside")))
    found = ", ".join(f"{words._(what)}: {formats.number(count)}" for count, what in counts if count)
    return Run(at=moment(run.started_at, formats.when(run.started_at), formats), place=name,
               kind=words._(KINDS[run.kind]), outcome=words._(label), dot=dot, found=found or words._("nothing new"),
               error=words.says(run.error, run.facts) if run.error else "",
               is_running=run.outcome is PollOutcome.RUNNING)


def set_aside(session: Session, reader: Reader, source_id: int, brand_id: int) -> list[SetAside]:
    """What of this source waits in quarantine."""
    formats = reader.formats
    return [SetAside(id=row.id or 0, at=moment(row.first_seen_at, formats.when(row.first_seen_at), formats),
                     place=place.name, external_id=row.external_id, error=row.error, raw=_raw(row.raw))
            for row, place, source in quarantine.waiting(session, brand_id) if source.id == source_id]


def _raw(raw: object) -> str:
    text = raw if isinstance(raw, str) else orjson.dumps(raw, option=orjson.OPT_INDENT_2, default=str).decode()
    return text if len(text) <= LONGEST_RAW else text[:LONGEST_RAW] + "…"
