"""The append-only history of everything, and who is told at once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from monitor.db import Document, UtcDateTime, text_of


class Event(SQLModel, table=True):
    """One line of history: who (``by_id`` None: the machine) did what (``kind``) to which rows, with what data.

    ``kind`` reads ``<subject>.<past participle>``: ``item.heard``, ``item.edited``, ``reply.posted``, ``place.failed``.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("event_of_item", "item_id", "id"),
        Index("event_of_kind", "kind", "id"),
        Index("event_of_case", "case_id", "id", sqlite_where=text("case_id IS NOT NULL"),
              postgresql_where=text("case_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    by_id: int | None = Field(default=None, foreign_key="team_member.id")
    brand_id: int | None = Field(default=None, foreign_key="brand.id")
    item_id: int | None = Field(default=None, foreign_key="item.id")
    place_id: int | None = Field(default=None, foreign_key="place.id")
    source_id: int | None = Field(default=None, foreign_key="source.id")
    case_id: int | None = None
    reply_id: int | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Document)


class AlertState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class AlertRule(SQLModel, table=True):
    """Who hears of what at once.

    ``when`` holds the conditions: ``{"sources": [], "max_rating": 2, "min_score": 60, "words": "fire OR police"}`` for
    items, ``{"broken_source": true}`` for health. ``targets`` is the encrypted list of apprise addresses; ``mail_to``
    names team members. The same thing is not repeated within ``repeat_minutes``.
    """

    __tablename__ = "alert_rule"
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    name: str
    when: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    targets: str = ""
    mail_to: list[int] = Field(default_factory=list, sa_type=Document)
    repeat_minutes: int = 60
    active: bool = True


class Alert(SQLModel, table=True):
    """One thing to be told under one rule; ``key`` is unique, so that nothing is told twice in its window."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("rule_id", "key"), Index("alert_state", "state", "id"))
    id: int | None = Field(default=None, primary_key=True)
    rule_id: int = Field(foreign_key="alert_rule.id")
    key: str
    item_id: int | None = Field(default=None, foreign_key="item.id")
    place_id: int | None = Field(default=None, foreign_key="place.id")
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    state: AlertState = Field(default=AlertState.PENDING, sa_type=text_of(AlertState))
    at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""


class EventReader(SQLModel, table=True):
    """How far a reader of the history has come, by its name."""

    __tablename__ = "event_reader"
    name: str = Field(primary_key=True)
    event_id: int = 0
