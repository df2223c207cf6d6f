"""The shape of a finding of guidance: what was looked for, whether it is there, and where in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """``advice`` never stops anybody; ``block`` keeps the text from going out while it is not ``ok``."""

    ADVICE = "advice"
    BLOCK = "block"


@dataclass(frozen=True)
class Finding:
    """One line of guidance: ``code`` names the rule, ``where`` the places in the text as (start, end) in characters."""

    code: str
    ok: bool
    level: Level = Level.ADVICE
    where: list[tuple[int, int]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """Whether this finding keeps the text from going out."""
        return self.level is Level.BLOCK and not self.ok


def blocking(findings: list[Finding]) -> list[Finding]:
    """Those that keep the text from going out."""
    return [finding for finding in findings if finding.blocks]
