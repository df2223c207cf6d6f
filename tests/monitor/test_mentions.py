"""Brand terms find what is about us, in word forms and both alphabets, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.mentions import BadTerms, compile_terms, same_word

TERMS = '"Kafe Saule" OR (saule AND kafejnīca) OR "кафе у дома" NOT hotel'


@pytest.mark.parametrize(("terms", "text"), [
    ("saule", "We had cake at Saule yesterday"),
    ("saule", "Вчера были в Сауле, пирог отличный"),
    ("сауле", "Coffee at Saule is fine"),
    ('"kafe saule"', "Vakar bijām Kafē Saule, ļoti garšīgi"),
    ('"kafe saule"', "Кафе Сауле на Бривибас"),
    ("kafejnīca saule", "Kafejnīcā Saulē bija auksti"),
    ("пекарня", "Были в пекарне у дома"),
    ("delivery", "their deliveries were late"),
    ("saul*", "Saulgrieži ir jauna kafejnīca"),
    ("saule NOT hotel", "Saule cafe"),
    ("saule -hotel", "Saule cafe"),
    ("coffee OR tea", "a cup of tea"),
    ("(coffee OR tea) AND saule", "tea at saule"),
    ("«кафе сауле»", "Люблю кафе Сауле"),
    ("", "anything at all"),
])
def test_terms_find_what_they_mean(terms: str, text: str) -> None:
    assert compile_terms(terms).matches(text)


@pytest.mark.parametrize(("terms", "text"), [
    ("saule", "Salt was missing"),
    ('"kafe saule"', "Saule has a kafe"),
    ("saule NOT hotel", "Hotel Saule in Jurmala"),
    ("saule kafejnīca", "Saule spīd"),
    ("coffee", "a cup of tea"),
    ("(coffee OR tea) saule", "tea at home"),
    ("кот", "код"),
])
def test_terms_leave_out_what_they_do_not_mean(terms: str, text: str) -> None:
    assert not compile_terms(terms).matches(text)


@pytest.mark.parametrize("terms", ["(saule", "saule)", "saule OR", "AND saule", "NOT", '""', "saule AND OR kafe"])
def test_terms_that_cannot_be_read_say_what_is_missing(terms: str) -> None:
    with pytest.raises(BadTerms) as caught:
        compile_terms(terms)
    assert caught.value.says.endswith(".")


@given(st.text(alphabet='ab сауле"()-*«»AND OR NOT', max_size=60), st.text(max_size=60))
def test_any_terms_compile_or_say_why_not(terms: str, text: str) -> None:
    try:
        query = compile_terms(terms)
    except BadTerms as error:
        assert error.says
    else:
        assert query.matches(text) in (True, False)


@given(st.text(alphabet="абвгдежзклмноп", min_size=3, max_size=12))
def test_a_word_is_the_same_as_itself(word: str) -> None:
    assert same_word(word, word)
