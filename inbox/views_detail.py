"""The detail column: authenticity with its reasons on both sides, the customer, the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox import sentences_signals
from inbox.access import Visitor
from inbox.sentences_events import STAGES
from inbox.views_list import team
from monitor import customers
from monitor.authenticity.scorecard import word
from monitor.models import Assessment, IdentityKind, Item, TeamMember
from replies import follow_up as follow_ups
from replies.models import Case, CaseItem, FollowUp, FollowUpState, Stage

WORDS = {"genuine": N_("Looks genuine"), "unclear": N_("Unclear"), "suspicious": N_("Suspicious")}
DECIDED = {"genuine": N_("Decided: genuine"), "fake": N_("Decided: fake"), "unsure": N_("Decided: unsure")}
JUSTIFIED = {"objective": N_("Justified"), "subjective_informed": N_("Subjective: informed"),
             "subjective_misinformed": N_("Subjective: misinformed")}
ANSWERS = {"due": N_("The public word is due."), "asked": N_("The customer was asked on %(day)s."),
           "posted": N_("The resolution is posted."), "confirmed": N_("The customer confirmed."),
           "disputed": N_("The customer disputes it."), "silent": N_("The customer did not answer."),
           "rating_raised": N_("The customer raised the rating.")}
SHOWN_ORDERS = 5


@dataclass(frozen=True)
class SignalLine:
    title: str
    evidence: str
    points: str
    links: list[tuple[int, str]]


@dataclass(frozen=True)
class Authenticity:
    """``score`` None: not assessed yet. Base plus all points is the score, so that it can be added up by hand."""

    score: int | None
    word: str
    base: int
    against: list[SignalLine]
    favour: list[SignalLine]
    no_data: list[str]
    verdict: str
    verdict_text: str
    verdict_note: str


@dataclass(frozen=True)
class CustomerPanel:
    id: int
    name: str
    matched: str
    orders: list[str]
    others: list[tuple[int, str]]
    contacts: list[str]


@dataclass(frozen=True)
class CaseStep:
    label: str
    when: str
    state: str
    late: bool


@dataclass(frozen=True)
class CasePanel:
    id: int
    number: int
    title: str
    version: int
    steps: list[CaseStep]
    facts: list[tuple[str, str]]
    justified: str
    is_resolved: bool
    is_closed: bool
    resolution: str
    follow_up_id: int
    follow_up: str
    can_answer: bool


@dataclass(frozen=True)
class Detail:
    authenticity: Authenticity
    customer: CustomerPanel | None
    case: CasePanel | None
    team: list[tuple[int, Any]]
    facts: list[tuple[str, str]]


def detail(session: Session, visitor: Visitor, item: Item) -> Detail:
    """The whole column for one item."""
    return Detail(authenticity=authenticity(session, visitor, item), customer=_customer(session, visitor, item),
                  case=_case(session, visitor, item), team=team(session, visitor), facts=_facts(visitor, item))


def authenticity(session: Session, visitor: Visitor, item: Item) -> Authenticity:
    """Score, words and the signals for and against, as they were weighed last."""
    say = visitor.words._
    row = session.exec(select(Assessment).where(Assessment.item_id == item.id)).first()
    shown = [(int(one["points"]), _line(visitor, one)) for one in (row.signals if row else [])]
    decided = item.verdict.value if item.verdict else ""
    by = session.get(TeamMember, item.verdict_by_id) if item.verdict_by_id else None
    note = say("%(name)s, %(time)s", name=by.name, time=visitor.formats.when(item.verdict_at)) \
        if by and item.verdict_at else ""
    return Authenticity(
        score=row.score if row else None, word=say(WORDS[word(row.score)]) if row else say("Not assessed yet"),
        base=row.base if row else 0, against=[line for points, line in shown if points > 0],
        favour=[line for points, line in shown if points < 0],
        no_data=[sentences_signals.no_data(one["code"], one["reason"], visitor.words._)
                 for one in (row.no_data if row else [])], verdict=decided,
        verdict_text=say(DECIDED[decided]) if decided else "", verdict_note=note)


def _line(visitor: Visitor, signal: dict[str, Any]) -> SignalLine:
    told = sentences_signals.sentence(str(signal["code"]), signal.get("evidence", {}), visitor.words._, day=partial(
        _iso_day, visitor))
    return SignalLine(told.title, told.text, f"{int(signal['points']):+d}".replace("-", "−"), _links(signal))


def _iso_day(visitor: Visitor, text: str) -> str:
    return visitor.formats.date(date.fromisoformat(text))


def _links(signal: dict[str, Any]) -> list[tuple[int, str]]:
    evidence = signal.get("evidence", {})
    found = evidence.get("items", []) if isinstance(evidence, dict) else []
    return [(int(number), f"#{number}") for number in found[:3]] if isinstance(found, list) else []


def _customer(session: Session, visitor: Visitor, item: Item) -> CustomerPanel | None:
    card = customers.card(session, item.customer_id) if item.customer_id else None
    if card is None:
        return None
    say = visitor.words._
    others = [(other.id or 0, _other(visitor, other)) for other in card.items if other.id != item.id][:SHOWN_ORDERS]
    kinds = {identity.kind for identity in card.identities}
    matched = say("matched by order") if card.orders else \
        say("matched by e-mail") if IdentityKind.EMAIL in kinds else say("matched by account")
    contacts = [identity.value for identity in card.identities if identity.kind is not IdentityKind.PLATFORM]
    return CustomerPanel(id=card.customer.id or 0, name=card.name, matched=matched,
                         orders=[order.number for order in card.orders[:SHOWN_ORDERS]], others=others,
                         contacts=contacts if visitor.writes else [])


def _other(visitor: Visitor, item: Item) -> str:
    stars = f" {item.rating:g}★" if item.rating is not None else ""
    return f"{visitor.formats.day(item.published_at)}{stars}"


def _facts(visitor: Visitor, item: Item) -> list[tuple[str, str]]:
    say = visitor.words._
    rows = [(say("Stated city"), item.city), (say("Order"), item.order_number),
            (say("IP"), item.ip if visitor.writes else ""),
            (say("E-mail"), item.author_email if visitor.writes else ""),
            (say("Phone"), item.author_phone if visitor.writes else ""),
            (say("Heard"), visitor.formats.when(item.first_seen_at))]
    return [(label, value) for label, value in rows if value]


def _case(session: Session, visitor: Visitor, item: Item) -> CasePanel | None:
    row = session.exec(select(Case).join(CaseItem, col(CaseItem.case_id) == col(Case.id))
                       .where(CaseItem.item_id == item.id).order_by(col(Case.id).desc()).limit(1)).first()
    if row is None:
        return None
    responsible = session.get(TeamMember, row.responsible_id) if row.responsible_id else None
    say = visitor.words._
    facts = [(say("Responsible"), responsible.name if responsible else say("nobody")),
             (say("Department"), row.department), (say("Cause"), row.cause)]
    said = follow_ups.of_item(session, row.id or 0, item.id or 0)
    return CasePanel(
        id=row.id or 0, number=row.number, title=row.title, version=row.version, steps=_steps(visitor, row),
        facts=[(label, value) for label, value in facts if value],
        justified=say(JUSTIFIED[row.justified.value]) if row.justified else "", is_resolved=row.resolved_at is not None,
        is_closed=row.closed_at is not None, resolution=row.resolution, follow_up_id=(said.id or 0) if said else 0,
        follow_up=_answer(visitor, said), can_answer=said is not None and said.state in (
            FollowUpState.ASKED, FollowUpState.SILENT, FollowUpState.POSTED))


def _answer(visitor: Visitor, said: FollowUp | None) -> str:
    if said is None:
        return ""
    day = visitor.formats.day(said.asked_at) if said.asked_at else ""
    return visitor.words._(ANSWERS[said.state.value], day=day)


def _steps(visitor: Visitor, row: Case) -> list[CaseStep]:
    order = [Stage.REGISTRATION, Stage.ANALYSIS, Stage.CORRECTIVE_ACTION, Stage.SATISFACTION]
    now_at = order.index(row.stage) if row.stage in order else len(order)
    found = []
    for place, stage in enumerate(order):
        state = "done" if place < now_at else "now" if place == now_at else "next"
        left = visitor.formats.day_text(row.stages.get(stage.value, {}).get("left", ""))
        late = state == "now" and row.due_at is not None and row.due_at < visitor.now and row.resolved_at is None
        due = visitor.words._("due %(day)s", day=visitor.formats.day(row.due_at)) \
            if state == "now" and row.due_at and row.resolved_at is None else ""
        found.append(CaseStep(visitor.words._(STAGES[stage.value]), left if state == "done" else due, state, late))
    return found


