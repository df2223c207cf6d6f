"""Customers: find a card, see all that one person said, bought and was told, merge two cards and take them apart."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query
from sqlmodel import Session
from starlette.responses import Response

from connectors.errors import N_
from inbox.access import Signed, Visitor, Writer
from inbox.inbox_screen import brand_id
from inbox.render import page, redirect
from inbox.views_customers import card_view, identities, rows
from monitor import customer_list, customers
from monitor.customers import CannotMerge, Card
from monitor.filters import LARGEST_ID
from monitor.models import CustomerMerge

router = APIRouter()
Words = Annotated[str, Query(max_length=200)]
After = Annotated[int, Query(ge=0, le=LARGEST_ID)]
SAID = {"merged": N_("The cards are one now."), "unmerged": N_("The cards are apart again.")}


@router.get("/customers")
def show(visitor: Signed, q: Words = "", after: After = 0) -> Response:
    """The cards of the brand, newest first, or those that the words find."""
    with visitor.house.db.read() as session:
        brand = brand_id(session, visitor)
        found = customer_list.find(session, brand or 0, q, after=after, contacts=visitor.writes)
    return page(visitor, "customers.html", nav="customers", rows=rows(visitor, found), q=q, more=found.next,
                is_first=not after)


@router.get("/customers/{customer_id:int}")
def show_card(visitor: Signed, customer_id: int, said: str = "") -> Response:
    """One card; the address of a merged one leads to the card that holds it."""
    return _card_page(visitor, customer_id, said=visitor.words._(SAID[said]) if said in SAID else "")


def _card_page(visitor: Visitor, customer_id: int, *, said: str = "", problem: str = "", status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        card = of(session, customer_id)
        if card.customer.id != customer_id:
            return redirect(f"/customers/{card.customer.id}")
        view = card_view(session, visitor, card)
    return page(visitor, "customer.html", nav="customers", status=status, card=view, told=said, problem=problem)


def of(session: Session, customer_id: int) -> Card:
    """The card that stands for this one today; 404 when there is none."""
    card = customers.card(session, customer_id) if customer_id <= LARGEST_ID else None
    if card is None:
        raise HTTPException(404, N_("This customer card is not here. The link is wrong."))
    return card


@router.get("/customers/{customer_id:int}/merge")
def choose(visitor: Writer, customer_id: int, q: Words = "", after: After = 0) -> Response:
    """Find the other card."""
    with visitor.house.db.read() as session:
        card = of(session, customer_id)
        found = customer_list.find(session, card.customer.brand_id, q or card.name, after=after,
                                   without=card.customer.id)
    return page(visitor, "customer_merge.html", nav="customers", card=card, rows=rows(visitor, found),
                q=q or card.name, more=found.next)


@router.get("/customers/{customer_id:int}/merge/{other_id:int}")
def preview(visitor: Writer, customer_id: int, other_id: int) -> Response:
    """What would join which card; nothing is changed."""
    with visitor.house.db.read() as session:
        kept, other = of(session, customer_id), of(session, other_id)
        counts = customer_list.size(session, kept.customer.id or 0), customer_list.size(session, other.customer.id or 0)
    problem = _refusal(kept, other)
    return page(visitor, "customer_join.html", nav="customers", status=409 if problem else 200, kept=kept, other=other,
                counts=counts, theirs=identities(visitor, other.identities),
                ours=identities(visitor, kept.identities), problem=visitor.words._(problem) if problem else "")


def _refusal(kept: Card, other: Card) -> str:
    if kept.customer.id == other.customer.id:
        return N_("This is the same card already.")
    if kept.customer.brand_id != other.customer.brand_id:
        return N_("Cards of two brands are never merged.")
    return ""


@router.post("/customers/{customer_id:int}/merge/{other_id:int}")
def merge(visitor: Writer, customer_id: int, other_id: int) -> Response:
    """Put everything of the other card on this one."""
    try:
        with visitor.house.db.write() as session:
            kept, other = of(session, customer_id), of(session, other_id)
            done = customers.merge(session, kept.customer.id or 0, other.customer.id or 0, visitor.id, visitor.now)
            number = done.kept_id
    except CannotMerge as error:
        return _card_page(visitor, customer_id, problem=visitor.words._(error.key), status=409)
    return redirect(f"/customers/{number}?said=merged")


@router.post("/customers/{customer_id:int}/unmerge")
def unmerge(visitor: Writer, customer_id: int, merge_id: Annotated[int, Form(ge=1, le=LARGEST_ID)]) -> Response:
    """Take a merge apart."""
    with visitor.house.db.write() as session:
        found = session.get(CustomerMerge, merge_id)
        if found is None or found.kept_id != customer_id:
            raise HTTPException(404)
        is_done = customers.unmerge(session, merge_id, visitor.id, visitor.now)
    if not is_done:
        return _card_page(visitor, customer_id, status=409,
                          problem=visitor.words._(N_("These cards were taken apart already.")))
    return redirect(f"/customers/{customer_id}?said=unmerged")
