"""Play the past: the clock of the site is set back, and moment by moment what happened then happens again, for real."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count

from sqlmodel import select

from inbox.demo.cafe import Cafe
from inbox.demo.server import DemoServer
from inbox.demo.watched import Watched
from inbox.house import House
from monitor.models import Item

Step = Callable[[datetime], Awaitable[None]]


class Player:
    """A clock that jumps from one planned step to the next; steps of one moment run in the order of planning."""

    def __init__(self, house: House, site: DemoServer, cafe: Cafe, watched: Watched, start: datetime) -> None:
        self.house, self.cafe, self.watched = house, cafe, watched
        self.start = self.now = start
        self._site = site
        self._order = count()
        self._steps: list[tuple[datetime, int, Step]] = []

    def plan(self, at: datetime, step: Step) -> None:
        """Run ``step`` when the clock comes to ``at``; a step may plan others."""
        heapq.heappush(self._steps, (at, next(self._order), step))

    def hours(self, before: float) -> datetime:
        """The moment this many hours before the end."""
        return self.start - timedelta(hours=before)

    async def play(self, progress: Callable[[float], None] | None = None) -> None:
        """Run everything up to the end, with the site's clock in step; afterwards the site has the right time again."""
        clock, self._site.stage.clock = self._site.stage.clock, lambda: self.now
        first = self._steps[0][0] if self._steps else self.start
        try:
            while self._steps and self._steps[0][0] <= self.start:
                self.now, _, step = heapq.heappop(self._steps)
                await step(self.now)
                if progress and self.start > first:
                    progress((self.now - first) / (self.start - first))
        finally:
            self._site.stage.clock = clock

    def item_id(self, external_id: str, source_id: int | None = None) -> int:
        """The item of a review on the site. Raises LookupError when it was not heard."""
        with self.house.db.read() as session:
            found = session.exec(select(Item.id).where(
                Item.source_id == (source_id or self.watched.site_source), Item.external_id == external_id)).first()
        if found is None:
            raise LookupError(f"{external_id} has not been heard")
        return found
