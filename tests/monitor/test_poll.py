"""How a poll ends: health, schedule, leases, errors sorted by who must act, one bug that stops nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.base import Connector
from connectors.errors import AccessDenied, ConnectorError, Gone, Surprise, TryLater
from monitor import poll, poll_runs
from monitor.models import Event, Place, PollKind, PollOutcome, PollRun, Source, SourceState
from monitor.tools import Tools
from tests.fakes.demo_platform import DemoPlatform
from tests.fakes.platform import MisbehavingServer
from tests.fakes.scripted import ScriptedPlatform
from tests.monitor.watching import Watched
from tests.world import id_of


async def test_the_first_poll_reads_everything_and_the_next_stops_where_nothing_is_new(
        watched: Watched, platform: ScriptedPlatform) -> None:
    for _ in range(35):
        platform.publish()
    first = await watched.poll()
    platform.publish()
    second = await watched.poll()
    assert (first.kind, first.pages, first.new, first.total) == (PollKind.SWEEP, 4, 35, 35)
    assert (second.kind, second.pages, second.new, platform.cursors) == (PollKind.FAST, 2, 1, [None, {"pass": 35}])


async def test_a_total_that_differs_brings_a_sweep_at_once_but_only_once(watched: Watched,
                                                                         platform: ScriptedPlatform) -> None:
    for _ in range(15):
        platform.publish()
    await watched.poll()
    platform.total = 20
    kinds = [(await watched.poll()).kind for _ in range(3)]
    assert kinds == [PollKind.SWEEP, PollKind.FAST, PollKind.FAST]
    assert watched.place().unexplained == 5


async def test_a_sweep_is_due_every_day(watched: Watched, platform: ScriptedPlatform) -> None:
    platform.publish()
    kinds = [(await watched.poll()).kind for _ in range(26)]
    assert kinds[1:20] == [PollKind.FAST] * 19
    assert PollKind.SWEEP in kinds[20:]


@pytest.mark.parametrize(("error", "state"), [
    (TryLater("{site} is busy.", site="x"), SourceState.ACTIVE), (AccessDenied("No key."), SourceState.DENIED),
    (Gone("No such place."), SourceState.ACTIVE), (Surprise("Odd.", raw=b"<html>\x00"), SourceState.ACTIVE)])
async def test_an_error_closes_the_run_with_its_reason(watched: Watched, platform: ScriptedPlatform,
                                                       error: ConnectorError, state: SourceState) -> None:
    platform.fail_at[1] = error
    run = await watched.poll()
    assert (run.outcome, run.error_kind, run.error, run.facts) == (
        PollOutcome.FAILED, type(error).__name__, error.key, error.facts)
    assert run.raw_excerpt == ("<html>" if isinstance(error, Surprise) else "")
    assert watched.world.fresh(watched.world.source).state is state
    with watched.db.read() as session:
        assert session.get_one(PollRun, run.id).outcome is PollOutcome.FAILED


async def test_the_first_failure_and_the_recovery_are_history_and_what_lies_between_is_not(
        watched: Watched, platform: ScriptedPlatform) -> None:
    for _ in range(3):
        platform.fail_at[1] = TryLater("{site} is busy.", site="x")
        await watched.poll()
    place = watched.place()
    assert (place.failures, place.last_facts) == (3, {"site": "x"})
    assert place.failing_since is not None
    assert place.failing_since - (watched.now - timedelta(hours=2)) < timedelta(minutes=1)
    await watched.poll()
    assert watched.kinds() == ["place.failed", "place.recovered"]
    assert (watched.place().failures, watched.place().failing_since, watched.place().last_error) == (0, None, "")


async def test_retry_after_is_respected(watched: Watched, platform: ScriptedPlatform) -> None:
    platform.fail_at[1] = TryLater("busy", retry_after=7200)
    await watched.poll()
    next_at = watched.place().next_poll_at
    assert next_at is not None
    assert timedelta(0) <= next_at - (watched.now + timedelta(hours=2)) < timedelta(minutes=1)


async def test_a_good_poll_of_a_refused_source_makes_it_active_again(watched: Watched,
                                                                     platform: ScriptedPlatform) -> None:
    platform.fail_at[1] = AccessDenied("No key.")
    await watched.poll()
    await watched.poll()
    assert watched.world.fresh(watched.world.source).state is SourceState.ACTIVE
    assert watched.kinds() == ["place.failed", "source.denied", "place.recovered", "source.accepted"]


async def test_an_expired_key_pauses_the_source(demo: tuple[Watched, DemoPlatform]) -> None:
    watched, site = demo
    site.expire_key()
    assert (await watched.poll()).error_kind == "AccessDenied"
    with watched.db.read() as session:
        assert poll.due_places(session, watched.now + timedelta(days=9), 10) == []


async def test_an_endless_listing_is_stopped(misbehaving: tuple[Watched, MisbehavingServer]) -> None:
    watched, server = misbehaving
    for number in range(30):
        server.platform.publish(f"Review {number}.")
    server.platform.endless = True
    run = await watched.poll()
    assert (run.outcome, run.error_kind, run.facts["page"]) == (PollOutcome.FAILED, "Surprise", 4)
    assert len(watched.items()) == 30


async def test_more_pages_than_allowed_are_an_error(world_of_pages: tuple[Watched, ScriptedPlatform]) -> None:
    watched, platform = world_of_pages
    for _ in range(30):
        platform.publish()
    run = await watched.poll()
    assert (run.error_kind, run.facts, len(watched.items())) == ("Surprise", {"pages": 2}, 20)


@pytest.fixture
def world_of_pages(sqlite_watched: Watched, platform: ScriptedPlatform) -> tuple[Watched, ScriptedPlatform]:
    """A place of which at most two pages may be read."""
    return Watched(sqlite_watched.world, platform.connect, max_pages=2), platform


async def test_a_bug_in_one_connector_stops_no_other_place(watched: Watched, platform: ScriptedPlatform) -> None:
    platform.publish()
    others = [watched.world.other_source() for _ in range(3)]
    broken = others[1][0].id

    def connect(source: Source, tools: Tools) -> Connector:
        if source.id == broken:
            raise ZeroDivisionError("a bug")
        return platform.connect(source, tools)

    runs = await poll.poll_due(watched.tools, watched.now, 10, connect=connect)
    assert sorted(run.outcome for run in runs) == [PollOutcome.FAILED] + [PollOutcome.GOOD] * 3
    [failed] = [run for run in runs if run.outcome is PollOutcome.FAILED]
    assert (failed.error_kind, failed.facts) == ("ZeroDivisionError", {"error": "ZeroDivisionError: a bug"})
    assert len(watched.items()) == 4 - 1


def test_due_places_are_the_watched_ones_of_active_sources_that_nobody_polls(sqlite_watched: Watched) -> None:
    world, now = sqlite_watched.world, sqlite_watched.now
    made = {name: world.other_source(state=state) for name, state in [
        ("due", SourceState.ACTIVE), ("later", SourceState.ACTIVE), ("taken", SourceState.ACTIVE),
        ("unwatched", SourceState.ACTIVE), ("paused", SourceState.PAUSED), ("denied", SourceState.DENIED)]}
    pushed, _ = world.other_source("own_site")
    changes: dict[str, dict[str, object]] = {
        "due": {"next_poll_at": now}, "later": {"next_poll_at": now + timedelta(seconds=1)},
        "taken": {"polling_until": now + timedelta(seconds=1)}, "unwatched": {"watched": False}}
    with world.db.write() as session:
        for name, columns in changes.items():
            place = session.get_one(Place, made[name][1].id)
            for column, value in columns.items():
                setattr(place, column, value)
    with world.db.read() as session:
        assert poll.due_places(session, now, 10) == [world.place.id, id_of(made["due"][1])]
    assert pushed.kind == "own_site"


async def test_the_run_of_a_dead_worker_is_closed_by_the_next(watched: Watched, platform: ScriptedPlatform) -> None:
    with watched.db.write() as session:
        poll_runs.begin(session, [watched.place_id], watched.tools.settings, watched.now)
    await watched.poll()
    with watched.db.read() as session:
        first, second = session.scalars(select(PollRun).order_by(col(PollRun.id))).all()
    assert (first.outcome, first.error_kind, second.outcome) == (PollOutcome.FAILED, "Lost", PollOutcome.GOOD)


async def test_a_worker_that_lost_its_lease_changes_nothing_any_more(watched: Watched,
                                                                     platform: ScriptedPlatform) -> None:
    platform.publish()
    with watched.db.write() as session:
        [slow] = poll_runs.begin(session, [watched.place_id], watched.tools.settings, watched.now)
    await watched.poll()
    before = watched.place()
    with watched.db.write() as session:
        assert not poll_runs.renew(session, slow, watched.now + timedelta(hours=1))
        poll_runs.end(session, [poll_runs.Ending(slow, watched.now)], watched.tools.settings)
    assert watched.place() == before


async def test_an_unknown_place_is_told(sqlite_watched: Watched) -> None:
    with pytest.raises(LookupError):
        await poll.poll_place(999, sqlite_watched.tools, sqlite_watched.now)


async def test_old_good_runs_are_forgotten_and_failures_stay(watched: Watched, platform: ScriptedPlatform) -> None:
    await watched.poll()
    platform.fail_at[1] = TryLater("busy")
    await watched.poll()
    with watched.db.write() as session:
        assert poll_runs.prune(session, watched.now + timedelta(days=1)) == 1
    with watched.db.read() as session:
        assert [run.outcome for run in session.scalars(select(PollRun))] == [PollOutcome.FAILED]
        assert session.scalars(select(col(Event.kind))).all() == ["place.failed"]
