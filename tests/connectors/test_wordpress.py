"""WordPress: where its interface is, what a pass lists, how replies are placed, what each refusal means."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from connectors.base import Batch, Item, ItemKind, Place, Published
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.http import Http, HttpPolicy
from connectors.wordpress import WHOLE_SITE, WordPress, WordPressSettings
from tests.fakes.timing import Stopwatch
from tests.fakes.wordpress_site import ME, PASSWORD, WordPressSite, comment, error

SITE = Place(external_id=WHOLE_SITE, name="shop")


def connect(
    site: WordPressSite, url: str = "https://shop.example", allow: tuple[str, ...] = (), **other: Any
) -> WordPress:
    http = Http(HttpPolicy(allow_hosts=allow), transport=httpx.MockTransport(site), timing=Stopwatch().timing)
    settings = {"site_url": url, "username": "reviews", "application_password": SecretStr(PASSWORD), **other}
    return WordPress(WordPressSettings.model_validate(settings), http)


async def listed(platform: WordPress, cursor: dict[str, Any] | None = None, place: Place = SITE) -> list[Batch]:
    return [batch async for batch in platform.fetch(place, cursor)]


async def one(platform: WordPress) -> Item:
    return (await listed(platform))[0].items[-1]


@pytest.fixture
def site() -> WordPressSite:
    site = WordPressSite()
    site.add(comment(1))
    return site


@pytest.mark.parametrize("root", ["/wp-json/", "/?rest_route=/", "/api/"])
async def test_the_interface_is_found_wherever_it_stands(site: WordPressSite, root: str) -> None:
    site.root = root
    assert (await connect(site).check()).name == "Kettle Shop"


async def test_a_site_that_is_no_wordpress_is_named(site: WordPressSite) -> None:
    site.root = ""
    with pytest.raises(Surprise, match=r"shop\.example does not look like a WordPress"):
        await connect(site).check()


async def test_the_password_is_not_sent_over_plain_http(site: WordPressSite) -> None:
    with pytest.raises(AccessDenied, match="https://"):
        await connect(site, "http://shop.example").check()
    assert site.requests == []


async def test_a_host_of_the_own_network_may_be_asked_without_tls(site: WordPressSite) -> None:
    assert (await connect(site, "http://wp.internal", ("wp.internal",)).check()).external_id == str(ME)


async def test_a_wrong_password_names_the_remedy(site: WordPressSite) -> None:
    with pytest.raises(AccessDenied, match="Application Passwords"):
        await connect(site, application_password="wrong").check()


async def test_a_site_that_sends_us_on_to_another_host_names_it(site: WordPressSite) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "www.shop.example":
            return site(request)
        return httpx.Response(301, headers={"Location": str(request.url.copy_with(host="www.shop.example"))})

    http = Http(HttpPolicy(), transport=httpx.MockTransport(answer), timing=Stopwatch().timing)
    settings = WordPressSettings(site_url="https://shop.example", username="reviews",
                                 application_password=SecretStr(PASSWORD))
    with pytest.raises(AccessDenied, match=r"sends us on to www\.shop\.example"):
        await WordPress(settings, http).check()


@pytest.mark.parametrize(("given", "kept"), [
    ("shop.example", "https://shop.example"), (" https://shop.example/blog/ ", "https://shop.example/blog"),
    ("https://shop.example/wp-admin/", "https://shop.example"),
])
def test_the_address_is_taken_as_people_write_it(given: str, kept: str) -> None:
    settings = {"site_url": given, "username": "a", "application_password": "b"}
    assert WordPressSettings.model_validate(settings).site_url == kept


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="an address such as"):
        WordPressSettings.model_validate({"site_url": "ftp://x", "username": "a", "application_password": "b"})


async def test_places_are_the_site_first_then_what_has_comments(site: WordPressSite) -> None:
    assert [(place.external_id, place.name) for place in await connect(site).places()] == [
        (WHOLE_SITE, "shop.example"), ("7", "Kettle & tea")]


async def test_a_full_pass_over_pages_lists_all_newest_first_and_is_complete(site: WordPressSite) -> None:
    site.add(*(comment(number) for number in range(2, 206)))
    batches = await listed(connect(site))
    numbers = [int(item.external_id) for batch in batches for item in batch.items]
    assert numbers == list(range(205, 0, -1))
    assert [batch.complete for batch in batches] == [False, False, True]
    assert batches[-1].total == 205


async def test_a_fast_pass_never_says_that_it_is_complete(site: WordPressSite) -> None:
    assert [batch.complete for batch in await listed(connect(site), {"hidden": 0})] == [False]


async def test_a_pass_whose_pages_shifted_is_not_complete(site: WordPressSite) -> None:
    """One comment leaves page 1 while page 2 is asked: another slips from page 2 to page 1 and is never listed."""
    site.add(*(comment(number) for number in range(2, 151)))
    site.after_page = lambda: site.comments.pop(150, None)
    batches = await listed(connect(site))
    assert "50" not in [item.external_id for item in batches[1].items]
    assert not batches[-1].complete


async def test_held_comments_are_heard_and_spam_only_when_wanted(site: WordPressSite) -> None:
    site.add(comment(2, status="hold"), comment(3, status="spam"))
    assert [item.status for item in (await listed(connect(site)))[0].items] == [Published.HELD, Published.PUBLISHED]
    spam = (await listed(connect(site, include_spam=True)))[0]
    assert [(item.status, spam.complete) for item in spam.items] == [(Published.SPAM, False)]


async def test_one_post_is_listed_alone(site: WordPressSite) -> None:
    site.add(comment(2, post=8))
    items = (await listed(connect(site), place=Place(external_id="8", name="post")))[0].items
    assert [item.external_id for item in items] == ["2"]


async def test_a_poisonous_comment_leaves_its_neighbours(site: WordPressSite) -> None:
    site.add(comment(2, content=None), comment(3))
    batch = (await listed(connect(site)))[0]
    assert [item.external_id for item in batch.items] == ["3", "1"]
    assert [bad.external_id for bad in batch.unreadable] == ["2"]


async def test_notes_that_plugins_keep_as_comments_are_neither_heard_nor_counted(site: WordPressSite) -> None:
    site.add(comment(2, type="order_note"))
    [full] = await listed(connect(site))
    assert ([item.external_id for item in full.items], full.total, full.complete) == (["1"], 1, True)
    [fast] = await listed(connect(site), full.cursor)
    assert fast.total == 1


async def test_what_our_account_wrote_is_marked_as_ours(site: WordPressSite) -> None:
    site.add(comment(2, author=ME), comment(3, author=9))
    assert [item.ours for item in (await listed(connect(site)))[0].items] == [False, True, False]


async def test_a_reply_is_a_child_comment_and_no_markup(site: WordPressSite) -> None:
    platform = connect(site)
    posted = await platform.reply(await one(platform), "Sorry & <b>thanks</b>", key="k")
    assert json.loads(site.requests[-1].content) == {
        "post": 7, "parent": 1, "content": "Sorry &amp; &lt;b&gt;thanks&lt;/b&gt;"}
    assert (posted.text, posted.ours, posted.parent_id) == ("Sorry & <b>thanks</b>", True, "1")


async def test_a_reply_on_hold_says_so(site: WordPressSite) -> None:
    platform = connect(site)
    item = await one(platform)
    site.answers = [httpx.Response(201, json=comment(2, status="hold", author=ME, parent=1))]
    assert (await platform.reply(item, "Sorry", key="k")).status is Published.HELD


async def test_the_same_reply_twice_is_found_instead_of_doubled(site: WordPressSite) -> None:
    platform = connect(site)
    item = await one(platform)
    first = await platform.reply(item, "Sorry & thanks", key="k")
    site.answers = [error("comment_duplicate", 409)]
    assert await platform.reply(item, "Sorry & thanks", key="k") == first


async def test_a_duplicate_that_nobody_sees_goes_back_to_its_author(site: WordPressSite) -> None:
    platform = connect(site)
    item = await one(platform)
    site.answers = [error("comment_duplicate", 409)]
    with pytest.raises(Refused, match="spam"):
        await platform.reply(item, "Sorry", key="k")


@pytest.mark.parametrize(("answer", "expected"), [
    (error("comment_flood", 400), TryLater), (error("rest_comment_closed", 403), Refused),
    (error("rest_comment_content_invalid", 400), Refused), (error("rest_cannot_create", 403), AccessDenied),
    (error("rest_comment_login_required", 401), AccessDenied), (error("rest_comment_invalid_post_id", 403), Gone),
    (httpx.Response(500, html="<p>broken"), Unsure), (httpx.Response(200, html="<!doctype html>hello"), Unsure),
    (httpx.Response(409, html="<p>conflict"), Unsure), (httpx.Response(201, json={"id": 9}), Unsure),
    (httpx.Response(201, json=[]), Unsure),
])
async def test_every_refusal_of_a_reply_goes_to_who_must_act(
    site: WordPressSite, answer: httpx.Response, expected: type[ConnectorError]
) -> None:
    platform = connect(site)
    item = await one(platform)
    site.answers = [answer]
    with pytest.raises(ConnectorError) as caught:
        await platform.reply(item, "Sorry", key="k")
    assert type(caught.value) is expected
    assert sum(request.method == "POST" for request in site.requests) == 1


async def test_a_reply_is_edited_and_taken_back(site: WordPressSite) -> None:
    platform = connect(site)
    item = await one(platform)
    posted = await platform.reply(item, "Sorry", key="k")
    assert (await platform.edit_reply(item, posted, "Solved")).text == "Solved"
    assert [reply.text for reply in await platform.find_replies(item)] == ["Solved"]
    await platform.delete_reply(item, posted)
    assert await platform.find_replies(item) == []


async def test_taking_back_what_is_gone_is_as_good(site: WordPressSite) -> None:
    platform = connect(site)
    item = await one(platform)
    posted = await platform.reply(item, "Sorry", key="k")
    site.answers = [error("rest_already_trashed", 410)]
    await platform.delete_reply(item, posted)


async def test_replies_of_others_are_told_apart(site: WordPressSite) -> None:
    site.add(comment(2, parent=1, author=ME), comment(3, parent=1, author=9), comment(4, parent=1))
    platform = connect(site)
    replies = await platform.find_replies(await one(platform))
    assert [reply.ours for reply in replies] == [True, None, False]


async def test_more_than_one_page_of_replies_is_read(site: WordPressSite) -> None:
    site.add(*(comment(number, parent=1) for number in range(2, 152)))
    assert len(await connect(site).find_replies(WordPress.read(comment(1)))) == 150


async def test_an_item_of_another_platform_is_not_answered(site: WordPressSite) -> None:
    with pytest.raises(Surprise, match="not the number"):
        await connect(site).reply(Item(external_id="urn:1", kind=ItemKind.COMMENT), "Sorry", key="k")
    assert all(request.method == "GET" for request in site.requests)


def test_the_length_of_a_reply_is_that_of_what_is_stored() -> None:
    assert WordPress.reply_length("é<") == len("é&lt;".encode())
