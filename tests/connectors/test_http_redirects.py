"""Redirects are followed by hand: each target is checked like the first, credentials stay with their host."""

from __future__ import annotations

import httpx
import pytest

from connectors.errors import AccessDenied, ConnectorError, Surprise
from connectors.http import Http
from tests.fakes import faults
from tests.fakes.platform import MisbehavingServer
from tests.fakes.pretend import GOOD_KEY
from tests.fakes.timing import Stopwatch

SECRET = {"Authorization": "Bearer very-secret-key", "X-Api-Key": "another-secret", "Accept": "application/json"}


def following(routes: dict[str, str], seen: list[httpx.Request], watch: Stopwatch) -> Http:
    """A way out to a pretend internet where ``routes`` sends readers on."""
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        target = routes.get(str(request.url))
        return httpx.Response(302, headers={"Location": target}) if target else httpx.Response(200, text="here")

    return Http(transport=httpx.MockTransport(answer), timing=watch.timing)


async def test_a_read_follows_and_keeps_its_key_on_the_same_host(watch: Stopwatch) -> None:
    seen: list[httpx.Request] = []
    http = following({"https://shop.example/a": "/b?c=1"}, seen, watch)
    answer = await http.get("https://shop.example/a", headers=SECRET, auth=None)
    assert answer.url == "https://shop.example/b?c=1"
    assert seen[1].headers["Authorization"] == "Bearer very-secret-key"


@pytest.mark.parametrize("target", [
    "https://other.example/", "http://shop.example/", "https://shop.example:8443/", "//other.example/"])
async def test_credentials_are_dropped_on_the_way_to_another_host(watch: Stopwatch, target: str) -> None:
    seen: list[httpx.Request] = []
    http = following({"https://shop.example/a": target}, seen, watch)
    await http.get("https://shop.example/a", headers=SECRET, auth=None)
    await http.get("https://shop.example/a", auth=("anna", "secret-password"))
    for request in (seen[1], seen[3]):
        assert not {"authorization", "x-api-key"} & set(request.headers)
    assert seen[1].headers["Accept"] == "application/json"


async def test_the_step_from_http_to_https_keeps_the_key(watch: Stopwatch) -> None:
    seen: list[httpx.Request] = []
    http = following({"http://shop.example/a": "https://shop.example/a"}, seen, watch)
    await http.get("http://shop.example/a", auth=("anna", "secret-password"))
    assert "authorization" in seen[1].headers


async def test_a_circle_ends_after_five_redirects(watch: Stopwatch) -> None:
    seen: list[httpx.Request] = []
    http = following({"https://shop.example/a": "https://shop.example/a"}, seen, watch)
    with pytest.raises(Surprise, match="on and on"):
        await http.get("https://shop.example/a")
    assert len(seen) == 6


@pytest.mark.parametrize("target", [
    "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "ftp://shop.example/",
    "http://user@10.0.0.1/", "http://10.0.0.1\\@shop.example/", "http://0x7f000001/", "file:///etc/passwd",
    "http://[::ffff:10.0.0.1]/", "http://2130706433/"])
async def test_a_redirect_to_a_private_or_odd_address_is_refused(watch: Stopwatch, target: str) -> None:
    seen: list[httpx.Request] = []
    http = following({"https://shop.example/a": target}, seen, watch)
    with pytest.raises((AccessDenied, Surprise)):
        await http.get("https://shop.example/a")
    assert len(seen) == 1


async def test_a_real_redirect_into_the_private_network_never_connects(
    http: Http, server: MisbehavingServer, watch: Stopwatch
) -> None:
    with MisbehavingServer(server.dialect) as inside:
        server.fail(faults.redirect(f"{inside.url}/api/reviews"))
        with pytest.raises(AccessDenied, match="private network"):
            await http.get(f"{server.url}/api/reviews", headers={"Authorization": f"Bearer {GOOD_KEY}"})
        assert inside.requests == []


async def test_a_search_by_post_follows_no_redirect(watch: Stopwatch) -> None:
    seen: list[httpx.Request] = []
    http = following({"https://shop.example/a": "https://shop.example/b"}, seen, watch)
    with pytest.raises(Surprise, match="Enter the final address"):
        await http.query("https://shop.example/a", json={})
    assert len(seen) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_write_follows_no_redirect(http: Http, server: MisbehavingServer, status: int) -> None:
    server.fail_writes(faults.redirect(f"{server.url}/elsewhere", status))
    with pytest.raises(ConnectorError):
        await http.send("POST", f"{server.url}/api/reviews/1/replies", json={"text": "Thank you."})
    assert len(server.requests) == 1
