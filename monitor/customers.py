"""Join one person's items and orders on one card, merge cards, and take a merge apart again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, tuple_, update
from sqlmodel import Session, col, select

from connectors.errors import N_
from monitor import events
from monitor.contacts import email_key, phone_key
from monitor.db import Database, upsert
from monitor.models import Customer, CustomerIdentity, CustomerMerge, IdentityKind, Item, Order, Source

Key = tuple[IdentityKind, str]
TRUSTED_KIND = "own_site"
BATCH = 200
CARD_LIMIT = 100


class CannotMerge(Exception):
    """Two cards cannot become one; ``key`` is a marked sentence."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


@dataclass(frozen=True)
class Card:
    """A customer with everything joined to it, newest first, at most ``CARD_LIMIT`` items and orders each."""

    customer: Customer
    name: str
    identities: list[CustomerIdentity]
    items: list[Item]
    orders: list[Order]
    merges: list[CustomerMerge]


def item_keys(item: Item, source_kind: str) -> list[Key]:
    """What an item tells about who wrote it, the surest first; empty for an anonymous one."""
    platform = f"{source_kind}:{item.author_id}" if item.author_id else ""
    found = [(IdentityKind.EMAIL, email_key(item.author_email)), (IdentityKind.PHONE, phone_key(item.author_phone)),
             (IdentityKind.PLATFORM, platform)]
    return [(kind, value) for kind, value in found if value]


def order_keys(order: Order) -> list[Key]:
    """How the buyer of an order is recognised."""
    found = [(IdentityKind.EMAIL, email_key(order.email)), (IdentityKind.PHONE, phone_key(order.phone))]
    return [(kind, value) for kind, value in found if value]


def join_due(db: Database, now: datetime, limit: int = 1000) -> int:
    """Give items without a card one, matched by identities; returns how many were joined.

    What was said about a competitor or put aside is nobody's customer and stays without.
    """
    joined = 0
    while joined < limit:
        with db.write() as session:
            done = _join_batch(session, now, min(BATCH, limit - joined))
        joined += done
        if done < BATCH:
            break
    return joined


def _join_batch(session: Session, now: datetime, limit: int) -> int:
    due = session.exec(
        select(Item, Source.kind).join(Source, col(Source.id) == Item.source_id)
        .where(col(Item.customer_id).is_(None), col(Item.competitor).is_(False), col(Item.aside).is_(False))
        .order_by(col(Item.id)).limit(limit).with_for_update(of=Item, skip_locked=True)).all()
    for item, kind in due:
        join(session, item, kind, now)
    return len(due)


def join(session: Session, item: Item, source_kind: str, now: datetime) -> Customer:
    """Put one item on the card that its identities name, or on a new one; its orders come along."""
    keys = item_keys(item, source_kind)
    order = _trusted_order(session, item, source_kind)
    if order is not None:
        keys = list(dict.fromkeys(keys + order_keys(order)))
    customer = _card_for(session, item.brand_id, keys, item.author_name, now)
    if order is not None and order.customer_id is None:
        order.customer_id = customer.id
    item.customer_id = customer.id
    session.add(item)
    attach_orders(session, item.brand_id, keys, customer)
    events.record(session, "item.joined", now, brand_id=item.brand_id, item_id=item.id, customer_id=customer.id)
    return customer


def _trusted_order(session: Session, item: Item, source_kind: str) -> Order | None:
    """The order an item names, where the word of the platform or our own site stands for it.

    Anybody can write a stranger's order number into a public review; that alone joins nothing.
    """
    if not item.order_number or not (item.verified_purchase or source_kind == TRUSTED_KIND):
        return None
    return session.exec(select(Order).where(
        Order.brand_id == item.brand_id, Order.number == item.order_number)).first()


def _card_for(session: Session, brand_id: int, keys: Sequence[Key], name: str, now: datetime) -> Customer:
    """The one card of these identities: found, made, or merged when the identities name several."""
    owners = _owners(session, brand_id, keys)
    if not owners:
        owners = [_new_card(session, brand_id, name, now)]
    kept = owners[0]
    for other in owners[1:]:
        if not _kept_apart(session, kept, other):
            merge(session, _id(kept), _id(other), None, now)
    _add_keys(session, kept, keys)
    owners = _owners(session, brand_id, keys)
    return kept if kept in owners or not owners else owners[0]


def _id(customer: Customer) -> int:
    assert customer.id is not None
    return customer.id


def _new_card(session: Session, brand_id: int, name: str, now: datetime) -> Customer:
    customer = Customer(brand_id=brand_id, name=name, created_at=now)
    session.add(customer)
    session.flush()
    return customer


