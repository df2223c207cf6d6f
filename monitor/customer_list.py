"""Find customer cards by what a person types: a name, a contact or an order number; page by page, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from monitor.contacts import email_key, phone_key
from monitor.models import Customer, CustomerIdentity, IdentityKind, Item, Order

PAGE = 50
LONGEST = 200


@dataclass(frozen=True)
class Row:
    """One card in a list; ``name`` may be that of an order."""

    customer: Customer
    name: str
    items: int
    orders: int
    last_at: datetime | None


@dataclass(frozen=True)
class CustomerPage:
    """``next`` is the id after which the next page begins, 0 on the last one."""

    rows: list[Row]
    next: int = 0


def find(session: Session, brand_id: int, words: str = "", *, after: int = 0, without: int | None = None,
         contacts: bool = True, limit: int = PAGE) -> CustomerPage:
    """Cards of a brand that stand for themselves (not merged into others); four queries for any number.

    ``contacts`` says whether e-mail addresses and phone numbers may be searched.
    """
    clauses: list[Any] = [col(Customer.brand_id) == brand_id, col(Customer.merged_into_id).is_(None)]
    if words.strip():
        clauses.append(_matches(brand_id, words.strip()[:LONGEST], contacts))
    if after:
        clauses.append(col(Customer.id) < after)
    if without is not None:
        clauses.append(col(Customer.id) != without)
    found = list(session.execute(select(Customer).where(*clauses).order_by(col(Customer.id).desc()).limit(limit + 1))
                 .scalars())
    more = len(found) > limit
    found = found[:limit]
    return CustomerPage(_rows(session, found), (found[-1].id or 0) if more else 0)


def _spellings(words: str) -> list[str]:
    """The words as people write names: SQLite folds the case of Latin letters only."""
    return list(dict.fromkeys([words, words.lower(), words.upper(), words.capitalize(), words.title()]))


def _matches(brand_id: int, words: str, contacts: bool) -> Any:
    spellings = _spellings(words)
    order = select(col(Order.id)).where(col(Order.customer_id) == col(Customer.id), col(Order.brand_id) == brand_id)
    by_order = [col(Order.number).startswith(one, autoescape=True) for one in spellings]
    by_order += [col(Order.name).contains(one, autoescape=True) for one in spellings]
    found = [col(Customer.name).contains(one, autoescape=True) for one in spellings]
    found.append(order.where(or_(*by_order)).exists())
    if contacts and (values := _contacts(words)):
        found.append(select(col(CustomerIdentity.id)).where(
            col(CustomerIdentity.customer_id) == col(Customer.id),
            col(CustomerIdentity.kind) != IdentityKind.PLATFORM,
            or_(*[col(CustomerIdentity.value).contains(value, autoescape=True) for value in values])).exists())
    return or_(*found)


def _contacts(words: str) -> list[str]:
    """What of a contact may be typed: a whole address or number in any spelling, or a part of one."""
    digits = "".join(sign for sign in words if sign.isascii() and sign.isdigit())
    is_number = bool(digits) and not any(sign.isalpha() for sign in words)
    parts = [email_key(words), phone_key(words), digits if is_number and len(digits) >= 4 else "",
             words.lower() if not is_number and len(words) >= 3 else ""]
    return [part for part in dict.fromkeys(parts) if part]


def _rows(session: Session, found: Sequence[Customer]) -> list[Row]:
    ids = [customer.id for customer in found]
    if not ids:
        return []
    items = {number: (count, last) for number, count, last in session.execute(
        select(col(Item.customer_id), func.count(), func.max(Item.published_at)).where(col(Item.customer_id).in_(ids))
        .group_by(col(Item.customer_id)))}
    orders = {number: (count, name) for number, count, name in session.execute(
        select(col(Order.customer_id), func.count(), func.max(Order.name)).where(col(Order.customer_id).in_(ids))
        .group_by(col(Order.customer_id)))}
    return [Row(one, one.name or (orders.get(one.id, (0, ""))[1] or ""), *_said(items, orders, one.id))
            for one in found]


def _said(items: dict[int | None, tuple[int, datetime]], orders: dict[int | None, tuple[int, str]],
          number: int | None) -> tuple[int, int, datetime | None]:
    count, last = items.get(number, (0, None))
    return count, orders.get(number, (0, ""))[0], last


def size(session: Session, customer_id: int) -> tuple[int, int, int]:
    """How many identities, items and orders are on a card."""
    counts = [select(func.count()).select_from(table).where(col(table.customer_id) == customer_id).scalar_subquery()
              for table in (CustomerIdentity, Item, Order)]
    identities, items, orders = session.execute(select(*counts)).one()
    return int(identities), int(items), int(orders)
