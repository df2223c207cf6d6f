"""Web pages: what each markup says, each review once, and a changed page that never means "all removed"."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from connectors.base import Batch, Item
from connectors.errors import AccessDenied, Gone, Surprise
from connectors.http import Http, HttpPolicy
from connectors.web_page import WebPage, WebPageSettings
from tests.fakes.timing import Stopwatch

URL = "https://shop.example/kettle"
HEAD = "<!doctype html><html lang='en'><title>Kettle</title>"


def ld(block: str) -> str:
    return f'<script type="application/ld+json">{block}</script>'


def review(number: int, text: str = "") -> str:
    """One review in microdata, with its own id."""
    return (f'<div itemscope itemtype="https://schema.org/Review" id="r{number}"><b itemprop="author">Anna {number}</b>'
            f'<p itemprop="reviewBody">{text or f"Text {number}"}</p></div>')


class Pages:
    """A site: path with query -> page; ``requests`` is what was asked."""

    def __init__(self, robots: str = "", **headers: str) -> None:
        self.pages: dict[str, str] = {}
        self.robots, self.headers = robots, headers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(200, text=self.robots)
        self.requests.append(request)
        if self.headers and request.headers.get("if-none-match") == self.headers["ETag"]:
            return httpx.Response(304)
        page = self.pages.get(request.url.raw_path.decode())
        return httpx.Response(404) if page is None else httpx.Response(200, html=HEAD + page, headers=self.headers)

    def connect(self, **settings: Any) -> WebPage:
        http = Http(HttpPolicy(), transport=httpx.MockTransport(self), timing=Stopwatch().timing)
        return WebPage(WebPageSettings.model_validate({"page_urls": [URL], **settings}), http)


async def batches(platform: WebPage, cursor: dict[str, Any] | None = None) -> list[Batch]:
    [place, *_] = await platform.places()
    return [batch async for batch in platform.fetch(place, cursor)]


async def found(page: str, **settings: Any) -> list[Item]:
    site = Pages()
    site.pages["/kettle"] = page
    return [item for batch in await batches(site.connect(**settings)) for item in batch.items]


@pytest.mark.parametrize("block", [
    '{"@type":"Product","sku":"K1","review":{"@type":"Review","author":"Anna","reviewBody":"Fine."}}',
    '[{"@type":"BreadcrumbList"},{"@type":["Review","CriticReview"],"author":{"name":"Anna"},"description":"Fine."}]',
    '{"@graph":[{"@id":"#p","@type":"Person","name":"Anna"},'
    '{"@type":"https://schema.org/Review","author":{"@id":"#p"},"reviewBody":"Fine."}]}',
    '/* <![CDATA[ */ {"@type":"Review","author":[{"name":"Anna"}],"reviewBody":"Fine.",} /* ]]> */',
    '{&quot;@type&quot;:&quot;Review&quot;,&quot;author&quot;:&quot;Anna&quot;,&quot;reviewBody&quot;:&quot;Fine.&quot;}',
])
async def test_json_ld_is_read_in_all_its_shapes(block: str) -> None:
    assert [(item.author_name, item.text) for item in await found(ld("{broken") + ld(block))] == [("Anna", "Fine.")]


async def test_microdata_is_read_with_nested_and_referred_items() -> None:
    [item] = await found(
        '<div itemscope itemtype="http://schema.org/Review" id="r1" itemref="when">'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person"><a itemprop="name" href="/u/1">Anna</a>'
        '</span><div itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
        '<b itemprop="ratingValue">2</b>/<i itemprop="bestRating">10</i></div>'
        '<p itemprop="reviewBody">One.<br>&amp;lt; Two.</p></div>'
        '<time id="when" itemprop="datePublished" datetime="2026-11-20T08:12:00Z">yesterday</time>')
    assert (item.author_name, item.rating, item.rating_best, item.text) == ("Anna", 2, 10, "One.\n&lt; Two.")
    assert item.external_id == f"{URL}#r1"
    assert str(item.created_at) == "2026-11-20 08:12:00+00:00"


async def test_rdfa_is_read() -> None:
    [item] = await found(
        '<div vocab="https://schema.org/" typeof="Product"><div property="review" typeof="schema:Review">'
        '<span property="author">Anna</span><div property="reviewRating" typeof="Rating">'
        '<meta property="ratingValue" content="3"></div><p property="reviewBody">ok</p></div></div>')
    assert (item.author_name, item.rating, item.text) == ("Anna", 3, "ok")


async def test_selectors_find_what_is_not_marked_up() -> None:
    [item] = await found(
        '<li class="review" data-id="77"><b class="who">Anna</b><i class="stars" style="width:80%"></i>'
        '<time datetime="2026-11-20">2 days ago</time><p>Fine&nbsp;!</p><em>Verified</em><q>Thanks</q></li>',
        css_review="li.review", css_id="@data-id", css_author=".who", css_rating=".stars", css_text="p",
        css_date="time", css_verified="em", css_reply="q")
    assert (item.external_id, item.author_name, item.rating, item.rating_best) == ("77", "Anna", 80, 100)
    assert (item.text, item.verified_purchase, [reply.ours for reply in item.replies]) == ("Fine !", True, [True])


async def test_what_json_ld_and_markup_both_say_is_one_review() -> None:
    [item] = await found(
        ld('{"@type":"Review","author":"Anna 1","reviewBody":"Text  1","name":"Title"}') + review(1))
    assert (item.title, item.external_id) == ("Title", f"{URL}#r1")


async def test_an_id_that_several_authors_share_is_no_id() -> None:
    block = '{"@type":"Review","@id":"#product","author":"%s","reviewBody":"Fine."}'
    items = await found(ld(block % "Anna") + ld(block % "Ivo"))
    assert len({item.external_id for item in items}) == 2


async def test_a_made_up_id_survives_a_change_of_stars() -> None:
    block = '{"@type":"Review","author":"Anna","reviewBody":"Fine.","reviewRating":{"ratingValue":"%s"}}'
    [before], [after] = await found(ld(block % 5)), await found(ld(block % 1))
    assert (before.external_id, before.rating, after.rating) == (after.external_id, 5, 1)


async def test_pages_are_turned_to_the_last_and_then_the_pass_is_complete() -> None:
    site = Pages()
    site.pages = {"/kettle": review(1) + '<a rel="next" href="?page=2">', "/kettle?page=2": review(2)}
    passed = await batches(site.connect())
    assert [item.external_id for batch in passed for item in batch.items] == [f"{URL}#r1", f"{URL}#r2"]
    assert [batch.complete for batch in passed] == [False, True]
    assert passed[-1].cursor == {"known": 2, "validators": {}}


async def test_a_walk_that_stops_early_is_not_complete() -> None:
    site = Pages()
    site.pages = {"/kettle": review(1) + '<link rel="next" href="?page=2">', "/kettle?page=2": review(2)}
    passed = await batches(site.connect(max_pages=1))
    assert [(len(batch.items), batch.complete) for batch in passed] == [(1, False)]


async def test_reviews_that_move_between_the_pages_are_heard_and_nothing_is_taken_for_removed() -> None:
    """Review 1 leaves while page 2 is asked: review 2 moves to page 1, which was read already."""
    site = Pages()
    site.pages = {"/kettle": review(1) + '<a rel="next" href="?page=2">', "/kettle?page=2": review(2) + review(3)}
    platform = site.connect()
    [place] = await platform.places()
    heard: list[Batch] = []
    async for batch in platform.fetch(place, None):
        heard.append(batch)
        site.pages = {"/kettle": review(2) + '<a rel="next" href="?page=2">', "/kettle?page=2": review(3)}
    assert {item.author_name for batch in heard for item in batch.items} == {"Anna 1", "Anna 2", "Anna 3"}
    assert not any(batch.complete for batch in heard)


@pytest.mark.parametrize("target", ["https://other.example/", "javascript:alert(1)", "#r1", "?page=1"])
async def test_a_walk_stays_on_its_site_and_ends(target: str) -> None:
    site = Pages()
    site.pages = {path: review(1) + f'<a rel="next" href="{target}">' for path in ("/kettle", "/kettle?page=1")}
    passed = await batches(site.connect())
    assert {request.url.host for request in site.requests} == {"shop.example"}
    assert len(passed) == len({request.url for request in site.requests})


async def test_no_review_where_there_were_some_is_an_error() -> None:
    site = Pages()
    site.pages["/kettle"] = "<p>Are you a human?</p>"
    with pytest.raises(Surprise, match="0 of 37 known reviews found"):
        await batches(site.connect(), {"known": 37})


async def test_a_page_that_claims_reviews_and_shows_none_is_an_error() -> None:
    site = Pages()
    site.pages["/kettle"] = ld('{"@type":"Product","aggregateRating":{"@type":"AggregateRating","reviewCount":"12"}}')
    with pytest.raises(Surprise, match="0 of 12"):
        await batches(site.connect())


@pytest.mark.parametrize("second", ["", "<p>Are you a human?</p>"])
async def test_a_sweep_that_meets_an_empty_page_removes_nothing(second: str) -> None:
    site = Pages()
    site.pages = {"/kettle": review(1) + '<a rel="next" href="?page=2">' if second else "", "/kettle?page=2": second}
    assert not any(batch.complete for batch in await batches(site.connect()))


async def test_an_unchanged_page_brings_nothing() -> None:
    site = Pages(ETag='"v1"')
    site.pages["/kettle"] = review(1)
    platform = site.connect()
    first = await batches(platform)
    [second] = await batches(platform, first[-1].cursor)
    assert (second.items, second.cursor, second.complete) == ((), first[-1].cursor, False)


async def test_robots_txt_is_obeyed() -> None:
    site = Pages(robots="User-agent: *\nDisallow: /kettle")
    with pytest.raises(AccessDenied, match=r"robots\.txt"):
        await batches(site.connect())
    assert site.requests == []


async def test_our_answer_is_read_back_from_the_page() -> None:
    site = Pages()
    answered = review(1).replace(
        "</div>", '<div itemprop="comment" itemscope itemtype="https://schema.org/Comment">'
                  '<b itemprop="author">Shop</b><p itemprop="text">We are sorry.</p></div></div>')
    site.pages["/kettle"] = review(1)
    platform = site.connect(owner_name="shop")
    [item] = (await batches(platform))[0].items
    assert await platform.find_replies(item) == []
    site.pages["/kettle"] = answered
    assert [(reply.text, reply.ours) for reply in await platform.find_replies(item)] == [("We are sorry.", True)]


async def test_a_review_that_moved_to_the_next_page_is_still_found() -> None:
    site = Pages()
    site.pages["/kettle"] = review(1)
    platform = site.connect()
    [item] = (await batches(platform))[0].items
    site.pages = {"/kettle": review(2) + '<a rel="next" href="?page=2">', "/kettle?page=2": review(1)}
    assert await platform.find_replies(item) == []


async def test_a_review_that_is_on_no_page_is_gone() -> None:
    site = Pages()
    site.pages["/kettle"] = review(1)
    platform = site.connect()
    [item] = (await batches(platform))[0].items
    site.pages["/kettle"] = review(2)
    with pytest.raises(Gone):
        await platform.find_replies(item)


async def test_check_tells_the_title_and_that_nothing_was_found() -> None:
    site = Pages()
    site.pages["/kettle"] = "<p>soon</p>"
    identity = await site.connect().check()
    assert (identity.name, len(identity.warnings)) == ("Kettle", 1)


def test_a_form_gives_addresses_as_lines() -> None:
    settings = WebPageSettings.model_validate({"page_urls": f"{URL}#top\n https://shop.example/pan\n"})
    assert settings.page_urls == [URL, "https://shop.example/pan"]


@pytest.mark.parametrize(("field", "value"), [
    ("page_urls", "ftp://shop.example"), ("page_urls", []), ("css_author", "..broken"), ("time_zone", "Europe/Nowhere"),
    ("time_zone", "../../etc/passwd"),
])
def test_wrong_settings_name_their_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        WebPageSettings.model_validate({"page_urls": [URL], field: value})


async def test_a_deeply_nested_block_costs_only_itself() -> None:
    nest = '{"a":' * 5000 + "1" + "}" * 5000
    assert len(await found(ld(nest) + review(1))) == 1


@pytest.mark.parametrize("script", [" " * 200_000 + "x", "/* " * 50_000, "]]>" * 50_000,
                                    '{"@type":"Review",' + "," * 100_000])
async def test_a_hostile_script_block_costs_no_time(script: str) -> None:
    assert len(await found(ld(script) + review(1))) == 1


async def test_many_references_to_other_elements_cost_no_time() -> None:
    page = "".join(review(n).replace("id=", f'itemref="x{n}" id=') + f'<b id="x{n}" itemprop="name">T{n}</b>'
                   for n in range(3000))
    items = await found(page)
    assert (len(items), items[0].title) == (3000, "T0")
