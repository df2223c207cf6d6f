"""Whatever happens on a platform and to us, after one good sweep the memory equals the platform."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import TryLater
from monitor.db import Database
from monitor.models import PollOutcome
from tests.conftest import NOW
from tests.fakes.scripted import ScriptedPlatform
from tests.monitor.watching import Watched
from tests.world import World

WHICH = st.integers(0, 1000)
STEP = st.one_of(
    st.tuples(st.just("publish"), st.integers(1, 7)), st.tuples(st.just("late"), st.integers(1, 400)),
    st.tuples(st.just("edit"), WHICH), st.tuples(st.just("raise"), WHICH), st.tuples(st.just("remove"), WHICH),
    st.tuples(st.just("restore"), WHICH), st.tuples(st.just("reply"), WHICH), st.tuples(st.just("poll"), WHICH),
    st.tuples(st.just("sweep"), WHICH), st.tuples(st.just("crash"), st.integers(1, 4)),
    st.tuples(st.just("bug"), st.integers(1, 4)))


class Story:
    """Steps played on one platform in memory and one database."""

    def __init__(self, db: Database, pages_of: int, told: bool) -> None:
        self.platform = ScriptedPlatform(NOW, pages_of)
        self.platform.total = None if told else False
        self.watched = Watched(World(db, NOW), self.platform.connect)
        self.gone: dict[str, Any] = {}

    async def play(self, step: str, number: int) -> None:
        """One step."""
        here = self.platform
        ids = [item.external_id for item in here.entries.values() if not item.ours]
        chosen = ids[number % len(ids)] if ids else ""
        if step == "publish":
            for _ in range(number):
                here.publish()
        elif step == "late":
            here.publish("Held.", ago=timedelta(days=number))
        elif step in ("poll", "sweep", "crash", "bug"):
            await self._poll(step, number)
        elif step == "restore" and self.gone:
            external_id, item = self.gone.popitem()
            here.entries[external_id] = item
        elif chosen:
            self._change(step, chosen, number)

    def _change(self, step: str, chosen: str, number: int) -> None:
        if step == "edit":
            self.platform.edit(chosen, text=f"Now {number}.", edited_at=self.platform.now)
        elif step == "raise":
            self.platform.edit(chosen, rating=float(number % 5 + 1))
        elif step == "remove":
            self.gone[chosen] = self.platform.entries.pop(chosen)
        elif step == "reply":
            self.platform.publish("Thank you.", None, ours=True, parent_id=chosen)

    async def _poll(self, step: str, number: int) -> None:
        if step in ("crash", "bug"):
            self.platform.fail_at[number] = TryLater("busy") if step == "crash" else KeyError("a bug of ours")
        await self.watched.poll(sweep=step == "sweep")
        self.platform.fail_at.clear()

    def memory(self) -> dict[str, tuple[str, float | None]]:
        """What we hold for present."""
        return {item.external_id: (item.text, item.rating) for item in self.watched.items(removed_at=None)}

    def truth(self) -> dict[str, tuple[str, float | None]]:
        """What stands on the platform."""
        return {item.external_id: (item.text, item.rating) for item in self.platform.entries.values() if not item.ours}


async def play(template: Path, steps: list[tuple[str, int]], pages_of: int, told: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "story.db"
        path.write_bytes(template.read_bytes())
        db = Database(f"sqlite:///{path}")
        try:
            story = Story(db, pages_of, told)
            for step, number in steps:
                await story.play(step, number)
            run = await story.watched.poll(sweep=True, believe_removals=True)
            assert run.outcome is PollOutcome.GOOD
            assert story.memory() == story.truth()
            before = story.watched.rows()
            await story.watched.poll()
            assert story.watched.rows() == before
        finally:
            db.close()


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEP, max_size=20), pages_of=st.integers(1, 5), told=st.booleans())
def test_after_a_good_sweep_the_memory_equals_the_platform(sqlite_template: Path, steps: list[tuple[str, int]],
                                                           pages_of: int, told: bool) -> None:
    asyncio.run(play(sqlite_template, steps, pages_of, told))
