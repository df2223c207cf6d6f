"""A person adds a source in three steps against a real site, sees its health, mends it, and imports a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from inbox.config import Config, Settings
from inbox.house import House, new_http
from inbox.web import create_app
from monitor import sources
from monitor.models import Item, Place, PollKind, PollOutcome, PollRun, Quarantined, Source, SourceState
from monitor.vault import Vault
from tests.fakes.demo_platform import DemoPlatform
from tests.inbox.conftest import ADDRESS, Browser, Clock
from tests.world import World, id_of


@pytest.fixture
def house(cast: World, tmp_path: Path) -> House:
    """Like everywhere, and the pretend site's host is allowed."""
    settings = Settings.model_validate({"inbox": {"address": ADDRESS}, "connectors": {"allow_hosts": ["127.0.0.1"]}})
    config = Config(settings=settings, var=tmp_path, database_url=cast.db.url)
    return House(config=config, db=cast.db, vault=Vault.at(tmp_path / "secret.key"), http=new_http(config))


@pytest.fixture
def platform(now: datetime) -> Iterator[DemoPlatform]:
    with DemoPlatform(now) as site:
        yield site


def newest(world: World) -> Source:
    with world.db.read() as session:
        return session.exec(select(Source).order_by(Source.id.desc())).first()  # type: ignore[union-attr, return-value]


def add(client: Browser, platform: DemoPlatform, key: str = "") -> str:
    client.visit("/sources/add?kind=demo_shop")
    answer = client.submit("/sources/add", platform="demo_shop", name="Shops", site=platform.url,
                           key=key or platform.key)
    return answer.headers.get("location", answer.text)


def test_a_source_is_added_in_three_steps(client: Browser, cast: World, platform: DemoPlatform) -> None:
    assert "Demo review site" in client.visit("/sources/add?q=demo").text
    places = add(client, platform)
    offered = re.findall(r'name="place" value="([^"]+)"', client.visit(places).text)
    client.submit(places, place=offered[:2])
    source = newest(cast)
    with cast.db.read() as session:
        watched = session.exec(select(Place.external_id).where(Place.source_id == source.id)).all()
    assert (source.state, sorted(watched)) == (SourceState.ACTIVE, sorted(offered[:2]))


def test_a_wrong_key_is_told_and_nothing_is_stored(client: Browser, cast: World, platform: DemoPlatform) -> None:
    before = newest(cast).id
    said = add(client, platform, key="wrong")
    assert "did not let us in" in said
    assert newest(cast).id == before


def test_a_missing_setting_is_told_at_its_field(client: Browser) -> None:
    client.visit("/sources/add?kind=wordpress")
    answer = client.submit("/sources/add", platform="wordpress", site_url="https://blog.example", username="")
    assert answer.status_code == 422
    assert "This is needed." in answer.text
    assert "https://blog.example" in answer.text


def test_a_private_address_is_refused_with_the_remedy(client: Browser) -> None:
    client.visit("/sources/add?kind=feed")
    answer = client.submit("/sources/add", platform="feed", feed_url="http://10.0.0.1/feed")
    assert answer.status_code == 422
    assert "allow_hosts" in answer.text


def test_the_key_never_comes_back_to_a_page(client: Browser, cast: World, platform: DemoPlatform) -> None:
    add(client, platform)
    page = client.visit(f"/sources/{newest(cast).id}/settings").text
    assert platform.key not in page
    assert "leave empty to keep it" in page


def test_saving_without_a_key_keeps_the_old_one(client: Browser, cast: World, house: House,
                                                platform: DemoPlatform) -> None:
    add(client, platform)
    source = newest(cast)
    client.visit(f"/sources/{source.id}/settings")
    client.submit(f"/sources/{source.id}/settings", name="Renamed", site=platform.url, key="")
    renamed = cast.fresh(source)
    settings = sources.settings_of(renamed, house.vault)
    assert renamed.name == "Renamed"
    assert settings.key.get_secret_value() == platform.key  # type: ignore[attr-defined]


