"""Items over the API: lists with the filters of the inbox, one item with its history, its replies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from sqlmodel import col, select

from connectors.base import ItemKind
from connectors.errors import N_
from inbox.access import now_of
from inbox.api.access import ITEMS_READER, PREFIX, REPLIES_READER, ItemsReader, house_of, problems
from inbox.api.shapes import (
    LARGEST,
    AssessmentShape,
    ItemPage,
    ItemShape,
    ItemWhole,
    ReplyPage,
    ReplyShape,
    RevisionShape,
)
from monitor import items
from monitor.items import BadCursor, Filter, Queue, Sort
from monitor.models import Assessment, Item, Verdict, WorkState
from replies.models import Reply

router = APIRouter(prefix=PREFIX, tags=["items"])
Id = Annotated[int, Field(ge=1, le=LARGEST)]
ItemId = Annotated[int, Path(ge=1, le=LARGEST)]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment outside of the calendar") from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Stars = Annotated[float, Field(ge=1, le=5)]
Score = Annotated[int, Field(ge=0, le=100)]
NOT_HERE = N_("There is no such item.")


class ItemQuery(BaseModel):
    """The filters of the inbox; several values of one name mean "one of these", nothing means "any"."""

    model_config = ConfigDict(extra="forbid")

    brand: Id | None = None
    queue: Queue = Queue.ALL
    source: list[Id] = Field(default_factory=list, max_length=100)
    place: list[Id] = Field(default_factory=list, max_length=100)
    location: list[Id] = Field(default_factory=list, max_length=100)
    kind: list[ItemKind] = Field(default_factory=list, max_length=20)
    min_rating: Stars | None = None
    max_rating: Stars | None = None
    language: list[Annotated[str, Field(pattern="^[a-z]{2,3}$")]] = Field(default_factory=list, max_length=50)
    state: list[WorkState] = Field(default_factory=list, max_length=20)
    assignee: Id | None = None
    verdict: list[Verdict] = Field(default_factory=list, max_length=10)
    q: str = Field("", max_length=200, description="Words to search for.")
    since: Moment | None = Field(None, description="Published at or after this moment.")
    until: Moment | None = Field(None, description="Published before this moment.")
    min_score: Score | None = None
    max_score: Score | None = None
    customer: Id | None = None
    case: Id | None = None
    has_reply: bool | None = None
    sort: Sort = Sort.NEWEST
    after: str = Field("", max_length=500, description="The value of next of the page before.")
    limit: int = Field(50, ge=1, le=200)

    def filter(self, member_id: int | None) -> Filter:
        """The same filter as the inbox has it; ``member_id`` is whose queue ``mine`` is."""
        return Filter(
            brand_id=self.brand, queue=self.queue, member_id=member_id, source_ids=tuple(self.source),
            place_ids=tuple(self.place), location_ids=tuple(self.location), kinds=tuple(self.kind),
            min_rating=self.min_rating, max_rating=self.max_rating, languages=tuple(self.language),
            work_states=tuple(self.state), assignee_id=self.assignee, verdicts=tuple(self.verdict),
            search=self.q.replace("\x00", " "), since=self.since, until=self.until, min_score=self.min_score,
            max_score=self.max_score, customer_id=self.customer, case_number=self.case, has_reply=self.has_reply,
            sort=self.sort)


@router.get("/items", responses=problems(404))
def list_items(request: Request, bearer: ItemsReader, query: Annotated[ItemQuery, Query()]) -> ItemPage:
    """Items as the inbox lists them, page by page."""
    try:
        with house_of(request).db.read() as session:
            page = items.page(session, query.filter(bearer.member.id), now=now_of(request), after=query.after,
                              limit=query.limit)
            return ItemPage(items=[ItemShape.model_validate(item) for item in page.items], next=page.next)
    except BadCursor as error:
        raise HTTPException(404, error.says) from error


@router.get("/items/{item_id}", responses=problems(404), dependencies=[ITEMS_READER])
def one_item(request: Request, item_id: ItemId) -> ItemWhole:
    """One item with its earlier texts and its assessment."""
    with house_of(request).db.read() as session:
        item = items.get(session, item_id)
        if item is None:
            raise HTTPException(404, NOT_HERE)
        assessment = session.exec(select(Assessment).where(Assessment.item_id == item_id)).first()
        return ItemWhole(
            **ItemShape.model_validate(item).model_dump(),
            revisions=[RevisionShape.model_validate(row) for row in items.revisions(session, item_id)],
            assessment=AssessmentShape.model_validate(assessment) if assessment else None)


@router.get("/items/{item_id}/replies", responses=problems(404), tags=["replies"], dependencies=[REPLIES_READER])
def replies_of_item(request: Request, item_id: ItemId) -> ReplyPage:
    """All our texts under one item, the newest first."""
    with house_of(request).db.read() as session:
        if session.get(Item, item_id) is None:
            raise HTTPException(404, NOT_HERE)
        rows = session.exec(select(Reply).where(Reply.item_id == item_id).order_by(col(Reply.id).desc()))
        return ReplyPage(replies=[ReplyShape.model_validate(row) for row in rows], next=None)