def _add_keys(session: Session, customer: Customer, keys: Iterable[Key]) -> None:
    """Add what is new; an identity that another worker has just given to another card stays there."""
    rows = [{"brand_id": customer.brand_id, "customer_id": _id(customer), "kind": kind, "value": value}
            for kind, value in keys]
    upsert(session, CustomerIdentity, rows, key=("brand_id", "kind", "value"))


def _is_one_of(keys: Iterable[Key]) -> ColumnElement[bool]:
    return tuple_(col(CustomerIdentity.kind), col(CustomerIdentity.value)).in_(list(keys))


def _owners(session: Session, brand_id: int, keys: Sequence[Key]) -> list[Customer]:
    """The different cards that own these identities, in the order of the keys."""
    if not keys:
        return []
    found = session.exec(select(CustomerIdentity, Customer)
                         .join(Customer, col(Customer.id) == CustomerIdentity.customer_id)
                         .where(CustomerIdentity.brand_id == brand_id, _is_one_of(keys))).all()
    by_key = {(identity.kind, identity.value): customer for identity, customer in found}
    owners = {_id(by_key[key]): by_key[key] for key in keys if key in by_key}
    return list(owners.values())


def _kept_apart(session: Session, one: Customer, other: Customer) -> bool:
    """Has a person taken these two cards apart before? Then the machine does not join them again."""
    pair = [one.id, other.id]
    return session.exec(select(CustomerMerge.id).where(
        col(CustomerMerge.kept_id).in_(pair), col(CustomerMerge.merged_id).in_(pair),
        col(CustomerMerge.undone_at).is_not(None)).limit(1)).first() is not None


def attach_orders(session: Session, brand_id: int, keys: Sequence[Key], customer: Customer) -> None:
    """Put orders without a card that carry one of these contacts on the card."""
    values = dict(keys)
    same = [column == values[kind] for kind, column in (
        (IdentityKind.EMAIL, col(Order.email)), (IdentityKind.PHONE, col(Order.phone))) if kind in values]
    if same:
        session.execute(update(Order).where(
            col(Order.brand_id) == brand_id, col(Order.customer_id).is_(None), or_(*same),
        ).values(customer_id=customer.id).execution_options(synchronize_session=False))


def attach_new_orders(session: Session, orders: Sequence[Order]) -> int:
    """Put fresh orders on the cards that already know their contacts; returns how many found one."""
    keys = {key for order in orders for key in order_keys(order)}
    if not keys:
        return 0
    found = session.exec(select(CustomerIdentity).where(
        CustomerIdentity.brand_id == orders[0].brand_id, _is_one_of(keys))).all()
    owner = {(identity.kind, identity.value): identity.customer_id for identity in found}
    attached = 0
    for order in orders:
        known = [owner[key] for key in order_keys(order) if key in owner]
        if known and order.customer_id is None:
            order.customer_id = known[0]
            attached += 1
    return attached


def current(session: Session, customer_id: int) -> Customer | None:
    """The card that stands for this one today, through any number of merges."""
    customer = session.get(Customer, customer_id)
    while customer is not None and customer.merged_into_id is not None:
        customer = session.get(Customer, customer.merged_into_id)
    return customer


def merge(session: Session, kept_id: int, merged_id: int, by_id: int | None, now: datetime) -> CustomerMerge:
    """Put everything of one card on another, noting what moved. Repeating it changes nothing.

    Raises CannotMerge for unknown cards, cards of two brands, and a card with itself.
    """
    kept, merged = current(session, kept_id), session.get(Customer, merged_id)
    if kept is None or merged is None:
        raise CannotMerge(N_("This customer card does not exist."))
    if kept.brand_id != merged.brand_id:
        raise CannotMerge(N_("Cards of two brands are never merged."))
    if merged.merged_into_id is not None:
        standing = _standing_merge(session, merged_id)
        if standing is not None and current(session, merged_id) is kept:
            return standing
        merged = current(session, merged_id)
        assert merged is not None
    if merged is kept:
        raise CannotMerge(N_("This is the same card already."))
    return _merge(session, kept, merged, by_id, now)


def _standing_merge(session: Session, merged_id: int) -> CustomerMerge | None:
    return session.exec(select(CustomerMerge).where(
        CustomerMerge.merged_id == merged_id, col(CustomerMerge.undone_at).is_(None),
    ).order_by(col(CustomerMerge.id).desc())).first()


MOVED: dict[str, type[CustomerIdentity] | type[Item] | type[Order]] = {
    "identities": CustomerIdentity, "items": Item, "orders": Order}


