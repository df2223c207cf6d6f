"""Reading through the only way out, against a server that misbehaves."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import httpx
import pytest

from connectors.errors import AccessDenied, ConnectorError, Gone, Surprise, TryLater
from connectors.http import Answer, Http, HttpPolicy
from connectors.settings import ConnectorsSettings
from tests.fakes import faults
from tests.fakes.platform import MisbehavingServer
from tests.fakes.pretend import GOOD_KEY
from tests.fakes.timing import Stopwatch

KEY = {"Authorization": f"Bearer {GOOD_KEY}"}


async def listing(http: Http, server: MisbehavingServer, **more: str) -> Answer:
    return await http.get(f"{server.url}/api/reviews", headers={**KEY, **more})


def stubbed(answer: Callable[[httpx.Request], httpx.Response], watch: Stopwatch) -> Http:
    return Http(transport=httpx.MockTransport(answer), timing=watch.timing)


async def test_an_answer_comes_with_status_headers_and_body(http: Http, server: MisbehavingServer) -> None:
    answer = await listing(http, server)
    assert (answer.status, answer.headers["CONTENT-type"]) == (200, "application/json; charset=utf-8")
    assert answer.json()["reviews"][0]["text"] == "Kind people, fast delivery."


async def test_we_introduce_ourselves_and_accept_only_gzip(http: Http, server: MisbehavingServer) -> None:
    await listing(http, server)
    sent = server.requests[0].headers
    assert (sent["user-agent"], sent["accept-encoding"]) == ("Otklik/test", "gzip")


async def test_a_packed_answer_is_unpacked(http: Http, server: MisbehavingServer) -> None:
    server.fail(faults.gzipped)
    assert (await listing(http, server)).json()["total"] == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_read_is_tried_again_when_the_platform_is_busy(
    http: Http, server: MisbehavingServer, status: int
) -> None:
    server.fail(faults.status(status), times=2)
    assert (await listing(http, server)).status == 200
    assert server.listed() == 3


async def test_a_read_gives_up_after_three_tries(http: Http, server: MisbehavingServer) -> None:
    server.fail(faults.status(503), times=9)
    with pytest.raises(TryLater) as caught:
        await listing(http, server)
    assert server.listed() == 3
    assert "status 503" in caught.value.says


async def test_retry_after_in_seconds_is_waited_for(http: Http, server: MisbehavingServer, watch: Stopwatch) -> None:
    server.fail(faults.status(429, Retry_After="7"))
    await listing(http, server)
    assert watch.pauses == [7.0]


async def test_retry_after_as_a_date_is_measured_by_the_clock_of_the_platform(watch: Stopwatch) -> None:
    late = {"Retry-After": "Thu, 01 Jan 2032 00:00:20 GMT", "Date": "Thu, 01 Jan 2032 00:00:00 GMT"}
    answers = iter([httpx.Response(503, headers=late), httpx.Response(200)])
    await stubbed(lambda _: next(answers), watch).get("https://shop.example/")
    assert watch.pauses == [20.0]


async def test_a_long_retry_after_is_left_to_the_poller(
    http: Http, server: MisbehavingServer, watch: Stopwatch
) -> None:
    server.fail(faults.status(429, Retry_After="900"))
    with pytest.raises(TryLater) as caught:
        await listing(http, server)
    assert (caught.value.retry_after, watch.pauses, server.listed()) == (900.0, [], 1)


@pytest.mark.parametrize("fault", [faults.hang_up, faults.cut_body])
async def test_a_lost_connection_is_tried_again(
    http: Http, server: MisbehavingServer, watch: Stopwatch, fault: faults.Fault
) -> None:
    server.fail(fault, times=2)
    assert (await listing(http, server)).json()["total"] == 1
    assert len(watch.pauses) >= 1


@pytest.mark.parametrize("fault", [faults.cut_body, faults.cut_gzip])
async def test_a_cut_answer_is_never_taken_for_a_whole_one(
    http: Http, server: MisbehavingServer, fault: faults.Fault
) -> None:
    server.fail(fault, times=3)
    with pytest.raises(TryLater, match="broke off"):
        await listing(http, server)


async def test_a_bomb_ends_early(server: MisbehavingServer, watch: Stopwatch) -> None:
    server.fail(faults.gzip_bomb(300))
    http = server.http(watch.timing, max_bytes=1_000_000)
    with pytest.raises(Surprise, match="larger than allowed"):
        await listing(http, server)
    await http.aclose()


async def test_a_page_of_fifty_megabytes_is_not_read_to_its_end(server: MisbehavingServer, watch: Stopwatch) -> None:
    server.fail(faults.huge(50))
    http = server.http(watch.timing, max_bytes=1_000_000)
    with pytest.raises(Surprise, match="max_megabytes"):
        await listing(http, server)
    await http.aclose()


@pytest.mark.parametrize("fault", [faults.drip, faults.no_answer])
async def test_an_answer_that_never_ends_meets_the_deadline_once(
    server: MisbehavingServer, watch: Stopwatch, fault: faults.Fault
) -> None:
    server.fail(fault, times=3)
    http = server.http(watch.timing, timeout=0.2)
    with pytest.raises(TryLater, match="takes too long"):
        await listing(http, server)
    assert server.listed() == 1
    await http.aclose()


@pytest.mark.parametrize(("status", "kind"), [
    (400, Surprise), (401, AccessDenied), (403, AccessDenied), (404, Gone), (410, Gone), (418, Surprise),
    (425, TryLater), (408, TryLater), (599, TryLater), (201, Surprise), (304, Surprise),
])
async def test_the_status_says_who_must_act(watch: Stopwatch, status: int, kind: type[ConnectorError]) -> None:
    http = stubbed(lambda _: httpx.Response(status), watch)
    with pytest.raises(kind) as caught:
        await http.get("https://shop.example/reviews")
    assert "shop.example" in caught.value.says


async def test_the_body_may_tell_more_than_the_status(watch: Stopwatch) -> None:
    http = stubbed(lambda _: httpx.Response(200, json={"error": "expired"}), watch)
    with pytest.raises(AccessDenied, match="expired"):
        await http.get("https://shop.example/", meaning=lambda answer: AccessDenied(answer.json()["error"]))


async def test_a_conditional_read_may_hear_that_nothing_changed(watch: Stopwatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        known = request.headers.get("If-None-Match") == '"v1"'
        return httpx.Response(304 if known else 200, headers={"ETag": '"v1"'})

    http = stubbed(answer, watch)
    first = await http.get("https://shop.example/feed")
    again = await http.get("https://shop.example/feed", headers=first.validators(), ok=frozenset({200, 304}))
    assert (first.validators(), again.status) == ({"If-None-Match": '"v1"'}, 304)


async def test_parameters_join_those_of_the_address(watch: Stopwatch) -> None:
    http = stubbed(lambda request: httpx.Response(200, text=str(request.url.query, "ascii")), watch)
    assert (await http.get("https://shop.example/?a=1", params={"b": "2"})).text() == "a=1&b=2"


async def test_a_search_by_post_is_a_read_and_tried_again(watch: Stopwatch) -> None:
    answers = iter([httpx.Response(500), httpx.Response(200, json=[1])])
    assert (await stubbed(lambda _: next(answers), watch).query("https://shop.example/", json={})).json() == [1]


async def test_cookies_of_one_source_do_not_reach_another(watch: Stopwatch) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Cookie"))
        return httpx.Response(200, headers={"Set-Cookie": "session=of-account-one; Path=/"})

    http = stubbed(answer, watch)
    await http.get("https://shop.example/", headers=KEY)
    await http.get("https://shop.example/", headers=KEY)
    assert seen == [None, None]


async def test_a_key_with_a_line_break_is_refused_before_anything_is_sent(
    http: Http, server: MisbehavingServer
) -> None:
    with pytest.raises(AccessDenied, match="line break"):
        await listing(http, server, **{"X-Key": "abc\r\nHost: elsewhere"})
    assert server.requests == []


async def test_huge_headers_are_an_error_of_ours_and_no_crash(http: Http, server: MisbehavingServer) -> None:
    server.fail(faults.status(200, X_Long="x" * 300_000), times=3)
    with pytest.raises(ConnectorError):
        await listing(http, server)


def test_one_way_out_serves_several_event_loops(server: MisbehavingServer, watch: Stopwatch) -> None:
    http = server.http(watch.timing)
    read = [asyncio.run(_read_and_close(http, server)) for _ in range(2)]
    gc.collect()
    assert read == [1, 1]


async def test_two_loops_in_two_threads_do_not_disturb_each_other(
    server: MisbehavingServer, watch: Stopwatch
) -> None:
    http = server.http(watch.timing)
    elsewhere = [asyncio.to_thread(asyncio.run, _read_and_close(http, server)) for _ in range(3)]
    here = [listing(http, server) for _ in range(5)]
    assert await asyncio.gather(*elsewhere) == [1, 1, 1]
    assert [answer.status for answer in await asyncio.gather(*here)] == [200] * 5
    await http.aclose()


async def _read_and_close(http: Http, server: MisbehavingServer) -> int:
    total: int = (await listing(http, server)).json()["total"]
    await http.aclose()
    return total


def test_the_policy_follows_the_configuration() -> None:
    policy = HttpPolicy.of(ConnectorsSettings(max_megabytes=2, allow_hosts=["a.test"], timeout_seconds=5), "1.2")
    assert policy.user_agent.startswith("Otklik/1.2 ")
    assert (policy.max_bytes, policy.timeout, policy.allow_hosts) == (2_000_000, 5, ("a.test",))


def test_only_a_host_that_the_configuration_names_is_trusted() -> None:
    http = Http(HttpPolicy(allow_hosts=("wiki.internal",)))
    assert [http.trusts(url) for url in ("http://wiki.internal/a", "https://shop.example/", "http://[")] == [
        True, False, False]
