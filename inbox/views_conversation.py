"""The conversation pane: who said it and where, how far we are with it, what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox.access import Visitor
from inbox.shown import Chip, Person, Platform, Stars, person, platform, stars
from inbox.views_list import STATES, team
from inbox.views_rows import author_of, deadline
from inbox.views_timeline import Timeline, timeline
from monitor.models import Item, Location, Source, TeamMember, WorkState
from replies.manual import page_of
from replies.models import Case, CaseItem, FollowUp, FollowUpState, Purpose, Reply
from replies.states import PUBLIC

FOLLOW_UPS = {"due": N_("Follow-up due"), "asked": N_("Customer asked"), "posted": N_("Resolution posted"),
              "confirmed": N_("Confirmed"), "disputed": N_("Disputed"), "silent": N_("No answer"),
              "rating_raised": N_("Rating raised")}
ANSWERED = frozenset({FollowUpState.CONFIRMED, FollowUpState.RATING_RAISED})
TONES = {WorkState.DONE: "ok", WorkState.WAITING: "violet", WorkState.SNOOZED: "", WorkState.IRRELEVANT: ""}


@dataclass(frozen=True)
class Step:
    """One step of the way to a solved problem; ``state`` is done, now or next."""

    label: str
    note: str
    state: str


@dataclass(frozen=True)
class Later:
    label: str
    until: str


@dataclass(frozen=True)
class Conversation:
    id: int
    version: int
    author: str
    stars: Stars | None
    platform: Platform
    link: str
    where: str
    assignee: Person | None
    assignee_id: int | None
    team: list[tuple[int, Person]]
    laters: list[Later]
    status: Chip
    deadline: Chip | None
    state: str
    track: list[Step]
    track_now: int
    timeline: Timeline
    is_closed: bool
    writes: bool


def conversation(session: Session, visitor: Visitor, item: Item, *, mode: str = "") -> Conversation:
    """The pane for one item."""
    source = session.get_one(Source, item.source_id)
    location = session.get(Location, item.location_id) if item.location_id else None
    assignee = session.get(TeamMember, item.assignee_id) if item.assignee_id else None
    steps = track(session, visitor, item)
    return Conversation(
        id=item.id or 0, version=item.version, author=author_of(visitor, item),
        stars=stars(item.rating, visitor.words), platform=platform(source), link=page_of(item),
        where=_where(location) if location else item.city,
        assignee=person(assignee, visitor.words) if assignee else None, assignee_id=item.assignee_id,
        team=team(session, visitor), laters=laters(visitor), status=status(visitor, item),
        deadline=deadline(visitor, item), state=item.work_state.value, track=steps,
        track_now=next((place for place, step in enumerate(steps, 1) if step.state == "now"), len(steps)),
        timeline=timeline(session, visitor, item, mode=mode),
        is_closed=item.work_state in (WorkState.DONE, WorkState.IRRELEVANT), writes=visitor.writes)


def _where(location: Location) -> str:
    street = location.address or location.name
    return street if not location.city or location.city in street else f"{street}, {location.city}"


def status(visitor: Visitor, item: Item) -> Chip:
    """The chip that says where the work stands."""
    if item.follow_up_state == "due":
        return Chip(visitor.words._(FOLLOW_UPS[item.follow_up_state]), "accent")
    return Chip(visitor.words._(STATES[item.work_state]), TONES.get(item.work_state, "accent"))


def laters(visitor: Visitor) -> list[Later]:
    """Moments to put something off to, on the visitor's clock."""
    say, formats = visitor.words._, visitor.formats
    here = formats.local(visitor.now)
    tonight = here + timedelta(hours=3)
    tomorrow = (here + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    monday = (here + timedelta(days=7 - here.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)
    week = (here + timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
    offers = [(say("In 3 hours, %(time)s", time=formats.clock(tonight)), tonight),
              (say("Tomorrow, %(time)s", time=formats.clock(tomorrow)), tomorrow),
              (say("%(weekday)s, %(time)s", weekday=formats.weekday(monday), time=formats.clock(monday)), monday),
              (say("In a week, %(day)s", day=formats.day(week)), week)]
    return [Later(label, moment.isoformat(timespec="minutes")) for label, moment in offers]


def track(session: Session, visitor: Visitor, item: Item) -> list[Step]:
    """Replied, case resolved, resolution posted, customer confirmed: what is done and what comes next."""
    case = session.exec(select(Case).join(CaseItem, col(CaseItem.case_id) == col(Case.id))
                        .where(CaseItem.item_id == item.id).order_by(col(Case.id).desc()).limit(1)).first()
    follow_up = session.exec(select(FollowUp).where(FollowUp.item_id == item.id, FollowUp.case_id == case.id)).first() \
        if case else None
    replied = item.replied_at or session.exec(
        select(Reply.posted_at).where(Reply.item_id == item.id, Reply.purpose == Purpose.REPLY,
                                      col(Reply.state).in_(PUBLIC)).order_by(col(Reply.id)).limit(1)).first()
    say, formats = visitor.words._, visitor.formats
    facts = [
        (say("Replied"), replied is not None, _replied(visitor, item, replied)),
        (say("Case resolved"), case is not None and case.resolved_at is not None,
         formats.day(case.resolved_at) if case and case.resolved_at else
         (say("case %(number)s", number=case.number) if case else say("no case"))),
        (say("Resolution posted"), follow_up is not None and follow_up.posted_at is not None,
         formats.day(follow_up.posted_at) if follow_up and follow_up.posted_at else say("in public")),
        (say("Customer confirmed"), follow_up is not None and follow_up.state in ANSWERED,
         _answer(visitor, follow_up)),
    ]
    first_open = next((place for place, (_, is_done, _) in enumerate(facts) if not is_done), len(facts))
    return [Step(label, note, "done" if is_done else "now" if place == first_open else "next")
            for place, (label, is_done, note) in enumerate(facts)]


def _replied(visitor: Visitor, item: Item, replied: datetime | None) -> str:
    if replied is not None:
        return visitor.words._("in %(time)s", time=visitor.formats.long(replied - item.published_at))
    chip = deadline(visitor, item)
    return chip.text if chip else visitor.words._("not yet")


def _answer(visitor: Visitor, follow_up: FollowUp | None) -> str:
    say = visitor.words._
    if follow_up is None or follow_up.asked_at is None:
        return say("we ask once")
    if follow_up.state is FollowUpState.ASKED:
        return say("asked on %(day)s", day=visitor.formats.day(follow_up.asked_at))
    return say(FOLLOW_UPS[follow_up.state.value])
