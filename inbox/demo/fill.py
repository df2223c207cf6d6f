"""Fill an empty database with the demo: eight weeks of a café chain, heard, weighed and answered as in real life.

set up people and sources as of eight weeks ago -> play the past (polls, pushes, the team's work) -> catch up with now
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from inbox.demo import routine, scenery, voices
from inbox.demo.cafe import SetPassword, add_orders, set_up
from inbox.demo.player import Player
from inbox.demo.server import DemoServer
from inbox.demo.team_work import TeamWork
from inbox.demo.timeline import DAYS_BEHIND
from inbox.demo.watched import Watched, watch, watch_later
from inbox.house import House

FAILING_HOURS = 50
Progress = Callable[[float], None]


def fill(house: House, now: datetime, progress: Progress | None = None, *, site: DemoServer,
         set_password: SetPassword) -> None:
    """Fill the empty database of ``house``; ``site`` must run and be reachable by ``house.http``.

    ``set_password(session, member_id)`` lets a team member sign in. ``progress`` hears the share done, 0 to 1.
    """
    asyncio.run(_fill(house, now, progress, site, set_password))


async def _fill(house: House, now: datetime, progress: Progress | None, site: DemoServer,
                set_password: SetPassword) -> None:
    start = site.stage.world.start
    beginning = start - timedelta(days=DAYS_BEHIND + 2)
    happenings = site.stage.world.planned(start)
    with house.db.write() as session:
        cafe = set_up(session, now, set_password)
        add_orders(session, cafe.brand_id, happenings, beginning)
        watched: Watched = watch(session, house, cafe, site.url, beginning)
        failing = watch_later(session, house, cafe, site.url, start - timedelta(hours=FAILING_HOURS))
    player = Player(house, site, cafe, watched, start)
    team = TeamWork(player)
    routine.plan_polls(player, happenings)
    routine.plan_last_look(player)
    routine.plan_pushes(player)
    routine.plan_failures(player, failing, FAILING_HOURS)
    for line in voices.lines("team"):
        team.plan(line)
    scenery.plan_states(player, team, site)
    routine.plan_answers(player, team, happenings)
    routine.plan_rounds(player)
    routine.plan_watch(player)
    try:
        await player.play(progress)
    finally:
        await house.http.aclose()
