"""Orders over the API: proof of purchases, in batches, a repeat harmless."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import ValidationError

from connectors.errors import N_
from inbox.access import now_of
from inbox.api.access import PREFIX, OrdersWriter, house_of, problems
from inbox.api.shapes import OrderBatch, OrderResult, OrderResults
from monitor import orders
from monitor.models import Brand
from monitor.orders import OrderRow

router = APIRouter(prefix=PREFIX, tags=["orders"])


@router.post("/orders", responses=problems(400, 404, 413))
def push_orders(request: Request, bearer: OrdersWriter, batch: OrderBatch) -> OrderResults:
    """Take orders of a brand; one that is known by its number is brought up to date."""
    results, rows, places = _read(batch.orders)
    with house_of(request).db.write() as session:
        if session.get(Brand, batch.brand_id) is None:
            raise HTTPException(404, N_("There is no such brand."))
        saved = orders.save(session, batch.brand_id, rows, now_of(request), bearer.member.id)
    for name, indexes in (("created", saved.created), ("changed", saved.changed), ("same", saved.same)):
        for index in indexes:
            results[places[index]] = OrderResult.model_validate({"number": rows[index].number, "result": name})
    for refused in saved.refused:
        reason = refused.key.format(**refused.facts)
        results[places[refused.index]] = OrderResult(number=refused.number, result="refused", reason=reason)
    return OrderResults(results=results)


def _read(raws: Sequence[dict[str, Any]]) -> tuple[list[OrderResult], list[OrderRow], list[int]]:
    """A result for each, refused until it is saved; what could be read; and where each of that stood."""
    results: list[OrderResult] = []
    rows: list[OrderRow] = []
    places: list[int] = []
    for place, raw in enumerate(raws):
        number, reason = str(raw.get("number", ""))[:100], ""
        try:
            rows.append(OrderRow.model_validate(raw))
            places.append(place)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            reason = f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}"
        results.append(OrderResult(number=number, result="refused", reason=reason))
    return results, rows, places
