"""The everyday of the demo: every review is heard minutes after it appears, and most are answered within a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlmodel import col, or_, select

from inbox.demo import voices
from inbox.demo.mentions import mentions
from inbox.demo.player import Player
from inbox.demo.team_work import TeamWork
from inbox.demo.timeline import DAYS_BEHIND
from inbox.demo.watched import push, pushed
from inbox.demo.world import Happening
from monitor import customers, poll
from monitor.authenticity import assess
from monitor.models import Item, Source, WorkState
from replies import adopt, follow_up, work
from replies.templates import first_name

SLOT = timedelta(minutes=10)
AGENTS = ("edgars", "dace", "pavels")
FRESH_HOURS = 14
ANSWERED = 0.25
LEFT_HOURS = 44
NEEDS_A_LOOK = frozenset({"edited", "removed"})


def plan_polls(player: Player, happenings: Iterable[Happening]) -> None:
    """A check of the place in the slot after each thing that happens there; a full one where something changed."""
    shop_of = {h.entry_id: h.data["shop_id"] for h in happenings if h.what == "published"}
    slots: dict[tuple[datetime, str], bool] = {}
    for happening in happenings:
        slot = min(_slot_after(happening.at), player.start)
        key = (slot, shop_of[happening.entry_id])
        slots[key] = slots.get(key, False) or happening.what in NEEDS_A_LOOK
    for (slot, shop_id), whole in sorted(slots.items()):
        name_of = player.watched.shops if shop_id in player.watched.shops else player.watched.others
        _plan_poll(player, slot, name_of[shop_id], sweep=whole)
    for mention in reversed(mentions(player.start)):
        if mention.at <= player.start:
            _plan_poll(player, _slot_after(mention.at), player.watched.others["press"])


def plan_last_look(player: Player) -> None:
    """A full check of every healthy place at the end, so that the first page shows nothing as late."""
    pulled = {name: place_id for name, place_id in player.watched.others.items() if name != "own"}
    for place_id in (*player.watched.shops.values(), *pulled.values()):
        _plan_poll(player, player.start, place_id, sweep=True)


def _slot_after(at: datetime) -> datetime:
    return at + SLOT - timedelta(seconds=at.timestamp() % SLOT.total_seconds())


def _plan_poll(player: Player, at: datetime, place_id: int, *, sweep: bool = False) -> None:
    async def step(now: datetime) -> None:
        await poll.poll_place(place_id, player.house.tools, now, sweep=sweep)

    player.plan(at, step)


def plan_failures(player: Player, places: dict[str, int], first_hours: float) -> None:
    """What fails, fails again every few hours; a refused key is asked once."""
    _plan_poll(player, player.hours(first_hours - 1), places["denied"])
    for hours in range(int(first_hours) - 1, 0, -9):
        _plan_poll(player, player.hours(hours), places["broken"])


def plan_pushes(player: Player) -> None:
    """Our own site sends its reviews."""
    for number, line in enumerate(pushed(), 1):
        _plan_push(player, number, line)


def _plan_push(player: Player, number: int, line: dict[str, Any]) -> None:
    async def step(now: datetime) -> None:
        with player.house.db.write() as session:
            push(session, player.watched.others["own"], number, line, now)

    player.plan(player.hours(line["hours"]), step)


def plan_watch(player: Player, every_hours: int = 96) -> None:
    """Now and then, and often in the last week: weigh signs, adopt colleagues' replies, notice ratings and silence."""
    moments = {*range(1344, 168, -every_hours), *range(168, 0, -24), 2, 1}

    async def step(now: datetime) -> None:
        house = player.house
        customers.join_due(house.db, now)
        assess.assess_due(house.tools, now, limit=5000)
        adopt.adopt_due(house.db, now)
        follow_up.notice_ratings(house.db, now)
        follow_up.silent_due(house.db, now)

    for hours in moments:
        player.plan(player.hours(hours), step)
    player.plan(player.start, step)


def plan_rounds(player: Player, every_hours: int = 24) -> None:
    """Once a day somebody goes through what needs no answer: mentions, pushed reviews, afterthoughts of the crowd."""
    random = Random("rounds")  # noqa: S311 - a demo, not a secret

    async def step(now: datetime) -> None:
        by_id = player.cafe.team[random.choice(AGENTS)]
        with player.house.db.write() as session:
            found = session.exec(select(Item.id).join(Source).where(
                col(Item.work_state).in_([WorkState.NEW, WorkState.OPEN]), col(Item.case_number).is_(None),
                or_(col(Item.assignee_id).is_(None), col(Item.assignee_id) == col(Source.responsible_id)),
                col(Item.aside).is_(False),
                col(Item.reply_state).in_(["", "verified"]),
                col(Item.changed_at) < now - timedelta(hours=LEFT_HOURS),
                or_(Item.source_id != player.watched.site_source,
                    col(Item.external_id).startswith("r-"))))
            for item_id in found.all():
                work.done(session, item_id or 0, by_id, now)

    for hours in range(DAYS_BEHIND * 24 - 3, 0, -every_hours):
        player.plan(player.hours(hours), step)


def plan_answers(player: Player, team: TeamWork, happenings: Iterable[Happening]) -> None:
    """Answers to reviews of the crowd: older ones are answered or done, of the last hours' none yet."""
    random = Random("routine")  # noqa: S311 - a demo, not a secret
    pool = {key: _endless(random, key) for key in {(line["language"], line["for"]) for line in voices.lines("answers")}}
    for happening in happenings:
        if happening.what != "published" or not happening.entry_id.startswith("r-"):
            continue
        age = (player.start - happening.at) / timedelta(hours=1)
        delay = random.uniform(0.4, 9)
        luck = random.random()
        if age < FRESH_HOURS or (age < 60 and luck > 0.85):
            continue
        line: dict[str, Any] = {"hours": age - delay, "on": happening.entry_id, "by": random.choice(AGENTS)}
        if happening.data["language"] and (happening.data["rating"] <= 3 or luck < ANSWERED):
            said = next(pool[happening.data["language"], _tone(happening.data["rating"])])
            text = said.replace("{name}", first_name(happening.data["author_name"]))
            team.plan(line | {"act": "reply", "text": text})
        else:
            team.plan(line | {"act": "done"})


def _tone(rating: int) -> str:
    return "bad" if rating <= 2 else "mixed" if rating == 3 else "good"


def _endless(random: Random, key: tuple[str, str]) -> Iterator[str]:
    texts = [line["text"] for line in voices.lines("answers") if (line["language"], line["for"]) == key]
    while True:
        random.shuffle(texts)
        yield from texts
