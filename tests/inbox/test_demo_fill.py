"""The filled demo: everything came through the connectors, and every condition of the inbox can be seen."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import Session, SQLModel, col, select

from inbox.config import Config, Settings
from inbox.demo.fill import fill
from inbox.demo.server import DemoServer, open_world
from inbox.demo.stage import utc_now
from inbox.house import House, new_http
from monitor import health
from monitor.db import Database
from monitor.models import Assessment, Brand, Event, Item, Order, Place, PollRun, Revision, Source, SourceState, Verdict
from monitor.vault import Vault
from replies.models import Case, FollowUp, Note, Reply, ReplyState, Template

Row = TypeVar("Row", bound=SQLModel)
NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


class Filled:
    """The database of a demo that was filled at NOW, and its site."""

    def __init__(self, house: House, site: DemoServer) -> None:
        self.house, self.site = house, site
        self.signed_in: list[int] = []
        self.shares: list[float] = []
        fill(house, NOW, self.shares.append, site=site, set_password=self._set_password)

    def _set_password(self, session: Session, member_id: int) -> None:
        self.signed_in.append(member_id)

    def all(self, table: type[Row]) -> list[Row]:
        """Every row of a table."""
        with self.house.db.read() as session:
            return list(session.exec(select(table)))


@pytest.fixture(scope="module")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "otklik.db")
    settings = Settings()
    settings.connectors.allow_hosts.append("127.0.0.1")
    config = Config(settings=settings, var=folder, database_url=f"sqlite:///{folder / 'otklik.db'}")
    house = House(config=config, db=Database(config.database_url), vault=Vault.at(folder / "key"),
                  http=new_http(config))
    with DemoServer(open_world(folder / "site", NOW), port=0) as site:
        yield Filled(house, site)
    house.close()


def test_hundreds_of_items_in_three_languages_came_over_eight_weeks(demo: Filled) -> None:
    items = demo.all(Item)
    assert 250 <= len(items) <= 400
    assert all(count > 50 for language, count in Counter(item.language for item in items).items() if language)
    assert min(item.published_at for item in items) < NOW - timedelta(days=50)
    assert max(item.published_at for item in items) > NOW - timedelta(hours=3)


def test_nothing_that_stands_on_the_site_is_missing(demo: Filled) -> None:
    heard = {item.external_id for item in demo.all(Item) if item.removed_at is None}
    world = demo.site.stage.world
    on_site = {e.id for e in world.at(NOW).entries.values() if world.shops[e.shop_id].listed}
    assert on_site - heard == set()
    assert all(place.platform_total == place.listed_count for place in demo.all(Place) if place.platform_total)


def test_items_were_heard_minutes_after_they_appeared(demo: Filled) -> None:
    late = timedelta(hours=1)
    slow = [i.external_id for i in demo.all(Item) if i.first_seen_at - i.published_at > late]
    assert sorted(slow) == ["late-1", "late-2", "late-3"]


def test_edits_and_removals_left_their_traces(demo: Filled) -> None:
    assert len(demo.all(Revision)) >= 10
    assert {i.external_id for i in demo.all(Item) if i.removed_at} == {"removed-1", "removed-2"}


@pytest.mark.parametrize("state", ["", "draft", "in_review", "verified", "refused", "unsure", "manual", "withdrawn"])
def test_every_state_of_a_reply_can_be_seen(demo: Filled, state: str) -> None:
    assert [i.id for i in demo.all(Item) if i.reply_state == state]


@pytest.mark.parametrize("state", ["due", "confirmed", "disputed", "silent", "rating_raised"])
def test_every_end_of_a_follow_up_can_be_seen(demo: Filled, state: str) -> None:
    assert [row.id for row in demo.all(FollowUp) if row.state == state]


@pytest.mark.parametrize("state", ["new", "open", "waiting", "done", "snoozed", "irrelevant"])
def test_every_state_of_work_can_be_seen(demo: Filled, state: str) -> None:
    assert [i.id for i in demo.all(Item) if i.work_state == state]


@pytest.mark.parametrize("stage", ["registration", "analysis", "corrective_action", "satisfaction", "closed"])
def test_a_case_stands_in_every_stage(demo: Filled, stage: str) -> None:
    assert [case.id for case in demo.all(Case) if case.stage == stage]


def test_what_was_posted_stands_on_the_site(demo: Filled) -> None:
    verified = [reply for reply in demo.all(Reply) if reply.state is ReplyState.VERIFIED]
    texts = {answer.text for entry in demo.site.stage.world.at(NOW).entries.values() for answer in entry.answers}
    assert len(verified) > 50
    assert {reply.text for reply in verified} <= texts


def test_the_burst_of_copies_is_suspicious_and_ordinary_guests_are_not(demo: Filled) -> None:
    words = Counter(assessment.word for assessment in demo.all(Assessment))
    scores = {item.external_id: item.score or 0 for item in demo.all(Item)}
    assert min(scores[one] for one in ("guest-88", "copy-2", "copy-3")) >= 75
    assert max(score for name, score in scores.items() if name.startswith("r-")) < 75
    assert words["suspicious"] >= 4
    assert words["unclear"] >= 2


def test_the_team_gave_every_verdict(demo: Filled) -> None:
    assert {item.verdict for item in demo.all(Item)} == {None, Verdict.FAKE, Verdict.GENUINE, Verdict.UNSURE}


def test_there_is_work_to_do_and_some_of_it_is_late(demo: Filled) -> None:
    waiting = [i for i in demo.all(Item) if i.work_state in ("new", "open") and not i.aside and not i.competitor]
    late = [i for i in waiting if i.due_at and i.due_at < NOW]
    assert 12 <= len(waiting) <= 45
    assert 3 <= len(late) <= 20
    assert {i.language for i in waiting} >= {"en", "ru", "lv"}


def test_mentions_of_other_suns_are_kept_aside(demo: Filled) -> None:
    aside = {item.title for item in demo.all(Item) if item.aside}
    assert "Saule satellite returns its first images" in aside
    assert len(aside) == 4


def test_sources_stand_in_every_condition(demo: Filled) -> None:
    assert Counter(source.state for source in demo.all(Source)) == {
        SourceState.ACTIVE: 5, SourceState.PAUSED: 1, SourceState.DENIED: 1}
    failing = [place for place in demo.all(Place) if place.failures]
    assert {place.last_error_kind for place in failing} == {"Surprise", "AccessDenied"}
    assert {run.outcome for run in demo.all(PollRun)} == {"good", "failed"}


def test_no_healthy_source_is_late_on_the_first_page(demo: Filled) -> None:
    with demo.house.db.read() as session:
        seen = Counter(str(source.status) for source in health.overview(session, NOW))
    assert "late" not in seen
    assert seen["denied"] == seen["failing"] == seen["paused"] == 1


def test_people_places_orders_and_templates_are_there(demo: Filled) -> None:
    assert len(demo.signed_in) == 6
    assert len(demo.all(Order)) == 200
    assert {template.language for template in demo.all(Template)} == {"en", "ru", "lv"}
    assert [brand.name for brand in demo.all(Brand)] == ["Kafe Saule"]
    assert len(demo.all(Note)) >= 8


def test_history_has_no_future_and_the_clock_of_the_site_runs_on(demo: Filled) -> None:
    assert max(event.at for event in demo.all(Event)) <= NOW
    assert demo.site.stage.clock is utc_now
    assert demo.shares == sorted(demo.shares)
    assert demo.shares[-1] == 1


def test_no_item_is_a_reply_of_ours(demo: Filled) -> None:
    with demo.house.db.read() as session:
        assert session.exec(select(Item.id).where(col(Item.author_name) == "Kafe Saule")).all() == []