def test_a_failing_source_shows_the_platforms_words_and_the_way_out(client: Browser, cast: World) -> None:
    place = cast.fresh(cast.place)
    place.failures, place.failing_since, place.last_error = 3, cast.now, "The site is closed for repairs."
    cast.add(place)
    page = client.visit("/sources").text
    assert "The site is closed for repairs." in page
    assert "Try again" in page


def test_checking_now_makes_the_places_due(client: Browser, cast: World) -> None:
    client.visit("/sources")
    client.submit(f"/sources/{cast.source.id}/poll")
    assert cast.fresh(cast.place).next_poll_at == cast.now


def test_the_log_shows_what_a_check_found(client: Browser, cast: World) -> None:
    cast.add(PollRun(place_id=id_of(cast.place), kind=PollKind.SWEEP, outcome=PollOutcome.GOOD, started_at=cast.now,
                     new=7))
    assert "new: 7" in client.visit(f"/sources/{cast.source.id}").text


def test_what_is_set_aside_is_shown_with_its_raw_answer(client: Browser, cast: World) -> None:
    cast.add(Quarantined(place_id=id_of(cast.place), raw_key="k", raw={"stars": "<b>many</b>"}, error="No text.",
                         first_seen_at=cast.now, last_seen_at=cast.now))
    page = client.visit(f"/sources/{cast.source.id}").text
    assert "&lt;b&gt;many&lt;/b&gt;" in page
    assert "Retry" in page


def test_a_viewer_may_look_and_not_touch(browser: Callable[..., Browser], cast: World) -> None:
    viewer = browser(cast.vera)
    assert viewer.visit("/sources").status_code == 200
    assert viewer.submit(f"/sources/{cast.source.id}/pause").status_code == 403
    assert cast.fresh(cast.source).state is SourceState.ACTIVE


CSV = "id;author;rating;text;date\n1;Marta;5;Great soup;2026-11-01\n2;Ilze;77;Bad;2026-11-02\n"


def test_a_file_is_previewed_before_it_is_imported(client: Browser, cast: World) -> None:
    source, _ = cast.other_source("csv_file", settings={"origin": "Old system"})
    client.visit(f"/sources/{source.id}")
    page = client.post(f"/sources/{source.id}/file", data={"csrf": client.token}, files={"file": ("a.csv", CSV)}).text
    assert "1 line can be imported." in page
    assert "Line 3" in page
    upload = re.search(rf"/sources/{source.id}/file/([\w-]+)", page)
    assert upload is not None
    columns = dict(re.findall(r'name="column-(\w+)">(?:(?!</select>).)*?<option value="([^"]+)" selected', page))
    client.submit(f"/sources/{source.id}/file/{upload.group(1)}", act="import",
                  **{f"column-{name}": column for name, column in columns.items()})
    with cast.db.read() as session:
        assert session.exec(select(Item.text).where(Item.source_id == source.id)).all() == ["Great soup"]


def test_a_source_for_files_is_added_though_its_settings_have_a_kind_too(client: Browser, cast: World) -> None:
    client.visit("/sources/add?kind=csv_file")
    answer = client.submit("/sources/add", platform="csv_file", name="Old system", origin="Old system", kind="review",
                           time_zone="Europe/Riga", rating_best="5", rating_worst="1")
    assert answer.status_code == 303
    assert newest(cast).kind == "csv_file"


def test_pages_of_the_sources_screen_speak_russian_and_latvian(house: House, cast: World, clock: Clock) -> None:
    for language in ("ru", "lv"):
        anna = cast.fresh(cast.anna)
        anna.language = language
        cast.add(anna)
        client = Browser(create_app(replace(house), clock), base_url=ADDRESS, follow_redirects=False)
        client.enter(anna.email)
        assert f'<html lang="{language}"' in client.visit("/sources").text
