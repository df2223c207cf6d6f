"""Cases as pages show them: the funnel strip, the board by stage, one case, and all follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from connectors.errors import N_
from inbox.access import Reader
from inbox.shown import Moment, Person, Platform, Stars, moment, person, platform, stars
from monitor.models import Item, Location, Source, TeamMember
from replies import case_list
from replies.case_list import CaseFilter
from replies.models import Case, CaseItem, FollowUp, FollowUpState, Justified, Stage

WEEKS = 12
SHOWN = 200
STAGES = (
    (Stage.REGISTRATION, N_("Registration")), (Stage.ANALYSIS, N_("Analysis")),
    (Stage.CORRECTIVE_ACTION, N_("Corrective action")), (Stage.SATISFACTION, N_("Satisfaction")),
)
JUSTIFIED = {
    Justified.OBJECTIVE: N_("Justified"), Justified.SUBJECTIVE_INFORMED: N_("Subjective: informed correctly"),
    Justified.SUBJECTIVE_MISINFORMED: N_("Subjective: misinformed by us"),
}
ANSWERS = {
    FollowUpState.DUE: (N_("To be said"), "warn"), FollowUpState.POSTED: (N_("Posted"), ""),
    FollowUpState.ASKED: (N_("Asked, waiting"), ""), FollowUpState.CONFIRMED: (N_("Confirmed"), "ok"),
    FollowUpState.DISPUTED: (N_("Disputed"), "danger"), FollowUpState.SILENT: (N_("No answer"), ""),
    FollowUpState.RATING_RAISED: (N_("Rating raised"), "ok"),
}


@dataclass(frozen=True)
class Deadline:
    """``tone`` is neutral, warn or danger; ``used`` the share of the time that is gone, in steps of five percent."""

    text: str
    tone: str
    used: int


@dataclass(frozen=True)
class Card:
    """One case on the board, with the words of its first item."""

    number: int
    title: str
    item_id: int
    platform: Platform | None
    stars: Stars | None
    words: str
    language: str
    place: str
    cause: str
    justified: str
    deadline: Deadline
    responsible: Person | None


@dataclass(frozen=True)
class Column:
    stage: str
    label: str
    overdue: int
    cards: list[Card]


@dataclass(frozen=True)
class Step:
    """One bar of the funnel: how many got so far, as a share of all and of the step before."""

    label: str
    count: str
    note: str
    width: int


@dataclass(frozen=True)
class Ending:
    """One follow-up: what was said, since when we wait, what the customer answered."""

    case_number: int
    title: str
    item_id: int
    author: str
    state: str
    tone: str
    since: Moment | None
    ratings: str
    says: str


def deadline(opened_at: datetime, due_at: datetime | None, resolved_at: datetime | None, reader: Reader) -> Deadline:
    """When a case is due, in words, and how much of its time is used."""
    words, formats = reader.words, reader.formats
    if resolved_at is not None:
        return Deadline(words._("resolved %(day)s", day=formats.day(resolved_at)), "neutral", 100)
    if due_at is None:
        return Deadline(words._("no deadline"), "neutral", 0)
    share = (reader.now - opened_at) / max(due_at - opened_at, timedelta(minutes=1))
    used = min(100, max(0, round(share * 20) * 5))
    if due_at <= reader.now:
        return Deadline(words._("%(time)s over", time=formats.short(reader.now - due_at)), "danger", 100)
    left = due_at - reader.now
    if left > timedelta(hours=24):
        return Deadline(formats.day(due_at), "neutral", used)
    text = words._("%(time)s left", time=formats.short(left))
    return Deadline(text, "warn" if left <= timedelta(hours=3) else "neutral", used)


def board(session: Session, reader: Reader, brand_id: int | None, responsible_id: int | None = None) -> list[Column]:
    """The open cases in their four stages, most urgent first, with a fixed number of queries."""
    wanted = CaseFilter(brand_id=brand_id, responsible_id=responsible_id)
    found = sorted(case_list.page(session, wanted, reader.now, limit=SHOWN),
                   key=lambda case: (case.resolved_at is not None, case.due_at or case.opened_at))
    cards = _cards(session, reader, found)
    return [_column(stage, label, [case for case in found if case.stage is stage], cards, reader)
            for stage, label in STAGES]


def _column(stage: Stage, label: str, cases: Sequence[Case], cards: dict[int, Card], reader: Reader) -> Column:
    shown = [cards[case.number] for case in cases]
    return Column(stage.value, reader.words._(label), sum(card.deadline.tone == "danger" for card in shown), shown)


def _cards(session: Session, reader: Reader, cases: Sequence[Case]) -> dict[int, Card]:
    ids = [case.id for case in cases]
    rows = session.exec(select(CaseItem.case_id, Item, Source, Location).select_from(CaseItem)
                        .join(Item, col(Item.id) == CaseItem.item_id).join(Source, col(Source.id) == Item.source_id)
                        .join(Location, col(Location.id) == col(Item.location_id), isouter=True)
                        .where(col(CaseItem.case_id).in_(ids)).order_by(col(Item.published_at).desc())).all()
    first = {case_id: (item, source, location) for case_id, item, source, location in rows}
    team = {member.id: member for member in session.exec(select(TeamMember))}
    return {case.number: _card(case, first.get(case.id or 0), team.get(case.responsible_id), reader) for case in cases}


def _card(case: Case, told: tuple[Item, Source, Location | None] | None, responsible: TeamMember | None,
          reader: Reader) -> Card:
    item, source, location = told if told else (None, None, None)
    words = " ".join((item.text or item.title).split()) if item else ""
    return Card(
        number=case.number, title=case.title, item_id=(item.id or 0) if item else 0,
        platform=platform(source) if source else None, stars=stars(item.rating, reader.words) if item else None,
        words=words if len(words) <= 140 else words[:139].rsplit(" ", 1)[0] + "…",
        language=item.language if item else "", place=location.name if location else "", cause=case.cause,
        justified=reader.words._(JUSTIFIED[case.justified]) if case.justified else "",
        deadline=deadline(case.opened_at, case.due_at, case.resolved_at, reader),
        responsible=person(responsible, reader.words) if responsible else None)


def funnel(session: Session, reader: Reader, brand_id: int | None) -> list[Step]:
    """How far the cases of the last twelve weeks got."""
    since = reader.now - timedelta(weeks=WEEKS)
    cases = select(func.count()).select_from(Case).where(Case.brand_id == brand_id, Case.opened_at > since)
    past = ("analysis", "corrective_action", "satisfaction", "closed")
    said = select(func.count(func.distinct(FollowUp.case_id))).join(Case, col(Case.id) == FollowUp.case_id).where(
        Case.brand_id == brand_id, Case.opened_at > since)
    good = (FollowUpState.CONFIRMED, FollowUpState.RATING_RAISED)
    counts = [
        session.exec(cases).one(),
        session.exec(cases.where(col(Case.stage).in_(past[1:]))).one(),
        session.exec(cases.where(col(Case.resolved_at).is_not(None))).one(),
        session.exec(said.where(col(FollowUp.posted_at).is_not(None))).one(),
        session.exec(said.where(col(FollowUp.state).in_(good))).one(),
    ]
    labels = (N_("Registered"), N_("Cause found"), N_("Corrected"), N_("Resolution posted"), N_("Customer confirmed"))
    return [_step(label, counts, place, reader) for place, label in enumerate(labels)]


def _step(label: str, counts: Sequence[int], place: int, reader: Reader) -> Step:
    count, words = counts[place], reader.words
    before = counts[place - 1] if place else 0
    note = (words._("%(n)s weeks", n=WEEKS) if place == 0
            else f"{reader.formats.number(round(100 * count / before))}%" if before else "–")
    width = round(20 * count / counts[0]) * 5 if counts[0] else 0
    return Step(words._(label), reader.formats.number(count), note, min(100, width))


def endings(session: Session, reader: Reader, brand_id: int | None, state: FollowUpState | None, after: int,
            limit: int = 50) -> tuple[list[Ending], int]:
    """A page of follow-ups, newest first, and the mark of the next page (0: none)."""
    rows = case_list.follow_ups(session, state, brand_id=brand_id, after=after, limit=limit + 1)
    items = {item.id: item for item in session.exec(
        select(Item).where(col(Item.id).in_([row.item_id for row, _ in rows[:limit]])))}
    shown = [_ending(row, case, items.get(row.item_id), reader) for row, case in rows[:limit]]
    return shown, (rows[limit - 1][0].id or 0) if len(rows) > limit else 0


def _ending(row: FollowUp, case: Case, item: Item | None, reader: Reader) -> Ending:
    label, tone = ANSWERS[row.state]
    since = row.answered_at or row.asked_at or row.posted_at or row.due_at
    raised = ""
    if item and row.rating_before is not None and item.rating is not None and row.rating_before != item.rating:
        raised = f"{row.rating_before:g}★ → {item.rating:g}★"
    return Ending(
        case_number=case.number, title=case.title, item_id=row.item_id, author=item.author_name if item else "",
        state=reader.words._(label), tone=tone, ratings=raised, says=row.says,
        since=moment(since, reader.formats.day(since), reader.formats) if since else None)


def shares(session: Session, brand_id: int | None) -> dict[FollowUpState, int]:
    """How many follow-ups stand in each state."""
    rows = session.exec(select(FollowUp.state, func.count()).join(Case, col(Case.id) == FollowUp.case_id).where(
        Case.brand_id == brand_id).group_by(col(FollowUp.state))).all()
    return {FollowUpState(state): count for state, count in rows}