def _merge(session: Session, kept: Customer, merged: Customer, by_id: int | None, now: datetime) -> CustomerMerge:
    moved: dict[str, list[int]] = {}
    for name, table in MOVED.items():
        ids = session.exec(select(col(table.id)).where(table.customer_id == merged.id).order_by(col(table.id)))
        moved[name] = [number for number in ids if number is not None]
        session.execute(update(table).where(col(table.customer_id) == merged.id).values(customer_id=kept.id)
                        .execution_options(synchronize_session="fetch"))
    merged.merged_into_id = kept.id
    done = CustomerMerge(kept_id=_id(kept), merged_id=_id(merged), at=now, by_id=by_id, moved=moved)
    session.add_all([merged, done])
    session.flush()
    events.record(session, "customer.merged", now, by_id=by_id, brand_id=kept.brand_id, merge_id=done.id,
                  kept_id=kept.id, merged_id=merged.id)
    return done


def unmerge(session: Session, merge_id: int, by_id: int | None, now: datetime) -> bool:
    """Take a merge apart: what moved goes back, and so does what came later by an identity that goes back.

    False when there is nothing to undo. Rows that a person has put elsewhere since stay there.
    """
    done = session.get(CustomerMerge, merge_id)
    if done is None or done.undone_at is not None:
        return False
    merged, holder = session.get(Customer, done.merged_id), current(session, done.kept_id)
    assert merged is not None
    assert holder is not None
    later = _later_merges(session, done, holder)
    for name, table in MOVED.items():
        elsewhere = {number for other in later for number in other.moved.get(name, [])}
        _give_back(session, table, [n for n in done.moved.get(name, []) if n not in elsewhere], holder, merged)
    merged.merged_into_id = None
    done.undone_at = now
    session.add_all([merged, done])
    session.flush()
    _give_back_later_ones(session, done, holder, merged)
    events.record(session, "customer.unmerged", now, by_id=by_id, brand_id=merged.brand_id, merge_id=merge_id,
                  kept_id=holder.id, merged_id=merged.id)
    return True


def _later_merges(session: Session, done: CustomerMerge, holder: Customer) -> list[CustomerMerge]:
    """Merges that came after this one and brought other cards to the same holder: what they moved is theirs."""
    own_way = {done.merged_id}
    step = session.get(Customer, done.kept_id)
    while step is not None:
        own_way.add(_id(step))
        step = session.get(Customer, step.merged_into_id) if step.merged_into_id is not None else None
    later = session.exec(select(CustomerMerge).where(
        col(CustomerMerge.id) > done.id, col(CustomerMerge.undone_at).is_(None),
        col(CustomerMerge.merged_id).not_in(own_way))).all()
    return [other for other in later if current(session, other.merged_id) is holder]


def _give_back(session: Session, table: type[CustomerIdentity] | type[Item] | type[Order], ids: Sequence[int],
               holder: Customer, merged: Customer) -> None:
    for start in range(0, len(ids), 500):
        session.execute(update(table).where(
            col(table.id).in_(ids[start:start + 500]), col(table.customer_id) == holder.id,
        ).values(customer_id=merged.id).execution_options(synchronize_session="fetch"))


def _give_back_later_ones(session: Session, done: CustomerMerge, holder: Customer, merged: Customer) -> None:
    """Items and orders that joined after the merge follow the identity that they came by."""
    theirs = {(identity.kind, identity.value) for identity in session.exec(
        select(CustomerIdentity).where(CustomerIdentity.customer_id == merged.id))}
    later = session.exec(select(Item, Source.kind).join(Source, col(Source.id) == Item.source_id).where(
        Item.customer_id == holder.id, col(Item.first_seen_at) >= done.at)).all()
    for item, kind in later:
        if theirs.intersection(item_keys(item, kind)):
            item.customer_id = merged.id
    for order in session.exec(select(Order).where(Order.customer_id == holder.id)):
        if theirs.intersection(order_keys(order)):
            order.customer_id = merged.id


def card(session: Session, customer_id: int) -> Card | None:
    """The card of a customer, whichever of the merged ones is asked for; None when there is none."""
    customer = current(session, customer_id)
    if customer is None:
        return None
    items = list(session.exec(select(Item).where(Item.customer_id == customer.id).order_by(
        col(Item.published_at).desc(), col(Item.id).desc()).limit(CARD_LIMIT)))
    orders = list(session.exec(select(Order).where(Order.customer_id == customer.id).order_by(
        col(Order.placed_at).desc(), col(Order.id).desc()).limit(CARD_LIMIT)))
    identities = list(session.exec(select(CustomerIdentity).where(
        CustomerIdentity.customer_id == customer.id).order_by(col(CustomerIdentity.id))))
    merges = list(session.exec(select(CustomerMerge).where(
        CustomerMerge.kept_id == customer.id, col(CustomerMerge.undone_at).is_(None)).order_by(col(CustomerMerge.id))))
    named = [customer.name, *(item.author_name for item in items), *(order.name for order in orders)]
    return Card(customer, next((name for name in named if name), ""), identities, items, orders, merges)
