"""robots.txt is obeyed for pages, as RFC 9309 says."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import AccessDenied, TryLater
from connectors.http import Http, HttpPolicy
from connectors.robots import parse
from tests.fakes.timing import Stopwatch


def site(watch: Stopwatch, robots: httpx.Response, seen: list[str] | None = None, *, obey: bool = True) -> Http:
    """A site with this robots.txt."""
    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request.url.path)
        return robots if request.url.path == "/robots.txt" else httpx.Response(200, text="page")

    policy = HttpPolicy(user_agent="Otklik/1.0 (+x)", obey_robots=obey)
    return Http(policy, httpx.MockTransport(answer), timing=watch.timing)


@pytest.mark.parametrize(("rules", "path", "allowed"), [
    ("User-agent: *\nDisallow: /", "/a", False),
    ("User-agent: *\nDisallow:", "/a", True),
    ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
    ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
    ("User-agent: *\nDisallow: /\n\nUser-agent: otklik\nAllow: /", "/a", True),
    ("User-agent: *\nAllow: /\n\nUser-agent: Otklik/2.0\nDisallow: /", "/a", False),
    ("User-agent: *\nDisallow: /\nUser-agent: OTKLIK\n", "/a", True),
    ("User-agent: other\nUser-agent: otklik\nDisallow: /x", "/x", False),
    ("User-agent: otklik\nDisallow: /x\nUser-agent: z\nDisallow: /\nUser-agent: otklik\nDisallow: /y", "/y", False),
    ("User-agent: otklikbot\nDisallow: /", "/a", True),
    ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
    ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True),
    ("User-agent: *\nDisallow: /*/reviews*sort=", "/p/reviews?a=1&sort=new", False),
    ("User-agent: *\nDisallow: /отзывы", "/%D0%BE%D1%82%D0%B7%D1%8B%D0%B2%D1%8B/1", False),
    ("User-agent: *\nDisallow: /%7Eanna", "/~anna", False),
    ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
    ("user-agent : * # all\ndisallow:/x # why", "/x", False),
    ("\ufeffUser-agent: *\r\nDisallow: /x\r\n", "/x", False),
    ("<html>not found</html>", "/x", True),
])
def test_rules_are_read_as_the_standard_says(rules: str, path: str, allowed: bool) -> None:
    assert parse(rules, "Otklik/1.0 (+x)").allows(path) is allowed


@given(st.text(max_size=300), st.text(max_size=50))
def test_any_text_gives_rules_and_any_path_an_answer(rules: str, path: str) -> None:
    assert parse(f"User-agent: *\n{rules}", "Otklik").allows(f"/{path}") in (True, False)


def test_a_hostile_pattern_ends_quickly() -> None:
    rules = parse("User-agent: *\nDisallow: /" + "a*" * 20_000 + "b$", "Otklik")
    assert rules.allows("/" + "a" * 20_000)


async def test_a_forbidden_page_is_not_read(watch: Stopwatch) -> None:
    seen: list[str] = []
    http = site(watch, httpx.Response(200, text="User-agent: *\nDisallow: /private"), seen)
    with pytest.raises(AccessDenied, match=r"robots\.txt"):
        await http.get("https://shop.example/private/page", page=True)
    assert seen == ["/robots.txt"]


async def test_an_api_is_asked_without_looking_at_robots(watch: Stopwatch) -> None:
    seen: list[str] = []
    await site(watch, httpx.Response(500), seen).get("https://shop.example/api")
    assert seen == ["/api"]


async def test_the_owner_may_turn_the_rule_off(watch: Stopwatch) -> None:
    http = site(watch, httpx.Response(200, text="User-agent: *\nDisallow: /"), obey=False)
    assert (await http.get("https://shop.example/a", page=True)).status == 200


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_robots_allows_everything(watch: Stopwatch, status: int) -> None:
    http = site(watch, httpx.Response(status))
    assert (await http.get("https://shop.example/a", page=True)).status == 200


async def test_a_robots_file_that_cannot_be_had_stops_us_for_now(watch: Stopwatch) -> None:
    seen: list[str] = []
    with pytest.raises(TryLater):
        await site(watch, httpx.Response(503), seen).get("https://shop.example/a", page=True)
    assert set(seen) == {"/robots.txt"}


async def test_robots_is_kept_for_a_day(watch: Stopwatch) -> None:
    seen: list[str] = []
    http = site(watch, httpx.Response(200, text=""), seen)
    for moment in (0, 86_399, 86_401):
        watch.seconds = moment
        await http.get("https://shop.example/a", page=True)
    assert seen.count("/robots.txt") == 2


async def test_a_crawl_delay_keeps_the_pages_apart(watch: Stopwatch) -> None:
    http = site(watch, httpx.Response(200, text="User-agent: *\nCrawl-delay: 10"))
    for _ in range(3):
        await http.get("https://shop.example/a", page=True)
    assert watch.pauses == [10.0, 10.0]


async def test_the_target_of_a_redirect_is_asked_about_too(watch: Stopwatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(200, text="User-agent: *\nDisallow: /closed")
        return httpx.Response(302, headers={"Location": "/closed"})

    with pytest.raises(AccessDenied):
        await Http(transport=httpx.MockTransport(answer), timing=watch.timing).get("https://a.example/", page=True)
