"""Orders of the brand, and their import from a CSV file: upload, preview with the meaning of each column, report."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, HTTPException, Query, UploadFile
from sqlmodel import col, select
from starlette.datastructures import FormData
from starlette.responses import Response

from connectors import csv_file
from connectors.errors import N_, ConnectorError
from inbox import csv_import, uploads
from inbox.access import Signed, Visitor, Writer
from inbox.inbox_screen import brand_id
from inbox.pages.source_file import GONE
from inbox.render import page
from inbox.source_forms import sent, words_of
from inbox.views_customers import order_line
from monitor.filters import LARGEST_ID
from monitor.models import Order
from monitor.order_file import NAMES, guess

router = APIRouter()
SHOWN = 50
FIELDS = {"number": N_("Order number"), "placed_at": N_("Date"), "name": N_("Name"), "email": N_("E-mail"),
          "phone": N_("Phone"), "city": N_("City"), "product": N_("Product"), "amount": N_("Amount"),
          "currency": N_("Currency")}


@router.get("/orders")
def show(visitor: Signed, q: Annotated[str, Query(max_length=100)] = "",
         after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0) -> Response:
    """The orders of the brand, the latest stored first, or those whose number begins so."""
    with visitor.house.db.read() as session:
        statement = select(Order).where(Order.brand_id == (brand_id(session, visitor) or 0))
        if q.strip():
            statement = statement.where(col(Order.number).startswith(q.strip(), autoescape=True))
        if after:
            statement = statement.where(col(Order.id) < after)
        rows = list(session.exec(statement.order_by(col(Order.id).desc()).limit(SHOWN + 1)))
    shown = [(order_line(visitor, row), row.customer_id) for row in rows[:SHOWN]]
    return page(visitor, "orders.html", nav="customers", rows=shown, q=q,
                more=rows[SHOWN - 1].id if len(rows) > SHOWN else 0)


@router.post("/orders/file")
def upload(visitor: Writer, file: Annotated[UploadFile, File()]) -> Response:
    """Keep the file and show what it would bring; no order is stored yet."""
    data = file.file.read()
    return _preview(visitor, uploads.keep(visitor.house.config, data), data, None)


@router.post("/orders/file/{name}")
def decide(visitor: Writer, name: str, form: Annotated[FormData, Depends(sent)]) -> Response:
    """With the chosen columns: show the preview again, or import."""
    data = uploads.read(visitor.house.config, name)
    if data is None:
        return _page(visitor, problem=visitor.words._(GONE), status=410)
    given = words_of(form)
    mapping = {field: given[f"column-{field}"] for field in NAMES if given.get(f"column-{field}")}
    if given.get("act") != "import":
        return _preview(visitor, name, data, mapping)
    try:
        report = csv_import.import_orders(visitor.house, _brand(visitor), data, visitor.now, mapping=mapping,
                                          by_id=visitor.id)
    except ConnectorError as error:
        return _preview(visitor, name, data, mapping, problem=visitor.words.says(error.key, error.facts))
    uploads.forget(visitor.house.config, name)
    return _page(visitor, report=report)


def _brand(visitor: Visitor) -> str:
    with visitor.house.db.read() as session:
        number = brand_id(session, visitor)
    if number is None:
        raise HTTPException(409, N_("There is no brand yet."))
    return str(number)


def _preview(visitor: Visitor, name: str, data: bytes, mapping: dict[str, str] | None, problem: str = "") -> Response:
    """What the file would bring; a file whose columns are not understood can be explained by choosing them."""
    try:
        shown = csv_file.preview(data, {})
    except ConnectorError as error:
        return _page(visitor, problem=visitor.words.says(error.key, error.facts), status=422)
    chosen = guess(shown.columns) if mapping is None else mapping
    report = None
    try:
        report = csv_import.import_orders(visitor.house, _brand(visitor), data, visitor.now, dry_run=True,
                                          mapping=chosen)
    except ConnectorError as error:
        problem = problem or visitor.words.says(error.key, error.facts)
    return _page(visitor, report=report, shown=shown, chosen=chosen, name=name, problem=problem,
                 status=422 if problem else 200)


def _page(visitor: Visitor, *, report: csv_import.Report | None = None, shown: csv_file.Preview | None = None,
          chosen: dict[str, str] | None = None, name: str = "", problem: str = "", status: int = 200) -> Response:
    lines = report.refused if report else []
    refused = [(line.line_number, visitor.words.says(line.key, line.facts)) for line in lines[:100]]
    context: dict[str, Any] = {"report": report, "shown": shown, "chosen": chosen or {}, "upload": name,
                               "problem": problem, "refused": refused, "more": max(0, len(lines) - 100),
                               "fields": [(field, visitor.words._(FIELDS[field])) for field in NAMES]}
    return page(visitor, "orders_file.html", status=status, nav="customers", **context)
