"""The world of the demo: the same seed tells the same story, a restart keeps what was done."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from inbox.demo import timeline, voices
from inbox.demo.cafe import holidays
from inbox.demo.journal import Journal
from inbox.demo.server import open_world
from inbox.demo.world import Entry, World, nothing

HALF_HOUR = timedelta(minutes=30)


def story(now: datetime, seed: int = 7) -> World:
    return World(seed, now, plan=timeline.plan)


def quiet(now: datetime, journal: Journal | None = None) -> World:
    return World(0, now, plan=nothing, journal=journal)


def spoken(world: World, now: datetime) -> dict[str, Entry]:
    return world.at(now).entries


def publish(world: World, at: datetime, text: str = "Cold soup") -> str:
    return world.publish(at, "brivibas", author_id="u1", author_name="Marta K.", rating=1, text=text)


def test_the_same_seed_tells_the_same_story(now: datetime) -> None:
    assert spoken(story(now), now + HALF_HOUR) == spoken(story(now), now + HALF_HOUR)
    assert spoken(story(now), now) != spoken(story(now, seed=8), now)


def test_what_is_found_does_not_depend_on_when_one_looked_before(now: datetime) -> None:
    looked = story(now)
    for minutes in (90, 3, 41, 12):
        looked.at(now + timedelta(minutes=minutes))
    assert spoken(looked, now + HALF_HOUR) == spoken(story(now), now + HALF_HOUR)


def test_a_review_appears_every_minute_or_two_in_the_first_half_hour_and_then_more_slowly(now: datetime) -> None:
    world = story(now)
    counts = [len(spoken(world, now + n * HALF_HOUR)) for n in range(3)]
    assert 14 <= counts[1] - counts[0] <= 31
    assert counts[2] - counts[1] <= 8


def test_the_past_holds_late_edited_and_removed_reviews(now: datetime) -> None:
    happenings = story(now).planned(now)
    late = [h for h in happenings if h.what == "published" and datetime.fromisoformat(h.data["created_at"]) < h.at]
    kinds = Counter(h.what for h in happenings)
    assert len(late) >= 3
    assert kinds["edited"] >= 10
    assert kinds["removed"] >= 2
    assert kinds["answered"] >= 1


def test_the_plan_comes_in_order_of_time(now: datetime) -> None:
    happenings = story(now).planned(now + timedelta(days=9))
    assert [h.at for h in happenings] == sorted(h.at for h in happenings)


def test_live_edits_and_removals_follow_their_review(now: datetime) -> None:
    seen: set[str] = set()
    for happening in story(now).planned(now + timedelta(days=9)):
        assert happening.what == "published" or happening.entry_id in seen, happening
        seen.add(happening.entry_id)


def test_actions_survive_a_restart(now: datetime, tmp_path: Path) -> None:
    world = quiet(now, Journal(tmp_path / "actions.jsonl"))
    review = publish(world, now)
    world.answer(now, review, "We are sorry.", author_name="Kafe Saule")
    again = quiet(now, Journal(tmp_path / "actions.jsonl"))
    assert spoken(again, now) == spoken(world, now)
    assert publish(again, now) != review


def test_half_a_line_left_by_a_kill_is_dropped_and_the_next_line_is_whole(now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "actions.jsonl"
    publish(quiet(now, Journal(path)), now, "First")
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    publish(quiet(now, Journal(path)), now, "Second")
    texts = [entry.text for entry in spoken(quiet(now, Journal(path)), now).values()]
    assert texts == ["First", "Second"]


def test_a_known_world_keeps_its_beginning(now: datetime, tmp_path: Path) -> None:
    open_world(tmp_path, now)
    later = open_world(tmp_path, now + timedelta(days=3), seed=99)
    assert (later.start, later.seed) == (now, open_world(tmp_path, now).seed)


def test_an_action_in_the_past_counts_from_then_on(now: datetime) -> None:
    world = quiet(now)
    world.at(now)
    publish(world, now - timedelta(hours=2))
    assert len(spoken(world, now)) == 1
    assert spoken(world, now - timedelta(hours=3)) == {}


@pytest.mark.parametrize("name", ["en", "ru", "lv", "live", "short", "guest_book", "rival"])
def test_every_text_has_stars_from_one_to_five(name: str) -> None:
    assert {line["rating"] for line in voices.lines(name)} <= {1, 2, 3, 4, 5}


def test_no_long_text_is_said_twice() -> None:
    long = [line["text"] for line in (*voices.everyday(), *voices.lines("live"), *voices.lines("guest_book"))]
    assert [text for text, count in Counter(long).items() if count > 1] == []
    assert len(long) >= 150


def test_addresses_of_the_crowd_are_for_documentation(now: datetime) -> None:
    networks = ("203.0.113.", "198.51.100.", "192.0.2.")
    assert all(entry.ip.startswith(networks) for entry in spoken(story(now), now).values() if entry.ip)


def test_every_scene_line_of_the_team_is_about_somebody_who_wrote() -> None:
    known = {scene["id"] for scene in voices.lines("scenes")} | {"charge-c1", "allergy-c1"}
    assert {line["on"] for line in voices.lines("team")} <= known


def test_easter_moves_and_midsummer_stays() -> None:
    assert {"2026-04-03", "2026-04-06", "2026-06-23", "2026-11-18"} <= set(holidays(2026))


def test_an_action_is_one_json_line(now: datetime, tmp_path: Path) -> None:
    publish(quiet(now, Journal(tmp_path / "a.jsonl")), now, "two\nlines")
    only, = (tmp_path / "a.jsonl").read_bytes().splitlines()
    assert orjson.loads(only)["data"]["text"] == "two\nlines"
