"""``kill -9`` at every step of posting: one public reply or a visible unsure, never two, never none shown as posted."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest

from connectors.base import ReplyMode
from replies import faults, post, verify
from replies.errors import NotAllowed
from replies.models import AttemptOutcome, Purpose, ReplyState
from tests.fakes.demo_platform import DemoPlatform
from tests.replies.desk import WORDS, Desk
from tests.replies.runner import KINDS
from tests.world import World, id_of

pytestmark = pytest.mark.processes
STEPS = ["post.due", "post.claimed", "post.sent", "post.stored"]


@pytest.fixture
def site(now: datetime) -> Iterator[DemoPlatform]:
    """A site with a shop that keeps a thread and one that keeps a single reply."""
    with DemoPlatform(now, {"vecriga": ReplyMode.SINGLE}) as platform:
        yield platform


def desk_for(mode: str, world: World, site: DemoPlatform) -> Desk:
    """A desk before a review where the platform takes replies in this mode."""
    return Desk(world, site, KINDS[mode], shop="vecriga" if mode == "single" else "brivibas")


def in_a_process(desk: Desk, mode: str, verb: str, reply_id: int, fault: str = "", **after: float) -> int:
    """Run a worker that dies at ``fault``; its exit code, minus the signal when it was killed."""
    command = [sys.executable, "-m", "tests.replies.runner", verb, desk.world.db.url, desk.platform.url, mode,
               str(reply_id), desk.at(**after).isoformat(), f"{fault}:kill" if fault else ""]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode


def honest(desk: Desk, reply_id: int) -> bool:
    """What the team is shown agrees with what a visitor sees."""
    reply, public = desk.reply(reply_id), desk.public()
    shown = reply.state in (ReplyState.POSTED, ReplyState.VERIFIED)
    return len(public) == 1 if shown else len(public) <= 1


@pytest.mark.parametrize("mode", ["thread", "single"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_worker_killed_while_posting_leaves_one_reply_or_a_visible_unsure(
        world: World, site: DemoPlatform, mode: str, step: str) -> None:
    async with desk_for(mode, world, site) as desk:
        reply_id = desk.approved()
        assert in_a_process(desk, mode, "post", reply_id, step) == -signal.SIGKILL
        assert honest(desk, reply_id)
        post.recover(world.db, desk.settings, desk.at(minutes=20))
        await desk.post(reply_id, desk.at(minutes=20))
        await desk.verify(reply_id, minutes=21)
        unsent = step == "post.claimed"
        assert desk.reply(reply_id).state is (ReplyState.UNSURE if unsent else ReplyState.VERIFIED)
        assert desk.public() == ([] if unsent else [WORDS])


@pytest.mark.parametrize("step", STEPS)
async def test_a_killed_worker_leaves_a_reply_by_hand_to_people(sqlite_world: World, site: DemoPlatform,
                                                                step: str) -> None:
    async with desk_for("none", sqlite_world, site) as desk:
        desk.kind = KINDS["thread"]
        reply_id = desk.approved()
        in_a_process(desk, "none", "post", reply_id, step)
        assert desk.reply(reply_id).state in (ReplyState.SCHEDULED, ReplyState.MANUAL)
        desk.kind = KINDS["none"]
        await desk.post(reply_id, desk.at(minutes=20))
        assert (desk.reply(reply_id).state, desk.public()) == (ReplyState.MANUAL, [])


async def test_a_look_that_is_killed_is_looked_again(sqlite_world: World, site: DemoPlatform) -> None:
    async with desk_for("thread", sqlite_world, site) as desk:
        reply_id = desk.approved()
        await desk.post(reply_id)
        assert in_a_process(desk, "thread", "verify", reply_id, "verify.found", seconds=30) == -signal.SIGKILL
        assert desk.reply(reply_id).state is ReplyState.POSTED
        assert (await desk.verify(reply_id, seconds=31)).state is ReplyState.VERIFIED


async def test_a_person_may_post_again_only_after_a_look_that_shows_it_absent(
        sqlite_world: World, site: DemoPlatform) -> None:
    async with desk_for("thread", sqlite_world, site) as desk:
        reply_id, lead = desk.approved(), id_of(sqlite_world.anna)
        in_a_process(desk, "thread", "post", reply_id, "post.claimed")
        post.recover(sqlite_world.db, desk.settings, desk.at(minutes=20))
        with sqlite_world.db.write() as session, pytest.raises(NotAllowed):
            verify.send_again(session, reply_id, lead, desk.at(minutes=20), desk.settings)
        await desk.verify(reply_id, minutes=21)
        with sqlite_world.db.write() as session:
            verify.send_again(session, reply_id, lead, desk.at(minutes=22), desk.settings)
        await desk.post(reply_id, desk.at(minutes=23))
        assert desk.public() == [WORDS]


async def test_what_lands_before_it_is_sent_again_is_not_doubled(sqlite_desk: Desk) -> None:
    reply_id, lead = sqlite_desk.approved(), id_of(sqlite_desk.world.anna)
    in_a_process(sqlite_desk, "thread", "post", reply_id, "post.claimed")
    post.recover(sqlite_desk.world.db, sqlite_desk.settings, sqlite_desk.at(minutes=20))
    await sqlite_desk.verify(reply_id, minutes=21)
    with sqlite_desk.world.db.write() as session:
        verify.send_again(session, reply_id, lead, sqlite_desk.at(minutes=22), sqlite_desk.settings)
    sqlite_desk.platform.reply_elsewhere(sqlite_desk.review, WORDS)
    assert (await sqlite_desk.post(reply_id, sqlite_desk.at(minutes=23))).state is ReplyState.POSTED
    assert sqlite_desk.public() == [WORDS]


async def test_recovery_leaves_a_worker_alone_that_is_still_within_its_lease(sqlite_desk: Desk) -> None:
    reply_id = sqlite_desk.approved()
    in_a_process(sqlite_desk, "thread", "post", reply_id, "post.claimed")
    assert post.recover(sqlite_desk.world.db, sqlite_desk.settings, sqlite_desk.at(minutes=1)) == []
    assert sqlite_desk.reply(reply_id).state is ReplyState.POSTING
    assert sqlite_desk.version(Purpose.REPLY) == 1


async def test_a_worker_that_starts_anew_settles_its_own_unfinished_try_at_once(sqlite_desk: Desk) -> None:
    reply_id = sqlite_desk.approved()
    in_a_process(sqlite_desk, "thread", "post", reply_id, "post.sent")
    worker = "process-post.sent:kill"
    assert post.recover(sqlite_desk.world.db, sqlite_desk.settings, sqlite_desk.at(seconds=1), worker) == [reply_id]
    assert sqlite_desk.attempts(reply_id)[0].outcome is AttemptOutcome.UNSURE


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        faults.arm("post.nowhere:kill")


def test_a_point_that_is_not_armed_does_nothing() -> None:
    faults.arm("")
    faults.point("post.claimed")
