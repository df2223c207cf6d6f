"""Lines of history in words: one sentence and one icon for each kind of event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from connectors.errors import N_
from inbox.formats import Formats
from inbox.i18n import Translator

# What the timeline shows as a card of its own, or what says nothing to a person who works here.
SHOWN_OTHERWISE = frozenset({"note.added", "item.assessed", "item.recognised", "item.joined", "reply.edited"})

ITEM = {
    "item.heard": ("inbox", N_("%(who)s heard it")),
    "item.edited": ("pencil", N_("%(author)s changed the text")),
    "item.removed": ("x", N_("The platform does not show it any more")),
    "item.returned": ("refresh-cw", N_("The platform shows it again")),
    "item.recovered": ("refresh-cw", N_("%(who)s brought it back from what was set aside")),
    "item.read": ("check", N_("%(who)s read it first")),
    "item.unread": ("mail", N_("%(who)s marked it as unread")),
    "item.assigned": ("user-round-plus", N_("%(who)s assigned it to %(assignee)s")),
    "item.snoozed": ("alarm-clock", N_("%(who)s snoozed it until %(until)s")),
    "item.woken": ("alarm-clock", N_("The snooze is over")),
    "item.done": ("check-check", N_("%(who)s marked it done")),
    "item.reopened": ("refresh-cw", N_("%(who)s opened it again")),
    "item.set_aside": ("minus", N_("%(who)s set it aside as not relevant")),
    "item.undone": ("history", N_("%(who)s took the last step back")),
    "item.judged": ("flag", N_("%(who)s decided: %(verdict)s")),
    "item.verdict_withdrawn": ("flag", N_("%(who)s took the verdict back")),
    "item.routed": ("user-round-plus", N_("Given to %(assignee)s by a rule")),
    "item.quarantined": ("info", N_("A newer version could not be read and was set aside")),
}
REPLY = {
    "reply.drafted": ("pencil", N_("%(who)s began a reply")),
    "reply.submitted": ("stamp", N_("%(who)s asked for approval")),
    "reply.approved": ("check", N_("%(who)s approved the reply")),
    "reply.sent_back": ("arrow-left", N_("%(who)s sent the reply back: %(reason)s")),
    "reply.withdrawn": ("history", N_("%(who)s took the reply back")),
    "reply.rescheduled": ("calendar-clock", N_("%(who)s moved the posting to %(until)s")),
    "reply.posted": ("reply", N_("The reply was posted")),
    "reply.verified": ("check-check", N_("The reply was seen on the page")),
    "reply.absent": ("search", N_("The reply is not on the page yet")),
    "reply.unseen": ("search", N_("The page could not be read")),
    "reply.unsure": ("hourglass", N_("It is unclear whether the reply was posted")),
    "reply.refused": ("circle-alert", N_("The platform did not accept the reply")),
    "reply.failed": ("circle-alert", N_("The reply could not be posted")),
    "reply.delayed": ("timer", N_("The platform is busy; the reply waits")),
    "reply.removed": ("x", N_("The platform removed our reply")),
    "reply.adopted": ("reply", N_("A colleague answered on the platform")),
    "reply.marked_posted": ("check", N_("%(who)s posted the reply by hand")),
    "reply.sent_again": ("refresh-cw", N_("%(who)s decided to post it again")),
    "reply.gone_there": ("x", N_("There is nothing to answer on the platform any more")),
    "draft.taken_over": ("pencil", N_("%(who)s took over the draft")),
}
CASE = {
    "case.opened": ("square-kanban", N_("%(who)s opened case %(number)s")),
    "case.joined": ("square-kanban", N_("%(who)s added it to case %(number)s")),
    "case.moved": ("square-kanban", N_("%(who)s moved the case to %(stage)s")),
    "case.edited": ("square-kanban", N_("%(who)s changed the case")),
    "case.resolved": ("circle-check", N_("%(who)s resolved the case")),
    "case.reopened": ("refresh-cw", N_("%(who)s opened the case again")),
    "case.closed": ("circle-check", N_("The case was closed")),
    "follow_up.asked": ("calendar-clock", N_("The resolution was posted and the customer was asked to confirm")),
    "follow_up.confirmed": ("circle-check", N_("The customer confirmed that it is solved")),
    "follow_up.disputed": ("circle-x", N_("The customer says that it is not solved")),
    "follow_up.silent": ("hourglass", N_("The customer did not answer")),
    "follow_up.rating_raised": ("trending-up", N_("The customer raised the rating")),
}
SENTENCES = ITEM | REPLY | CASE

STAGES = {"registration": N_("Registration"), "analysis": N_("Analysis"),
          "corrective_action": N_("Corrective action"), "satisfaction": N_("Satisfaction"), "closed": N_("Closed")}
VERDICTS = {"genuine": N_("genuine"), "fake": N_("fake"), "unsure": N_("unsure")}


def _strong(name: str) -> Markup:
    return Markup("<b>%s</b>") % name


def sentence(kind: str, data: Mapping[str, Any], people: Mapping[int, str], *, who: str, author: str,
             words: Translator, formats: Formats) -> tuple[str, Markup]:
    """Icon and sentence of an event; an unknown kind is told by its own name rather than hidden."""
    say = words._
    icon, text = SENTENCES.get(kind, ("info", ""))
    if not text:
        return icon, words.html("%(who)s: %(kind)s", who=_strong(who), kind=kind.replace("_", " ").replace(".", ", "))
    after = data.get("after") if isinstance(data.get("after"), dict) else {}
    assignee = (after or {}).get("assignee_id", data.get("assignee_id"))
    until = data.get("until") or (after or {}).get("snoozed_until")
    if kind == "item.assigned" and assignee is None:
        text = N_("%(who)s took the assignment away")
    if kind == "reply.sent_back" and not data.get("reason"):
        text = N_("%(who)s sent the reply back")
    return icon, words.html(
        text, who=_strong(who), author=_strong(author), assignee=people.get(assignee or 0, say("nobody")),
        until=formats.when_text(until), verdict=say(VERDICTS.get(str(data.get("verdict")), "")),
        reason=str(data.get("reason", "")), number=data.get("number", ""),
        stage=say(STAGES.get(str(data.get("stage")), "")))
