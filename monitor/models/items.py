"""What was said: items, their earlier texts, the replies seen beneath them, and what we think of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from connectors.base import Channel, ItemKind, Published
from monitor.db import Document, UtcDateTime, text_of

# Predicates of the partial indexes below; queries repeat them word for word (``monitor.item_order``).
OPEN_WORK = "work_state IN ('new', 'open') AND NOT aside AND NOT competitor AND removed_at IS NULL"
SUSPICIOUS = "score >= 75 AND verdict IS NULL AND NOT aside AND NOT competitor"
IN_REVIEW = "reply_state = 'in_review'"
FOLLOW_UP_DUE = "follow_up_state = 'due'"


def _some(name: str, predicate: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=text(predicate), postgresql_where=text(predicate))


class WorkState(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    SNOOZED = "snoozed"
    IRRELEVANT = "irrelevant"


class Verdict(StrEnum):
    GENUINE = "genuine"
    FAKE = "fake"
    UNSURE = "unsure"


class Item(SQLModel, table=True):
    """One thing somebody said, once: ``(source, external id)`` is unique.

    ``rating`` is on the common scale of 1 to 5; ``rating_given`` of ``rating_best`` is as the platform shows it.
    ``fingerprint`` changes when a customer changes anything; ``text_key`` is the hash of the folded text for exact
    copies. ``aside``: a mention that does not match the brand's terms, kept but out of the way. ``version`` guards
    every write by a person. ``reply_state``, ``follow_up_state`` and ``case_number`` are kept here by the upper
    floors so that queues are one index away. ``assessed_at`` None means that the assessment is due.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("source_id", "external_id"),
        Index("item_queue", "brand_id", "work_state", "published_at", "id"),
        Index("item_newest", "published_at", "id"),
        Index("item_due", "due_at", "id"),
        Index("item_of_place", "place_id", "published_at"),
        Index("item_assignee", "assignee_id", "work_state", "published_at", "id"),
        Index("item_period", "brand_id", "kind", "published_at"),
        Index("item_text_key", "text_key"),
        Index("item_ip", "ip"),
        Index("item_author", "source_id", "author_id"),
        Index("item_unassessed", "assessed_at", "id"),
        Index("item_rating", "brand_id", "rating", "id"),
        _some("item_open_newest", OPEN_WORK, "brand_id", "published_at", "id"),
        _some("item_open_due", OPEN_WORK, "brand_id", "due_at", "id"),
        _some("item_suspicious", SUSPICIOUS, "brand_id", "published_at", "id"),
        _some("item_in_review", IN_REVIEW, "brand_id", "published_at", "id"),
        _some("item_follow_up_due", FOLLOW_UP_DUE, "brand_id", "published_at", "id"),
        _some("item_aside", "aside", "brand_id", "published_at", "id"),
        _some("item_competitor", "competitor", "brand_id", "published_at", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    source_id: int = Field(foreign_key="source.id")
    place_id: int = Field(foreign_key="place.id")
    location_id: int | None = Field(default=None, foreign_key="location.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    external_id: str
    kind: ItemKind = Field(sa_type=text_of(ItemKind))
    channel: Channel = Field(default=Channel.OPEN, sa_type=text_of(Channel))
    status: Published = Field(default=Published.PUBLISHED, sa_type=text_of(Published))
    thread_id: str = ""
    parent_id: str = ""
    url: str = ""
    author_name: str = ""
    author_id: str = ""
    author_email: str = ""
    author_phone: str = ""
    author_url: str = ""
    city: str = ""
    country: str = ""
    ip: str = ""
    verified_purchase: bool | None = None
    order_number: str = ""
    rating: float | None = None
    rating_given: float | None = None
    rating_best: float = 5
    title: str = ""
    text: str = Field(default="", sa_type=Text)
    pros: str = ""
    cons: str = ""
    photos: list[str] = Field(default_factory=list, sa_type=Document)
    language: str = ""
    published_at: datetime = Field(sa_type=UtcDateTime)
    date_is_ours: bool = False
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fingerprint: str = ""
    text_key: str = ""
    competitor: bool = False
    aside: bool = False

    work_state: WorkState = Field(default=WorkState.NEW, sa_type=text_of(WorkState))
    assignee_id: int | None = Field(default=None, foreign_key="team_member.id")
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    urgent: bool = False
    outdated: bool = False
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    replied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reply_state: str = ""
    follow_up_state: str = ""
    case_number: int | None = None
    version: int = 1

    assessed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    score: int | None = Field(default=None, index=True)
    verdict: Verdict | None = Field(default=None, sa_type=text_of(Verdict))
    verdict_by_id: int | None = Field(default=None, foreign_key="team_member.id")
    verdict_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    raw: dict[str, Any] = Field(default_factory=dict, sa_type=Document)


class Revision(SQLModel, table=True):
    """An earlier wording or rating of an item, as it stood until ``replaced_at``."""

    __tablename__ = "revision"
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    replaced_at: datetime = Field(sa_type=UtcDateTime)
    rating: float | None = None
    title: str = ""
    text: str = Field(default="", sa_type=Text)
    pros: str = ""
    cons: str = ""
    fingerprint: str = ""


class SeenReply(SQLModel, table=True):
    """A reply as seen on the platform, ours or another's; what stands here never becomes an item.

    ``listed``: a poll lists it, so that a complete poll without it means that it was removed there. An unchanged
    reply is not written again: ``last_seen_at`` moves when it changes.
    """

    __tablename__ = "seen_reply"
    __table_args__ = (UniqueConstraint("source_id", "external_id"),)
    id: int | None = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="source.id")
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    external_id: str
    parent_id: str = ""
    text: str = Field(default="", sa_type=Text)
    url: str = ""
    author_name: str = ""
    ours: bool | None = None
    listed: bool = False
    status: Published = Field(default=Published.PUBLISHED, sa_type=text_of(Published))
    created_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Quarantined(SQLModel, table=True):
    """A raw answer that could not be read or stored, kept with the error until a retry succeeds."""

    __tablename__ = "quarantined"
    __table_args__ = (UniqueConstraint("place_id", "raw_key"),)
    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="place.id")
    raw_key: str
    external_id: str = ""
    raw: Any = Field(default=None, sa_type=Document)
    error: str = Field(default="", sa_type=Text)
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Assessment(SQLModel, table=True):
    """The authenticity signals of an item and the score they add up to; a new one replaces the old.

    ``signals`` is a list of ``{"code", "points", "evidence"}``; ``no_data`` a list of ``{"code", "reason"}``.
    """

    __tablename__ = "assessment"
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", unique=True)
    at: datetime = Field(sa_type=UtcDateTime)
    base: int
    score: int
    word: str
    signals: list[dict[str, Any]] = Field(default_factory=list, sa_type=Document)
    no_data: list[dict[str, Any]] = Field(default_factory=list, sa_type=Document)


class TextBand(SQLModel, table=True):
    """One MinHash band of an item's text: items that share a band may be near-copies."""

    __tablename__ = "text_band"
    __table_args__ = (Index("text_band_of_item", "item_id"),)
    band: int = Field(primary_key=True, sa_type=BigInteger)
    item_id: int = Field(primary_key=True, foreign_key="item.id")
