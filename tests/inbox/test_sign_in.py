"""Coming in: passwords, the wrong ones, the cookie, going out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import select

from inbox.access import COOKIE
from inbox.models import SignIn
from inbox.sign_ins import token_hash
from tests.inbox.conftest import PASSWORD, Browser, Clock
from tests.world import World


def test_the_right_password_lets_in(client: Browser) -> None:
    assert "Anna L." in client.get("/profile").text


def test_a_stranger_is_led_to_the_door_and_back(browser: Callable[..., Browser]) -> None:
    answer = browser().get("/profile?said=saved")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fprofile%3Fsaid%3Dsaved")


def test_a_wrong_password_says_how_many_tries_are_left(browser: Callable[..., Browser], cast: World) -> None:
    answer = browser().enter(cast.anna.email, "wrong")
    assert answer.status_code == 401
    assert "E-mail or password is wrong. 4 tries left." in answer.text


def test_an_unknown_mail_is_told_the_same_as_a_wrong_password(browser: Callable[..., Browser]) -> None:
    assert "E-mail or password is wrong. 4 tries left." in browser().enter("nobody@example.com", "wrong").text


def test_after_five_wrong_passwords_even_the_right_one_waits(browser: Callable[..., Browser], cast: World) -> None:
    guesser = browser()
    for _ in range(5):
        guesser.enter(cast.anna.email, "wrong")
    answer = guesser.enter(cast.anna.email)
    assert answer.status_code == 429
    assert "Too many wrong passwords. Try again in 1" in answer.text


def test_the_wait_ends(browser: Callable[..., Browser], cast: World, clock: Clock) -> None:
    guesser = browser()
    for _ in range(5):
        guesser.enter(cast.anna.email, "wrong")
    clock.now += timedelta(minutes=16)
    assert guesser.enter(cast.anna.email).status_code == 303


def test_guessing_many_mails_from_one_address_ends_too(browser: Callable[..., Browser], cast: World) -> None:
    guesser = browser()
    for number in range(30):
        guesser.enter(f"guess{number}@example.com", "wrong")
    assert guesser.enter(cast.anna.email).status_code == 429


def test_a_member_who_left_may_not_come_in(browser: Callable[..., Browser], cast: World) -> None:
    with cast.db.write() as session:
        session.merge(cast.anna).active = False
    assert browser().enter(cast.anna.email).status_code == 401


def test_only_the_hash_of_the_cookie_is_stored(client: Browser, cast: World) -> None:
    token = client.cookies[COOKIE]
    with cast.db.read() as session:
        stored = session.exec(select(SignIn)).one()
    assert token not in stored.model_dump().values()
    assert stored.token_hash == token_hash(token)


def test_the_cookie_is_hidden_from_scripts_and_other_sites(browser: Callable[..., Browser], cast: World) -> None:
    cookies = browser().enter(cast.anna.email).headers["set-cookie"]
    assert "HttpOnly" in cookies
    assert "SameSite=lax" in cookies


def test_the_cookie_changes_while_it_is_used(client: Browser, clock: Clock) -> None:
    before = client.cookies[COOKIE]
    clock.now += timedelta(minutes=16)
    assert client.get("/profile").status_code == 200
    assert client.cookies[COOKIE] != before


def test_the_previous_cookie_works_for_two_minutes_only(client: Browser, clock: Clock) -> None:
    before = client.cookies[COOKIE]
    clock.now += timedelta(minutes=16)
    client.get("/profile")
    client.cookies.clear()
    assert client.get("/profile", headers={"Cookie": f"{COOKIE}={before}"}).status_code == 200
    clock.now += timedelta(minutes=3)
    assert client.get("/profile", headers={"Cookie": f"{COOKIE}={before}"}).status_code == 303


def test_twelve_idle_hours_end_the_sign_in(client: Browser, clock: Clock) -> None:
    clock.now += timedelta(hours=12, minutes=1)
    assert client.get("/profile").status_code == 303


def test_signing_out_ends_the_cookie(client: Browser) -> None:
    token = client.cookies[COOKIE]
    client.submit("/sign-out")
    assert client.get("/profile", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 303


def test_signing_out_everywhere_ends_other_browsers(browser: Callable[..., Browser], cast: World) -> None:
    here, there = browser(cast.anna), browser(cast.anna)
    here.submit("/sign-out", everywhere="true")
    assert there.get("/profile").status_code == 303


def test_a_new_password_signs_other_browsers_out_and_works(browser: Callable[..., Browser], cast: World) -> None:
    here, there = browser(cast.anna), browser(cast.anna)
    assert here.submit("/profile/password", old=PASSWORD, new="three quiet green lamps").status_code == 303
    assert (here.get("/profile").status_code, there.get("/profile").status_code) == (200, 303)
    assert browser().enter(cast.anna.email, "three quiet green lamps").status_code == 303


def test_a_weak_new_password_is_refused(client: Browser) -> None:
    answer = client.submit("/profile/password", old=PASSWORD, new="short")
    assert answer.status_code == 422
    assert "Use at least 10 characters." in answer.text


def test_the_way_back_never_leads_to_another_site(browser: Callable[..., Browser], cast: World) -> None:
    visitor = browser()
    visitor.visit("/sign-in")
    answer = visitor.submit("/sign-in", email=cast.anna.email, password=PASSWORD, next="//evil.example/")
    assert answer.headers["location"] == "/inbox"
