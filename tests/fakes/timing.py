"""A clock that moves only when somebody waits: pauses are remembered, nothing sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.http import Timing


class Stopwatch:
    """``pauses`` are the seconds that were waited, in order; ``dice`` always shows ``share``."""

    def __init__(self, share: float = 0.0, start: datetime = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)) -> None:
        self.pauses: list[float] = []
        self.seconds = 0.0
        self._share = share
        self._start = start

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds

    @property
    def timing(self) -> Timing:
        return Timing(clock=lambda: self.seconds, sleep=self.sleep, dice=lambda: self._share,
                      now=lambda: self._start + timedelta(seconds=self.seconds))
