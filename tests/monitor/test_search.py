"""Search finds word forms in English and Russian and beginnings and forms in Latvian, the same on both databases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import items, search
from monitor.filters import Filter
from monitor.models import Item
from monitor.wording import fold, latvian_stem, text_key, tokens, wanted
from tests.world import World, id_of

TEXTS = {
    "en": "The delivery was late and nobody answered our calls.",
    "ru": "Очень вежливое обслуживание, но заказ везли два часа. Ёлка стояла.",
    "lv": "Apkalpošana bija lēna, atbildes uz sūdzību neesmu saņēmis. Šķīvji netīri.",
}


def add(world: World, language: str) -> int:
    row = world.item(TEXTS[language], language=language)
    with world.db.write() as session:
        search.index(session, [search.Searchable(id_of(row), row.text, language)])
    return id_of(row)


def found(world: World, asked: str) -> list[int]:
    with world.db.read() as session:
        return [item.id or 0 for item in items.page(session, Filter(search=asked), now=world.now).items]


QUESTIONS = {
    "en": ("deliveries", "answering call", "NOBODY answers late", "nobo", "deliver"),
    "ru": ("обслуживанием", "вежливая заказы", "елка", "ёлки", "обслуж", "час"),
    "lv": ("apkalpošanas", "apkalposana", "sūdzības", "sudzibam", "atbi", "atbilde", "šķīvis", "lēns", "apkalpo")}
NOTHING = ("delivery обслуживание", "xyzzy", "late unicorn", "iver", "???", " ")
SIGNS = ("'", '"', "a' OR 1", "* ^ : - ( )", "NEAR(a b)", "AND OR NOT", "a:b", "\x00", "&|!")


def test_word_forms_and_beginnings_are_found(world: World) -> None:
    rows = {language: add(world, language) for language in TEXTS}
    missed = [(language, asked) for language, questions in QUESTIONS.items() for asked in questions
              if found(world, asked) != [rows[language]]]
    assert missed == []


def test_what_does_not_match_is_not_found(world: World) -> None:
    for language in TEXTS:
        add(world, language)
    assert [asked for asked in NOTHING if found(world, asked)] == []


def test_signs_of_the_query_languages_do_no_harm(world: World) -> None:
    add(world, "en")
    assert [asked for asked in SIGNS if found(world, asked)] == []


def test_the_latest_heard_come_first_page_by_page(world: World) -> None:
    rows = [add(world, "en") for _ in range(7)]
    with world.db.read() as session:
        first = items.page(session, Filter(search="delivery"), now=world.now, limit=4)
        second = items.page(session, Filter(search="delivery"), now=world.now, limit=4, after=first.next)
    assert [item.id for item in (*first.items, *second.items)] == rows[::-1]
    assert second.next == ""


def test_search_and_filters_work_together(world: World) -> None:
    add(world, "en")
    with world.db.read() as session:
        assert items.page(session, Filter(search="delivery", min_rating=5), now=world.now).items == []
        assert items.count(session, Filter(search="delivery", max_rating=2), world.now) == 1


def test_an_indexed_text_is_replaced(world: World) -> None:
    row_id = add(world, "en")
    with world.db.write() as session:
        row = session.get_one(Item, row_id)
        row.text = "All is well now."
        session.flush()
        search.reindex(session, [row_id])
    assert (found(world, "delivery"), found(world, "well")) == ([], [row_id])


@given(st.text())
def test_whatever_is_typed_is_a_valid_question(typed: str) -> None:
    for kind in ("sqlite", "postgresql"):
        expression = search.query(typed, kind)
        assert set(expression) & set("';\\") <= {"'"}
        assert bool(expression) == bool(wanted(typed))


@pytest.mark.parametrize(("forms", "stem"), [
    (("atbilde", "atbildes", "atbildēm", "atbildi"), "atbild"), (("upe", "upju", "upēm"), "up"),
    (("brālis", "brāļa", "brāļiem"), "bral"), (("labs", "labais", "labajam", "labākajiem"), "lab"),
    (("veikals", "veikalā", "veikaliem"), "veikal")])
def test_latvian_forms_share_a_stem(forms: tuple[str, ...], stem: str) -> None:
    assert all(latvian_stem(fold(form)).startswith(stem) for form in forms)


def test_what_is_indexed_is_found_by_every_one_of_its_words() -> None:
    for language, text in TEXTS.items():
        index = tokens(text, language)
        for word in text.replace(",", " ").replace(".", " ").split():
            [term] = wanted(word)
            assert any(choice in index for choice in term.words), word


@pytest.mark.parametrize(("one", "other", "same"), [
    ("Ёлка,  зелёная!", "елка зеленая", True), ("ＦＵＬＬ width", "full width", True), ("Good.", "good", True),
    ("Good", "goods", False), ("", "...", True)])
def test_exact_copies_share_a_key(one: str, other: str, same: bool) -> None:
    assert (text_key(one) == text_key(other)) is same
