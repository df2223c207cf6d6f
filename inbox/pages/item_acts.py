"""What is done with a conversation: assign, put off, finish, flag, judge; one by one, in bulk, and undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from connectors.errors import N_
from inbox.access import Visitor, Writer
from inbox.inbox_screen import Said, Trouble, item_of, parts, toast, wanted, whole
from inbox.render import part, redirect
from inbox.views_conversation import conversation
from inbox.views_detail import detail
from monitor import items
from monitor.authenticity import verdict as verdicts
from monitor.models import Item, TeamMember, Verdict, WorkState
from replies import work
from replies.errors import Conflict, WordsError
from replies.work import Act

router = APIRouter()
Version = Annotated[int, Form()]
Text = Annotated[str, Form()]
Doing = Callable[[Session], Act]


@router.post("/c/{item_id}/assign")
def assign(visitor: Writer, item_id: int, assignee: Annotated[int, Form()], version: Version,
           query: Text = "") -> Response:
    """Make a colleague responsible, or nobody (0)."""
    def act(session: Session) -> Act:
        return work.assign(session, item_id, assignee or None, visitor.id, visitor.now, version=version)

    with visitor.house.db.read() as session:
        member = session.get(TeamMember, assignee) if assignee else None
    said = visitor.words._("Assigned to %(name)s", name=member.name) if member else visitor.words._("Unassigned")
    return _stay(visitor, item_id, query, act, said, "user-round-plus")


@router.post("/c/{item_id}/snooze")
def snooze(visitor: Writer, item_id: int, until: Text, version: Version, query: Text = "") -> Response:
    """Put off until a moment, and show the next one."""
    moment = read_moment(visitor, until)

    def act(session: Session) -> Act:
        return work.snooze(session, item_id, moment, visitor.id, visitor.now, version=version)

    when = f"{visitor.formats.weekday(moment)} {visitor.formats.clock(moment)}"
    return _leave(visitor, item_id, query, act, visitor.words._("Snoozed until %(time)s", time=when), "alarm-clock")


@router.post("/c/{item_id}/done")
def done(visitor: Writer, item_id: int, version: Version, query: Text = "") -> Response:
    """Nothing is left to do; show the next one."""
    def act(session: Session) -> Act:
        return work.done(session, item_id, visitor.id, visitor.now, version=version)

    return _leave(visitor, item_id, query, act, visitor.words._("Done."), "check-check", count_left=True)


@router.post("/c/{item_id}/reopen")
def reopen(visitor: Writer, item_id: int, version: Version, query: Text = "") -> Response:
    """There is something to do again."""
    def act(session: Session) -> Act:
        return work.reopen(session, item_id, visitor.id, visitor.now, version=version)

    return _stay(visitor, item_id, query, act, visitor.words._("Opened again"), "refresh-cw")


@router.post("/c/{item_id}/state")
def state(visitor: Writer, item_id: int, state: Text, version: Version, query: Text = "") -> Response:
    """Choose a state from the menu."""
    if state == "done":
        return done(visitor, item_id, version, query)
    if state == WorkState.OPEN.value:
        return reopen(visitor, item_id, version, query)
    if state == "unread":
        with visitor.house.db.write() as session:
            work.mark_unread(session, item_id, visitor.id, visitor.now)
        return _answer(visitor, item_id, query, Said(visitor.words._("Marked as unread"), "mail"))

    def act(session: Session) -> Act:
        return work.irrelevant(session, item_id, visitor.id, visitor.now, version=version)

    return _leave(visitor, item_id, query, act, visitor.words._("Set aside as not relevant"), "minus")


@router.post("/c/{item_id}/flag")
def flag(visitor: Writer, item_id: int, query: Text = "") -> Response:
    """One letter for “this is a fake, I think”; pressing it again takes it back."""
    with visitor.house.db.read() as session:
        is_fake = item_of(session, item_id).verdict is Verdict.FAKE
    return judge(visitor, item_id, "" if is_fake else "fake", query)


@router.post("/c/{item_id}/verdict")
def judge(visitor: Writer, item_id: int, verdict: Text = "", query: Text = "") -> Response:
    """Record what a person decided about an item; empty takes the verdict back."""
    if verdict and verdict not in set(Verdict):
        raise HTTPException(422)
    with visitor.house.db.write() as session:
        item_of(session, item_id)
        if verdict:
            verdicts.give(session, item_id, Verdict(verdict), visitor.id, visitor.now)
        else:
            verdicts.take_back(session, item_id, visitor.id, visitor.now)
    if not visitor.is_htmx:
        return redirect(f"/c/{item_id}?{query}")
    with visitor.house.db.read() as session:
        item = item_of(session, item_id)
        context: dict[str, Any] = {"conv": conversation(session, visitor, item), "det": detail(session, visitor, item)}
    return part(visitor, "_authenticity.html", **context, pane={"query": query})


@router.post("/undo")
def undo(visitor: Writer, event: Annotated[list[int], Form()], query: Text = "",
         item: Annotated[int, Form()] = 0) -> Response:
    """Take one's own last act back."""
    try:
        with visitor.house.db.write() as session:
            for event_id in event[:work.MAX_BULK]:
                work.undo(session, event_id, visitor.id, visitor.now)
    except WordsError as error:
        raise HTTPException(409, visitor.words.says(error.key, error.facts)) from error
    back = f"/c/{item}?{query}" if item else f"/inbox?{query}"
    return Response(status_code=204, headers={"HX-Redirect": back}) if visitor.is_htmx else redirect(back)


