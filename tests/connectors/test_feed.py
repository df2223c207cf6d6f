"""Feeds: three formats, hostile and broken ones, and as little work as possible for unchanged ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import Batch, Place
from connectors.errors import Gone, Surprise
from connectors.feed import Feed, FeedSettings
from connectors.feed_reading import Entry, read_feed
from connectors.http import Http, HttpPolicy
from tests.fakes.timing import Stopwatch

URL = "https://blog.example/feed/"
PLACE = Place(external_id="feed", name="Blog")
RSS = (b'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
       b"<title>Tea blog</title><language>lv-LV</language>%s</channel></rss>")
ITEM = b"<item><guid>%d</guid><title>T%d</title><link>/p/%d</link><description>D</description></item>"
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://forum.example/" xml:lang="de"><title>F</title>
<entry><id>urn:1</id><title type="html">&lt;b&gt;A&lt;/b&gt; &amp;amp; B</title><link rel="self" href="x"/>
<link href="t/1"/><updated>2026-11-20T09:00:00Z</updated><author><name>Ulla</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Gut &amp; <em>heiss</em></p></div></content>
</entry></feed>"""
JSON = b"""{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":2,"content_text":"1 < 2"},
{"id":"a","url":"/a","content_html":"<p>Hi</p>","authors":[{"name":"Ann"}],
"date_published":"2026-11-20T08:12:00+01:00"}]}"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<item rdf:about="https://a.example/1"><title>Old</title><link>https://a.example/1</link></item></rdf:RDF>"""


def connect(answer: Callable[[httpx.Request], httpx.Response]) -> Feed:
    http = Http(HttpPolicy(), transport=httpx.MockTransport(answer), timing=Stopwatch().timing)
    return Feed(FeedSettings(feed_url=URL), http)


def serving(body: bytes, status: int = 200, **headers: str) -> Feed:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return connect(lambda request: httpx.Response(status, content=body, headers=named))


async def poll(feed: Feed, cursor: dict[str, Any] | None = None) -> Batch:
    [batch] = [batch async for batch in feed.fetch(PLACE, cursor)]
    return batch


def rss(*numbers: int) -> bytes:
    return RSS % b"".join(ITEM % (n, n, n) for n in numbers)


def only(body: bytes) -> Entry:
    [entry] = read_feed(body, URL)
    return entry


async def test_rss_is_read_with_relative_links_and_language() -> None:
    item = (await poll(serving(rss(7)))).items[0]
    assert (item.external_id, item.url, item.title, item.text, item.language) == (
        "7", "https://blog.example/p/7", "T7", "D", "lv")


async def test_atom_is_read_with_its_base_markup_and_author() -> None:
    item = (await poll(serving(ATOM))).items[0]
    assert (item.title, item.text, item.url, item.author_name, item.language) == (
        "A & B", "Gut & heiss", "https://forum.example/t/1", "Ulla", "de")


async def test_json_feed_is_read_with_numeric_ids_and_plain_text() -> None:
    first, second = (await poll(serving(JSON))).items
    assert (first.external_id, first.text) == ("2", "1 < 2")
    assert (second.url, second.text, second.author_name) == ("https://blog.example/a", "Hi", "Ann")


async def test_rss_1_is_read() -> None:
    assert (await poll(serving(RDF))).items[0].title == "Old"


def test_the_whole_text_is_taken_before_the_description() -> None:
    body = RSS % b"<item><guid>1</guid><description>Short</description><content:encoded>Whole</content:encoded></item>"
    assert only(body)["html"] == "Whole"


def test_a_permanent_guid_is_the_link() -> None:
    assert only(RSS % b"<item><guid>https://a.example/1</guid></item>")["url"] == "https://a.example/1"


@pytest.mark.parametrize("broken", [
    b"<title>Tea & biscuits</title>", b"<title>Tea &nbsp;&amp; biscuits</title>",
    b"<title>Tea \x07&amp; biscuits</title>",
])
def test_common_breakage_is_mended(broken: bytes) -> None:
    assert Feed.read(only(RSS % (b"<item><guid>1</guid>" + broken + b"</item>"))).title == "Tea & biscuits"


