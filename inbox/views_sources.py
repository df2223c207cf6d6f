"""Sources as pages show them: what does not work and the way out, the table of all, one source with its places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from connectors import kinds
from connectors.base import Can
from connectors.errors import N_
from inbox.access import Reader
from inbox.shown import Moment, Platform, moment, platform, platform_label
from monitor import health
from monitor.health import PlaceHealth, SourceHealth, Status
from monitor.models import Item, Place, PollOutcome, PollRun

WORDS = {
    Status.OK: (N_("Healthy"), "ok"), Status.NEW: (N_("First check is due"), "ok"), Status.QUIET: (N_("Quiet"), "warn"),
    Status.PAUSED: (N_("Paused"), "off"), Status.LATE: (N_("Late"), "warn"), Status.FAILING: (N_("Failing"), "danger"),
    Status.DENIED: (N_("Access denied"), "danger"),
}
HEADINGS = {
    Status.DENIED: N_("The platform refuses the key. No new items come in."),
    Status.FAILING: N_("The platform cannot be read. No new items come in."),
    Status.LATE: N_("The check is overdue. Is a worker running?"),
    Status.QUIET: N_("Much less is said here than usual."),
}
HOURS = 24


@dataclass(frozen=True)
class Ability:
    label: str
    on: bool


@dataclass(frozen=True)
class SourceRow:
    """One line of the table; ``day`` has one word for each of the last 24 hours, the oldest first."""

    id: int
    platform: Platform
    kind_label: str
    note: str
    status: str
    dot: str
    problem: str
    day: list[str]
    day_label: str
    last: Moment | None
    next: str
    today: str
    items: str
    total: str
    abilities: list[Ability]


@dataclass(frozen=True)
class Issue:
    """What does not work: since when, what it means, the platform's own words, what to do."""

    id: int
    platform: Platform
    tone: str
    chip: str
    heading: str
    text: str
    error: str
    is_denied: bool


@dataclass(frozen=True)
class Counted:
    """How many items a source has, and how many of them came today."""

    items: int = 0
    today: int = 0


def abilities(can: Can, reader: Reader) -> list[Ability]:
    """Always the same four, in this order; what is missing stays visible."""
    words = reader.words
    return [Ability(words._("Reads"), can.polls), Ability(words._("Replies"), can.reply != "none"),
            Ability(words._("IP"), can.gives_ip), Ability(words._("Verified"), can.gives_verified_purchase)]


def overview(session: Session, reader: Reader, brand_id: int | None) -> tuple[list[Issue], list[SourceRow]]:
    """Issues and rows of a brand, in a handful of queries whatever the number of sources."""
    found = health.overview(session, reader.now, brand_id)
    counted = _counted(session, reader.now, brand_id)
    days = _days(session, reader.now, [one.source.id or 0 for one in found])
    rows = [row(one, reader, counted.get(one.source.id or 0, Counted()), days.get(one.source.id or 0, {}))
            for one in found]
    issues = [issue(one, reader) for one in found if one.status in HEADINGS]
    return issues, rows


def _counted(session: Session, now: datetime, brand_id: int | None) -> dict[int, Counted]:
    total = dict(session.exec(select(Item.source_id, func.count()).where(Item.brand_id == brand_id)
                              .group_by(col(Item.source_id))).all())
    since = now - timedelta(hours=HOURS)
    fresh = dict(session.exec(select(Item.source_id, func.count()).where(
        Item.brand_id == brand_id, Item.first_seen_at > since).group_by(col(Item.source_id))).all())
    return {source_id: Counted(count, fresh.get(source_id, 0)) for source_id, count in total.items()}


def _days(session: Session, now: datetime, source_ids: list[int]) -> dict[int, dict[int, set[PollOutcome]]]:
    """Outcomes of the checks of each source by how many hours ago they were."""
    rows = session.exec(select(Place.source_id, PollRun.started_at, PollRun.outcome).join(Place).where(
        PollRun.started_at > now - timedelta(hours=HOURS), col(Place.source_id).in_(source_ids))).all()
    found: dict[int, dict[int, set[PollOutcome]]] = {}
    for source_id, started_at, outcome in rows:
        ago = min(HOURS - 1, max(0, int((now - started_at) / timedelta(hours=1))))
        found.setdefault(source_id, {}).setdefault(ago, set()).add(PollOutcome(outcome))
    return found


