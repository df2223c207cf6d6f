"""A real process that is killed while it sends: one mail arrives, or it is shown to be in doubt; never two."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inbox import mail
from inbox.models import DeliveryState
from tests.fakes.mail_server import running
from tests.inbox.test_mail import STEPS, post_house, queue, row
from tests.world import World

ROOT = Path(__file__).parents[2]
SENDER = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from inbox import mail
from monitor.db import Database
from tests.inbox.test_mail import post_house
url, folder, port, step, now = sys.argv[1:]
def notice(reached):
    if reached == step:
        os.kill(os.getpid(), signal.SIGKILL)
mail.send_due(post_house(Database(url), Path(folder), int(port)), datetime.fromisoformat(now), notice)
"""


@pytest.mark.processes
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_sender_never_sends_twice(sqlite_world: World, tmp_path: Path, step: str) -> None:
    world = sqlite_world
    with running() as (server, port):
        house = post_house(world.db, tmp_path, port)
        queue(house, world)
        killed = subprocess.run([sys.executable, "-c", SENDER, world.db.url, str(tmp_path), str(port), step,
                                 world.now.isoformat()], cwd=ROOT, check=False)
        assert killed.returncode == -signal.SIGKILL
        mail.send_due(house, world.now + 2 * mail.LEASE)
        state: DeliveryState = row(house).state
        assert len(server.letters) == (0 if step == "end" else 1)
        assert state is (DeliveryState.IN_DOUBT if step in ("end", "answered") else DeliveryState.SENT)
