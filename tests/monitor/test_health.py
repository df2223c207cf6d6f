"""One word for each place, how late items arrive, and what the platform counts against ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from monitor import health
from monitor.health import Status, delays, status, worst
from monitor.models import Place, Quarantined, Source, SourceState
from tests.fakes.scripted import ScriptedPlatform
from tests.monitor.watching import Watched
from tests.world import World, id_of

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def place(**other: Any) -> Place:
    values: dict[str, Any] = {"source_id": 1, "external_id": "p", "name": "P", "last_good_poll_at": NOW - HOUR}
    return Place(**(values | other))


def source(state: SourceState = SourceState.ACTIVE) -> Source:
    return Source(brand_id=1, kind="demo_shop", name="S", created_at=NOW, state=state)


@pytest.mark.parametrize(("where", "state", "word"), [
    (place(), SourceState.ACTIVE, Status.OK),
    (place(next_poll_at=NOW + HOUR), SourceState.ACTIVE, Status.OK),
    (place(next_poll_at=NOW - HOUR), SourceState.ACTIVE, Status.OK),
    (place(next_poll_at=NOW - HOUR * 2), SourceState.ACTIVE, Status.LATE),
    (place(failures=1, next_poll_at=NOW - DAY), SourceState.ACTIVE, Status.FAILING),
    (place(failures=1), SourceState.PAUSED, Status.PAUSED),
    (place(failures=1), SourceState.DENIED, Status.DENIED),
    (place(watched=False), SourceState.ACTIVE, Status.PAUSED),
    (place(last_good_poll_at=None), SourceState.ACTIVE, Status.NEW)])
def test_one_word_for_a_place(where: Place, state: SourceState, word: Status) -> None:
    assert status(where, source(state), NOW) is word


@pytest.mark.parametrize(("silent", "pause", "word"), [
    (DAY * 8, DAY, Status.QUIET), (DAY * 8, DAY * 2, Status.OK), (DAY * 13, DAY * 2, Status.QUIET),
    (DAY * 6, HOUR, Status.OK), (DAY * 400, None, Status.OK)])
def test_a_place_is_quiet_by_its_own_history(silent: timedelta, pause: timedelta | None, word: Status) -> None:
    assert status(place(), source(), NOW, newest_at=NOW - silent, usual_pause=pause) is word


def test_what_is_pushed_to_us_is_never_late() -> None:
    where = place(last_good_poll_at=None, next_poll_at=NOW - DAY)
    assert status(where, source(), NOW, polled=False) is Status.OK


@pytest.mark.parametrize(("seconds", "p50", "p95"), [
    ([], None, None), ([7.0], 7, 7), ([3, 1, 2], 2, 3), (list(range(1, 101)), 50, 95), ([1, 2], 1, 2)])
def test_percentiles_by_nearest_rank(seconds: list[float], p50: float | None, p95: float | None) -> None:
    assert (delays(seconds).p50, delays(seconds).p95) == (p50, p95)


def test_the_worst_place_speaks_for_its_source() -> None:
    assert worst([Status.OK, Status.FAILING, Status.LATE]) is Status.FAILING
    assert worst([]) is Status.NEW


async def test_the_overview_tells_totals_delays_and_what_is_set_aside(watched: Watched,
                                                                      platform: ScriptedPlatform) -> None:
    for _ in range(3):
        platform.publish()
    await watched.poll()
    platform.total = 5
    await watched.poll()
    watched.world.add(Quarantined(place_id=watched.place_id, raw_key="k", first_seen_at=NOW, last_seen_at=NOW))
    with watched.db.read() as session:
        [shown] = health.overview(session, watched.now)
        [row] = health.rows(session, watched.now)
    assert (shown.status, shown.listed, shown.total, shown.quarantined) == (Status.OK, 3, 5, 1)
    assert shown.places[0].missing == 2
    assert (shown.delay.count, shown.delay.p50) == (3, 3598.0)
    assert shown.last_good_poll_at is not None
    assert (row["status"], row["ours"], row["platform"]) == ("ok", 3, 5)


def test_what_was_there_before_we_came_does_not_count_as_late(sqlite_world: World) -> None:
    sqlite_world.item(ago=DAY * 400, first_seen_at=sqlite_world.now)
    sqlite_world.item(ago=HOUR, first_seen_at=sqlite_world.now)
    with sqlite_world.db.read() as session:
        [shown] = health.overview(session, sqlite_world.now)
    assert (shown.delay.count, shown.delay.p50) == (1, 3600)


def test_the_overview_takes_three_queries_however_many_sources(world: World) -> None:
    for _ in range(5):
        one, where = world.other_source()
        world.item(source_id=one.id, place_id=where.id)
    found: list[str] = []
    event.listen(world.db.engine, "before_cursor_execute", lambda c, cursor, statement, *_: found.append(statement))
    with world.db.read() as session:
        shown = health.overview(session, world.now, id_of(world.brand))
    assert len(shown) == 6
    assert sum(statement.startswith("SELECT") for statement in found) == 3
