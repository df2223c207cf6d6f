"""The composer: which texts may be written here now, by whom, how the present one stands, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, select

from connectors.base import ReplyMode
from connectors.errors import N_
from inbox.access import Visitor
from inbox.sentences_guidance import Advice, advice
from inbox.shown import Person, person
from monitor.models import Item, Source, TeamMember
from replies import draft, follow_up, lock, presence, reach, templates
from replies.approve import may_approve
from replies.guidance import check, facts_for
from replies.manual import page_of
from replies.models import FollowUp, FollowUpState, Purpose, Reply, ReplyState, Template
from replies.states import EDITABLE, PUBLIC

TABS = {"reply": Purpose.REPLY, "follow-up": Purpose.FOLLOW_UP, "note": None}
LABELS = {"reply": N_("Reply"), "follow-up": N_("Resolution follow-up"), "note": N_("Note")}
NOTES = {ReplyState.DRAFT: N_("draft"), ReplyState.IN_REVIEW: N_("in review"), ReplyState.SCHEDULED: N_("scheduled"),
         ReplyState.POSTING: N_("posting"), ReplyState.POSTED: N_("posted"), ReplyState.VERIFIED: N_("posted"),
         ReplyState.UNSURE: N_("unclear"), ReplyState.REFUSED: N_("refused"), ReplyState.FAILED: N_("failed"),
         ReplyState.MANUAL: N_("by hand"), ReplyState.WITHDRAWN: N_("taken back")}
NEAR = 0.9


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    note: str
    current: bool


@dataclass(frozen=True)
class Counter:
    """How long the text is against the platform's limit; ``tone`` is near or over."""

    text: str
    tone: str
    limit: int
    length: int


@dataclass(frozen=True)
class Notice:
    """What stands above the text: tone, title, explanation; ``kind`` chooses the acts beneath it."""

    kind: str
    tone: str
    title: str
    text: str
    icon: str


@dataclass(frozen=True)
class Composer:
    item_id: int
    tab: str
    tabs: list[Tab]
    label: str
    text: str
    version: int
    reply_id: int
    state: str
    can_edit: bool
    can_approve: bool
    can_ask: bool
    can_approve_again: bool
    post_label: str
    notice: Notice | None
    locked_by: Person | None
    locked_text: str
    here: list[tuple[Person, str, bool]]
    counter: Counter | None
    guide: list[Advice]
    templates: list[Template]
    page_url: str
    placeholder: str
    writes: bool


def default_tab(session: Session, item: Item) -> str:
    """The tab a conversation opens on: the follow-up once it is due, else the reply."""
    return "follow-up" if item.follow_up_state == FollowUpState.DUE.value and _follow_up(session, item) else "reply"


def _follow_up(session: Session, item: Item) -> FollowUp | None:
    rows = session.exec(select(FollowUp).where(FollowUp.item_id == item.id)).all()
    return max(rows, key=lambda row: row.id or 0) if rows else None


def composer(session: Session, visitor: Visitor, item: Item, tab: str = "", *, text: str | None = None,
             version: int | None = None) -> Composer:
    """The composer on one of its tabs; ``text`` is what the person wrote and could not save."""
    tab = tab if tab in TABS else default_tab(session, item)
    if tab == "follow-up" and _follow_up(session, item) is None:
        tab = "reply"
    purpose = TABS[tab]
    source = session.get_one(Source, item.source_id)
    base = _Base(session, visitor, item, source, tab)
    return base.note(text or "") if purpose is None else base.public(purpose, text, version)


