"""Assessing a made world: campaigns stand out, ordinary reviews do not, and the work stays bounded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select, update

from connectors.base import ItemKind
from monitor.authenticity.assess import BURSTS_FOLLOWED, again_after_orders, all_again, assess_due, assess_item
from monitor.db import Database
from monitor.models import Assessment, Item, TextBand
from monitor.no_data import NoData
from tests.monitor.authenticity.making import tools
from tests.world import World, id_of

PRAISE = "The best bakery in the whole city, fresh bread every morning and the nicest people behind the counter"
DAILY = ("We waited {n} minutes for table {n} and the waiter forgot bread number {n}.",
         "Ordered cake {n} for our daughter, {n} guests, all of them asked where we bought it.",
         "Паркинг стоил {n} евро, зато суп за {n} минут и вкусный.",
         "Pasūtījām {n} kafijas un {n} kūkas, viss bija svaigs.")


def ordinary(world: World, days: int = 60) -> list[Item]:
    """One honest review a day, each in its own words."""
    return [world.item(DAILY[day % 4].format(n=day + 3), rating=3 + day % 3, ago=timedelta(days=days - day + 5),
                       author_name=f"Guest {day}", ip=f"192.0.2.{day + 1}", city="Rīga") for day in range(days)]


def campaign(world: World, size: int = 12) -> list[Item]:
    """The same praise by many names from one address abroad within hours."""
    return [world.item(PRAISE + (" indeed" if number % 2 else ""), rating=5, ago=timedelta(hours=size - number),
                       author_name=f"Happy {number}", ip="203.0.113.7", city="Rīga") for number in range(size)]


def assessments(db: Database) -> dict[int, Assessment]:
    with db.read() as session:
        return {row.item_id: row for row in session.exec(select(Assessment))}


def codes(row: Assessment) -> set[str]:
    return {signal["code"] for signal in row.signals}


def queries(db: Database, now: datetime) -> int:
    """How many questions one pass over everything due asks; each changed word is a line of history besides."""
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    assess_due(tools(db), now)
    event.remove(db.engine, "before_cursor_execute", count)
    return sum(statement.lstrip().startswith("SELECT") for statement in seen)


def test_a_campaign_is_suspicious_and_ordinary_reviews_look_genuine(world: World, now: datetime) -> None:
    honest, bought = ordinary(world), campaign(world)
    assert assess_due(tools(world.db), now, limit=1000) == len(honest) + len(bought)
    found = assessments(world.db)
    assert {found[id_of(row)].word for row in bought} == {"suspicious"}
    assert {found[id_of(row)].word for row in honest} == {"genuine"}
    assert {"exact_copy", "ip_shared_by_many", "burst", "ip_other_country"} <= codes(found[id_of(bought[3])])


def test_the_points_of_a_stored_assessment_add_up(world: World, now: datetime) -> None:
    ordinary(world), campaign(world)
    assess_due(tools(world.db), now)
    for row in assessments(world.db).values():
        total = row.base + sum(signal["points"] for signal in row.signals)
        assert row.score == min(100, max(0, total))


def test_the_score_stands_on_the_item(world: World, now: datetime) -> None:
    row = world.item()
    assess_due(tools(world.db), now)
    fresh = world.fresh(row)
    assert (fresh.score, fresh.assessed_at) == (assessments(world.db)[id_of(row)].score, now)


def test_nothing_due_means_nothing_done(world: World, now: datetime) -> None:
    world.item()
    assert assess_due(tools(world.db), now) == 1
    assert assess_due(tools(world.db), now) == 0


def test_a_new_copy_makes_the_earlier_one_suspicious_too(world: World, now: datetime) -> None:
    first = world.item(PRAISE, author_name="First", ago=timedelta(days=9))
    assess_due(tools(world.db), now)
    assert "exact_copy" not in codes(assessments(world.db)[id_of(first)])
    second = world.item(PRAISE, author_name="Second")
    assess_item(tools(world.db), id_of(second), now + timedelta(minutes=1))
    again = assessments(world.db)[id_of(first)]
    assert "exact_copy" in codes(again)
    assert again.signals[0]["evidence"]["items"] == [id_of(second)]


def test_an_authors_own_repetition_is_no_copy(world: World, now: datetime) -> None:
    world.item(PRAISE, author_name="Same", author_id="a")
    row = world.item(PRAISE, author_name="Same", author_id="a")
    assess_due(tools(world.db), now)
    assert "exact_copy" not in codes(assessments(world.db)[id_of(row)])


def test_an_event_is_written_only_when_the_word_changes(world: World, now: datetime) -> None:
    bought = campaign(world)
    assess_due(tools(world.db), now)
    first = len(world.events("item.assessed"))
    assess_item(tools(world.db), id_of(bought[0]), now + timedelta(minutes=1))
    assert (first, len(world.events("item.assessed"))) == (len(bought), len(bought))
    assert world.events("item.assessed")[0].data["word"] in ("unclear", "suspicious")


def test_an_ordinary_first_look_leaves_no_line_of_history(world: World, now: datetime) -> None:
    world.item()
    assess_due(tools(world.db), now)
    assert world.events("item.assessed") == []


def test_an_edited_text_is_compared_by_its_new_words(world: World, now: datetime) -> None:
    one, other = world.item(PRAISE, author_name="One"), world.item(PRAISE, author_name="Other")
    assess_due(tools(world.db), now)
    with world.db.write() as session:
        session.execute(update(Item).where(Item.id == one.id).values(  # type: ignore[arg-type]
            text="Quite different words about a cold soup and a long wait", assessed_at=None,
            changed_at=now + timedelta(minutes=1)))
    assess_due(tools(world.db), now + timedelta(minutes=2))
    found = assessments(world.db)
    assert "exact_copy" not in codes(found[id_of(one)])
    assert "exact_copy" not in codes(found[id_of(other)])


def test_an_item_that_changed_meanwhile_stays_due(world: World, now: datetime) -> None:
    row = world.item(ip="192.0.2.1")

    def edited_while_located(_ip: str) -> NoData:
        with world.db.write() as session:
            session.execute(update(Item).where(Item.id == row.id).values(  # type: ignore[arg-type]
                changed_at=now + timedelta(minutes=1)))
        return NoData("ip_unknown")

    assess_item(tools(world.db), id_of(row), now, locate=edited_while_located)
    assert world.fresh(row).assessed_at is None


def test_a_question_is_not_assessed_and_not_due_again(world: World, now: datetime) -> None:
    row = world.item("Are you open on Sunday?", kind=ItemKind.QUESTION)
    assert assess_due(tools(world.db), now) == 1
    assert assess_due(tools(world.db), now) == 0
    assert world.fresh(row).score is None
    with pytest.raises(LookupError):
        assess_item(tools(world.db), id_of(row), now)


def test_an_order_of_ours_speaks_for_the_review(world: World, now: datetime) -> None:
    world.order("K-1", email="marta@example.com")
    row = world.item(author_email="Marta@Example.com")
    found = assess_item(tools(world.db), id_of(row), now)
    assert {"order_contact_matches"} == codes(found)


def test_no_data_is_stored_with_its_reason(world: World, now: datetime) -> None:
    found = assess_item(tools(world.db), id_of(world.item("Cold.")), now)
    reasons = {answer["code"]: answer["reason"] for answer in found.no_data}
    assert reasons["ip_place"] == "no_ip"
    assert reasons["matching_order"] == "no_orders"
    assert reasons["near_copy"] == "text_short"


def test_the_number_of_queries_does_not_grow_with_the_items(db: Database, now: datetime) -> None:
    world = World(db, now)
    campaign(world, 3)
    queries(db, now)
    campaign(world, 3)
    few = queries(db, now)  # these touch the earlier ones, so everything is asked twice
    ordinary(world, 60), campaign(world, 30)
    assert queries(db, now) <= few + BURSTS_FOLLOWED


def test_bands_are_replaced_not_piled_up(world: World, now: datetime) -> None:
    row = world.item(PRAISE)
    for minute in range(3):
        assess_item(tools(world.db), id_of(row), now + timedelta(minutes=minute))
    with world.db.read() as session:
        assert len(session.exec(select(TextBand)).all()) == 8


def test_everything_can_be_made_due_again(world: World, now: datetime) -> None:
    world.item(), world.item()
    assess_due(tools(world.db), now)
    all_again(world.db)
    assert assess_due(tools(world.db), now + timedelta(minutes=1)) == 2


def test_an_order_that_arrives_later_is_found(world: World, now: datetime) -> None:
    world.order("K-0", email="other@example.com", placed_at=now - timedelta(days=30))
    row, anonymous = world.item(author_email="late@example.com"), world.item()
    assess_due(tools(world.db), now)
    assert "order_missing" in codes(assessments(world.db)[id_of(row)])
    world.order("K-1", email="late@example.com")
    with world.db.write() as session:
        again_after_orders(session, id_of(world.brand), now)
    assert world.fresh(anonymous).assessed_at == now
    assess_due(tools(world.db), now + timedelta(minutes=1))
    assert "order_contact_matches" in codes(assessments(world.db)[id_of(row)])


def test_two_workers_at_once_agree(world: World, now: datetime) -> None:
    bought = campaign(world, 40)
    with ThreadPoolExecutor(2) as workers:
        passes = [workers.submit(assess_due, tools(world.db), now + timedelta(minutes=n)) for n in range(2)]
        assert sum(one.result() for one in passes) >= len(bought)
    found = assessments(world.db)
    assert {found[id_of(row)].word for row in bought} == {"suspicious"}
    with world.db.read() as session:
        assert len(session.exec(select(TextBand)).all()) == 8 * len(bought)
