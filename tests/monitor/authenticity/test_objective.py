"""The published rating beside the one without fakes, and the range that the undecided leave open."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import ItemKind, Published
from monitor import items
from monitor.authenticity import objective
from monitor.authenticity.objective import FAKE, KEPT, UNDECIDED, UNSURE, ObjectiveRating, from_tallies
from monitor.filters import from_query
from monitor.models import Verdict
from tests.world import World, id_of

GROUPS = st.sampled_from([FAKE, UNDECIDED, UNSURE, KEPT])
TALLIES = st.lists(st.tuples(GROUPS, st.integers(1, 5).map(float), st.integers(1, 3)), max_size=5)


def test_fakes_are_left_out_and_the_undecided_make_a_range() -> None:
    assert from_tallies([(KEPT, 4.0, 8), (FAKE, 1.0, 2), (UNDECIDED, 1.0, 2), (UNDECIDED, 5.0, 1)]) == ObjectiveRating(
        published=3.15, without_fakes=3.55, low=3.4, high=4.11, ratings=13, fake=2, undecided=3, unsure=0)


def test_without_any_rating_there_is_none() -> None:
    assert from_tallies([]) == ObjectiveRating(None, None, None, None, 0, 0, 0, 0)


def test_when_all_are_fake_nothing_is_left() -> None:
    found = from_tallies([(FAKE, 5.0, 3)])
    assert (found.published, found.without_fakes, found.low, found.high) == (5.0, None, None, None)


@given(TALLIES)
def test_no_decision_about_the_undecided_leaves_the_range(tallies: list[tuple[str, float, int]]) -> None:
    kept = [stars for group, stars, n in tallies if group == KEPT for _ in range(n)]
    open_ones = [stars for group, stars, n in tallies if group in (UNDECIDED, UNSURE) for _ in range(n)]
    means = [round(sum(every) / len(every), 2) for size in range(len(open_ones) + 1)
             for some in combinations(open_ones, size) if (every := [*kept, *some])]
    found = from_tallies(tallies)
    assert (found.low, found.high) == ((min(means), max(means)) if means else (None, None))


def test_the_rating_comes_from_public_standing_reviews_only(world: World) -> None:
    world.item(rating=4)
    world.item(rating=1, verdict=Verdict.FAKE)
    world.item(rating=5, score=80)
    world.item(rating=1, score=80, verdict=Verdict.UNSURE)
    world.item(rating=5, score=90, verdict=Verdict.GENUINE)
    for other in ({"removed_at": world.now}, {"status": Published.HELD}, {"kind": ItemKind.COMMENT}, {"aside": True},
                  {"competitor": True}, {"rating": None}):
        world.item(**({"rating": 1} | other))
    with world.db.read() as session:
        found = objective.rating(session, brand_id=world.brand.id)
    assert found == ObjectiveRating(3.2, 3.75, 3.33, 4.67, ratings=5, fake=1, undecided=1, unsure=1)


@pytest.mark.parametrize(("since_days", "until_days", "published"), [(3, None, 5.0), (None, 3, 1.0), (None, None, 3.0)])
def test_a_period_bounds_the_rating(world: World, now: datetime, since_days: int | None, until_days: int | None,
                                    published: float) -> None:
    world.item(rating=1, ago=timedelta(days=5)), world.item(rating=5, ago=timedelta(days=1))
    def before(days: int | None) -> datetime | None:
        return None if days is None else now - timedelta(days=days)
    with world.db.read() as session:
        found = objective.rating(session, place_id=world.place.id, since=before(since_days), until=before(until_days))
    assert found.published == published


def test_all_places_are_rated_at_once(world: World) -> None:
    source, place = world.other_source()
    world.item(rating=2), world.item(rating=4, place_id=place.id, source_id=source.id)
    with world.db.read() as session:
        found = objective.by_place(session, brand_id=world.brand.id)
    assert {place_id: one.published for place_id, one in found.items()} == {id_of(world.place): 2.0, id_of(place): 4.0}


def test_competitors_are_rated_apart(world: World) -> None:
    world.item(rating=2), world.item(rating=5, competitor=True)
    with world.db.read() as session:
        assert objective.rating(session, competitor=True).published == 5.0


def test_every_figure_opens_the_list_behind_it(world: World, now: datetime) -> None:
    world.item(rating=4)
    world.item(rating=1, verdict=Verdict.FAKE), world.item(rating=2, verdict=Verdict.FAKE)
    world.item(rating=5, score=80)
    world.item(rating=1, verdict=Verdict.UNSURE)
    world.item(kind=ItemKind.COMMENT, rating=None)
    with world.db.read() as session:
        found = objective.rating(session, brand_id=world.brand.id)
        behind = {name: items.page(session, from_query(filter.to_query()), now=now).items
                  for name, filter in objective.lists(brand_id=world.brand.id).items()}
    assert {name: len(rows) for name, rows in behind.items()} == {
        "ratings": found.ratings, "fake": found.fake, "undecided": found.undecided, "unsure": found.unsure}
