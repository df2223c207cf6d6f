"""The tables of our words: drafts, replies, attempts, templates, notes, cases, follow-ups."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from connectors.base import Published
from monitor.db import Document, UtcDateTime, text_of


class Purpose(StrEnum):
    """What a text is for: the reply to an item, or the public word that its problem is solved."""

    REPLY = "reply"
    FOLLOW_UP = "follow_up"


class ReplyState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    POSTING = "posting"
    POSTED = "posted"
    VERIFIED = "verified"
    UNSURE = "unsure"
    REFUSED = "refused"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    MANUAL = "manual"


class AttemptOutcome(StrEnum):
    RUNNING = "running"
    POSTED = "posted"
    PENDING = "pending"
    REFUSED = "refused"
    LATER = "later"
    DENIED = "denied"
    GONE = "gone"
    UNSURE = "unsure"


class Justified(StrEnum):
    OBJECTIVE = "objective"
    SUBJECTIVE_INFORMED = "subjective_informed"
    SUBJECTIVE_MISINFORMED = "subjective_misinformed"


class Stage(StrEnum):
    REGISTRATION = "registration"
    ANALYSIS = "analysis"
    CORRECTIVE_ACTION = "corrective_action"
    SATISFACTION = "satisfaction"
    CLOSED = "closed"


class FollowUpState(StrEnum):
    DUE = "due"
    POSTED = "posted"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    SILENT = "silent"
    RATING_RAISED = "rating_raised"


class Reply(SQLModel, table=True):
    """One public text of ours under an item, from the first draft to the proof on the page.

    One open reply exists per item and purpose: ``slot`` is ``item:purpose`` while it is open and None afterwards, and
    unique. ``key`` is the same for every try to post it. ``version`` grows with every saved change, and goes on from
    the reply before it under the same item, so that a page opened before that one was posted is out of date.
    ``post_after`` ends the time to undo. ``language`` is that of the text. ``status`` is where it stands on the
    platform: held means that a moderator there has to let it through. ``absent_at`` is the last look that did not
    find it, ``looked_at`` the last look at all. ``says`` is a sentence key with its ``facts``.
    """

    __tablename__ = "reply"
    __table_args__ = (Index("reply_state", "state", "post_after"), Index("reply_of_item", "item_id", "id"))
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    case_id: int | None = Field(default=None, foreign_key="case_file.id", index=True)
    purpose: Purpose = Field(default=Purpose.REPLY, sa_type=text_of(Purpose))
    slot: str | None = Field(default=None, unique=True)
    state: ReplyState = Field(default=ReplyState.DRAFT, sa_type=text_of(ReplyState))
    text: str = Field(default="", sa_type=Text)
    language: str = ""
    version: int = 1
    key: str = Field(unique=True)
    author_id: int | None = Field(default=None, foreign_key="team_member.id")
    saved_by_id: int | None = Field(default=None, foreign_key="team_member.id")
    approver_id: int | None = Field(default=None, foreign_key="team_member.id")
    adopted: bool = False
    replaces_id: int | None = Field(default=None, foreign_key="reply.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    post_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verify_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    absent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    status: Published = Field(default=Published.PUBLISHED, sa_type=text_of(Published))
    external_id: str = ""
    url: str = ""
    says: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Document)


class ReplyVersion(SQLModel, table=True):
    """An earlier text of a reply, kept at every save by another hand and at every change of state."""

    __tablename__ = "reply_version"
    id: int | None = Field(default=None, primary_key=True)
    reply_id: int = Field(foreign_key="reply.id", index=True)
    version: int
    text: str = Field(default="", sa_type=Text)
    by_id: int | None = Field(default=None, foreign_key="team_member.id")
    at: datetime = Field(sa_type=UtcDateTime)


class DraftLock(SQLModel, table=True):
    """Who writes here now; ends by itself."""

    __tablename__ = "draft_lock"
    __table_args__ = (UniqueConstraint("item_id", "purpose"),)
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    purpose: Purpose = Field(sa_type=text_of(Purpose))
    member_id: int = Field(foreign_key="team_member.id")
    until: datetime = Field(sa_type=UtcDateTime)


class Presence(SQLModel, table=True):
    """Who looks at an item, and what they are doing there (``reading``, ``reply``, ``note``)."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("item_id", "member_id"),)
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id")
    member_id: int = Field(foreign_key="team_member.id")
    doing: str = "reading"
    seen_at: datetime = Field(sa_type=UtcDateTime)


class Attempt(SQLModel, table=True):
    """One try to post: written before the platform is called, finished after it answered."""

    __tablename__ = "attempt"
    id: int | None = Field(default=None, primary_key=True)
    reply_id: int = Field(foreign_key="reply.id", index=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: AttemptOutcome = Field(default=AttemptOutcome.RUNNING, sa_type=text_of(AttemptOutcome))
    worker: str = ""
    external_id: str = ""
    says: str = Field(default="", sa_type=Text)


class Template(SQLModel, table=True):
    """A text to start from; ``{author}``, ``{brand}``, ``{location}``, ``{contact}``, ``{me}`` are filled in."""

    __tablename__ = "template"
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    name: str
    language: str
    purpose: Purpose = Field(default=Purpose.REPLY, sa_type=text_of(Purpose))
    text: str = Field(sa_type=Text)
    used: int = 0


class Note(SQLModel, table=True):
    """A word for the team only."""

    __tablename__ = "note"
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    author_id: int | None = Field(default=None, foreign_key="team_member.id")
    at: datetime = Field(sa_type=UtcDateTime)
    text: str = Field(sa_type=Text)


class Case(SQLModel, table=True):
    """One problem being solved; it may join several items."""

    __tablename__ = "case_file"
    id: int | None = Field(default=None, primary_key=True)
    number: int = Field(unique=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    title: str
    stage: Stage = Field(default=Stage.REGISTRATION, sa_type=text_of(Stage))
    justified: Justified | None = Field(default=None, sa_type=text_of(Justified))
    cause: str = ""
    department: str = ""
    responsible_id: int | None = Field(default=None, foreign_key="team_member.id")
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stages: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    resolution: str = Field(default="", sa_type=Text)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class CaseItem(SQLModel, table=True):
    """Which items a case joins."""

    __tablename__ = "case_item"
    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    item_id: int = Field(foreign_key="item.id", primary_key=True, index=True)


class FollowUp(SQLModel, table=True):
    """The public end of a case under one item: said, asked, and what the customer answered."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("case_id", "item_id"), Index("follow_up_state", "state", "asked_at"))
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    item_id: int = Field(foreign_key="item.id")
    reply_id: int | None = Field(default=None, foreign_key="reply.id")
    state: FollowUpState = Field(default=FollowUpState.DUE, sa_type=text_of(FollowUpState))
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    silent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rating_before: float | None = None
    says: str = ""
