"""The digest as a page: for members, in a frame that runs nothing."""

from __future__ import annotations

from collections.abc import Callable

from tests.inbox.conftest import Browser
from tests.world import World


def test_a_member_sees_the_digest_in_a_sandbox(client: Browser, cast: World) -> None:
    cast.item("The soup was cold.", 1)
    page = client.visit("/digest")
    assert page.status_code == 200
    assert 'sandbox="allow-popups' in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    mail = client.get("/digest/mail?brand=1")
    assert "The soup was cold." in mail.text
    assert "sandbox allow-popups" in mail.headers["content-security-policy"]
    assert mail.headers["x-frame-options"] == "SAMEORIGIN"


def test_the_digest_speaks_the_language_of_its_reader(client: Browser, cast: World) -> None:
    with cast.db.write() as session:
        session.merge(cast.anna).language = "lv"
    assert 'lang="lv"' in client.get("/digest/mail?brand=1").text


def test_a_brand_that_is_not_there_has_no_digest(client: Browser) -> None:
    assert client.get("/digest/mail?brand=99").status_code == 404


def test_nobody_else_sees_it(browser: Callable[..., Browser]) -> None:
    assert browser().get("/digest/mail?brand=1").status_code == 303
