"""What the team of the demo did, through the very functions that the pages call, at the moment when it was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from inbox.demo.player import Player
from monitor.authenticity import verdict
from monitor.models import Verdict
from replies import approve, cases, draft, follow_up, notes, post, standing, verify, work
from replies.models import FollowUp, Justified, Purpose, Stage

Line = dict[str, Any]
LEAD = "anna"
UNDO = timedelta(minutes=3)


class TeamWork:
    """One method per act of ``texts/team.jsonl``; ``on`` names the review, ``by`` the person."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.house = player.house
        self.settings = player.house.config.replies
        self.team = player.cafe.team

    def plan(self, line: Line) -> None:
        """Let the act of a line happen in its hour."""
        acts: dict[str, Callable[[Line, datetime], Awaitable[None]]] = {
            "reply": self.reply, "solved": self.solved}
        act = acts.get(line["act"]) or self._in_one_transaction(QUIET[line["act"]])

        async def step(now: datetime) -> None:
            await act(line, now)

        self.player.plan(self.player.hours(line["hours"]), step)

    def _in_one_transaction(self, act: QuietAct) -> Callable[[Line, datetime], Awaitable[None]]:
        async def run(line: Line, now: datetime) -> None:
            item_id = self.player.item_id(line["on"], line.get("source_id"))
            with self.house.db.write() as session:
                act(self, session, item_id, line, now)

        return run

    async def reply(self, line: Line, now: datetime) -> None:
        """Write, submit, approve, post, and see it on the page."""
        item_id = self.player.item_id(line["on"], line.get("source_id"))
        with self.house.db.write() as session:
            reply_id = self.written(session, item_id, line, now)
            if line["by"] != LEAD:
                approve.submit(session, reply_id, self.team[line["by"]], now, self.settings)
            approve.approve(session, reply_id, self.team[LEAD], now, self.settings)
        self._send(reply_id, now + UNDO)

    async def solved(self, line: Line, now: datetime) -> None:
        """Say publicly that the case is solved, and ask."""
        item_id = self.player.item_id(line["on"])
        with self.house.db.write() as session:
            case = self.case_of(session, item_id)
            reply = follow_up.say_solved(session, case, item_id, line["text"], self.team[line["by"]], now,
                                         self.settings)
            assert reply.id is not None
            approve.approve(session, reply.id, self.team[LEAD], now, self.settings)
            reply_id = reply.id
        self._send(reply_id, now + UNDO)

    def _send(self, reply_id: int, at: datetime) -> None:
        async def step(now: datetime) -> None:
            await post.post(reply_id, self.house.tools, self.settings, now, "demo")

        async def look(now: datetime) -> None:
            await verify.verify(reply_id, self.house.tools, self.settings, now)

        self.player.plan(at, step)
        self.player.plan(at + timedelta(minutes=1), look)

    def written(self, session: Session, item_id: int, line: Line, now: datetime) -> int:
        """A draft of the line's text; its id."""
        version = draft.version_of(session, item_id)
        reply = draft.write(session, item_id, Purpose.REPLY, line["text"], version, self.team[line["by"]], now,
                            self.settings)
        assert reply.id is not None
        return reply.id

    @staticmethod
    def case_of(session: Session, item_id: int) -> int:
        """The open case of an item. Raises LookupError."""
        case = standing.open_case(session, item_id)
        if case is None or case.id is None:
            raise LookupError(f"item {item_id} has no open case")
        return case.id

    def follow_up_of(self, session: Session, item_id: int) -> int:
        """The follow-up of the open case of an item."""
        found: FollowUp | None = follow_up.of_item(session, self.case_of(session, item_id), item_id)
        if found is None or found.id is None:
            raise LookupError(f"item {item_id} has no follow-up")
        return found.id


QuietAct = Callable[[TeamWork, Session, int, Line, datetime], object]


def _submit(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    approve.submit(session, team.written(session, item_id, line, now), team.team[line["by"]], now, team.settings)


def _approve(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    approve.approve(session, team.written(session, item_id, line, now), team.team[LEAD], now, team.settings)


def _withdraw(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    reply = draft.open_draft(session, item_id)
    assert reply is not None
    assert reply.id is not None
    approve.withdraw(session, reply.id, team.team[line["by"]], now)


def _case(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    cases.open_from(session, item_id, line["title"], team.team[line["by"]], now, team.settings,
                    responsible_id=team.team[line["to"]], cause=line["cause"], department=line["department"],
                    hours=line.get("hours_due"))


def _move(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    cases.move(session, team.case_of(session, item_id), Stage(line["stage"]), "", team.team[line["by"]], now)


def _judge(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    cases.judge(session, team.case_of(session, item_id), Justified(line["justified"]), team.team[line["by"]], now)


def _resolve(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    cases.resolve(session, team.case_of(session, item_id), line["text"], team.team[line["by"]], now)


def _confirm(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    follow_up.confirm(session, team.follow_up_of(session, item_id), team.team[line["by"]], now, line["text"])


def _dispute(team: TeamWork, session: Session, item_id: int, line: Line, now: datetime) -> None:
    follow_up.dispute(session, team.follow_up_of(session, item_id), team.team[line["by"]], now, line["text"])


QUIET: dict[str, QuietAct] = {
    "draft": TeamWork.written, "submit": _submit, "approve": _approve, "withdraw": _withdraw, "case": _case,
    "move": _move, "judge": _judge, "resolve": _resolve, "confirm": _confirm, "dispute": _dispute,
    "note": lambda team, session, item_id, line, now: notes.add(session, item_id, line["text"], team.team[line["by"]],
                                                               now),
    "verdict": lambda team, session, item_id, line, now: verdict.give(
        session, item_id, Verdict(line["verdict"]), team.team[line["by"]], now),
    "assign": lambda team, session, item_id, line, now: work.assign(
        session, item_id, team.team[line["to"]], team.team[line["by"]], now),
    "snooze": lambda team, session, item_id, line, now: work.snooze(
        session, item_id, now + timedelta(hours=line["hours_ahead"]), team.team[line["by"]], now),
    "done": lambda team, session, item_id, line, now: work.done(session, item_id, team.team[line["by"]], now),
    "irrelevant": lambda team, session, item_id, line, now: work.irrelevant(
        session, item_id, team.team[line["by"]], now),
}
