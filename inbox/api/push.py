"""What the company's own site sends: its reviews, signed, each taken or refused by itself, a repeat harmless."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from sqlmodel import Session, col, select

from connectors.base import Batch, Item
from connectors.errors import N_, AccessDenied, Surprise
from connectors.own_site import OwnSite, OwnSiteSettings, verify_signature
from inbox.access import now_of
from inbox.api.access import PREFIX, ItemsWriter, house_of, problems
from inbox.api.shapes import LARGEST, ItemBatch, ItemResult, ItemResults
from inbox.house import House
from inbox.models import AnsweredRequest
from monitor import ingest, sources
from monitor.db import upsert
from monitor.models import Item as StoredItem
from monitor.models import Place, Source

router = APIRouter(prefix=PREFIX, tags=["items"])
TWICE = N_("This external_id comes twice in one request; only the first is taken.")
NOT_STORED = N_("This item could not be stored and was set aside; the team sees it with the error.")


async def raw_body(request: Request) -> bytes:
    """The exact bytes that were signed."""
    return await request.body()


@router.post("/items", responses=problems(400, 404, 409, 413))
def push_items(request: Request, response: Response, bearer: ItemsWriter, batch: ItemBatch,
               body: Annotated[bytes, Depends(raw_body)], source: Annotated[int, Query(ge=1, le=LARGEST)],
               x_otklik_timestamp: Annotated[str, Header(max_length=20)] = "",
               x_otklik_signature: Annotated[str, Header(max_length=200)] = "",
               idempotency_key: Annotated[str, Header(max_length=200)] = "") -> ItemResults:
    """Take reviews of your own site.

    `X-Otklik-Signature` is the HMAC-SHA256, in hex, of the value of `X-Otklik-Timestamp` (seconds since 1970), a dot
    and the exact body, made with the signing secret of the source. With an `Idempotency-Key` a repeated request gets
    the first answer again.
    """
    house = house_of(request)
    row, place = _source(house, source)
    _check_signature(house, row, request, body, x_otklik_timestamp, x_otklik_signature)
    scope, body_hash = f"items:{bearer.token_id}", hashlib.sha256(f"{source}:".encode() + body).hexdigest()
    if idempotency_key and (earlier := _earlier(house, scope, idempotency_key, body_hash)) is not None:
        response.headers["Idempotency-Replayed"] = "true"
        return earlier
    results = take(house, row, place, batch.items, request)
    if idempotency_key:
        _keep(house, scope, idempotency_key, body_hash, results, request)
    return results


def _source(house: House, source_id: int) -> tuple[Source, Place]:
    with house.db.read() as session:
        row = session.get(Source, source_id)
        place = session.exec(select(Place).where(Place.source_id == source_id).order_by(col(Place.id))).first()
    if row is None or row.kind != OwnSite.kind or place is None:
        raise HTTPException(404, N_("There is no source of your own site with this number."))
    return row, place


def _check_signature(house: House, row: Source, request: Request, body: bytes, timestamp: str, signature: str) -> None:
    try:
        settings = sources.settings_of(row, house.vault)
        assert isinstance(settings, OwnSiteSettings)
        verify_signature(settings.signing_secret.get_secret_value(), timestamp, body, signature, now_of(request))
    except AccessDenied as error:
        raise HTTPException(401, error.says, headers={"WWW-Authenticate": "Bearer"}) from error


def _earlier(house: House, scope: str, key: str, body_hash: str) -> ItemResults | None:
    with house.db.read() as session:
        row = session.exec(select(AnsweredRequest).where(
            AnsweredRequest.scope == scope, AnsweredRequest.key == key)).first()
    if row is None:
        return None
    if row.body_hash != body_hash:
        raise HTTPException(409, N_("This Idempotency-Key was used for a different request. Use a new one."))
    return ItemResults.model_validate(row.answer)


def _keep(house: House, scope: str, key: str, body_hash: str, results: ItemResults, request: Request) -> None:
    with house.db.write() as session:
        upsert(session, AnsweredRequest, [{
            "scope": scope, "key": key, "body_hash": body_hash, "status": 200, "answer": results.model_dump(),
            "at": now_of(request)}], key=("scope", "key"))


def take(house: House, source: Source, place: Place, raws: Sequence[dict[str, Any]], request: Request) -> ItemResults:
    """Read and store a batch; the result of each in its order."""
    read = _read(raws)
    good = [item for item in read if isinstance(item, Item)]
    stored = ingest.store(house.db, place, source, Batch(items=tuple(good), newest_first=False), now_of(request))
    with house.db.read() as session:
        ids = _ids(session, source, [item.external_id for item in good])
    return ItemResults(results=[one if isinstance(one, ItemResult) else _result(one, ids, stored) for one in read])


def _read(raws: Sequence[dict[str, Any]]) -> list[Item | ItemResult]:
    read: list[Item | ItemResult] = []
    seen: set[str] = set()
    for raw in raws:
        name = str(raw.get("external_id", ""))[:500]
        try:
            item = OwnSite.read(raw)
        except Surprise as error:
            read.append(ItemResult(external_id=name, result="refused", reason=error.says))
            continue
        twice = item.external_id in seen
        seen.add(item.external_id)
        read.append(ItemResult(external_id=name, result="refused", reason=TWICE) if twice else item)
    return read


def _ids(session: Session, source: Source, external_ids: Sequence[str]) -> dict[str, int]:
    rows = session.execute(select(StoredItem.external_id, StoredItem.id).where(
        StoredItem.source_id == source.id, col(StoredItem.external_id).in_(external_ids)))
    return {external_id: number for external_id, number in rows if number is not None}


def _result(item: Item, ids: dict[str, int], stored: ingest.Stored) -> ItemResult:
    number = ids.get(item.external_id)
    if number is None:
        return ItemResult(external_id=item.external_id, result="refused", reason=NOT_STORED)
    if number in stored.new:
        return ItemResult(external_id=item.external_id, result="created", id=number)
    changed = number in {*stored.edited, *stored.returned, *stored.removed}
    return ItemResult(external_id=item.external_id, result="updated" if changed else "same", id=number)
