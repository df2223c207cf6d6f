"""Near-copies are found by indexed bands and a bounded comparison; recall is measured on made texts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.authenticity import near_copies
from monitor.authenticity.authors import author_key, same_author
from monitor.authenticity.near_copies import MOST_CANDIDATES, bands, comparable, similarity
from tests.monitor.authenticity.making import item
from tests.world import World, id_of

BAND_OF_ONE_TWO_THREE = -4403962152307484190  # stored in every database: changing it means indexing anew
SYLLABLES = ["ka", "lo", "mi", "ru", "ste", "vo", "pa", "ne", "gri", "zu", "ta", "bel"]


def made_text(dice: random.Random, length: int) -> list[str]:
    """Words of a language that does not exist."""
    return ["".join(dice.choices(SYLLABLES, k=3)) for _ in range(length)]


def changed(dice: random.Random, words: list[str], share: float) -> list[str]:
    """The same text with a share of its words replaced."""
    return [made_text(dice, 1)[0] if dice.random() < share else word for word in words]


def recall(share: float, length: int = 60, texts: int = 400) -> float:
    """How many changed texts still share a band with their original."""
    dice = random.Random(11)
    originals = [made_text(dice, length) for _ in range(texts)]
    return sum(bool(set(bands(words)) & set(bands(changed(dice, words, share)))) for words in originals) / texts


@pytest.mark.parametrize(("share", "at_least"), [(0.0, 1.0), (0.05, 0.99), (0.1, 0.93)])
def test_changed_texts_are_still_found(share: float, at_least: float) -> None:
    assert recall(share) >= at_least


def test_different_texts_hardly_ever_share_a_band() -> None:
    assert recall(1.0) == 0.0


def test_the_bands_never_change() -> None:
    assert bands(comparable("Очень вкусный хлеб и приветливые люди")) == bands(
        comparable("очень ВКУСНЫЙ хлеб, и приветливые люди!"))
    assert bands(["one", "two", "three"])[0] == BAND_OF_ONE_TWO_THREE


@given(st.text(max_size=400))
def test_any_text_can_be_indexed(text: str) -> None:
    found = bands(comparable(text))
    assert len(found) in (0, near_copies.BANDS)
    assert all(-(2**63) <= band < 2**63 for band in found)


def test_similarity_is_the_share_of_equal_words() -> None:
    words = [f"w{number}" for number in range(20)]
    assert similarity(words, list(words)) == 100
    assert similarity(words, ["other", *words[1:]]) == 95
    assert similarity([*words, *words], [*words, *words[:-1], "x"]) < 100
    assert similarity(words, ["x"] * 20) == 0


def test_a_very_long_text_is_cut() -> None:
    assert len(comparable("word " * 100_000)) == near_copies.MOST_WORDS


def stored(world: World, texts: list[str]) -> dict[int, list[str]]:
    """Items with these texts, indexed."""
    words = {id_of(world.item(text)): comparable(text) for text in texts}
    with world.db.write() as session:
        near_copies.index(session, words)
    return words


def test_candidates_are_those_that_share_a_band(world: World) -> None:
    text = "the bread here is baked at night and smells of summer"
    words = stored(world, [text, text + " indeed", "we waited an hour for a cold soup and left hungry"])
    first, second, _ = words
    with world.db.read() as session:
        found = near_copies.candidates(session, {item_id: bands(own) for item_id, own in words.items()})
    assert list(found.values()) == [[second], [first], []]


def test_a_popular_text_stays_bounded(world: World) -> None:
    words = stored(world, ["the very same words by a whole crowd of people"] * 80)
    last = max(words)
    with world.db.read() as session:
        found = near_copies.candidates(session, {last: bands(words[last])})
    assert len(found[last]) == near_copies.NEWEST_OF_BAND - 1 <= MOST_CANDIDATES


def test_an_item_without_words_has_no_bands(world: World) -> None:
    words = stored(world, ["", "one"])
    with world.db.read() as session:
        assert near_copies.candidates(session, {item_id: bands(own) for item_id, own in words.items()}) == {
            item_id: [] for item_id in words}


@pytest.mark.parametrize(("one", "other", "same"), [
    ({"customer_id": 5}, {"customer_id": 5}, True),
    ({"author_email": "A@example.com"}, {"author_email": "a@example.com"}, True),
    ({"author_id": "7", "author_name": "Anna"}, {"author_id": "7", "author_name": "Anna K."}, True),
    ({"author_id": "7", "author_name": "Anna"}, {"author_id": "8", "author_name": "Anna"}, False),
    ({"author_id": "7", "author_name": "Anna"}, {"author_id": "7", "source_id": 2, "author_name": "Ilze"}, False),
    ({"author_id": "7", "author_name": "Rūta"}, {"author_id": "9", "source_id": 2, "author_name": "rūta"}, True),
    ({}, {}, False),
])
def test_who_is_the_same_author(one: dict[str, object], other: dict[str, object], same: bool) -> None:
    assert same_author(item(id=1, **one), item(id=2, **other)) is same


def test_an_author_is_known_by_the_strongest_mark() -> None:
    marks = {"customer_id": 5, "author_id": "7", "author_email": "a@example.com", "author_name": "Anna"}
    assert author_key(item(**marks)) == "card 5"
    assert author_key(item(author_email="A@example.com", author_name="Anna")) == "email a@example.com"
    assert author_key(item()) == ""
