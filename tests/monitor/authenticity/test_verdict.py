"""A person decides; the decision is recorded, can be taken back, and hides nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from monitor.authenticity import verdict
from monitor.authenticity.assess import assess_due, assess_item
from monitor.models import Assessment, Verdict
from tests.monitor.authenticity.making import tools
from tests.world import World, id_of


def test_a_verdict_stands_on_the_item_with_who_and_when(world: World, now: datetime) -> None:
    row = world.item()
    with world.db.write() as session:
        verdict.give(session, id_of(row), Verdict.FAKE, id_of(world.anna), now)
    fresh = world.fresh(row)
    assert (fresh.verdict, fresh.verdict_by_id, fresh.verdict_at) == (Verdict.FAKE, world.anna.id, now)
    assert (fresh.removed_at, fresh.work_state, fresh.status) == (None, row.work_state, row.status)


def test_every_change_of_mind_is_an_event(world: World, now: datetime) -> None:
    row = world.item()
    with world.db.write() as session:
        verdict.give(session, id_of(row), Verdict.UNSURE, id_of(world.anna), now)
        verdict.give(session, id_of(row), Verdict.FAKE, id_of(world.edgars), now)
        verdict.take_back(session, id_of(row), id_of(world.anna), now)
    history = [(event.kind, event.by_id, event.data["before"]) for event in world.events(item_id=id_of(row))]
    assert history == [("item.judged", world.anna.id, ""), ("item.judged", world.edgars.id, "unsure"),
                       ("item.verdict_withdrawn", world.anna.id, "fake")]
    assert world.fresh(row).verdict is None


def test_the_same_verdict_again_writes_nothing(world: World, now: datetime) -> None:
    row = world.item()
    for minute in range(2):
        with world.db.write() as session:
            verdict.give(session, id_of(row), Verdict.FAKE, id_of(world.anna), now + timedelta(minutes=minute))
    assert len(world.events("item.judged")) == 1
    assert world.fresh(row).verdict_at == now


def test_taking_back_nothing_writes_nothing(world: World, now: datetime) -> None:
    row = world.item()
    with world.db.write() as session:
        verdict.take_back(session, id_of(row), id_of(world.anna), now)
    assert world.events(item_id=id_of(row)) == []


def test_an_item_that_does_not_exist_is_an_error(world: World, now: datetime) -> None:
    with pytest.raises(LookupError), world.db.write() as session:
        verdict.give(session, 999, Verdict.FAKE, id_of(world.anna), now)


def test_a_new_assessment_leaves_the_verdict_alone(world: World, now: datetime) -> None:
    row = world.item(verdict=Verdict.GENUINE)
    assess_item(tools(world.db), id_of(row), now)
    assert world.fresh(row).verdict == Verdict.GENUINE


def test_a_verdict_throws_light_on_the_authors_other_texts(world: World, now: datetime) -> None:
    found_out, other = world.item(author_id="a"), world.item(author_id="a")
    stranger = world.item(author_id="b")
    assess_due(tools(world.db), now)
    with world.db.write() as session:
        verdict.give(session, id_of(found_out), Verdict.FAKE, id_of(world.anna), now)
    assert assess_due(tools(world.db), now + timedelta(minutes=1)) == 1
    with world.db.read() as session:
        found = {row.item_id: {signal["code"] for signal in row.signals} for row in session.exec(select(Assessment))}
    assert "author_found_fake" in found[id_of(other)]
    assert "author_found_fake" not in found[id_of(found_out)] | found[id_of(stranger)]
