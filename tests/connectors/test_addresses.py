"""No spelling of a private address passes, and the address that was checked is the one that is connected."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.addresses import AllowedHosts, PrivateAddress, checked, is_public
from connectors.doors import Doors, checked_socket, system_lookup
from connectors.errors import AccessDenied, ConnectorError, Surprise
from connectors.failures import failed
from connectors.http import Http, HttpPolicy
from tests.fakes.platform import MisbehavingServer
from tests.fakes.pretend import GOOD_KEY
from tests.fakes.timing import Stopwatch

NOBODY = AllowedHosts()
PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.168.1.1", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "2002:7f00:1::", "2002:c0a8:101::1", "2001::1", "2001:db8::1", "100::1", "2a00::5efe:127.0.0.1",
    "2a00::200:5efe:10.0.0.1", "3fff::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "168.63.129.17", "2606:4700::1111",
          "::ffff:8.8.8.8", "64:ff9b::808:808", "2a00:1450::1"]
private_ipv4 = st.sampled_from([ipaddress.ip_network(network) for network in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
    "224.0.0.0/4")]).flatmap(lambda network: st.ip_addresses(v=4, network=network))


def spellings(address: IPv4Address) -> list[str]:
    """How else an IPv4 address may be written for one parser or another."""
    number = int(address)
    a, b, c, d = address.packed
    return [
        str(address), f"{address}.", str(number), hex(number), f"0{number:o}", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{number & 0xFFFF}",
        f"{a}.{b}.{c}.0x{d:x}", f"[::ffff:{address}]", f"[::{address}]", f"[64:ff9b::{address}]",
        f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]", f"[2a00::5efe:{address}]", str(address).replace(".", "。"),
        "".join(chr(0xFF10 + int(sign)) if sign.isdigit() else sign for sign in str(address)),
    ]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_is_public(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        mapped = isinstance(address, IPv6Address) and address.ipv4_mapped
        assert mapped or not is_public(address)


@given(private_ipv4, st.integers(0, 15), st.sampled_from(["", ":80", ":8080"]), st.sampled_from(["http", "HTTPS"]))
@example(IPv4Address("127.0.0.1"), 2, "", "http")
def test_no_spelling_of_a_private_address_passes(address: IPv4Address, which: int, port: str, scheme: str) -> None:
    with pytest.raises((AccessDenied, Surprise)):
        checked(f"{scheme}://{spellings(address)[which]}{port}/x", NOBODY)


@given(private_ipv4, st.sampled_from(["\\@", "@", ":pass@", "%00@", "\t", " ", "\r\n", "#@", "?@", "%2f@", "\\"]))
def test_no_second_host_in_an_address_confuses_the_check(address: IPv4Address, between: str) -> None:
    with pytest.raises((AccessDenied, Surprise)):
        checked(f"http://{address}{between}shop.example/", NOBODY)


@given(private_ipv4, st.sampled_from(["\\@", "@", ":pass@", "#@", "?@", "/@", "%2f@", "\\"]))
def test_a_second_host_behind_the_first_is_never_asked(address: IPv4Address, between: str) -> None:
    try:
        assert checked(f"http://shop.example{between}{address}/", NOBODY).host == "shop.example"
    except (AccessDenied, Surprise) as error:
        assert error.says


@given(st.text(max_size=60))
@example("http://[::1")
@example("http://a\u2028b/")
@example("https://xn--/")
def test_any_text_is_an_address_or_an_error_of_ours(text: str) -> None:
    for address in (text, f"http://{text}/", f"https://shop.example/{text}"):
        try:
            assert checked(address, NOBODY).scheme in ("http", "https")
        except ConnectorError as error:
            assert error.says


@pytest.mark.parametrize("address", ["ftp://shop.example/", "file:///etc/passwd", "//shop.example/", "shop.example",
                                     "http://", "http:///x", "gopher://a/", "javascript:alert(1)", ""])
def test_only_web_addresses_are_asked(address: str) -> None:
    with pytest.raises(Surprise):
        checked(address, NOBODY)


@pytest.mark.parametrize(("entry", "address", "passes"), [
    ("127.0.0.1", "http://127.0.0.1:8001/", True), ("127.0.0.1:8001", "http://127.0.0.1:8001/", True),
    ("127.0.0.1:8001", "http://127.0.0.1:8002/", False), ("127.0.0.1:80", "http://127.0.0.1/", True),
    ("127.0.0.1:443", "https://127.0.0.1/", True), ("[::1]:8080", "http://[::1]:8080/", True),
    ("::1", "http://[::1]/", True), ("127.0.0.1", "http://127.0.0.2/", False), ("10.0.0.1", "http://127.0.0.1/", False),
    (" Wiki.Internal. ", "http://wiki.internal/", True)])
def test_a_private_host_is_asked_when_the_configuration_names_it(entry: str, address: str, passes: bool) -> None:
    allowed = AllowedHosts.of([entry])
    assert (httpx.URL(address) in allowed) is passes
    if passes:
        assert checked(address, allowed).host


def test_the_socket_itself_refuses_a_private_address() -> None:
    with pytest.raises(PrivateAddress):
        checked_socket((2, 1, 6, "", ("127.0.0.1", 80)))


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["::1"], ["10.0.0.7", "fe80::1"], ["::ffff:127.0.0.1"]])
async def test_a_name_that_leads_inside_is_refused(watch: Stopwatch, answers: list[str]) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return answers

    http = Http(lookup=lookup, timing=watch.timing)
    with pytest.raises(AccessDenied, match=r"rebind\.example is inside a private network"):
        await http.get("http://rebind.example/")
    await http.aclose()


async def test_a_name_that_moves_inside_after_the_check_is_never_connected(
    server: MisbehavingServer, watch: Stopwatch
) -> None:
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    http = Http(lookup=lookup, timing=watch.timing)
    with pytest.raises(AccessDenied):
        await http.get(server.url.replace("127.0.0.1", "rebind.example"))
    assert (asked, server.requests) == (["rebind.example"], [])
    await http.aclose()


async def test_the_public_door_refuses_a_private_address_even_when_no_check_came_before(
    server: MisbehavingServer
) -> None:
    doors = Doors(5.0, {}, system_lookup, None)
    with pytest.raises(httpx.TransportError) as caught:
        await doors.client(inside=False, write=False).get(server.url)
    assert isinstance(failed(caught.value, "somewhere", write=True), AccessDenied)
    assert server.requests == []
    await doors.aclose()


async def test_a_name_that_is_allowed_may_lead_inside(server: MisbehavingServer, watch: Stopwatch) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    http = Http(HttpPolicy(allow_hosts=("wiki.internal",)), lookup=lookup, timing=watch.timing)
    url = server.url.replace("127.0.0.1", "wiki.internal")
    answer = await http.get(f"{url}/api/me", headers={"Authorization": f"Bearer {GOOD_KEY}"})
    assert answer.json() == {"name": "Our shop"}
    await http.aclose()
