"""Each order is kept once, a repeat is harmless, a change is in the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import col, select

from monitor import customers, orders
from monitor.models import Brand, Order
from monitor.orders import OrderRow
from tests.world import World, id_of


def save(world: World, *rows: OrderRow, brand_id: int | None = None) -> orders.Result:
    with world.db.write() as session:
        return orders.save(session, brand_id or id_of(world.brand), rows, world.now)


def stored(world: World) -> list[Order]:
    with world.db.read() as session:
        return list(session.exec(select(Order).order_by(col(Order.id))))


def row(number: str = "K-1", **other: Any) -> OrderRow:
    values: dict[str, Any] = {"email": "Marta@Example.com", "phone": "29 123 456", "amount": 12.4, "currency": "eur"}
    return OrderRow(number=number, **(values | other))


def test_an_order_is_stored_with_contacts_in_one_spelling(world: World) -> None:
    assert save(world, row()).created == [0]
    [order] = stored(world)
    assert (order.email, order.phone, order.currency) == ("marta@example.com", "+37129123456", "EUR")


def test_saving_again_writes_nothing(world: World) -> None:
    save(world, row(), row("K-2"))
    before = len(world.events())
    again = save(world, row(), row("K-2"))
    assert (again.created, again.changed, again.same) == ([], [], [0, 1])
    assert len(world.events()) == before
    assert len(stored(world)) == 2


def test_a_changed_order_keeps_what_it_was_in_the_history(world: World, now: datetime) -> None:
    save(world, row())
    assert save(world, row(amount=9.9, placed_at=now)).changed == [0]
    [event] = world.events("order.changed")
    assert event.data["before"] == {"amount": 12.4, "placed_at": None}
    assert event.data["after"] == {"amount": 9.9, "placed_at": now.isoformat()}


def test_one_number_with_different_data_is_refused(world: World) -> None:
    result = save(world, row(), row(amount=99), row())
    assert (result.created, result.same) == ([0], [2])
    assert [(refused.index, refused.number) for refused in result.refused] == [(1, "K-1")]
    assert stored(world)[0].amount == 12.4


def test_a_number_of_signs_that_cannot_be_seen_is_none(world: World) -> None:
    result = save(world, OrderRow(number="\u200b\x00"))
    assert [refused.key for refused in result.refused] == ["An order needs a number."]


def test_a_contact_that_cannot_be_read_is_kept_as_given(world: World) -> None:
    save(world, row(email="ask Marta", phone="12"))
    [order] = stored(world)
    assert (order.email, order.phone) == ("ask Marta", "12")


def test_signs_that_a_database_refuses_are_taken_out(world: World) -> None:
    save(world, row(name="Mar\x00ta\u202e K."))
    assert stored(world)[0].name == "Marta K."


def test_one_number_at_two_brands_is_two_orders(world: World) -> None:
    other = id_of(world.add(Brand(name="Bode", slug="bode")))
    save(world, row())
    assert save(world, row(), brand_id=other).created == [0]


def test_a_fresh_order_goes_to_the_card_that_knows_its_address(world: World) -> None:
    item = world.item(author_email="marta@example.com")
    customers.join_due(world.db, world.now)
    save(world, row())
    assert stored(world)[0].customer_id == world.fresh(item).customer_id


def test_a_thousand_orders_are_saved_at_once(world: World) -> None:
    result = save(world, *(row(f"K-{n}") for n in range(1000)))
    assert len(result.created) == len(stored(world)) == 1000
