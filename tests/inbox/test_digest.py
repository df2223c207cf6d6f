"""The digest tells the week of a brand to each reader once, and every number opens the list that it counts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlmodel import select

from inbox import digest, digest_words, figures
from inbox.config import Config, Settings
from inbox.house import House, new_http
from inbox.letters import Letter
from inbox.models import Delivery
from inbox.weeks import week_until
from monitor import items
from monitor.models import Location, WorkState
from monitor.vault import Vault
from replies.models import Case, FollowUp, FollowUpState
from tests.world import World, id_of

MONDAY_EIGHT = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
LINK = re.compile(r'<a href="([^"]+)"[^>]*>([^<]*)</a>')


def house_of(world: World, folder: Path, host: str = "mail.example") -> House:
    settings = Settings.model_validate({"inbox": {"address": "https://otklik.example", "mail": {"host": host}}})
    config = Config(settings=settings, var=folder, database_url=world.db.url)
    return House(config=config, db=world.db, vault=Vault.at(folder / "secret.key"), http=new_http(config))


@pytest.fixture
def home(world: World, tmp_path: Path) -> House:
    return house_of(world, tmp_path)


def busy_week(world: World) -> None:
    """Reviews of two weeks at two locations: answered, late, suspicious, solved."""
    other = world.add(Location(brand_id=id_of(world.brand), name="Centrs"))
    for number in range(30):
        ago = timedelta(hours=9 * number)
        replied = None if number % 3 == 0 else world.now - ago + timedelta(hours=5)
        world.item(rating=1 + number % 5, ago=ago, due_at=world.now - ago + timedelta(hours=24), replied_at=replied,
                   work_state=WorkState.DONE if replied else WorkState.NEW, score=80 if number % 7 == 0 else 20,
                   location_id=other.id if number % 2 else world.location.id)
    item = world.item(rating=5, case_number=7)
    case = world.add(Case(number=7, brand_id=id_of(world.brand), title="Cold soup", cause="Waiting",
                          opened_at=world.now))
    world.add(FollowUp(case_id=id_of(case), item_id=id_of(item), state=FollowUpState.CONFIRMED, rating_before=1,
                       asked_at=world.now, answered_at=world.now - timedelta(hours=1)))


def letter(home: House, world: World) -> Letter:
    week = week_until(world.now, ZoneInfo("Europe/Riga"))
    return digest.compose(home, {"brand_id": world.brand.id, "first": week.first.isoformat()}, world.anna, world.now)


def counted(world: World, href: str) -> int:
    query = parse_qsl(urlsplit(unescape(href)).query)
    with world.db.read() as session:
        return items.count(session, items.from_query(query), world.now)


def test_every_number_opens_the_list_that_it_counts(home: House, world: World) -> None:
    busy_week(world)
    numbers = [(int(found[-1]), href) for href, text in LINK.findall(letter(home, world).html)
               if "/inbox?" in href and "case=" not in href and (found := re.findall(r"\d+(?!%)\b(?!%)", text))]
    assert len(numbers) >= 15
    assert {href: counted(world, href) for _, href in numbers} == {href: number for number, href in numbers}


def test_the_figures_are_those_of_the_week(home: House, world: World) -> None:
    busy_week(world)
    week = week_until(world.now, ZoneInfo("Europe/Riga"))
    with world.db.read() as session:
        found = figures.of_week(session, id_of(world.brand), week, world.now)
    mine = [number for number in range(30) if world.now - timedelta(hours=9 * number) >= week.start]
    assert found.reviews.value == len(mine) + 1
    assert found.answered.replied.value == sum(number % 3 != 0 for number in mine)
    assert found.answered.in_time == sum(number % 3 != 0 for number in mine)
    assert found.answered.judged == sum(number % 3 != 0 or 9 * number > 24 for number in mine)
    assert found.overdue.value == sum(number % 3 == 0 and 9 * number > 24 for number in range(30))
    assert [count.value for count in found.stars] == [sum(number % 5 == star for number in mine) + (star == 4)
                                                      for star in (4, 3, 2, 1, 0)]


def test_what_is_not_shown_is_named_with_its_list(home: House, world: World) -> None:
    for number in range(5):
        world.item(due_at=world.now - timedelta(hours=number + 1), author_name=f"Guest {number}")
    html = letter(home, world).html
    assert "Guest 4" in html
    assert "All that are overdue: 5" in html


def test_a_quiet_week_is_told_calmly(home: House, world: World) -> None:
    told = letter(home, world)
    assert "A week without new ratings." in told.html
    assert "0 reviews" in told.text


def test_texts_of_strangers_are_shown_as_text(home: House, world: World) -> None:
    world.item("<img src=x onerror=alert(1)> {{ 7*7 }}", 1, author_name="<b>Eve</b>")
    html = letter(home, world).html
    assert "<img src=x" not in html
    assert "&lt;b&gt;Eve" in html


def test_pictures_lie_inside_and_nothing_is_loaded(home: House, world: World) -> None:
    busy_week(world)
    html = digest.preview(home, world.brand, world.anna, world.now)
    assert re.findall(r'src="([^":]+):', html) == ["data"]
    assert letter(home, world).pictures["stars"].startswith(b"\x89PNG")
    assert "<style>" not in html.replace("<style>@media", "")


def test_a_failing_and_a_quiet_source_are_named(home: House, world: World) -> None:
    for days in range(9, 30):
        world.item(ago=timedelta(days=days))
    source, place = world.other_source(name="Forum")
    with world.db.write() as session:
        row = session.merge(place)
        row.failures, row.last_error, row.last_facts = 3, "{site} is away.", {"site": "forum.example"}
    html = letter(home, world).html
    assert "forum.example is away." in html
    assert "usually 5.2 a week" in html
    assert source.name in html


def keys(world: World) -> list[str]:
    with world.db.read() as session:
        return sorted(session.exec(select(Delivery.key)))


def due(home: House, moment: datetime) -> int:
    return digest.send_due(home, moment)


def only(world: World, **columns: Any) -> None:
    """Let Anna alone receive digests, with these settings."""
    with world.db.write() as session:
        for member in (world.edgars, world.vera, world.adam):
            session.merge(member).digest = False
        anna = session.merge(world.anna)
        for name, value in columns.items():
            setattr(anna, name, value)


def test_each_reader_gets_one_digest_a_week(home: House, world: World) -> None:
    assert due(home, MONDAY_EIGHT) == 4
    assert due(home, MONDAY_EIGHT) == due(home, MONDAY_EIGHT + timedelta(hours=5)) == 0
    assert due(home, MONDAY_EIGHT + timedelta(days=7)) == 4
    assert len(keys(world)) == 8


def test_a_digest_is_due_on_the_clock_of_its_reader(home: House, world: World) -> None:
    only(world, timezone="America/New_York")
    assert due(home, MONDAY_EIGHT) == 0
    assert due(home, MONDAY_EIGHT + timedelta(hours=7)) == 1
    assert keys(world) == [f"digest:1:{world.anna.id}:2026-11-09"]


def test_a_digest_missed_for_long_is_left_out(home: House, world: World) -> None:
    assert due(home, MONDAY_EIGHT + timedelta(days=3, hours=1)) == 0


def test_who_does_not_want_it_gets_none(home: House, world: World) -> None:
    only(world, digest=False)
    assert due(home, MONDAY_EIGHT) == 0


def test_without_a_mail_server_no_digest_piles_up(home: House, world: World, tmp_path: Path) -> None:
    bare = replace(home, config=house_of(world, tmp_path, host="").config)
    assert due(bare, MONDAY_EIGHT) == 0
    assert keys(world) == []


def test_a_digest_asks_the_database_as_often_for_many_as_for_few(home: House, world: World) -> None:
    busy_week(world)
    few = queries(home, world)
    for number in range(12):
        place = world.add(Location(brand_id=id_of(world.brand), name=f"Location {number}"))
        world.item(rating=2, location_id=place.id, due_at=world.now - timedelta(hours=1))
        world.other_source()
    assert queries(home, world) == few


def queries(home: House, world: World) -> int:
    """How many statements one digest takes."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(home.db.engine, "before_cursor_execute", note)
    letter(home, world)
    event.remove(home.db.engine, "before_cursor_execute", note)
    return len(said)


def test_a_link_names_its_queue_so_that_the_inbox_opens_the_same_list() -> None:
    assert digest_words.address_of("http://x", items.Filter(brand_id=1)).startswith("http://x/inbox?queue=all&")
