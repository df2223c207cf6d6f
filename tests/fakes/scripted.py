"""A platform in memory: what stands there is a dictionary, and a test decides how it lists it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel

from connectors.base import Batch, Can, Connector, Cursor, Item, ItemKind, Place, Unreadable
from monitor.models import Source
from monitor.tools import Tools


class NoSettings(BaseModel):
    """It is in memory: nothing to fill in."""


class ScriptedPlatform:
    """``entries`` by id; ``pages_of`` items a page, newest first; ``fail_at`` maps a page number to an error, once.

    ``total`` None tells the true number, a number tells that one, False tells none.
    """

    def __init__(self, now: datetime, pages_of: int = 10) -> None:
        self.now = now
        self.pages_of = pages_of
        self.entries: dict[str, Item] = {}
        self.unreadable: list[Unreadable] = []
        self.fail_at: dict[int, Exception] = {}
        self.total: int | bool | None = None
        self.endless = False
        self.read = 0
        self.cursors: list[Cursor | None] = []
        self.on_page: Callable[[int], Any] = lambda page: None
        self._number = 0

    def publish(self, text: str = "The soup was cold.", rating: float | None = 2, *, ago: timedelta = timedelta(),
                **other: Any) -> str:
        """Somebody says something; its id."""
        self._number += 1
        self.now += timedelta(seconds=1)
        values: dict[str, Any] = {"external_id": f"s-{self._number}", "kind": ItemKind.REVIEW, "text": text,
                                  "rating": rating, "language": "en", "author_name": "Marta K.",
                                  "created_at": self.now - ago, "raw": {"n": self._number, "text": text}}
        item = Item(**(values | other))
        self.entries[item.external_id] = item
        return item.external_id

    def edit(self, external_id: str, **changes: Any) -> None:
        """The entry changes."""
        self.entries[external_id] = self.entries[external_id].model_copy(update=changes)

    def remove(self, external_id: str) -> None:
        """The entry disappears."""
        del self.entries[external_id]

    def newest_first(self) -> list[Item]:
        """As it is listed."""
        return sorted(self.entries.values(), key=lambda item: (item.created_at or self.now, item.external_id),
                      reverse=True)

    def connect(self, source: Source, tools: Tools) -> Connector:
        """In place of ``sources.connect``."""
        return Scripted(NoSettings(), tools.http, self)


class Scripted(Connector):
    kind: ClassVar[str] = "scripted"
    label: ClassVar[str] = "In memory"
    can: ClassVar[Can] = Can(sees_edits=True, reports_total=True)
    Settings: ClassVar[type[BaseModel]] = NoSettings

    def __init__(self, settings: BaseModel, http: Any, platform: ScriptedPlatform) -> None:
        super().__init__(settings, http)
        self.platform = platform

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        here = self.platform
        here.cursors.append(cursor)
        listed, size = here.newest_first(), here.pages_of
        pages = max(1, -(-len(listed) // size))
        number = 0
        while number < pages or here.endless:
            number += 1
            here.on_page(number)
            if error := here.fail_at.pop(number, None):
                raise error
            here.read += 1
            last = number == pages and not here.endless
            start = (min(number, pages) - 1) * size
            yield Batch(items=tuple(listed[start:start + size]), unreadable=tuple(here.unreadable) if last else (),
                        total=self._total(listed), complete=last, cursor={"pass": len(listed)} if last else None)

    def _total(self, listed: list[Item]) -> int | None:
        if isinstance(self.platform.total, bool):
            return None
        return len(listed) + len(self.platform.unreadable) if self.platform.total is None else self.platform.total

