"""What the API answers: the shapes of items, replies, sources and batches."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from connectors.base import Channel, ItemKind, Published
from monitor.models import SourceState, Verdict, WorkState
from replies.models import Purpose, ReplyState

LARGEST = 2**53


class Shape(BaseModel):
    """Read from a row by the names of its columns."""

    model_config = ConfigDict(from_attributes=True)


class ItemShape(Shape):
    """One thing somebody said. ``rating`` is from 1 to 5; ``rating_given`` of ``rating_best`` as on the platform."""

    id: int
    brand_id: int
    source_id: int
    place_id: int
    location_id: int | None
    customer_id: int | None
    external_id: str
    kind: ItemKind
    channel: Channel
    status: Published
    thread_id: str
    parent_id: str
    url: str
    author_name: str
    author_id: str
    author_email: str
    author_phone: str
    city: str
    country: str
    verified_purchase: bool | None
    order_number: str
    rating: float | None
    rating_given: float | None
    rating_best: float
    title: str
    text: str
    pros: str
    cons: str
    photos: list[str]
    language: str
    published_at: datetime
    edited_at: datetime | None
    first_seen_at: datetime
    changed_at: datetime
    removed_at: datetime | None
    work_state: WorkState
    assignee_id: int | None
    due_at: datetime | None
    replied_at: datetime | None
    done_at: datetime | None
    outdated: bool
    reply_state: str
    follow_up_state: str
    case_number: int | None
    score: int | None
    verdict: Verdict | None
    version: int


class ItemPage(BaseModel):
    """Items in the order asked for; ``next`` goes into ``after`` of the next request, empty on the last page."""

    items: list[ItemShape]
    next: str


class RevisionShape(Shape):
    """How an item stood until ``replaced_at``."""

    replaced_at: datetime
    rating: float | None
    title: str
    text: str
    pros: str
    cons: str


class AssessmentShape(Shape):
    """Signs for and against, and the score that they add up to from ``base``."""

    at: datetime
    base: int
    score: int
    word: str
    signals: list[dict[str, Any]]
    no_data: list[dict[str, Any]]


class ItemWhole(ItemShape):
    """An item with its earlier texts and its assessment."""

    revisions: list[RevisionShape]
    assessment: AssessmentShape | None


class ReplyShape(Shape):
    """One text of ours under an item, from draft to proof."""

    id: int
    item_id: int
    case_id: int | None
    purpose: Purpose
    state: ReplyState
    text: str
    language: str
    version: int
    author_id: int | None
    approver_id: int | None
    adopted: bool
    created_at: datetime
    updated_at: datetime
    approved_at: datetime | None
    posted_at: datetime | None
    verified_at: datetime | None
    removed_at: datetime | None
    external_id: str
    url: str


class ReplyPage(BaseModel):
    """Replies, the newest first; ``next`` goes into ``after`` of the next request, null on the last page."""

    replies: list[ReplyShape]
    next: int | None


class PlaceShape(Shape):
    """One place that is watched, and how it goes there."""

    id: int
    external_id: str
    name: str
    url: str
    watched: bool
    competitor: bool
    location_id: int | None
    last_poll_at: datetime | None
    last_good_poll_at: datetime | None
    last_sweep_at: datetime | None
    next_poll_at: datetime | None
    failures: int
    failing_since: datetime | None
    last_error_kind: str
    platform_total: int | None


class SourceShape(Shape):
    """A source with its places; its settings and keys are not told."""

    id: int
    brand_id: int
    kind: str
    name: str
    state: SourceState
    interval_minutes: int
    cron: str
    created_at: datetime
    places: list[PlaceShape]


class SourceList(BaseModel):
    sources: list[SourceShape]


class ItemResult(BaseModel):
    """What became of one item of a batch, in the order of the request; ``reason`` says why it was refused."""

    external_id: str
    result: Literal["created", "updated", "same", "refused"]
    id: int | None = None
    reason: str = ""


class ItemResults(BaseModel):
    results: list[ItemResult]


class OrderResult(BaseModel):
    """What became of one order of a batch, in the order of the request."""

    number: str
    result: Literal["created", "changed", "same", "refused"]
    reason: str = ""


class OrderResults(BaseModel):
    results: list[OrderResult]


class ItemBatch(BaseModel):
    """Up to 1,000 reviews of your own site; each is taken or refused by itself."""

    model_config = ConfigDict(extra="forbid")

    items: list[dict[str, Any]] = Field(min_length=1, max_length=1000, description=(
        "Objects with external_id (required), kind, author, author_id, author_email, author_phone, city, country, "
        "ip, verified_purchase, order_number, rating, rating_best, rating_worst, title, text, pros, cons, photos, "
        "language, url, thread_id, parent_id, created_at, edited_at (with time zone), status."))


class OrderBatch(BaseModel):
    """Up to 1,000 orders of one brand; each is taken or refused by itself."""

    model_config = ConfigDict(extra="forbid")

    brand_id: int = Field(ge=1, le=LARGEST)
    orders: list[dict[str, Any]] = Field(min_length=1, max_length=1000, description=(
        "Objects with number (required), placed_at (with time zone), name, email, phone, city, product, amount, "
        "currency."))