def day(outcomes: dict[int, set[PollOutcome]], dot: str) -> list[str]:
    """A word for each hour, the oldest first: danger (nothing worked), warn (something failed), ok, off (no check)."""
    words = []
    for ago in reversed(range(HOURS)):
        seen = outcomes.get(ago, set())
        if PollOutcome.FAILED in seen:
            words.append("warn" if PollOutcome.GOOD in seen else "danger")
        else:
            words.append("ok" if seen and dot != "off" else "off")
    return words


def row(found: SourceHealth, reader: Reader, counted: Counted, outcomes: dict[int, set[PollOutcome]]) -> SourceRow:
    """One source as a line of the table."""
    source, words, formats = found.source, reader.words, reader.formats
    label, dot = WORDS[found.status]
    bars = day(outcomes, dot)
    known = kinds().get(source.kind)
    last = found.last_good_poll_at
    return SourceRow(
        id=source.id or 0, platform=platform(source), kind_label=platform_label(source.kind),
        note=words.ngettext("%(n)s place", "%(n)s places", len(found.places)), status=words._(label), dot=dot,
        problem=_problem(found, reader), day=bars, day_label=_day_label(bars, reader),
        last=moment(last, formats.ago(last), formats) if last else None, next=_next(found, reader),
        today=formats.number(counted.today), items=formats.number(counted.items),
        total=_total(found, reader), abilities=abilities(known.can, reader) if known else [])


def _problem(found: SourceHealth, reader: Reader) -> str:
    place = _worst_place(found)
    if place is None or found.status not in (Status.DENIED, Status.FAILING):
        aside = found.quarantined
        return reader.words.ngettext("%(n)s set aside", "%(n)s set aside", aside) if aside else ""
    text = reader.words.says(place.last_error, place.last_facts)
    return text if len(text) <= 60 else text[:59] + "…"


def _worst_place(found: SourceHealth) -> Place | None:
    failing: list[PlaceHealth] = [one for one in found.places if one.place.last_error]
    return max(failing, key=lambda one: one.place.failures).place if failing else None


def _day_label(bars: list[str], reader: Reader) -> str:
    words = reader.words
    if "danger" in bars:
        return words._("Last 24 hours: some checks failed")
    if "warn" in bars:
        return words._("Last 24 hours: some checks failed and were mended")
    return words._("Last 24 hours: all checks fine") if "ok" in bars else words._("Last 24 hours: no checks")


def _next(found: SourceHealth, reader: Reader) -> str:
    known = kinds().get(found.source.kind)
    if known is not None and not known.can.polls:
        return reader.words._("live")
    if found.status in (Status.PAUSED, Status.DENIED):
        return reader.words._("paused")
    moments = [one.place.next_poll_at for one in found.places if one.place.next_poll_at]
    if not moments:
        return "–"
    soonest = min(moments)
    if soonest <= reader.now:
        return reader.words._("now")
    return reader.words._("in %(time)s", time=reader.formats.short(soonest - reader.now))


def _total(found: SourceHealth, reader: Reader) -> str:
    if found.total is None:
        return ""
    return reader.words._("%(ours)s of %(theirs)s", ours=reader.formats.number(found.listed),
                          theirs=reader.formats.number(found.total))


def issue(found: SourceHealth, reader: Reader) -> Issue:
    """What is wrong with a source, in the words of somebody who wants to mend it."""
    words, place = reader.words, _worst_place(found)
    since = min((one.place.failing_since for one in found.places if one.place.failing_since), default=None)
    label, dot = WORDS[found.status]
    chip = words._(label)
    if since is not None:
        chip = words._("Failing for %(time)s", time=reader.formats.short(reader.now - since))
    return Issue(
        id=found.source.id or 0, platform=platform(found.source), tone=dot, chip=chip,
        heading=words._(HEADINGS[found.status]), text=_consequence(found, reader, place),
        error=words.says(place.last_error, place.last_facts) if place else "",
        is_denied=found.status is Status.DENIED)


def _consequence(found: SourceHealth, reader: Reader, place: Place | None) -> str:
    words, last = reader.words, found.last_good_poll_at
    parts = [words._("Last good check %(time)s.", time=reader.formats.when(last)) if last else
             words._("There was no good check yet.")]
    if place is not None and place.failures:
        parts.append(words.ngettext("%(n)s try failed since then.", "%(n)s tries failed since then.", place.failures))
    if found.status is not Status.QUIET:
        parts.append(words._("Nothing is lost: everything that was published meanwhile is fetched afterwards."))
    return " ".join(parts)
