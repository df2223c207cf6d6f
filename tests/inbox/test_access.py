"""Who may do what: roles, CSRF tokens, other sites, headers, request size."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.inbox.conftest import ADDRESS, Browser
from tests.world import World


def test_a_viewer_reads_but_finds_nothing_to_change(browser: Callable[..., Browser], cast: World) -> None:
    item = cast.item()
    page = browser(cast.vera).visit(f"/c/{item.id}").text
    assert "The soup was cold." in page
    assert f"/c/{item.id}/done" not in page
    assert 'id="txt"' not in page


@pytest.mark.parametrize("act", ["done", "assign", "snooze", "verdict", "reply", "note", "draft", "case"])
def test_a_viewer_may_change_nothing(browser: Callable[..., Browser], cast: World, act: str) -> None:
    item = cast.item()
    answer = browser(cast.vera).submit(f"/c/{item.id}/{act}", version="1", assignee="1", until="2030-01-01T09:00",
                                       act="save", text="x")
    assert answer.status_code == 403
    assert cast.fresh(item).version == 1


def test_an_agent_may_ask_but_not_approve(browser: Callable[..., Browser], cast: World) -> None:
    item = cast.item()
    agent = browser(cast.edgars)
    page = agent.visit(f"/c/{item.id}").text
    assert 'value="submit"' in page
    assert 'value="approve"' not in page
    answer = agent.submit(f"/c/{item.id}/reply", act="approve", text="Marta, we are sorry.", version="0")
    assert answer.status_code == 422
    assert cast.fresh(item).reply_state == "draft"


def test_a_viewer_may_keep_their_own_profile(browser: Callable[..., Browser], cast: World) -> None:
    answer = browser(cast.vera).submit("/profile", name="Vera", language="lv", timezone="Europe/Riga")
    assert answer.status_code == 303
    assert cast.fresh(cast.vera).language == "lv"


def test_a_form_without_a_token_is_refused(client: Browser, cast: World) -> None:
    item = cast.item()
    assert client.post(f"/c/{item.id}/done", data={"version": "1"}).status_code == 403
    assert cast.fresh(item).version == 1


def test_the_token_of_another_member_is_refused(browser: Callable[..., Browser], cast: World) -> None:
    item = cast.item()
    other = browser(cast.edgars)
    client = browser(cast.anna)
    client.token = other.token
    assert client.submit(f"/c/{item.id}/done", version="1").status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_on_another_site_is_refused_even_with_the_token(client: Browser, cast: World,
                                                               headers: dict[str, str]) -> None:
    item = cast.item()
    answer = client.post(f"/c/{item.id}/done", data={"csrf": client.token, "version": "1"}, headers=headers)
    assert answer.status_code == 403


def test_our_own_origin_is_taken(client: Browser, cast: World) -> None:
    item = cast.item()
    answer = client.post(f"/c/{item.id}/done", data={"csrf": client.token, "version": "1"}, headers={"Origin": ADDRESS})
    assert answer.status_code == 303


def test_the_sign_in_form_needs_its_token_too(browser: Callable[..., Browser], cast: World) -> None:
    assert browser().post("/sign-in", data={"email": cast.anna.email, "password": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["/inbox", "/sign-in", "/nowhere", "/static/tokens.css", "/profile"])
def test_every_answer_carries_the_headers(client: Browser, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_pages_are_not_cached_and_versioned_files_are(client: Browser) -> None:
    page = client.get("/inbox")
    assert page.headers["cache-control"] == "no-store"
    path = re.search(r'href="(/static/[^"]+tokens\.css)"', page.text)
    assert path
    assert "immutable" in client.get(path.group(1)).headers["cache-control"]


def test_a_request_beyond_the_limit_is_refused(client: Browser) -> None:
    answer = client.post("/profile", data={"csrf": client.token, "name": "x" * 21_000_000})
    assert answer.status_code == 413
    assert "This is too large" in answer.text


def test_an_unknown_page_says_so_inside_the_shell(client: Browser) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "This page is not here" in answer.text
    assert 'class="rail"' in client.get("/c/999").text


def test_htmx_without_a_sign_in_gets_the_dialog_not_a_page(browser: Callable[..., Browser], cast: World) -> None:
    answer = browser().get("/inbox", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "<dialog" in answer.text
