"""The table of states: what may follow what, by whose hand, for every sequence of tries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import Role, WorkState
from replies.errors import NotAllowed
from replies.models import ReplyState
from replies.states import LEADS, MACHINE, Hand, demand, may

HANDS: list[Hand] = [*Role, MACHINE]
TRIES = st.lists(st.tuples(st.sampled_from(ReplyState), st.sampled_from(HANDS)), max_size=60)


def walk(tries: list[tuple[ReplyState, Hand]]) -> list[tuple[ReplyState, Hand]]:
    """The moves that were allowed, from a fresh draft."""
    state, path = ReplyState.DRAFT, []
    for new, hand in tries:
        if may(state, new, hand):
            path.append((new, hand))
            state = new
    return path


@given(TRIES)
def test_nothing_is_posted_without_approval_by_a_person(tries: list[tuple[ReplyState, Hand]]) -> None:
    approved = False
    for state, hand in walk(tries):
        approved = (approved or (state is ReplyState.APPROVED and hand in LEADS)) and state is not ReplyState.DRAFT
        assert approved or state not in (ReplyState.SCHEDULED, ReplyState.POSTING, ReplyState.POSTED)


@given(TRIES)
def test_nothing_is_posted_twice_without_a_person_who_sends_it_again(tries: list[tuple[ReplyState, Hand]]) -> None:
    free_to_post = True
    for state, hand in walk(tries):
        if state is ReplyState.POSTING:
            assert free_to_post
            free_to_post = False
        elif state is ReplyState.SCHEDULED:
            free_to_post = True
        elif state is ReplyState.VERIFIED:
            assert hand is MACHINE


@given(st.sampled_from(ReplyState), st.sampled_from(ReplyState))
def test_a_viewer_moves_nothing(old: ReplyState, new: ReplyState) -> None:
    assert not may(old, new, Role.VIEWER)


@given(st.sampled_from(ReplyState))
def test_a_machine_approves_nothing(old: ReplyState) -> None:
    assert not may(old, ReplyState.APPROVED, MACHINE)


@pytest.mark.parametrize("new", list(ReplyState))
def test_verified_is_the_end(new: ReplyState) -> None:
    assert not any(may(ReplyState.VERIFIED, new, hand) for hand in HANDS)


def test_only_a_person_sends_an_unsure_reply_again() -> None:
    assert may(ReplyState.UNSURE, ReplyState.SCHEDULED, Role.AGENT)
    assert not may(ReplyState.UNSURE, ReplyState.SCHEDULED, MACHINE)


def test_the_role_is_named_when_it_is_in_the_way() -> None:
    with pytest.raises(NotAllowed, match="Your role"):
        demand(ReplyState.DRAFT, ReplyState.APPROVED, Role.AGENT)


def test_the_state_is_named_when_it_is_in_the_way() -> None:
    with pytest.raises(NotAllowed, match="moved on"):
        demand(ReplyState.VERIFIED, ReplyState.DRAFT, Role.LEAD)


@pytest.mark.parametrize("old", [state for state in WorkState if state is not WorkState.DONE])
def test_any_work_can_be_done(old: WorkState) -> None:
    assert may(old, WorkState.DONE, Role.AGENT)


def test_the_machine_puts_nothing_off() -> None:
    assert not may(WorkState.OPEN, WorkState.SNOOZED, MACHINE)
