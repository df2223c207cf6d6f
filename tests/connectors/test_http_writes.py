"""A write is sent exactly once; without a clear answer nobody knows whether it was saved."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.http import Answer, Http, HttpPolicy
from tests.fakes import faults
from tests.fakes.certificates import untrusted_server
from tests.fakes.platform import MisbehavingServer
from tests.fakes.pretend import GOOD_KEY
from tests.fakes.timing import Stopwatch

METHODS = ["POST", "PUT", "PATCH", "DELETE"]


async def write(http: Http, server: MisbehavingServer, method: str = "POST") -> Answer:
    return await http.send(method, f"{server.url}/api/reviews/1/replies", json={"text": "Thank you."},
                           headers={"Authorization": f"Bearer {GOOD_KEY}"})


async def test_a_write_arrives_once(http: Http, server: MisbehavingServer) -> None:
    assert (await write(http, server)).json()["text"] == "Thank you."
    assert len(server.platform.replies) == 1


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("fault", [faults.saved_without_answer, faults.cut_body, faults.saved_and_500, faults.cut_gzip])
async def test_a_write_without_a_clear_answer_is_unsure_and_not_sent_again(
    http: Http, server: MisbehavingServer, method: str, fault: faults.Fault
) -> None:
    server.fail_writes(fault)
    with pytest.raises(Unsure, match="looked up before anything is sent again"):
        await write(http, server, method)
    assert (server.written(), len(server.platform.replies)) == (1, 1)


@pytest.mark.parametrize("method", METHODS)
async def test_a_write_is_not_sent_again_over_a_connection_that_went_stale(
    http: Http, server: MisbehavingServer, method: str
) -> None:
    await write(http, server)
    server.fail_writes(faults.saved_without_answer)
    with pytest.raises(Unsure):
        await write(http, server, method)
    assert server.written() == 2


async def test_every_write_opens_a_connection_of_its_own_while_reads_share_one(
    http: Http, server: MisbehavingServer
) -> None:
    for _ in range(3):
        await write(http, server)
    assert server.connections == 3
    for _ in range(3):
        await http.get(f"{server.url}/api/me", headers={"Authorization": f"Bearer {GOOD_KEY}"})
    assert server.connections == 4


async def test_a_slow_write_is_unsure_after_the_deadline(server: MisbehavingServer, watch: Stopwatch) -> None:
    server.fail_writes(faults.saved_and_slow)
    http = server.http(watch.timing, timeout=0.2)
    with pytest.raises(Unsure):
        await write(http, server)
    assert server.written() == 1
    await http.aclose()


async def test_the_answer_to_a_write_that_is_no_json_is_unsure(http: Http, server: MisbehavingServer) -> None:
    server.fail_writes(faults.sign_in_page)
    answer = await write(http, server)
    with pytest.raises(Unsure, match="web page"):
        answer.json()


async def test_a_write_to_a_closed_port_was_not_sent(watch: Stopwatch) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    host = f"127.0.0.1:{taken.sockets[0].getsockname()[1]}"
    taken.close()
    await taken.wait_closed()
    http = Http(timing=watch.timing, policy=HttpPolicy(allow_hosts=(host,)))
    with pytest.raises(TryLater, match="cannot be reached"):
        await http.send("POST", f"http://{host}/", json={})
    await http.aclose()


async def test_a_write_to_a_host_with_a_bad_certificate_was_not_sent(watch: Stopwatch, tmp_path: Path) -> None:
    async with untrusted_server(tmp_path) as host:
        http = Http(HttpPolicy(allow_hosts=(host,)), timing=watch.timing)
        with pytest.raises(TryLater, match="certificate that is not valid"):
            await http.send("POST", f"https://{host}/", json={})
        await http.aclose()


async def test_a_write_to_an_unknown_name_was_not_sent(watch: Stopwatch) -> None:
    async def nothing(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    http = Http(timing=watch.timing, lookup=nothing)
    with pytest.raises(TryLater, match="is not found"):
        await http.send("POST", "https://shop.example/", json={})
    assert watch.pauses == []
    await http.aclose()


@pytest.mark.parametrize(("status", "kind"), [
    (202, Unsure), (204, Unsure), (301, Surprise), (302, Unsure), (400, Refused), (401, AccessDenied),
    (403, AccessDenied), (404, Gone), (408, Unsure), (409, Refused), (410, Gone), (413, Refused), (422, Refused),
    (429, TryLater), (500, Unsure), (502, Unsure), (503, Unsure), (418, Surprise),
])
async def test_the_status_of_a_write_says_who_must_act(
    watch: Stopwatch, status: int, kind: type[ConnectorError]
) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(status, headers={"Retry-After": "1", "Location": "https://shop.example/new"})

    with pytest.raises(ConnectorError) as caught:
        await Http(transport=httpx.MockTransport(answer), timing=watch.timing).send("POST", "https://shop.example/")
    assert (type(caught.value), len(sent)) == (kind, 1)
