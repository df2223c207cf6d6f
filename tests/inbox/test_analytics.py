"""Analytics counts a period beside the one before, and every figure opens the list that it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from connectors.base import Published
from inbox import analytics, analytics_cases, analytics_team, analytics_weeks, behind
from inbox.analytics import Scope
from inbox.behind import Figure
from inbox.periods import period_until
from monitor.models import Item, Location, Place, Verdict, WorkState
from replies.models import Case, CaseItem, FollowUp, FollowUpState, Reply, Stage
from tests.inbox.conftest import Browser
from tests.world import World, id_of

LINK = re.compile(r'<a href="([^"]+)" data-n="(\d+)">([^<]*)</a>')
RIGA = ZoneInfo("Europe/Riga")


def busy(world: World) -> Location:
    """Twenty weeks of reviews in three languages: answered, late, fake, suspicious, removed; a case; a competitor."""
    other = world.add(Location(brand_id=id_of(world.brand), name="Centrs"))
    second, _ = world.other_source("feed")
    for number in range(60):
        _review(world, number, other, id_of(second))
    rival = world.add(Place(source_id=id_of(world.source), external_id="rival", name="Rival", competitor=True))
    for rating in (5, 4, 4):
        world.item(rating=rating, place_id=rival.id, location_id=None, competitor=True)
    for number in range(3):
        _case(world, number)
    return other


def _review(world: World, number: int, other: Location, second: int) -> Item:
    ago = timedelta(days=2.3 * number, hours=1)
    replied = None if number % 3 == 0 else world.now - ago + timedelta(hours=1 + number % 30)
    item = world.item(
        rating=1 + number % 5, ago=ago, due_at=world.now - ago + timedelta(hours=20), replied_at=replied,
        work_state=WorkState.DONE if replied else WorkState.NEW, score=80 if number % 7 == 0 else 20,
        verdict=Verdict.FAKE if number % 11 == 0 else Verdict.UNSURE if number % 13 == 0 else None,
        language=("lv", "ru", "en", "de", "lt", "et", "")[number % 7],
        location_id=other.id if number % 2 else world.location.id, source_id=second if number % 4 == 0 else
        world.source.id, removed_at=world.now if number % 17 == 0 else None,
        status=Published.HELD if number == 5 else Published.PUBLISHED)
    if replied:
        for part in range(1 + number % 2):
            world.add(Reply(item_id=id_of(item), key=f"k-{number}-{part}", text="Thank you", posted_at=replied,
                            author_id=None if number % 19 == 1 else (world.anna if number % 2 else world.edgars).id,
                            created_at=replied, updated_at=replied))
    return item


def _case(world: World, number: int) -> None:
    item = world.item(rating=1)
    case = world.add(Case(number=number + 1, brand_id=id_of(world.brand), title="Cold soup", opened_at=world.now,
                          stage=Stage.SATISFACTION, cause="Waiting" if number else "", resolved_at=world.now))
    world.add(CaseItem(case_id=id_of(case), item_id=id_of(item)))
    if number == 2:
        world.add(FollowUp(case_id=id_of(case), item_id=id_of(item), state=FollowUpState.CONFIRMED,
                           posted_at=world.now, answered_at=world.now))


def scope_of(world: World, weeks: int = 12, location: Location | None = None) -> Scope:
    return Scope(id_of(world.brand), id_of(location) if location else None, period_until(world.now, weeks, RIGA),
                 world.now)


def figures_in(value: Any) -> list[Figure]:
    """All figures inside nested results."""
    if isinstance(value, Figure):
        return [value]
    if isinstance(value, dict):
        return [found for one in value.values() for found in figures_in(one)]
    if isinstance(value, list | tuple):
        return [found for one in value for found in figures_in(one)]
    if is_dataclass(value):
        return [found for field in fields(value) for found in figures_in(getattr(value, field.name))]
    return []


@pytest.mark.parametrize("at_location", [False, True])
def test_every_figure_counts_the_items_behind_it(world: World, at_location: bool) -> None:
    other = busy(world)
    scope = scope_of(world, location=other if at_location else None)
    with world.db.read() as session:
        found = figures_in([
            analytics.reviews(session, scope), analytics.overdue(session, scope), analytics.by_location(session, scope),
            analytics.by_competitor(session, scope), analytics_weeks.ratings(session, scope),
            analytics_weeks.volume(session, scope, "source"), analytics_weeks.volume(session, scope, "language"),
            analytics_team.spans(session, scope), analytics_team.team(session, scope)])
        wrong = [one for one in found if one.n != behind.count(session, one.behind, world.now)]
    assert len([one for one in found if one.n]) > 60
    assert wrong == []


@pytest.mark.parametrize("step", analytics_cases.STEPS)
def test_every_step_of_the_funnel_counts_the_cases_behind_it(world: World, step: str) -> None:
    busy(world)
    with world.db.read() as session:
        found = next(one for one in analytics_cases.funnel(session, scope_of(world)) if one.behind.step == step)
        rows, total, _ = analytics_cases.page(session, found.behind)
    assert found.n == total == len(rows) == (1 if step in ("said", "confirmed") else 3)


def followed(client: Browser, href: str) -> int:
    page = client.get(unescape(href)).text
    shown = re.search(r'id="(?:list-count|total)">([\d,]+)', page)
    assert shown is not None, href
    return int(shown.group(1).replace(",", ""))


@pytest.mark.parametrize("location", ["", "&location=1"])
def test_every_link_on_the_page_opens_as_many_items_as_it_says(client: Browser, cast: World, location: str) -> None:
    busy(cast)
    links = LINK.findall(client.get(f"/analytics?weeks=4{location}").text)
    assert len({href for href, _, _ in links}) > 40
    assert [(text, n) for _, n, text in links if text.isdigit() and text != n] == []
    assert [(href, n) for href, n in {(href, n) for href, n, _ in links} if followed(client, href) != int(n)] == []


def test_every_bar_of_a_chart_opens_what_it_shows(client: Browser, cast: World) -> None:
    busy(cast)
    bars = re.findall(r'<a href="([^"]+)" aria-label="[^"]*: (\d+)">', client.get("/analytics?weeks=4").text)
    assert len(bars) > 20
    assert [(href, n) for href, n in set(bars) if followed(client, href) != int(n)] == []


def test_the_median_is_that_of_the_answered_reviews(world: World) -> None:
    for hours in (1, 2, 9):
        world.item(ago=timedelta(days=3), replied_at=world.now - timedelta(days=3) + timedelta(hours=hours))
    with world.db.read() as session:
        assert analytics_team.median_seconds(session, scope_of(world)) == 2 * 3600
    world.item(ago=timedelta(days=3), replied_at=world.now - timedelta(days=3) + timedelta(hours=4))
    with world.db.read() as session:
        assert analytics_team.median_seconds(session, scope_of(world)) == 3 * 3600


def test_a_period_without_answers_has_no_median(world: World) -> None:
    world.item()
    with world.db.read() as session:
        assert analytics_team.median_seconds(session, scope_of(world)) is None


def test_removed_reviews_count_as_reviews_but_not_in_the_rating(world: World) -> None:
    world.item(rating=1, removed_at=world.now)
    world.item(rating=5)
    with world.db.read() as session:
        assert analytics.reviews(session, scope_of(world)).all.n == 2
        assert analytics.by_location(session, scope_of(world))[0].rating.published == 5


def test_fakes_leave_the_objective_rating_and_the_undecided_span_a_range(world: World) -> None:
    world.item(rating=5)
    world.item(rating=1, verdict=Verdict.FAKE)
    world.item(rating=1, score=90)
    with world.db.read() as session:
        found = analytics.by_location(session, scope_of(world))[0].rating
    assert (found.published, found.without_fakes, found.low, found.high) == (2.33, 3, 3, 5)


def test_weeks_begin_and_end_at_the_readers_midnight_across_daylight_saving(world: World) -> None:
    period = period_until(world.now, 12, RIGA)
    assert {week.start.astimezone(RIGA).hour for week in period.each()} == {0}
    assert period.each()[-1].end == period.end
    assert period.before.end == period.start


def test_a_review_at_the_first_moment_of_a_week_is_counted_in_it_once(world: World) -> None:
    scope = scope_of(world, 4)
    border = scope.period.each()[2].start
    world.item(ago=world.now - border)
    world.item(ago=world.now - border + timedelta(seconds=1))
    with world.db.read() as session:
        weeks = analytics_weeks.volume(session, scope, "source")[0].weeks
    assert [week.n for week in weeks] == [0, 1, 1, 0]


def test_the_page_needs_as_many_queries_for_many_reviews_as_for_few(client: Browser, cast: World) -> None:
    busy(cast)

    def queries() -> int:
        asked: list[str] = []
        listen = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(cast.db.engine, "before_cursor_execute", listen)
        assert client.get("/analytics").status_code == 200
        event.remove(cast.db.engine, "before_cursor_execute", listen)
        return len(asked)

    before = queries()
    for number in range(60):
        location = cast.add(Location(brand_id=id_of(cast.brand), name=f"Place {number}"))
        cast.item(ago=timedelta(days=number), location_id=location.id, language=("fi", "sv", "no")[number % 3])
    assert queries() == before


@pytest.mark.parametrize("query", ["weeks=5", "weeks=twelve", "location=999", "location=%D9%A3", "location=-1"])
def test_an_address_that_cannot_be_is_told_in_words(client: Browser, query: str) -> None:
    answer = client.get(f"/analytics?{query}")
    assert answer.status_code == 422
    assert "Choose" in answer.text


@pytest.mark.parametrize("address", [
    "items?of=nonsense", "items?of=minutes&value=a-b", "items?of=member&value=me", "items?queue=nonsense",
    "items?of=listed&after=x", "cases?step=nonsense", "cases?since=yesterday",
    "items?of=member&value=99999999999999999999999999"])
def test_a_list_that_cannot_be_is_told_not_broken(client: Browser, address: str) -> None:
    assert client.get(f"/analytics/{address}").status_code == 422


def test_an_empty_brand_has_a_page_without_charts(client: Browser) -> None:
    page = client.get("/analytics").text
    assert "No review in this period." in page
    assert "<polyline" not in page


def test_the_list_behind_a_figure_goes_on_page_by_page_without_gaps(client: Browser, cast: World) -> None:
    for number in range(120):
        cast.item(f"Review {number}", ago=timedelta(hours=number // 2))
    seen, address = [], "/analytics/items?of=listed&queue=all"
    while address:
        page = client.get(address).text
        seen += re.findall(r'href="/c/(\d+)"', page)
        more = re.search(r'class="btn" href="(/analytics/items[^"]+)"', page)
        address = unescape(more.group(1)) if more else ""
    assert len(seen) == len(set(seen)) == 120


def test_a_viewer_may_look_at_analytics(browser: Callable[..., Browser], cast: World) -> None:
    assert browser(cast.vera).get("/analytics").status_code == 200


def test_no_chart_carries_a_style_that_the_content_policy_forbids(client: Browser, cast: World) -> None:
    busy(cast)
    assert "style=" not in client.get("/analytics").text


def test_another_brands_reviews_are_not_counted(client: Browser, cast: World) -> None:
    with cast.db.read() as session:
        stranger = replace(scope_of(cast), brand_id=id_of(cast.brand) + 1)
        cast.item()
        assert analytics.reviews(session, stranger).all.n == 0