@dataclass(frozen=True)
class _Base:
    session: Session
    visitor: Visitor
    item: Item
    source: Source
    tab: str

    def note(self, text: str) -> Composer:
        say = self.visitor.words._
        return Composer(
            item_id=self.item.id or 0, tab="note", tabs=self.tabs(), label=say("Note, team only"), text=text,
            version=self.item.version, reply_id=0, state="", can_edit=self.visitor.writes, can_approve=False,
            can_ask=False, can_approve_again=False, post_label=say("Add note"), notice=None, locked_by=None,
            locked_text="", here=self.here(),
            counter=None, guide=[], templates=[], page_url="", writes=self.visitor.writes,
            placeholder=say("Only your team sees this. @ to mention"))

    def public(self, purpose: Purpose, text: str | None, version: int | None) -> Composer:
        session, visitor, item = self.session, self.visitor, self.item
        settings = visitor.house.config.replies
        reply = draft.open_draft(session, item.id or 0, purpose)
        latest = draft.newest(session, item.id or 0, purpose)
        platform = reach.platform(session, item)
        mode = reach.mode(platform, item)
        shown = text if text is not None else self.text(reply, latest, mode, purpose)
        holder = lock.holder(session, item.id or 0, purpose, visitor.now)
        other = session.get(TeamMember, holder.member_id) if holder and holder.member_id != visitor.id else None
        state = reply.state if reply else None
        editable = state is None or state in EDITABLE or (state is ReplyState.IN_REVIEW and visitor.approves)
        may = may_approve(session, reply, visitor.member, settings) if reply else visitor.approves
        facts = facts_for(session, item, settings, platform, reply=reply)
        say = visitor.words._
        return Composer(
            item_id=item.id or 0, tab=self.tab, tabs=self.tabs(), text=shown,
            label=say("%(kind)s, published on %(platform)s", kind=say(LABELS[self.tab]), platform=self.source.name),
            version=draft.version_of(session, item.id or 0, purpose) if version is None else version,
            reply_id=(reply.id or 0) if reply else 0, state=state.value if state else "",
            can_edit=visitor.writes and editable and other is None, can_approve=may and visitor.writes,
            can_ask=state is not ReplyState.IN_REVIEW,
            can_approve_again=bool(reply and reply.absent_at and reply.absent_at == reply.looked_at),
            post_label=self.post_label(latest, mode),
            notice=notice(session, visitor, reply, self.source.name) if reply else None,
            locked_by=person(other, visitor.words) if other else None,
            locked_text=say("%(name)s is writing here until %(time)s.", name=other.name,
                            time=visitor.formats.clock(holder.until)) if other and holder else "",
            here=self.here(), counter=counter(visitor, facts.length(shown), facts.limit),
            guide=[advice(visitor.words, finding, facts.own_contacts[0] if facts.own_contacts else "")
                   for finding in check(shown, facts)],
            templates=templates.listing(session, item.brand_id, purpose=purpose), page_url=page_of(item),
            placeholder=say("Write as one person to another. Begin with their name."), writes=visitor.writes)

    def text(self, reply: Reply | None, latest: Reply | None, mode: ReplyMode, purpose: Purpose) -> str:
        if reply is not None:
            return reply.text
        if purpose is Purpose.FOLLOW_UP:
            return follow_up.opening(self.session, self.item)
        return latest.text if latest and mode is ReplyMode.SINGLE and latest.removed_at is None else ""

    def post_label(self, latest: Reply | None, mode: ReplyMode) -> str:
        say = self.visitor.words._
        if mode is ReplyMode.NONE:
            return say("Approve")
        if latest is not None and latest.state in PUBLIC and mode is ReplyMode.SINGLE:
            return say("Update on %(platform)s", platform=self.source.name)
        return say("Approve & post")

    def tabs(self) -> list[Tab]:
        say = self.visitor.words._
        found = []
        for key, purpose in TABS.items():
            if key == "follow-up" and _follow_up(self.session, self.item) is None:
                continue
            latest = draft.newest(self.session, self.item.id or 0, purpose) if purpose else None
            note = say(NOTES[latest.state]) if latest and latest.state in NOTES else ""
            found.append(Tab(key, say(LABELS[key]), note, key == self.tab))
        return found

    def here(self) -> list[tuple[Person, str, bool]]:
        return here(self.session, self.visitor, self.item.id or 0)


def here(session: Session, visitor: Visitor, item_id: int) -> list[tuple[Person, str, bool]]:
    """Who else is at the item: person, sentence, whether they are writing."""
    found = []
    for one in presence.who(session, item_id, visitor.now, visitor.house.config.replies):
        if one.member_id == visitor.id:
            continue
        member = TeamMember(id=one.member_id, name=one.name, email="")
        found.append((person(member, visitor.words), visitor.words._(DOING[one.doing]), one.doing != "reading"))
    return found


DOING = {"reading": N_("is reading this too"), "reply": N_("is drafting a reply here"),
         "note": N_("is drafting a note here")}


def counter(visitor: Visitor, length: int, limit: int | None) -> Counter:
    """Grey, amber from nine tenths, red past the limit."""
    number = visitor.formats.number
    if limit is None:
        return Counter(number(length), "", 0, length)
    if length > limit:
        text = visitor.words._("%(length)s / %(limit)s, %(over)s over", length=number(length), limit=number(limit),
                               over=number(length - limit))
        return Counter(text, "over", limit, length)
    tone = "near" if length >= limit * NEAR else ""
    return Counter(f"{number(length)} / {number(limit)}", tone, limit, length)


def notice(session: Session, visitor: Visitor, reply: Reply, platform: str) -> Notice | None:
    """What a person must know about the present text, and which acts they have."""
    say, formats = visitor.words._, visitor.formats
    why = visitor.words.says(reply.says, reply.facts) if reply.says else ""
    author = session.get(TeamMember, reply.author_id) if reply.author_id else None
    if reply.state is ReplyState.IN_REVIEW:
        text = say("%(name)s asks for approval.", name=author.name if author else say("A colleague"))
        return Notice("review", "info", say("Awaiting approval"), text, "stamp")
    if reply.state in (ReplyState.SCHEDULED, ReplyState.APPROVED):
        left = reply.post_after - visitor.now if reply.post_after else None
        text = say("It can be taken back until %(time)s.", time=formats.clock(reply.post_after)) \
            if reply.post_after and left and left.total_seconds() > 0 else say("It goes out now.")
        return Notice("scheduled", "info", say("The reply is approved and will be posted."), text, "timer")
    if reply.state is ReplyState.POSTING:
        return Notice("posting", "info", say("The reply is being posted."), say("This takes a few seconds."),
                      "loader-circle")
    if reply.state is ReplyState.UNSURE:
        text = why or say("%(platform)s gave no clear answer. It is not sent again until somebody has looked.",
                          platform=platform)
        return Notice("unsure", "warn", say("It is unclear whether the reply was posted."), text, "hourglass")
    if reply.state in (ReplyState.REFUSED, ReplyState.FAILED):
        title = say("%(platform)s did not accept the reply.", platform=platform)
        return Notice("refused", "danger", title, f"{why} {say('Your draft is kept.')}".strip(), "circle-alert")
    if reply.state is ReplyState.MANUAL:
        text = say("Copy the text, post it on the page, then say that you posted it. We look for it there.")
        title = say("%(platform)s takes replies by hand only.", platform=platform)
        return Notice("manual", "warn", title, text, "copy")
    if reply.state is ReplyState.WITHDRAWN:
        return Notice("withdrawn", "info", say("The reply was taken back."), say("It was not posted."), "history")
    if reply.state is ReplyState.DRAFT and why:
        return Notice("sent-back", "warn", say("Sent back"), why, "arrow-left")
    return None
