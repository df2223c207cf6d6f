"""Guidance: what a native speaker would say of a reply, and what keeps it from going out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.guidance import Finding, GuidanceFacts, Level, check
from replies.guidance.language import language_of
from replies.guidance.names import find_name, names_of
from tests.replies.guidance_samples import en, lv, ru

FACTS = GuidanceFacts(negative=True, author_name="Marta K.", own_contacts=("anna@kafesaule.example",),
                      personal=("29123456", "K-20418", "marta@example.com"))
SAMPLES = [(language, *sample) for language, module in (("en", en), ("ru", ru), ("lv", lv))
           for sample in module.SAMPLES]


def finding(code: str, text: str, **facts: Any) -> Finding:
    """The one finding of a rule."""
    [found] = [found for found in check(text, replace(FACTS, **facts)) if found.code == code]
    return found


@pytest.mark.parametrize(("language", "code", "kept", "text"), SAMPLES)
def test_a_native_speaker_would_agree(language: str, code: str, kept: bool, text: str) -> None:
    found = finding(code, text, language=language)
    assert found.ok is kept
    assert all(0 <= start < end <= len(text) for start, end in found.where)


@pytest.mark.parametrize(("author", "text"), [
    ("Jānis O.", "Jāni, paldies!"), ("Jānis O.", "Paldies Jānim!"), ("Edgars V.", "Edgar, atvainojiet!"),
    ("Ilze B.", "Paldies Ilzei!"), ("Ольга Т.", "Спасибо Ольге!"), ("Ольга Т.", "Уважаемая Ольга!"),
    ("Андрей П.", "Андрею большое спасибо"), ("Sergejs M.", "Сергей, простите"), ("Андрей", "Andrej, paldies"),
    ("Иванова Мария", "Мария, добрый день"), ("Anna L.", "Dear Anna,"), ("Marta", "Марта, спасибо"),
    ("Kārlis Bērziņš", "Kārli, paldies"), ("O'Brien Sean", "Dear Sean,"),
])
def test_a_name_is_known_in_its_forms_and_in_both_alphabets(author: str, text: str) -> None:
    assert find_name(text, author) is not None


@pytest.mark.parametrize(("author", "text"), [
    ("Anna L.", "An apology is due."), ("Marta K.", "Martin, thank you"), ("Ольга Т.", "Олег, спасибо"),
    ("Jānis O.", "Janvārī bija auksti"), ("Ilze", "Ilgi gaidījāt"),
])
def test_another_word_is_not_the_name(author: str, text: str) -> None:
    assert find_name(text, author) is None


@pytest.mark.parametrize("author", ["Guest 88", "sunny_day77", "Anonymous", "Гость", "Viesis", "", "K-20397", "lina"])
def test_nobody_is_asked_to_greet_a_nickname(author: str) -> None:
    assert names_of(author) == []


def test_a_happy_customer_needs_no_apology() -> None:
    codes = {found.code for found in check("Thank you, Marta", replace(FACTS, negative=False))}
    assert not codes & {"apology", "explains", "next_step"}


def test_a_late_apology_is_named_as_late() -> None:
    late = "Thank you for coming. The soup is a family recipe that we cook since 1998 with great love and patience. " \
           "Many guests like it, and the menu shows when it is served. We are sorry for the wait."
    found = finding("apology", late)
    assert (found.ok, found.data) == (False, {"late": True})


def test_a_copy_of_a_recent_reply_is_noticed() -> None:
    earlier = "Jānis, we are sorry for the cold soup, the cook was alone and it waited too long."
    found = finding("copy", earlier.replace("Jānis", "Marta"), recent=("Something else", earlier))
    assert not found.ok
    assert found.data["percent"] >= 85


def test_a_short_thank_you_may_be_the_same_twice() -> None:
    assert finding("copy", "Thank you, Marta!", recent=("Thank you, Marta!",)).ok


def test_the_limit_counts_in_the_platforms_unit_and_blocks() -> None:
    found = finding("limit", "жаль", limit=6, length=lambda text: len(text.encode()))
    assert (found.blocks, found.data["over"]) == (True, 2)


@pytest.mark.parametrize(("word", "text"), [
    ("бесплатный", "Это бесплатно"), ("жалоба", "Ваши жалобы приняты"), ("refund", "We refunded it"),
    ("garantija", "Bez garantijas"), ("ёлка", "У елки"), ("our fault", "This is Our Faults"), ("IDIOT", "idiots"),
])
def test_a_forbidden_word_blocks_in_any_form(word: str, text: str) -> None:
    found = finding("forbidden", text, forbidden_words=(word,))
    assert (found.blocks, len(found.where), found.data["words"]) == (True, 1, [word])


@pytest.mark.parametrize(("word", "text"), [("cat", "category"), ("лес", "лестница"), ("ass", "class")])
def test_a_word_within_another_is_not_forbidden(word: str, text: str) -> None:
    assert finding("forbidden", text, forbidden_words=(word,)).ok


def test_only_the_limit_and_forbidden_words_block() -> None:
    bad = "IDIOT!! That is not true, you should have read it. +371 29 123 456"
    blocking = {found.code for found in check(bad, replace(FACTS, limit=5, forbidden_words=("idiot",)))
                if found.level is Level.BLOCK}
    assert blocking == {"limit", "forbidden"}


@pytest.mark.parametrize(("text", "language"), [
    ("Hey Marta 😀", "en"), ("Привет, Марта", "ru"), ("Čau, Marta", "lv"), ("Thanks!! :)", "en")])
def test_a_businesslike_brand_does_not_chat(text: str, language: str) -> None:
    assert not finding("tone", text, tone="businesslike", language=language).ok


def test_a_text_in_another_language_is_still_checked_for_what_needs_no_words() -> None:
    codes = {found.code for found in check("Дякуємо, її суп смачний, +371 29 123 456", replace(FACTS, language="uk"))}
    assert "personal_data" in codes
    assert "apology" not in codes


@pytest.mark.parametrize(("text", "language"), [
    ("Thank you for the review", "en"), ("Спасибо за отзыв", "ru"), ("Paldies par atsauksmi", "lv"), ("", ""),
    ("Їжа смачна, дякую", ""), ("12345", ""),
])
def test_the_language_of_a_reply_is_told_while_it_is_typed(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text(max_size=300))
def test_any_text_can_be_checked_and_places_lie_within_it(text: str) -> None:
    for found in check(text, replace(FACTS, limit=100, forbidden_words=("idiot",), recent=("a b c d e f g",))):
        assert all(0 <= start < end <= len(text) for start, end in found.where)