@router.post("/items/bulk")
def bulk(visitor: Writer, act: Text, item: Annotated[list[int] | None, Form()] = None, query: Text = "") -> Response:
    """One act on all that were ticked; what one item does not allow does not stop the others."""
    name, _, value = act.partition(":")
    chosen = item or []
    try:
        with visitor.house.db.write() as session:
            if name == "flag":
                results = [number for number in chosen if session.get(Item, number)]
                for number in results:
                    verdicts.give(session, number, Verdict.FAKE, visitor.id, visitor.now)
                return _after_bulk(visitor, query, len(results), len(chosen) - len(results), ())
            moment = read_moment(visitor, value) if name == "snooze" else None
            assignee = int(value) if name == "assign" and value.isdigit() and value != "0" else None
            made = work.bulk(session, chosen, name, visitor.id, visitor.now, assignee_id=assignee, until=moment)
    except WordsError as error:
        raise HTTPException(409, visitor.words.says(error.key, error.facts)) from error
    events = tuple(str(one.act.event_id) for one in made if one.act)
    return _after_bulk(visitor, query, len(events), len(made) - len(events), events)


def _after_bulk(visitor: Visitor, query: str, good: int, bad: int, events: tuple[str, ...]) -> Response:
    words = visitor.words
    text = words.ngettext("%(n)s changed.", "%(n)s changed.", good)
    if bad:
        text += " " + words.ngettext("%(n)s was left as it is.", "%(n)s were left as they are.", bad)
    fields = (("query", query), *(("event", number) for number in events))
    said = Said(text, undo="/undo" if events else "", fields=fields if events else ())
    if not visitor.is_htmx:
        return redirect(f"/inbox?{query}")
    return HTMLResponse(toast(visitor, said), headers={"HX-Trigger": "list-changed"})


def read_moment(visitor: Visitor, text: str) -> datetime:
    """A moment from a form, on the visitor's clock unless it names a zone; 422 for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(422, N_("Choose a time in the future.")) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=visitor.formats.zone)


def _do(visitor: Visitor, act: Doing) -> Act | WordsError:
    try:
        with visitor.house.db.write() as session:
            return act(session)
    except WordsError as error:
        return error


def _stay(visitor: Visitor, item_id: int, query: str, act: Doing, text: str, icon: str) -> Response:
    made = _do(visitor, act)
    if isinstance(made, WordsError):
        return refusal(visitor, item_id, query, made)
    return _answer(visitor, item_id, query, Said(text, icon, "/undo", _fields(query, made)))


def _leave(visitor: Visitor, item_id: int, query: str, act: Doing, text: str, icon: str, *,
           count_left: bool = False) -> Response:
    with visitor.house.db.read() as session:
        filter = wanted(session, visitor, query)
        _, following = items.neighbours(session, filter, item_id, visitor.now)
        before, _ = items.neighbours(session, filter, item_id, visitor.now)
    made = _do(visitor, act)
    if isinstance(made, WordsError):
        return refusal(visitor, item_id, query, made)
    if count_left:
        with visitor.house.db.read() as session:
            left = items.count(session, filter, visitor.now)
        text = f"{text} {visitor.words.ngettext('%(n)s left', '%(n)s left', left)}"
    said = Said(text, icon, "/undo", _fields(query, made))
    goal = following or before
    if not visitor.is_htmx:
        return redirect(f"/c/{goal}?{query}" if goal else f"/inbox?{query}")
    if goal is None:
        return part(visitor, "_conversation.html", "_detail.html", "_toast_oob.html", conv=None, said=said,
                    headers={"HX-Trigger": "list-changed", "HX-Push-Url": f"/inbox?{query}"})
    return parts(visitor, query, goal, said=said,
                 headers={"HX-Trigger": "list-changed", "HX-Push-Url": f"/c/{goal}?{query}"})


def _fields(query: str, act: Act) -> tuple[tuple[str, str], ...]:
    return (("event", str(act.event_id)), ("item", str(act.item_id)), ("query", query))


def _answer(visitor: Visitor, item_id: int, query: str, said: Said) -> Response:
    if visitor.is_htmx:
        return parts(visitor, query, item_id, said=said)
    return redirect(f"/c/{item_id}?{query}")


def refusal(visitor: Visitor, item_id: int, query: str, error: WordsError, *, tab: str = "",
            text: str | None = None) -> Response:
    """The conversation as it is now, with the reason why the act was not done; what was written stays."""
    status = 409 if isinstance(error, Conflict) else 422
    title = visitor.words._("Someone was faster") if status == 409 else visitor.words._("This was not done")
    trouble = Trouble(title, visitor.words.says(error.key, error.facts), icon="circle-alert" if status == 422 else
                      "users-round")
    show = parts if visitor.is_htmx else whole
    return show(visitor, query, item_id, tab=tab, trouble=trouble, text=text, status=status)
