"""Cases: the board by stage, one case with its acts, and all follow-ups on one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from markupsafe import Markup
from sqlmodel import Session, col, select
from starlette.responses import Response

from connectors.errors import N_
from inbox.access import Signed, Visitor, Writer
from inbox.pages.sources import brand_of
from inbox.render import page, redirect
from inbox.sentences_events import sentence
from inbox.shown import Moment, moment
from inbox.views_cases import ANSWERS, JUSTIFIED, STAGES, board, deadline, endings, funnel, shares
from monitor.models import Event, TeamMember
from replies import cases, notes
from replies.errors import WordsError
from replies.models import Case, FollowUpState, Justified, Stage

router = APIRouter()
Text = Annotated[str, Form(max_length=10000)]
Version = Annotated[int, Form()]
SAID = {"saved": N_("Saved."), "moved": N_("The case moved on."), "reopened": N_("The case is open again."),
        "resolved": N_("The case is resolved. Now say it publicly.")}


@router.get("/cases")
def show_board(visitor: Signed, mine: str = "") -> Response:
    """The open cases of the brand by stage."""
    with visitor.house.db.read() as session:
        brand = brand_of(session, visitor)
        brand_id = brand.id if brand else None
        columns = board(session, visitor, brand_id, visitor.id if mine else None)
        steps = funnel(session, visitor, brand_id)
    return page(visitor, "cases.html", nav="cases", columns=columns, funnel=steps, mine=bool(mine),
                total=sum(len(column.cards) for column in columns))


@router.get("/cases/{number:int}")
def show_case(visitor: Signed, number: int, said: str = "", problem: str = "") -> Response:
    """One case: facts, items, history, acts."""
    return _case_page(visitor, number, said=visitor.words._(SAID[said]) if said in SAID else "", problem=problem)


def _case_page(visitor: Visitor, number: int, *, said: str = "", problem: str = "", text: str = "",
               status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        case = of_number(session, number)
        items = cases.items_of(session, case.id or 0)
        team = notes.active(session)
        history = _history(session, visitor, case, items[0].author_name if items else "")
    stages = [(stage.value, visitor.words._(label)) for stage, label in STAGES]
    current = [stage.value for stage, _ in STAGES].index(case.stage.value) if case.stage is not Stage.CLOSED else 4
    return page(visitor, "case.html", nav="cases", status=status, case=case, items=items, team=team, history=history,
                stages=stages, current=current, told=said, problem=problem, typed=text,
                justified=[(one.value, visitor.words._(label)) for one, label in JUSTIFIED.items()],
                deadline=deadline(case.opened_at, case.due_at, case.resolved_at, visitor))


def of_number(session: Session, number: int) -> Case:
    """The case with this number; 404 when there is none."""
    found = session.exec(select(Case).where(Case.number == number)).first()
    if found is None:
        raise HTTPException(404)
    return found


def _history(session: Session, visitor: Visitor, case: Case, author: str) -> list[tuple[str, Markup, Moment]]:
    people = {member.id or 0: member.name for member in session.exec(select(TeamMember))}
    events = session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.id).desc()).limit(200))
    told = []
    for event in events:
        who = people.get(event.by_id or 0, visitor.words._("Otklik"))
        icon, text = sentence(event.kind, event.data, people, who=who, author=author, words=visitor.words,
                              formats=visitor.formats)
        told.append((icon, text, moment(event.at, visitor.formats.when(event.at), visitor.formats)))
    return told


@router.post("/cases/{number:int}/edit")
def edit(visitor: Writer, number: int, version: Version, title: Text = "", cause: Text = "", department: Text = "",
         responsible: Annotated[int, Form()] = 0, justified: Text = "") -> Response:
    """Change what is known about the case."""
    changes: dict[str, Any] = {"title": title.strip(), "cause": cause.strip(), "department": department.strip(),
                               "responsible_id": responsible or None,
                               "justified": Justified(justified) if justified in list(Justified) else None}
    return _act(visitor, number, "saved", lambda session, case: cases.edit(
        session, case.id or 0, visitor.id, visitor.now, version=version, **changes))


@router.post("/cases/{number:int}/move")
def move(visitor: Writer, number: int, version: Version, stage: Text, reason: Text = "") -> Response:
    """Move the case to another stage."""
    if stage not in list(Stage):
        raise HTTPException(422)
    return _act(visitor, number, "moved", lambda session, case: cases.move(
        session, case.id or 0, Stage(stage), reason, visitor.id, visitor.now, version=version))


@router.post("/cases/{number:int}/resolve")
def resolve(visitor: Writer, number: int, version: Version, text: Text = "") -> Response:
    """Record what was done; the public word becomes due."""
    return _act(visitor, number, "resolved", lambda session, case: cases.resolve(
        session, case.id or 0, text, visitor.id, visitor.now, version=version), text=text)


@router.post("/cases/{number:int}/reopen")
def reopen(visitor: Writer, number: int, version: Version, reason: Text = "") -> Response:
    """Open a resolved case again."""
    return _act(visitor, number, "reopened", lambda session, case: cases.reopen(
        session, case.id or 0, reason, visitor.id, visitor.now, version=version))


def _act(visitor: Visitor, number: int, said: str, act: Callable[[Session, Case], Any], *, text: str = "") -> Response:
    """Do it, or show the case again with the reason why not and what was typed."""
    try:
        with visitor.house.db.write() as session:
            act(session, of_number(session, number))
    except WordsError as error:
        return _case_page(visitor, number, problem=visitor.words.says(error.key, error.facts), text=text, status=409)
    return redirect(f"/cases/{number}?said={said}")


@router.get("/follow-ups")
def show_follow_ups(visitor: Signed, state: str = "", after: int = 0) -> Response:
    """All follow-ups, or those in one state, with how many there are of each."""
    wanted = FollowUpState(state) if state in list(FollowUpState) else None
    with visitor.house.db.read() as session:
        brand = brand_of(session, visitor)
        rows, more = endings(session, visitor, brand.id if brand else None, wanted, after)
        counts = shares(session, brand.id if brand else None)
    states = [(one.value, visitor.words._(label), counts.get(one, 0)) for one, (label, _) in ANSWERS.items()]
    return page(visitor, "follow_ups.html", nav="cases", rows=rows, more=more, states=states, state=state,
                total=sum(counts.values()))
