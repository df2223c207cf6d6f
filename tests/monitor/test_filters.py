"""A filter and the query of an address are two forms of one thing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import ItemKind
from monitor.filters import BadFilter, Filter, Queue, Sort, from_query
from monitor.models import Verdict, WorkState

IDS = st.integers(0, 2**62)
MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
RATINGS = st.floats(-1000, 1000)


def some(values: Any) -> Any:
    return st.lists(values, unique=True, max_size=3).map(tuple)


FILTERS = st.builds(
    Filter, brand_id=st.none() | IDS, queue=st.sampled_from(Queue), source_ids=some(IDS), place_ids=some(IDS),
    location_ids=some(IDS), kinds=some(st.sampled_from(ItemKind)), min_rating=st.none() | RATINGS,
    max_rating=st.none() | RATINGS, languages=some(st.from_regex(r"\A[a-z]{2,3}\Z")),
    work_states=some(st.sampled_from(WorkState)), assignee_id=st.none() | IDS,
    verdicts=some(st.sampled_from(Verdict)), search=st.text(max_size=50).filter(lambda text: not text or text.strip()),
    since=st.none() | MOMENTS, until=st.none() | MOMENTS, min_score=st.none() | st.integers(0, 100),
    max_score=st.none() | st.integers(0, 100), customer_id=st.none() | IDS, case_number=st.none() | IDS,
    has_reply=st.none() | st.booleans(), sort=st.sampled_from(Sort))


@given(FILTERS)
def test_a_filter_comes_back_from_its_address(filter: Filter) -> None:
    assert from_query(filter.to_query()) == filter


def test_who_looks_is_no_part_of_the_address() -> None:
    assert from_query(Filter(member_id=7).to_query(), member_id=8) == Filter(member_id=8)


def test_an_address_reads_well() -> None:
    filter = Filter(brand_id=1, queue=Queue.NEEDS_REPLY, kinds=(ItemKind.REVIEW, ItemKind.QUESTION), search="cold soup")
    assert filter.to_query() == [("brand", "1"), ("queue", "needs_reply"), ("kind", "review"), ("kind", "question"),
                                 ("q", "cold soup")]


def test_unknown_names_and_empty_values_mean_nothing() -> None:
    assert from_query({"utm_source": "mail", "kind": "", "source": [], "after": "xyz"}) == Filter()


@pytest.mark.parametrize(("name", "value"), [
    ("queue", "nonsense"), ("source", "seven"), ("source", "-1"), ("brand", "9" * 30), ("kind", "shout"),
    ("min_rating", "nan"), ("min_rating", "inf"), ("since", "yesterday"), ("has_reply", "maybe"), ("language", "LV"),
    ("language", "l'"), ("sort", "random"), ("state", "gone"), ("min_score", "1.5")])
def test_a_bad_value_is_told_with_its_name(name: str, value: str) -> None:
    with pytest.raises(BadFilter) as found:
        from_query({name: value})
    assert found.value.says == f"The filter “{name}” cannot be “{value}”."


@given(st.dictionaries(st.sampled_from(["queue", "source", "since", "q", "min_rating", "sort", "kind"]), st.text()))
def test_whatever_an_address_holds_it_is_a_filter_or_a_sentence(query: dict[str, str]) -> None:
    try:
        filter = from_query(query)
    except BadFilter as error:
        assert "cannot be" in error.says
    else:
        assert from_query(filter.to_query()) == filter
