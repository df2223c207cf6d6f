"""Two workers and two web servers over one PostgreSQL, one worker killed: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlmodel import col, func, select

from inbox import database
from monitor import sources
from monitor.db import Database
from monitor.models import Item, Place
from monitor.vault import Vault
from replies import approve, draft
from replies.models import Purpose, Reply, ReplyState
from replies.settings import RepliesSettings
from tests import databases
from tests.fakes.demo_platform import DemoPlatform
from tests.fakes.processes import Processes, eventually, free_port
from tests.world import World, id_of

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]
SHOPS = ("brivibas", "vecriga", "agenskalns", "mezaparks")
REVIEWS = 40
ANSWERED = 12
SAID = (ReplyState.POSTED, ReplyState.VERIFIED)


class Firm:
    """A brand watched by several processes; the test looks at the same database and the same site."""

    def __init__(self, url: str, folder: Path) -> None:
        self.now = datetime.now(UTC)
        self.db = Database(url)
        database.upgrade(self.db)
        self.world = World(self.db, self.now)
        self.site = DemoPlatform(self.now)
        self.key = Fernet.generate_key().decode()
        config = folder / "config.yaml"
        config.write_text("connectors:\n  allow_hosts: ['127.0.0.1']\nreplies:\n  undo_seconds: 0\n")
        self.environment = {"OTKLIK_DATABASE_URL": url, "OTKLIK_SECRET_KEY": self.key, "OTKLIK_VAR": str(folder),
                            "OTKLIK_CONFIG": str(config)}

    def watch(self) -> None:
        """Watch the shops of the site with its real key."""
        vault = Vault(self.key)
        with self.db.write() as session:
            source = sources.add(session, id_of(self.world.brand), "demo_shop", "Site", vault=vault, by_id=None,
                                 values={"site": self.site.url, "key": self.site.key}, now=self.now)
            for shop in SHOPS:
                sources.watch(session, source, self.site.place(shop), self.now)

    def publish(self, number: int) -> list[str]:
        """Visitors write that many reviews in each shop."""
        return [self.site.publish(f"Review {count} of {shop}: the soup was cold.", shop=shop, author=f"A{count}")
                for shop in SHOPS for count in range(number)]

    def heard(self) -> int:
        with self.db.read() as session:
            return session.exec(select(func.count()).select_from(Item).where(
                col(Item.source_id) != self.world.source.id)).one()

    def answer(self, number: int) -> list[int]:
        """Edgars writes and Anna approves that many replies."""
        settings = RepliesSettings(undo_seconds=0)
        with self.db.read() as session:
            items = session.exec(select(Item.id).order_by(col(Item.id)).limit(number)).all()
        found = []
        for item_id in items:
            text = f"We are sorry for the cold soup, number {item_id}. Write to anna@kafesaule.example."
            edgars = id_of(self.world.edgars)
            reply = draft.save(self.db, item_id or 0, Purpose.REPLY, text, 0, edgars, self.now, settings)
            with self.db.write() as session:
                approve.approve(session, id_of(reply), id_of(self.world.anna), self.now, settings)
            found.append(id_of(reply))
        return found

    def states(self, reply_ids: list[int]) -> list[ReplyState]:
        with self.db.read() as session:
            return [reply.state for reply in session.exec(select(Reply).where(col(Reply.id).in_(reply_ids)))]

    def due_now(self) -> None:
        """Somebody presses “check now”."""
        with self.db.write() as session:
            for place in session.exec(select(Place)).all():
                place.next_poll_at = self.now
                session.add(place)


@pytest.fixture
def firm(postgresql_url: str, tmp_path: Path) -> Iterator[Firm]:
    name = f"workers_{uuid.uuid4().hex[:12]}"
    databases.create(postgresql_url, name)
    made = Firm(databases.named(postgresql_url, name), tmp_path)
    with made.site:
        yield made
    made.db.close()
    databases.drop(postgresql_url, name)


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(firm: Firm, tmp_path: Path) -> None:
    firm.watch()
    published = firm.publish(REVIEWS)
    ports = (free_port(), free_port())
    with Processes(firm.environment, tmp_path) as running:
        victim = running.start("worker-1", "work")
        running.start("worker-2", "work")
        for number, port in enumerate(ports):
            running.start(f"web-{number}", "serve", "--no-jobs", "--port", str(port))
        assert eventually(lambda: firm.heard() >= ANSWERED, 60), running.logs()
        replies = firm.answer(ANSWERED)
        assert eventually(lambda: any(state in SAID for state in firm.states(replies)), 60), running.logs()
        os.kill(victim.pid, signal.SIGKILL)
        published += firm.publish(3)
        firm.due_now()
        assert eventually(lambda: firm.heard() == len(published), 150), (firm.heard(), running.logs())
        assert eventually(lambda: all(state in (*SAID, ReplyState.POSTING, ReplyState.UNSURE)
                                      for state in firm.states(replies)), 60), running.logs()
        for port in ports:
            assert httpx.get(f"http://127.0.0.1:{port}/sign-in", timeout=20).status_code == 200
    public = [len(firm.site.answers(review)) for review in published]
    said = sum(state in SAID for state in firm.states(replies))
    assert max(public) == 1
    assert said <= sum(public) <= ANSWERED


def test_serve_refuses_a_database_of_another_version_and_says_what_to_do(firm: Firm, tmp_path: Path) -> None:
    with firm.db.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with Processes(firm.environment, tmp_path) as running:
        refused = running.start("web", "serve", "--port", str(free_port()))
        assert refused.wait(60) == 3
        assert "newer version of Otklik" in running.log_of("web")
