"""Writing under a conversation: autosave with guidance, replies and follow-ups on their way out, notes, presence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from sqlmodel import Session, col, select
from starlette.responses import Response

from connectors.errors import N_
from inbox.access import Signed, Visitor, Writer
from inbox.inbox_screen import Said, Trouble, bare_pane, conversation_context, item_of, parts, whole
from inbox.pages.item_acts import refusal
from inbox.render import part, redirect
from inbox.views_composer import TABS, composer, here
from monitor.models import TeamMember
from replies import approve, draft, follow_up, lock, manual, notes, presence, templates, verify
from replies.errors import Blocked, Conflict, Locked, NotAllowed, WordsError
from replies.models import FollowUp, Purpose, Reply, ReplyState

router = APIRouter()
Text = Annotated[str, Form()]
Version = Annotated[int, Form()]
WRITING = frozenset({"save", "submit", "approve"})


@router.post("/c/{item_id}/draft")
def autosave(visitor: Writer, item_id: int, text: Text = "", tab: Text = "reply", version: Version = 0,
             query: Text = "") -> Response:
    """Keep what is being written; answers guidance, counter and the new version, never the text itself."""
    purpose = _purpose(tab)
    house = visitor.house
    try:
        save(visitor, item_id, purpose, text, version)
    except WordsError as error:
        return _autosave_trouble(visitor, item_id, tab, text, version, query, error)
    with house.db.write() as session:
        presence.seen(session, item_id, visitor.id, "reply", visitor.now)
    with house.db.read() as session:
        shown = composer(session, visitor, item_of(session, item_id), tab)
    return part(visitor, "_guide.html", "_counter.html", "_version.html", comp=shown, saved=visitor.words._("saved"))


@router.post("/c/{item_id}/reply")
def act(visitor: Writer, item_id: int, act: Text, text: Text = "", tab: Text = "reply", version: Version = 0,
        query: Text = "", reason: Text = "") -> Response:
    """One step of a reply: save, ask, approve, send back, take back, and what a person says of an unclear one."""
    purpose = _purpose(tab)
    name, _, value = act.partition(":")
    if name == "template":
        return _template(visitor, item_id, int(value) if value.isdigit() else 0, tab, query, text)
    try:
        if name == "take-over":
            with visitor.house.db.write() as session:
                lock.take_over(session, item_id, purpose, visitor.id, visitor.now, visitor.house.config.replies)
            return _shown(visitor, item_id, query, tab, None)
        reply = save(visitor, item_id, purpose, text, version) if name in WRITING else None
        with visitor.house.db.write() as session:
            found = reply or draft.open_draft(session, item_id, purpose)
            if found is None:
                raise HTTPException(409)
            _step(session, visitor, name, found, reason)
            keep = draft.newest(session, item_id, purpose)
    except (Conflict, Locked) as error:
        return _conflict(visitor, item_id, tab, text, query, error)
    except Blocked as error:
        return refusal(visitor, item_id, query, error, tab=tab)
    except WordsError as error:
        return refusal(visitor, item_id, query, error, tab=tab, text=text if name in WRITING else None)
    return _shown(visitor, item_id, query, tab, _told(visitor, name, item_id, tab, query, keep))


def save(visitor: Visitor, item_id: int, purpose: Purpose, text: str, version: int) -> Reply:
    """Save a text; a follow-up is tied to its case. Raises WordsError; the loser's text is kept."""
    house = visitor.house
    reply = draft.save(house.db, item_id, purpose, text, version, visitor.id, visitor.now, house.config.replies)
    if purpose is Purpose.FOLLOW_UP and reply.text.strip():
        with house.db.write() as session:
            case_id = session.exec(select(FollowUp.case_id).where(FollowUp.item_id == item_id)
                                   .order_by(col(FollowUp.id).desc())).first()
            if case_id is None:
                raise NotAllowed(N_("Resolve the case first; then say publicly that it is solved."))
            reply = follow_up.say_solved(session, case_id, item_id, reply.text, visitor.id, visitor.now,
                                         house.config.replies, version=reply.version)
    return reply


def _step(session: Session, visitor: Visitor, name: str, reply: Reply, reason: str) -> None:
    settings, me, now = visitor.house.config.replies, visitor.id, visitor.now
    number = reply.id or 0
    if name == "submit":
        approve.submit(session, number, me, now, settings, version=reply.version)
    elif name == "approve":
        approve.approve(session, number, me, now, settings, version=reply.version)
    elif name == "send-back":
        approve.send_back(session, number, reason.strip(), me, now)
    elif name == "withdraw":
        approve.withdraw(session, number, me, now)
    elif name == "now":
        approve.reschedule(session, number, now, me, now)
    elif name == "posted":
        manual.mark_posted(session, number, "", me, now, settings)
    elif name == "look":
        session.get_one(Reply, number).verify_at = now
    elif name == "absent":
        verify.declare_absent(session, number, me, now)
    elif name == "again":
        verify.send_again(session, number, me, now, settings)
    elif name != "save":
        raise HTTPException(422)


