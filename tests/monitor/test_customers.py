"""One person has one card; cards merge and come apart again without a trace; brands stay apart."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from monitor import customers
from monitor.models import Brand, Customer, CustomerIdentity, CustomerMerge, Item, Order
from tests.world import World, id_of


def owner(world: World, row: Item | Order) -> int | None:
    return world.fresh(row).customer_id


def merged(world: World, kept: int, gone: int, by_id: int | None = None) -> int:
    with world.db.write() as session:
        return id_of(customers.merge(session, kept, gone, by_id, world.now))


def test_two_items_with_one_address_are_on_one_card(world: World) -> None:
    first = world.item(author_email="Marta@Example.com")
    second = world.item(author_email="marta@example.com", author_name="Marta")
    assert customers.join_due(world.db, world.now) == 2
    assert owner(world, first) == owner(world, second) is not None


def test_two_items_of_one_author_are_on_one_card(world: World) -> None:
    first, second = world.item(author_id="m1"), world.item(author_id="m1")
    customers.join_due(world.db, world.now)
    assert owner(world, first) == owner(world, second)


def test_strangers_have_cards_of_their_own(world: World) -> None:
    first, second = world.item(author_id="", author_name="Guest"), world.item(author_id="", author_name="Guest")
    customers.join_due(world.db, world.now)
    assert owner(world, first) != owner(world, second)


def test_an_item_that_knows_two_cards_joins_them(world: World) -> None:
    by_mail = world.item(author_id="", author_email="marta@example.com")
    by_phone = world.item(author_id="", author_phone="29123456")
    customers.join_due(world.db, world.now)
    both = world.item(author_id="", author_email="marta@example.com", author_phone="+371 29123456")
    customers.join_due(world.db, world.now)
    assert owner(world, by_mail) == owner(world, by_phone) == owner(world, both)


def test_what_a_person_took_apart_the_machine_does_not_join_again(world: World) -> None:
    test_an_item_that_knows_two_cards_joins_them(world)
    with world.db.write() as session:
        merge_id = session.exec(select(CustomerMerge.id)).one()
        assert merge_id is not None
        assert customers.unmerge(session, merge_id, world.anna.id, world.now)
    world.item(author_id="", author_email="marta@example.com", author_phone="+371 29123456")
    customers.join_due(world.db, world.now)
    with world.db.read() as session:
        assert session.exec(select(Customer).where(col(Customer.merged_into_id).is_not(None))).all() == []


def test_joining_again_changes_nothing(world: World) -> None:
    world.item(author_email="marta@example.com")
    customers.join_due(world.db, world.now)
    before = len(world.events())
    assert customers.join_due(world.db, world.now) == 0
    assert len(world.events()) == before


def test_what_is_said_of_a_competitor_has_no_card(world: World) -> None:
    item = world.item(competitor=True)
    assert customers.join_due(world.db, world.now) == 0
    assert owner(world, item) is None


def test_an_order_joins_the_card_of_its_address(world: World) -> None:
    order = world.order()
    item = world.item(author_email="marta@example.com")
    customers.join_due(world.db, world.now)
    assert owner(world, order) == owner(world, item)


def test_a_stranger_cannot_take_an_order_by_writing_its_number(world: World) -> None:
    order = world.order("K-1")
    world.item(order_number="K-1")
    customers.join_due(world.db, world.now)
    assert owner(world, order) is None


def test_a_purchase_that_the_platform_confirms_joins_its_order(world: World) -> None:
    order = world.order("K-1")
    item = world.item(order_number="K-1", verified_purchase=True)
    customers.join_due(world.db, world.now)
    assert owner(world, order) == owner(world, item)


def test_one_address_at_two_brands_is_two_customers(world: World) -> None:
    other = world.add(Brand(name="Bode", slug="bode"))
    first = world.item(author_email="marta@example.com")
    second = world.item(author_email="marta@example.com", brand_id=other.id)
    customers.join_due(world.db, world.now)
    assert owner(world, first) != owner(world, second)


def test_cards_of_two_brands_are_never_merged(world: World) -> None:
    other = world.add(Brand(name="Bode", slug="bode"))
    here = world.customer()
    there = world.add(Customer(brand_id=id_of(other), created_at=world.now))
    with world.db.write() as session, pytest.raises(customers.CannotMerge, match="two brands"):
        customers.merge(session, id_of(here), id_of(there), None, world.now)


def test_a_merge_repeated_changes_nothing(world: World) -> None:
    kept, gone = id_of(world.customer()), id_of(world.customer("M."))
    first = merged(world, kept, gone)
    assert merged(world, kept, gone) == first
    assert len(world.events("customer.merged")) == 1


def test_a_card_is_not_merged_with_itself(world: World) -> None:
    kept = id_of(world.customer())
    with world.db.write() as session, pytest.raises(customers.CannotMerge, match="same card"):
        customers.merge(session, kept, kept, None, world.now)


def test_the_merged_card_leads_to_the_one_that_stays(world: World) -> None:
    kept, gone = id_of(world.customer("")), id_of(world.customer("M."))
    item = world.item(customer_id=gone)
    order = world.order(customer_id=kept)
    merged(world, kept, gone)
    with world.db.read() as session:
        card = customers.card(session, gone)
    assert card is not None
    assert (card.customer.id, [i.id for i in card.items], [o.id for o in card.orders]) == (kept, [item.id], [order.id])
    assert card.name == "Marta K."


def test_what_came_later_by_an_identity_goes_back_with_it(world: World) -> None:
    first, other = world.item(author_id="m1"), world.item(author_id="m2")
    customers.join_due(world.db, world.now)
    kept, gone = owner(world, other), owner(world, first)
    assert kept is not None
    assert gone is not None
    merge_id = merged(world, kept, gone, world.anna.id)
    later = world.item(author_id="m1", first_seen_at=world.now)
    customers.join_due(world.db, world.now)
    assert owner(world, later) == kept
    with world.db.write() as session:
        customers.unmerge(session, merge_id, world.anna.id, world.now)
    assert owner(world, later) == owner(world, first) == gone


def test_a_person_who_merges_is_named_in_the_history(world: World) -> None:
    merged(world, id_of(world.customer()), id_of(world.customer("M.")), world.anna.id)
    assert [event.by_id for event in world.events("customer.merged")] == [world.anna.id]


def test_an_identity_belongs_to_one_card(world: World) -> None:
    world.item(author_email="marta@example.com", author_id="m1")
    world.item(author_email="marta@example.com", author_id="m1")
    customers.join_due(world.db, world.now)
    with world.db.read() as session:
        assert len(session.exec(select(CustomerIdentity)).all()) == 2
