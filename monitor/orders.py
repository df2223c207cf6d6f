"""Keep orders as proof of a purchase: each number once per brand, contacts written one way, repeats harmless."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from connectors.errors import N_
from monitor import customers, events
from monitor.contacts import email_key, phone_key
from monitor.db import upsert
from monitor.models import Order
from monitor.order_file import OrderFile, OrderRow, read_csv

__all__ = ["OrderFile", "OrderRow", "RefusedRow", "Result", "cleaned", "read_csv", "save"]

CHUNK = 500


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken, counted from 0; ``key`` is a marked sentence filled from ``facts``."""

    index: int
    number: str
    key: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What became of each order: the index of its row, counted from 0, in exactly one of the four lists."""

    created: list[int]
    changed: list[int]
    same: list[int]
    refused: list[RefusedRow]


COLUMNS = tuple(name for name in OrderRow.model_fields if name != "number")


def cleaned(row: OrderRow) -> dict[str, Any]:
    """The columns of an order as stored: contacts in their one spelling where they have one, no control characters."""
    values = {name: _plain(value) for name, value in row.model_dump().items()}
    values["email"] = email_key(values["email"]) or values["email"]
    values["phone"] = phone_key(values["phone"]) or values["phone"]
    values["currency"] = values["currency"].upper()
    if values["amount"] is not None and not math.isfinite(values["amount"]):
        values["amount"] = None
    return values


def _plain(value: Any) -> Any:
    return "".join(sign for sign in value if sign.isprintable()).strip() if isinstance(value, str) else value


def save(session: Session, brand_id: int, rows: Sequence[OrderRow], now: datetime, by_id: int | None = None) -> Result:
    """Store orders by brand and number: new ones are created, different ones changed, repeats do nothing.

    A number that comes twice in ``rows`` counts as the same when all else is equal, else the second is refused.
    Fresh and changed orders go to the customer cards that know their contacts.
    """
    result = Result([], [], [], [])
    wanted = _by_number(rows, result)
    known = _known(session, brand_id, list(wanted))
    for number, (index, values) in wanted.items():
        order = known.get(number)
        if order is None:
            result.created.append(index)
        elif changes := {name: values[name] for name in COLUMNS if getattr(order, name) != values[name]}:
            _change(session, order, changes, now, by_id)
            result.changed.append(index)
        else:
            result.same.append(index)
    fresh = [wanted[number][1] | {"brand_id": brand_id} for number in wanted if number not in known]
    upsert(session, Order, fresh, key=("brand_id", "number"), change=COLUMNS)
    session.flush()
    touched = [number for number, (index, _) in wanted.items() if index not in set(result.same)]
    _finish(session, brand_id, touched, result, now, by_id)
    return result


def _by_number(rows: Sequence[OrderRow], result: Result) -> dict[str, tuple[int, dict[str, Any]]]:
    wanted: dict[str, tuple[int, dict[str, Any]]] = {}
    for index, row in enumerate(rows):
        values = cleaned(row)
        number = values["number"]
        if not number:
            result.refused.append(RefusedRow(index, "", N_("An order needs a number.")))
        elif number not in wanted:
            wanted[number] = (index, values)
        elif wanted[number][1] == values:
            result.same.append(index)
        else:
            result.refused.append(RefusedRow(index, number, N_(
                "Order {number} is listed twice with different data. Keep one of the two."), {"number": number}))
    return wanted


def _known(session: Session, brand_id: int, numbers: Sequence[str]) -> dict[str, Order]:
    found: dict[str, Order] = {}
    for start in range(0, len(numbers), CHUNK):
        rows = session.exec(select(Order).where(
            Order.brand_id == brand_id, col(Order.number).in_(numbers[start:start + CHUNK])))
        found |= {order.number: order for order in rows}
    return found


def _change(session: Session, order: Order, changes: dict[str, Any], now: datetime, by_id: int | None) -> None:
    before = {name: getattr(order, name) for name in changes}
    for name, value in changes.items():
        setattr(order, name, value)
    session.add(order)
    events.record(session, "order.changed", now, by_id=by_id, brand_id=order.brand_id, number=order.number,
                  before=_for_history(before), after=_for_history(changes))


def _for_history(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _finish(session: Session, brand_id: int, touched: Sequence[str], result: Result, now: datetime,
            by_id: int | None) -> None:
    if not touched:
        return
    orders = list(_known(session, brand_id, touched).values())
    customers.attach_new_orders(session, orders)
    session.add_all(orders)
    events.record(session, "orders.saved", now, by_id=by_id, brand_id=brand_id, created=len(result.created),
                  changed=len(result.changed), same=len(result.same), refused=len(result.refused))
