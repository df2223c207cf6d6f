"""The cast stands: every row has an id, items are told apart, the history can be asked."""

from __future__ import annotations

from monitor.events import record
from monitor.models import Item, Role
from tests.world import World


def test_the_cast_has_four_roles(world: World) -> None:
    assert [m.role for m in (world.anna, world.edgars, world.vera, world.adam)] == [
        Role.LEAD, Role.AGENT, Role.VIEWER, Role.ADMIN]


def test_items_are_told_apart_and_read_again(world: World) -> None:
    first, second = world.item("Cold soup", 1), world.item("Warm soup", 5, language="lv")
    assert first.external_id != second.external_id
    assert world.fresh(second).language == "lv"


def test_the_history_is_narrowed_by_kind_and_column(world: World) -> None:
    items: list[Item] = [world.item(), world.item()]
    with world.db.write() as session:
        for item in items:
            record(session, "item.heard", world.now, item_id=item.id)
        record(session, "item.edited", world.now, item_id=items[0].id)
    assert len(world.events()) == 3
    assert len(world.events("item.heard")) == 2
    assert [e.kind for e in world.events(item_id=items[0].id)] == ["item.heard", "item.edited"]