def test_of_a_feed_that_breaks_off_the_whole_entries_are_read() -> None:
    entries = read_feed(rss(1, 2)[:-60], URL)
    assert [entry["id"] for entry in entries] == ["1"]


async def test_after_a_feed_that_breaks_off_the_next_poll_reads_the_rest() -> None:
    first = await poll(serving(rss(1, 2)[:-60], ETag='"v1"'))
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=rss(1, 2), headers={"ETag": '"v1"'})

    second = await poll(connect(answer), first.cursor)
    assert [item.external_id for item in second.items] == ["1", "2"]
    assert "if-none-match" not in asked[0].headers


@pytest.mark.parametrize("body", [
    b"<!doctype html><html><body>Log in</body></html>", b"\n<html></html>", b"", b"just words", b'{"error": "no"}',
    b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>Cut of', b"[1, 2]",
])
async def test_what_is_no_feed_is_an_error_and_never_empty(body: bytes) -> None:
    with pytest.raises(Surprise):
        await poll(serving(body))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_definitions_are_refused_in_any_encoding(encoding: str) -> None:
    bomb = (f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>'
            "<rss><channel><item><title>&b;</title></item></channel></rss>")
    with pytest.raises(Surprise, match="entities"):
        read_feed(bomb.encode(encoding), URL)


def test_a_file_of_ours_is_never_read_by_an_entity() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&f;</title></item>'
    with pytest.raises(Surprise, match="entities"):
        read_feed(bomb, URL)


async def test_an_unchanged_feed_is_asked_conditionally_and_brings_nothing() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        unchanged = request.headers.get("if-none-match") == '"v1"'
        return httpx.Response(304) if unchanged else httpx.Response(200, content=rss(1), headers={"ETag": '"v1"'})

    feed = connect(answer)
    first = await poll(feed)
    second = await poll(feed, first.cursor)
    assert (len(first.items), second.items, second.cursor) == (1, (), first.cursor)
    assert len(seen) == 2


async def test_the_same_bytes_again_bring_nothing_even_without_validators() -> None:
    first = await poll(serving(rss(1)))
    assert (await poll(serving(rss(1)), first.cursor)).items == ()
    assert len((await poll(serving(rss(1, 2)), first.cursor)).items) == 2


async def test_a_sweep_reads_an_unchanged_feed_again() -> None:
    assert len((await poll(serving(rss(1)), None)).items) == 1


async def test_what_fell_off_the_end_was_not_removed() -> None:
    assert not (await poll(serving(rss(2)))).complete


async def test_a_repeated_entry_counts_once() -> None:
    assert [item.external_id for item in (await poll(serving(rss(3, 2, 3)))).items] == ["3", "2"]


async def test_an_entry_without_anything_leaves_its_neighbours() -> None:
    batch = await poll(serving(RSS % (ITEM % (1, 1, 1) + b"<item><pubDate>x</pubDate></item>")))
    assert (len(batch.items), len(batch.unreadable)) == (1, 1)


async def test_a_feed_that_is_gone_says_so() -> None:
    with pytest.raises(Gone):
        await poll(serving(b"", 410))


async def test_check_tells_the_name_and_that_it_is_empty() -> None:
    identity = await serving(RSS % b"").check()
    assert (identity.name, len(identity.warnings)) == ("Tea blog", 1)


async def test_the_feed_is_its_only_place() -> None:
    assert [(place.name, place.url) for place in await serving(rss(1)).places()] == [("Tea blog", URL)]


@pytest.mark.parametrize(("given", "kept"), [("feed://a.example/x", "https://a.example/x"),
                                             ("a.example/rss", "https://a.example/rss")])
def test_the_address_is_taken_as_people_write_it(given: str, kept: str) -> None:
    assert FeedSettings(feed_url=given).feed_url == kept


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="an address such as"):
        FeedSettings(feed_url="file:///etc/passwd")


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda inner: RSS % (b"<item>" + inner + b"</item>")))
def test_any_bytes_are_entries_or_a_surprise(body: bytes) -> None:
    try:
        Feed.read_all(read_feed(body, URL))
    except Surprise:
        return
