"""Error pages: our own fault with a code, what the proxy says, what a stranger claims."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from inbox.config import Config, Settings
from inbox.guard import Guard
from inbox.house import House, new_http
from inbox.web import create_app
from monitor.vault import Vault
from tests.inbox.conftest import Browser, Clock
from tests.world import World


def test_our_own_fault_shows_a_code_and_no_detail(app: FastAPI, browser: Callable[..., Browser], cast: World,
                                                  caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/boom")
    def boom() -> None:
        raise RuntimeError("a secret detail")

    with caplog.at_level(logging.ERROR, "inbox.pages"):
        answer = browser(cast.anna).get("/boom")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "a secret detail" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"] in caplog.text


def test_the_api_gets_its_errors_as_problem_documents(browser: Callable[..., Browser]) -> None:
    answer = browser().get("/api/v1/nowhere")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_an_https_address_makes_cookies_secure(cast: World, tmp_path: Path, clock: Clock) -> None:
    settings = Settings.model_validate({"inbox": {"address": "https://otklik.example"}})
    config = Config(settings=settings, var=tmp_path, database_url=cast.db.url)
    house = House(config=config, db=cast.db, vault=Vault.at(tmp_path / "secret.key"), http=new_http(config))
    with Browser(create_app(house, clock), base_url="https://otklik.example", follow_redirects=False) as client:
        answer = client.enter(cast.anna.email)
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(("peer", "forwarded", "expected"), [
    ("10.0.0.2", "198.51.100.7", "198.51.100.7"),
    ("10.0.0.2", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
    ("192.0.2.50", "198.51.100.7", "192.0.2.50"),
    ("10.0.0.2", "", "10.0.0.2"),
])
def test_only_our_own_proxy_is_believed_about_the_client(peer: str, forwarded: str, expected: str) -> None:
    from starlette.datastructures import Headers

    from inbox.settings import InboxSettings

    guard = Guard(lambda *_: None, InboxSettings(trusted_proxies=["10.0.0.2"]))  # type: ignore[arg-type]
    found = guard._client({"client": (peer, 1), "scheme": "http"}, Headers({"x-forwarded-for": forwarded}))
    assert found[0] == expected
