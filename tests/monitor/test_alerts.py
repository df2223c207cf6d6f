"""Rules write down what has to be told: once, with a repeat window, and again each day for what stays broken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from monitor import alerts
from monitor.events import record
from monitor.models import Alert, AlertRule, AlertState, Item
from monitor.settings import MonitorSettings
from tests.world import World, id_of

SETTINGS = MonitorSettings()


def rule(world: World, **when: Any) -> AlertRule:
    return world.add(AlertRule(brand_id=id_of(world.brand), name="Rule", when=when, repeat_minutes=60))


def hear(world: World, **item: Any) -> Item:
    heard = world.item(**item)
    with world.db.write() as session:
        record(session, "item.heard", world.now, item_id=heard.id)
    return heard


def written(world: World) -> list[Alert]:
    with world.db.read() as session:
        return list(session.exec(select(Alert)))


def test_a_low_rating_is_told(world: World) -> None:
    rule(world, max_rating=2)
    bad = hear(world, rating=1)
    hear(world, rating=5)
    assert alerts.notice(world.db, world.now, SETTINGS) == 1
    assert [row.item_id for row in written(world)] == [bad.id]


def test_the_same_thing_is_written_down_once(world: World) -> None:
    rule(world, max_rating=2)
    hear(world, rating=1)
    alerts.notice(world.db, world.now, SETTINGS)
    assert alerts.notice(world.db, world.now, SETTINGS) == 0


@pytest.mark.parametrize(("when", "item", "told"), [
    ({"words": "fire OR пожар"}, {"text": "There was a fire"}, 1),
    ({"words": "fire OR пожар"}, {"text": "Видели пожары"}, 1),
    ({"words": "fire"}, {"text": "Good soup"}, 0),
    ({"min_score": 75}, {"score": 80}, 1),
    ({"min_score": 75}, {"score": 60}, 0),
    ({"min_score": 75}, {"score": None}, 0),
    ({"sources": [99]}, {}, 0),
    ({"max_rating": 2}, {"rating": None}, 0),
    ({}, {"aside": True}, 0),
    ({}, {"competitor": True}, 0),
    ({"broken_source": True}, {}, 0),
])
def test_all_conditions_of_a_rule_must_hold(world: World, when: Any, item: Any, told: int) -> None:
    rule(world, **when)
    hear(world, **item)
    assert alerts.notice(world.db, world.now, SETTINGS) == told


def test_within_the_repeat_window_items_wait_and_come_together(world: World) -> None:
    first = rule(world, max_rating=2)
    world.add(Alert(rule_id=id_of(first), key="item:0", at=world.now, state=AlertState.SENT, sent_at=world.now))
    for _ in range(3):
        hear(world, rating=1)
    alerts.notice(world.db, world.now, SETTINGS)
    with world.db.read() as session:
        assert alerts.ready(session, world.now + timedelta(minutes=59)) == {}
        assert len(alerts.ready(session, world.now + timedelta(minutes=60))[id_of(first)]) == 3


def broken(world: World, failures: int) -> None:
    place = world.fresh(world.place)
    place.failures, place.failing_since = failures, world.now - timedelta(hours=5)
    world.add(place)


def test_a_source_that_failed_once_is_not_told_yet(world: World) -> None:
    rule(world, broken_source=True)
    broken(world, 1)
    assert alerts.notice(world.db, world.now, SETTINGS) == 0


def test_a_broken_source_is_told_and_again_the_next_day(world: World) -> None:
    rule(world, broken_source=True)
    broken(world, 3)
    assert alerts.notice(world.db, world.now, SETTINGS) == 1
    assert alerts.notice(world.db, world.now + timedelta(hours=2), SETTINGS) == 0
    assert alerts.notice(world.db, world.now + timedelta(days=1), SETTINGS) == 1


def test_another_brands_rule_hears_nothing_of_ours(world: World) -> None:
    other = rule(world, max_rating=5)
    with world.db.write() as session:
        row = session.get(AlertRule, other.id)
        assert row is not None
        row.active = False
    hear(world, rating=1)
    assert alerts.notice(world.db, world.now, SETTINGS) == 0
