"""What may follow what: the states of a reply and of work on an item, and whose hand may move them. Pure tables.

    draft → in_review → approved → scheduled → posting → posted → verified
                            ↘ manual (no way to post by machine) ↗
    posting may also end unsure (``verify`` looks), refused, failed, or back in scheduled (nothing was sent).

``role`` None is the machine. A machine never approves and never takes a text out of draft or review.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from connectors.errors import N_
from monitor.models import Role, WorkState
from replies.errors import NotAllowed
from replies.models import ReplyState

Hand = Role | None
Table = Mapping[tuple[str, str], frozenset[Hand]]
State = TypeVar("State", ReplyState, WorkState)

MACHINE: Hand = None
PEOPLE: frozenset[Hand] = frozenset({Role.ADMIN, Role.LEAD, Role.AGENT})
LEADS: frozenset[Hand] = frozenset({Role.ADMIN, Role.LEAD})
ALONE: frozenset[Hand] = frozenset({MACHINE})
ANYBODY: frozenset[Hand] = PEOPLE | ALONE

EDITABLE = frozenset({ReplyState.DRAFT, ReplyState.WITHDRAWN, ReplyState.REFUSED, ReplyState.FAILED})
"""A person may write on in these; saving a changed text makes a draft of it."""
PUBLIC = frozenset({ReplyState.POSTED, ReplyState.VERIFIED})
"""Out in the world; the place of the open reply is free again."""
WAITING = frozenset({ReplyState.IN_REVIEW, ReplyState.APPROVED, ReplyState.SCHEDULED, ReplyState.MANUAL})


def _moves(state: type[State], *rows: tuple[str, str, frozenset[Hand]]) -> Table:
    table: dict[tuple[str, str], frozenset[Hand]] = {}
    for olds, news, hands in rows:
        for old in olds.split():
            for new in news.split():
                table[state(old).value, state(new).value] = hands
    return table


REPLY_MOVES = _moves(
    ReplyState,
    ("draft withdrawn failed", "in_review", PEOPLE),
    ("draft withdrawn failed in_review", "approved", LEADS),
    ("in_review withdrawn refused failed manual", "draft", PEOPLE),
    ("approved", "scheduled manual", PEOPLE),
    ("approved scheduled", "withdrawn", ANYBODY),
    ("scheduled", "posting manual failed", ALONE),
    ("posting", "posted unsure refused failed scheduled manual", ALONE),
    ("manual", "posted", PEOPLE),
    ("manual", "verified withdrawn", ALONE),
    ("unsure", "verified refused", ALONE),
    ("unsure", "scheduled withdrawn", PEOPLE),
    ("unsure", "posted", ANYBODY),
    ("posted", "verified unsure refused", ALONE),
)

WORK_MOVES = _moves(
    WorkState,
    ("new open waiting snoozed irrelevant", "done", ANYBODY),
    ("new open waiting snoozed done", "irrelevant", ANYBODY),
    ("new open waiting", "snoozed", PEOPLE),
    ("new open snoozed done", "waiting", ANYBODY),
    ("new waiting snoozed done irrelevant", "open", ANYBODY),
)

_TABLES: dict[type[ReplyState] | type[WorkState], Table] = {ReplyState: REPLY_MOVES, WorkState: WORK_MOVES}


def may(old: State, new: State, role: Hand) -> bool:
    """Whether this hand may move from one state to the other."""
    return role in _TABLES[type(old)].get((old.value, new.value), frozenset())


def demand(old: State, new: State, role: Hand) -> None:
    """Raise NotAllowed, saying whether the state or the role is in the way, unless the move is allowed."""
    hands: Iterable[Hand] = _TABLES[type(old)].get((old.value, new.value), frozenset())
    if role in hands:
        return
    if hands and role is not MACHINE:
        raise NotAllowed(N_("Your role does not allow this. Ask a lead."))
    raise NotAllowed(N_("This cannot be done any more: things have moved on. Look again."), old=old.value,
                     new=new.value)
