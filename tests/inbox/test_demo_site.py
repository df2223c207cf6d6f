"""The pages and feeds of the pretend site, as people, browsers and our own connectors see them."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

import httpx
import pytest

from connectors.errors import AccessDenied, ConnectorError
from connectors.feed import Feed, FeedSettings
from connectors.http import Http, HttpPolicy
from connectors.web_page import WebPage, WebPageSettings
from inbox.demo import timeline
from inbox.demo.server import DemoServer, PortTaken
from inbox.demo.stage import Stage
from inbox.demo.world import World
from tests.fakes.demo_platform import DemoPlatform

HOSTILE = '</script><script>alert(1)</script> & "quotes" <img src=x onerror=alert(2)>'


@pytest.fixture
def browser(demo_platform: DemoPlatform) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=demo_platform.url) as client:
        yield client


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    way = Http(HttpPolicy(allow_hosts=("127.0.0.1",)))
    yield way
    await way.aclose()


@pytest.mark.parametrize("path", ["/", "/places/brivibas", "/reviews/{review}", "/visitors/u-Marta K."])
def test_hostile_words_are_shown_as_words(demo_platform: DemoPlatform, browser: httpx.Client, path: str) -> None:
    review = demo_platform.publish(HOSTILE, title=HOSTILE)
    page = browser.get(path.format(review=review)).raise_for_status().text
    assert "<script>alert" not in page
    assert "<img" not in page


def test_the_data_for_search_engines_holds_the_hostile_words_whole(demo_platform: DemoPlatform,
                                                                   browser: httpx.Client) -> None:
    demo_platform.publish(HOSTILE)
    page = browser.get("/places/brivibas").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    assert json.loads(found[1])["review"][0]["reviewBody"] == HOSTILE


def test_a_page_may_load_nothing_from_elsewhere(browser: httpx.Client) -> None:
    answer = browser.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_the_shops_answer_stands_under_the_review_unless_it_is_held(demo_platform: DemoPlatform,
                                                                   browser: httpx.Client) -> None:
    review = demo_platform.publish()
    demo_platform.reply_elsewhere(review, "We are sorry, Marta.")
    demo_platform.world.answer(demo_platform.now, review, "Held words", author_name="Kafe Saule", held=True)
    page = browser.get(f"/reviews/{review}").text
    assert "We are sorry, Marta." in page
    assert "Held words" not in page


def test_a_removed_review_is_not_found(demo_platform: DemoPlatform, browser: httpx.Client) -> None:
    review = demo_platform.publish()
    demo_platform.remove(review)
    assert browser.get(f"/reviews/{review}").status_code == 404


def test_long_places_have_pages(demo_platform: DemoPlatform, browser: httpx.Client) -> None:
    for number in range(31):
        demo_platform.publish(f"Visit {number}")
    assert 'rel="next"' in browser.get("/places/brivibas").text
    assert browser.get("/places/brivibas?page=2").text.count('<article class="review"') == 1


async def test_the_page_is_read_by_the_connector_for_pages(demo_platform: DemoPlatform, http: Http) -> None:
    review = demo_platform.publish("Warm blankets.", rating=5, shop="guest-book")
    url = f"{demo_platform.url}/places/guest-book"
    page = WebPage(WebPageSettings(page_urls=[url], owner_name="Kafe Saule"), http)
    place, = await page.places()
    batch, = [one async for one in page.fetch(place, None)]
    item, = batch.items
    assert (item.text, item.rating, item.author_name) == ("Warm blankets.", 5, "Marta K.")
    assert item.url == f"{demo_platform.url}/reviews/{review}"


async def test_mentions_are_a_feed_and_come_with_time(now: datetime, http: Http) -> None:
    stage = Stage(World(1, now, plan=timeline.plan), clock=lambda: now - timedelta(days=20))
    with DemoServer(stage, port=0) as site:
        feed = Feed(FeedSettings(feed_url=f"{site.url}/mentions.xml"), http)
        before = [item async for batch in feed.fetch((await feed.places())[0], None) for item in batch.items]
        stage.clock = lambda: now
        after = [item async for batch in feed.fetch((await feed.places())[0], None) for item in batch.items]
    assert 5 < len(before) < len(after)
    assert all("<" not in item.text for item in after)


@pytest.mark.parametrize(("path", "error"), [("/broken.xml", ConnectorError), ("/members.xml", AccessDenied)])
async def test_some_feeds_are_none(demo_platform: DemoPlatform, http: Http, path: str,
                                   error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        await Feed(FeedSettings(feed_url=demo_platform.url + path), http).check()


def test_a_taken_port_is_said(demo_platform: DemoPlatform) -> None:
    port = int(demo_platform.url.rpartition(":")[2])
    with pytest.raises(PortTaken, match="in use"):
        DemoServer(demo_platform.stage, port=port)
