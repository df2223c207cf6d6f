"""Who is responsible for a new item, how urgent it is, and until when it wants an answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.base import ItemKind
from monitor.mentions import Anything, Query
from monitor.working_hours import add_hours

LOW_RATING = 2.0
WANTS_ANSWER = frozenset({ItemKind.REVIEW, ItemKind.COMMENT, ItemKind.QUESTION, ItemKind.COMPLAINT})


@dataclass(frozen=True)
class Rules:
    """What a brand, a source and a location say about who answers and when."""

    reply_hours: float
    urgent_hours: float
    urgent: Query
    calendar: dict[str, Any]
    zone: ZoneInfo
    location_responsible_id: int | None = None
    source_responsible_id: int | None = None
    counted: dict[tuple[bool, datetime], datetime] = field(default_factory=dict, compare=False, repr=False)

    def answer_by(self, urgent: bool, now: datetime) -> datetime:
        """When an answer asked for ``now`` is due; counted once for a whole batch."""
        if (urgent, now) not in self.counted:
            hours = self.urgent_hours if urgent else self.reply_hours
            self.counted[urgent, now] = add_hours(now, hours, self.calendar, self.zone)
        return self.counted[urgent, now]


@dataclass(frozen=True)
class Route:
    """``due_at`` None: no answer is expected (a mention, an item kept aside, a competitor's review)."""

    assignee_id: int | None
    urgent: bool
    due_at: datetime | None


def route(kind: ItemKind, rating: float | None, text: str, rules: Rules, now: datetime, *,
          expected: bool = True) -> Route:
    """The route of an item heard at ``now``; the location's responsible person comes before the source's."""
    assignee = rules.location_responsible_id or rules.source_responsible_id
    if not expected or kind not in WANTS_ANSWER:
        return Route(assignee, False, None)
    urgent = is_urgent(kind, rating, text, rules.urgent)
    return Route(assignee, urgent, rules.answer_by(urgent, now))


def is_urgent(kind: ItemKind, rating: float | None, text: str, urgent: Query) -> bool:
    """A complaint, a low rating, or one of the brand's urgent words."""
    if kind == ItemKind.COMPLAINT or (rating is not None and rating <= LOW_RATING):
        return True
    return not isinstance(urgent, Anything) and urgent.matches(text)
