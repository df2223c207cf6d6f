"""What is watched and how it went: sources, their places, every poll."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.db import Document, UtcDateTime, text_of


class SourceState(StrEnum):
    """``paused`` by a person; ``denied`` by us because the key is refused: only a person can mend it."""

    ACTIVE = "active"
    PAUSED = "paused"
    DENIED = "denied"


class PollKind(StrEnum):
    FAST = "fast"
    SWEEP = "sweep"


class PollOutcome(StrEnum):
    RUNNING = "running"
    GOOD = "good"
    FAILED = "failed"
    BUSY = "busy"


class Source(SQLModel, table=True):
    """A configured platform account or query; ``secrets`` is the encrypted JSON of the secret settings.

    Polled every ``interval_minutes`` or, when set, by ``cron`` in the brand's time zone.
    """

    __tablename__ = "source"
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    kind: str
    name: str
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    secrets: str = ""
    state: SourceState = Field(default=SourceState.ACTIVE, sa_type=text_of(SourceState))
    interval_minutes: int = 60
    cron: str = ""
    responsible_id: int | None = Field(default=None, foreign_key="team_member.id")
    account_name: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)


class Place(SQLModel, table=True):
    """One thing watched inside a source, with its cursor, its schedule and its health.

    ``polling_until`` is the lease of the poll at work. ``failures`` counts the failed polls in a row.
    ``last_error`` is a sentence key with its ``last_facts``, translated where it is
    shown. ``platform_total`` is the platform's own count when it last told us, ``listed_count`` the entries that we
    know and that are not removed there, and ``unexplained`` the difference that the last sweep left.
    """

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("source_id", "external_id"), Index("place_due", "next_poll_at"))
    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id", index=True)
    location_id: int | None = Field(default=None, foreign_key="location.id")
    external_id: str
    name: str
    url: str = ""
    watched: bool = True
    competitor: bool = False
    cursor: dict[str, Any] | None = Field(default=None, sa_type=Document)
    next_poll_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_sweep_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    polling_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    polling_by: str = ""
    last_poll_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_good_poll_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_sweep_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error_kind: str = ""
    last_error: str = ""
    last_facts: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    platform_total: int | None = None
    listed_count: int = 0
    unexplained: int | None = None


class PollRun(SQLModel, table=True):
    """One poll of one place: when, how it ended, what it found."""

    __tablename__ = "poll_run"
    __table_args__ = (Index("poll_run_of_place", "place_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="place.id")
    kind: PollKind = Field(sa_type=text_of(PollKind))
    outcome: PollOutcome = Field(default=PollOutcome.RUNNING, sa_type=text_of(PollOutcome))
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pages: int = 0
    new: int = 0
    edited: int = 0
    same: int = 0
    removed: int = 0
    quarantined: int = 0
    total: int | None = None
    error_kind: str = ""
    error: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    raw_excerpt: str = ""
