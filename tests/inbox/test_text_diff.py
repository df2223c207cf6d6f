"""The text diff: both texts can always be read back, changes are whole words, size is bounded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox.text_diff import Piece, diff

WORDS = st.lists(st.sampled_from(["soup", "cold", "был", "ļoti", ".", "!", " ", "\n", "it’s", "а"]), max_size=40)


@given(WORDS.map("".join), WORDS.map("".join))
def test_both_texts_can_be_read_back(before: str, now: str) -> None:
    pieces = diff(before, now)
    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == now


def test_a_changed_word_is_struck_out_as_a_whole() -> None:
    assert diff("The soup was cold.", "The soup was hot.") == [
        Piece("same", "The soup was "), Piece("del", "cold"), Piece("ins", "hot"), Piece("same", ".")]


def test_neighbouring_changes_read_as_one() -> None:
    pieces = diff("I liked it a lot and we will come back soon with kids.",
                  "I hated it a lot and we will never return.")
    assert [piece.text for piece in pieces if piece.kind == "ins"] == ["hated", "never return"]


def test_nothing_changed_is_one_piece() -> None:
    assert diff("Same.", "Same.") == [Piece("same", "Same.")]


def test_an_unlike_text_is_not_torn_into_pieces() -> None:
    assert [piece.kind for piece in diff("One two three four five.", "Alpha beta gamma delta!")] == ["del", "ins"]


def test_a_megabyte_is_compared_in_bounded_time_and_can_be_read_back() -> None:
    before, now = "word. " * 170_000, "other. " * 150_000
    pieces = diff(before, now)
    assert "".join(piece.text for piece in pieces if piece.kind == "ins") == now