def _told(visitor: Visitor, name: str, item_id: int, tab: str, query: str, reply: Reply | None) -> Said | None:
    say = visitor.words._
    state = reply.state if reply else None
    fields = (("act", "withdraw"), ("tab", tab), ("query", query))
    undo = f"/c/{item_id}/reply"
    if name == "approve" and state is ReplyState.SCHEDULED and reply and reply.post_after:
        seconds = int((reply.post_after - visitor.now).total_seconds())
        return Said(say("Will be posted in %(time)s", time=visitor.formats.seconds(seconds)), "timer", undo, fields)
    if name == "submit":
        return Said(say("Approval was asked for"), "stamp", undo, fields)
    texts = {"save": say("Draft saved"), "approve": say("Approved. Post it by hand now."),
             "send-back": say("Sent back"), "withdraw": say("Taken back. Nothing was posted."),
             "now": say("It goes out now"), "posted": say("Marked as posted"),
             "look": say("We look at the page within a minute"), "absent": say("Noted: it is not there"),
             "again": say("It will be posted again")}
    return Said(texts[name], "check") if name in texts else None


@router.post("/c/{item_id}/note")
def note(visitor: Writer, item_id: int, text: Text = "", query: Text = "") -> Response:
    """Add a word for the team only."""
    try:
        with visitor.house.db.write() as session:
            item_of(session, item_id)
            notes.add(session, item_id, text, visitor.id, visitor.now)
    except WordsError as error:
        return refusal(visitor, item_id, query, error, tab="note", text=text)
    return _shown(visitor, item_id, query, "note", Said(visitor.words._("Note added"), "sticky-note"))


@router.post("/c/{item_id}/presence")
def be_here(visitor: Signed, item_id: int, doing: Text = "reading") -> Response:
    """Say that one is at the item, and hear who else is."""
    with visitor.house.db.write() as session:
        item_of(session, item_id)
        presence.seen(session, item_id, visitor.id, doing if visitor.writes else "reading", visitor.now)
    with visitor.house.db.read() as session:
        others = here(session, visitor, item_id)
    return part(visitor, "_presence.html", comp={"here": others})


def _purpose(tab: str) -> Purpose:
    purpose = TABS.get(tab)
    if purpose is None:
        raise HTTPException(422)
    return purpose


def _shown(visitor: Visitor, item_id: int, query: str, tab: str, said: Said | None) -> Response:
    if visitor.is_htmx:
        return parts(visitor, query, item_id, tab=tab, said=said, headers={"HX-Trigger": "news"})
    return redirect(f"/c/{item_id}?{query}&tab={tab}")


def _template(visitor: Visitor, item_id: int, template_id: int, tab: str, query: str, text: str) -> Response:
    with visitor.house.db.write() as session:
        filled = templates.use(session, template_id, item_id, visitor.id)
    joined = f"{text.rstrip()}\n\n{filled.text}" if text.strip() else filled.text
    return (parts if visitor.is_htmx else whole)(visitor, query, item_id, tab=tab, text=joined)


def conflict_trouble(visitor: Visitor, session: Session, error: WordsError) -> Trouble:
    """What happened, by whom, and that nothing is lost."""
    say = visitor.words._
    number = getattr(error, "by_id", None)
    member = session.get(TeamMember, number) if number else None
    name = member.name if member else say("A colleague")
    text = say("Yours was not saved over it, so the customer gets one answer. It is kept here and in the history.")
    if isinstance(error, Conflict):
        return Trouble(say("%(name)s changed this text in the meantime.", name=name), text, theirs=error.text,
                       version=error.version)
    until = visitor.formats.clock(error.until) if isinstance(error, Locked) else ""
    return Trouble(say("%(name)s is writing here until %(time)s.", name=name, time=until), text, icon="lock")


def _conflict(visitor: Visitor, item_id: int, tab: str, text: str, query: str, error: WordsError) -> Response:
    with visitor.house.db.read() as session:
        trouble = conflict_trouble(visitor, session, error)
    show = parts if visitor.is_htmx else whole
    return show(visitor, query, item_id, tab=tab, trouble=trouble, text=text, status=409)


def _autosave_trouble(visitor: Visitor, item_id: int, tab: str, text: str, version: int, query: str,
                      error: WordsError) -> Response:
    with visitor.house.db.read() as session:
        trouble = conflict_trouble(visitor, session, error) if isinstance(error, Conflict | Locked) else \
            Trouble(visitor.words._("This was not saved"), visitor.words.says(error.key, error.facts),
                    icon="circle-alert")
        context = conversation_context(session, visitor, item_of(session, item_id), tab=tab, text=text,
                                       version=version)
        pane = bare_pane(session, visitor, query)
    status = 409 if isinstance(error, Conflict | Locked) else 422
    return part(visitor, "_trouble.html", status=status, headers={"HX-Retarget": "#trouble", "HX-Reswap": "innerHTML"},
                **context, pane=pane, trouble=trouble)
