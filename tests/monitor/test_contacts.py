"""One contact has one spelling, and a guess is never made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.contacts import email_key, phone_key


@pytest.mark.parametrize(("written", "key"), [
    ("Marta@Example.COM", "marta@example.com"),
    ("  <marta@example.com> ", "marta@example.com"),
    ("mailto:marta@example.com", "marta@example.com"),
    ("marta@пример.рф", "marta@xn--e1afmkfd.xn--p1ai"),
    ("o'brien+shop@mail.example.co.uk", "o'brien+shop@mail.example.co.uk"),
])
def test_an_address_is_written_one_way(written: str, key: str) -> None:
    assert email_key(written) == key


@pytest.mark.parametrize("written", ["", "marta", "marta@", "@example.com", "a b@example.com", "marta@localhost",
                                     "a@b@", "marta@example..com", "a@b.com, c@d.com", "x@" + "a" * 300 + ".com"])
def test_what_is_no_address_has_no_key(written: str) -> None:
    assert email_key(written) == ""


@pytest.mark.parametrize(("written", "key"), [
    ("+371 29 123 456", "+37129123456"),
    ("29123456", "+37129123456"),
    ("67 123 456", "+37167123456"),
    ("371 29123456", "+37129123456"),
    ("00371-29123456", "+37129123456"),
    ("8 (912) 345-67-89", "+79123456789"),
    ("+7 912 345‑67‑89", "+79123456789"),
    ("9123456789", "+79123456789"),
    ("tel:+49 (0)30 901820", "+4930901820"),
    ("+371 67123456 доб. 12", "+37167123456"),
    ("２９１２３４５６", "+37129123456"),
])
def test_a_number_is_written_one_way(written: str, key: str) -> None:
    assert phone_key(written) == key


@pytest.mark.parametrize("written", ["", "12345", "112", "55123456", "call me at 29123456", "+0123456789", "1" * 16])
def test_a_number_that_cannot_be_told_has_no_key(written: str) -> None:
    assert phone_key(written) == ""


@given(st.text())
def test_a_key_is_its_own_key_whatever_is_written(written: str) -> None:
    assert email_key(email_key(written)) == email_key(written)
    assert phone_key(phone_key(written)) == phone_key(written)
