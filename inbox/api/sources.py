"""Sources and their health over the API; keys and settings are never told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import col, select

from inbox.api.access import PREFIX, SOURCES_READER, house_of, problems
from inbox.api.shapes import LARGEST, PlaceShape, SourceList, SourceShape
from monitor.models import Place, Source

router = APIRouter(prefix=PREFIX, tags=["sources"])


class SourceQuery(BaseModel):
    """Whose sources; nothing means all."""

    model_config = ConfigDict(extra="forbid")

    brand: int | None = Field(None, ge=1, le=LARGEST)


@router.get("/sources", responses=problems(), dependencies=[SOURCES_READER])
def list_sources(request: Request, query: Annotated[SourceQuery, Query()]) -> SourceList:
    """All sources with their places: when each was last read, what fails since when."""
    statement = select(Source).order_by(col(Source.id))
    if query.brand is not None:
        statement = statement.where(Source.brand_id == query.brand)
    with house_of(request).db.read() as session:
        sources = session.exec(statement).all()
        places: dict[int, list[PlaceShape]] = {}
        for place in session.exec(select(Place).order_by(col(Place.id))):
            places.setdefault(place.source_id, []).append(PlaceShape.model_validate(place))
        return SourceList(sources=[SourceShape(
            **source.model_dump(include=set(SourceShape.model_fields)), places=places.get(source.id or 0, []))
            for source in sources])
