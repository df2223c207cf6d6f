"""The WordPress connector against a real WordPress on loopback: Debian's packages, started by tools/wordpress.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr

import monitor.models
from connectors.base import Item, Place, PostedReply, Published
from connectors.errors import AccessDenied, Refused, TryLater
from connectors.http import Http, HttpPolicy
from connectors.wordpress import WHOLE_SITE, WordPress, WordPressSettings
from tests.monitor.watching import Watched
from tests.world import World, id_of

pytestmark = [
    pytest.mark.wordpress,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("wordpress"),
    pytest.mark.skipif(not os.environ.get("OTKLIK_TEST_WORDPRESS"), reason="runs with: make test-wordpress"),
]

SITE = Place(external_id=WHOLE_SITE, name="site")


@pytest.fixture(scope="module", params=["/%postname%/", ""], ids=["pretty permalinks", "plain permalinks"])
def site(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """A fresh WordPress: url, username, password, post."""
    command = [sys.executable, "tools/wordpress.py", "--permalinks", request.param, "--minutes", "10"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline() or pytest.fail("WordPress did not start: make test-wordpress"))
        finally:
            process.terminate()


def connector(site: dict[str, Any], http: Http, password: str = "") -> WordPress:
    return WordPress(WordPressSettings(site_url=site["url"], username=site["username"],
                                       application_password=SecretStr(password or site["password"])), http)


@pytest.fixture
async def http(site: dict[str, Any]) -> AsyncIterator[Http]:
    way_out = Http(HttpPolicy(allow_hosts=(urlsplit(site["url"]).netloc,)))
    yield way_out
    await way_out.aclose()


@pytest.fixture
def platform(site: dict[str, Any], http: Http) -> WordPress:
    return connector(site, http)


def say(site: dict[str, Any], text: str) -> None:
    """A visitor fills in the comment form of the page; the flood guard of WordPress minds their address of mail."""
    form = {"author": "Anna & Co", "email": f"{abs(hash(text))}@example.org", "comment": text,
            "comment_post_ID": str(site["post"]), "url": ""}
    answer = httpx.post(f"{site['url']}/wp-comments-post.php", data=form, follow_redirects=False)
    assert answer.status_code in (302, 409), answer.text


def public_page(site: dict[str, Any]) -> str:
    return httpx.get(f"{site['url']}/?p={site['post']}", follow_redirects=True).text


async def heard(platform: WordPress, text: str) -> Item:
    items = [item async for batch in platform.fetch(SITE, None) for item in batch.items]
    return next(item for item in items if item.text == text)


async def test_the_password_tells_who_we_are(platform: WordPress, site: dict[str, Any]) -> None:
    assert (await platform.check()).name == site["username"]


async def test_a_wrong_password_names_the_remedy(site: dict[str, Any], http: Http) -> None:
    with pytest.raises(AccessDenied, match="Application Passwords"):
        await connector(site, http, "abcd abcd abcd abcd abcd abcd").check()


async def test_a_visitors_comment_is_heard_with_its_address_and_as_typed(
    platform: WordPress, site: dict[str, Any]
) -> None:
    text = "Leaks & drips < 3 days.\nСовсем new — “no” 🫖"
    say(site, text)
    item = await heard(platform, text)
    assert (item.ip, item.author_name, item.status) == ("127.0.0.1", "Anna & Co", Published.PUBLISHED)
    assert item.created_at is not None
    assert item.thread_id == str(site["post"])


async def test_places_are_the_site_and_the_posts_with_comments(platform: WordPress, site: dict[str, Any]) -> None:
    say(site, "A comment so that the post counts")
    first, *others = await platform.places()
    assert first.external_id == WHOLE_SITE
    assert "Kettle & tea" in [place.name for place in others]


async def test_a_full_pass_knows_that_it_is_complete(platform: WordPress, site: dict[str, Any]) -> None:
    say(site, "Counted in the total")
    last = [batch async for batch in platform.fetch(SITE, None)][-1]
    assert last.complete
    assert last.total == len(last.items)


async def test_a_reply_is_seen_edited_and_taken_back(platform: WordPress, site: dict[str, Any]) -> None:
    say(site, "Please answer me")
    item = await heard(platform, "Please answer me")
    posted = await platform.reply(item, "We are sorry.\nCall <b>us</b> & we mend it.", key="1")
    assert posted.text == "We are sorry.\nCall <b>us</b> & we mend it."
    assert [reply for reply in await platform.find_replies(item) if reply.ours] == [posted]
    assert "Call &lt;b&gt;us&lt;/b&gt; &amp; we mend it." in public_page(site)

    await platform.edit_reply(item, posted, "Mended.")
    assert [reply.text for reply in await platform.find_replies(item)] == ["Mended."]

    await platform.delete_reply(item, posted)
    assert await platform.find_replies(item) == []
    await platform.delete_reply(item, posted)


async def test_the_same_reply_again_is_the_one_that_stands_there(platform: WordPress, site: dict[str, Any]) -> None:
    say(site, "Answer me once only")
    item = await heard(platform, "Answer me once only")
    first = await platform.reply(item, "Once is enough.", key="2")
    again = await platform.reply(item, "Once is enough.", key="2")
    assert again.external_id == first.external_id
    assert len(await platform.find_replies(item)) == 1


async def test_our_own_reply_comes_back_marked_as_ours(platform: WordPress, site: dict[str, Any]) -> None:
    say(site, "Will the reply be known?")
    posted = await platform.reply(await heard(platform, "Will the reply be known?"), "Ours, surely.", key="3")
    item = await heard(platform, "Ours, surely.")
    assert (item.external_id, item.ours) == (posted.external_id, True)


async def test_the_memory_hears_a_comment_once_its_removal_too_and_our_reply_never(
    platform: WordPress, site: dict[str, Any], sqlite_world: World
) -> None:
    with sqlite_world.db.write() as session:
        session.get_one(monitor.models.Place, id_of(sqlite_world.place)).external_id = WHOLE_SITE
    watched = Watched(sqlite_world, lambda source, tools: platform)
    say(site, "Heard by the memory")
    await watched.poll(sweep=True)
    row = next(row for row in watched.items() if row.text == "Heard by the memory")
    assert (row.ip, row.status) == ("127.0.0.1", Published.PUBLISHED)

    item = await heard(platform, "Heard by the memory")
    posted = await platform.reply(item, "Thank you for telling us.", key="5")
    await watched.poll(sweep=True)
    texts = [row.text for row in watched.items()]
    assert (texts.count("Heard by the memory"), texts.count("Thank you for telling us.")) == (1, 0)

    await platform.delete_reply(item, PostedReply(external_id=row.external_id, text=""))
    await watched.poll(sweep=True)
    assert watched.item(row.external_id).removed_at is not None
    assert posted.parent_id == row.external_id


async def test_an_empty_reply_is_refused_and_not_published(platform: WordPress, site: dict[str, Any]) -> None:
    say(site, "Nothing to say")
    item = await heard(platform, "Nothing to say")
    with pytest.raises((Refused, TryLater)):
        await platform.reply(item, "\u202e", key="4")
    assert await platform.find_replies(item) == []
