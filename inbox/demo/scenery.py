"""The rarer conditions of a reply, so that each can be seen: refused, unclear, by hand, taken back, about to go out."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from inbox.demo import voices
from inbox.demo.faults import Fault
from inbox.demo.player import Player
from inbox.demo.server import DemoServer
from inbox.demo.team_work import TeamWork
from monitor.models import Item, Place


def plan_states(player: Player, team: TeamWork, site: DemoServer) -> None:
    """What ``texts/states.jsonl`` tells, and the platform's trouble that goes with it."""
    for line in voices.lines("states"):
        if line["act"] == "trouble":
            _plan_trouble(player, site, line["hours"])
        elif line["on"] == "guest-book":
            _plan_by_hand(player, team, line)
        else:
            team.plan(line)


def _plan_trouble(player: Player, site: DemoServer, hours: float) -> None:
    """The site answers the next reply with an error and saves nothing."""

    async def step(now: datetime) -> None:  # noqa: ARG001 - a step of the player
        site.stage.faults.writes.append(Fault.BROKEN)

    player.plan(player.hours(hours), step)


def _plan_by_hand(player: Player, team: TeamWork, line: dict[str, object]) -> None:
    """A reply to the newest complaint of the guest book, which a person has to paste there."""

    async def step(now: datetime) -> None:
        with player.house.db.read() as session:
            place = session.get_one(Place, player.watched.others["guest-book"])
            found = session.exec(select(Item).where(Item.place_id == place.id, Item.rating <= 2)  # type: ignore[operator]
                                 .order_by(Item.published_at.desc())).first()  # type: ignore[attr-defined]
        assert found is not None
        team.plan(line | {"on": found.external_id, "source_id": found.source_id,
                          "hours": (player.start - now).total_seconds() / 3600})

    player.plan(player.hours(float(str(line["hours"]))), step)
