"""Discourse: whole posts behind snippets, numbers inside a topic, moderators who look first."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.base import Item, ItemKind, Place, PostedReply, Published, ReplyMode
from connectors.discourse import ALL_POSTS, PAGES, Discourse, DiscourseSettings
from connectors.errors import AccessDenied, ConnectorError, Gone, NotSupported, Refused, TryLater, Unsure
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of

HOST = "forum.example"
POSTS, SEARCH, TOPIC = f"{HOST}/posts.json", f"{HOST}/search.json", f"{HOST}/t/77/posts.json"
LATEST = Place(external_id=ALL_POSTS, name="forum")
FOUND = Place(external_id="search:Kettle Co", name="Kettle Co")
ITEM = Item(external_id="902", kind=ItemKind.COMMENT, thread_id="77", raw={"post_number": 3})


def post(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "username": "sanita", "raw": f"Post {number}", "post_number": 3, "topic_id": 77,
            "topic_slug": "kettle", "created_at": "2026-11-20T08:12:00.000Z", "reply_to_post_number": None, **more}


def connect(forum: Exchange, key: str = "the-key") -> Discourse:
    made: Discourse = forum.connect(Discourse, {
        "forum_url": "forum.example/", "searches": "Kettle Co", "username": "Support", "api_key": key})
    return made


async def test_the_forum_and_the_user_of_the_key_are_named() -> None:
    forum = Exchange().on("GET", f"{HOST}/about.json", {"about": {"title": "Tea forum"}})
    forum.on("GET", f"{HOST}/session/current.json", {"current_user": {"username": "support"}})
    assert (await connect(forum).check()).name == "Tea forum (support)"
    assert forum.requests[-1].headers["api-key"] == "the-key"


async def test_without_a_key_it_reads_and_promises_no_replies() -> None:
    platform = connect(Exchange(), key="")
    assert (platform.can.reply, platform.can.edit_reply) == (ReplyMode.NONE, False)
    with pytest.raises(NotSupported):
        await platform.reply(ITEM, "x" * 30, "key")


async def test_the_whole_forum_and_each_search_are_places() -> None:
    assert [place.external_id for place in await connect(Exchange()).places()] == [ALL_POSTS, "search:Kettle Co"]


async def test_pages_go_back_by_number_over_gaps_to_the_first_post() -> None:
    forum = Exchange().on("GET", POSTS, {"latest_posts": [post(60), post(58)]}, {"latest_posts": []},
                          {"latest_posts": [post(1)]})
    batches = await batches_of(connect(forum), LATEST)
    assert [request.url.params.get("before") for request in forum.requests] == [None, "57", "7"]
    assert [len(batch.items) for batch in batches] == [2, 0, 1]
    assert (batches[-1].complete, batches[0].cursor, batches[-1].cursor) == (False, None, {"read_whole": True})


async def test_a_large_forum_is_read_so_far_and_no_further() -> None:
    forum = Exchange().on("GET", POSTS, *({"latest_posts": [post(9000 - n * 50)]} for n in range(PAGES + 5)))
    assert len(await items_of(connect(forum), LATEST)) == PAGES


async def test_a_search_reads_the_posts_behind_the_snippets_topic_by_topic() -> None:
    forum = Exchange().on("GET", SEARCH, {
        "posts": [{"id": 902, "topic_id": 77, "blurb": "..."}, {"id": 900, "topic_id": 77, "blurb": "..."}],
        "topics": [{"id": 77, "title": "Kettle leaks"}], "grouped_search_result": {"more_full_page_results": None}})
    forum.on("GET", TOPIC, {"post_stream": {"posts": [post(900, post_number=1), post(902, reply_to_post_number="1")]}})
    first, answer = await items_of(connect(forum), FOUND)
    assert (first.title, first.text, answer.parent_id) == ("Kettle leaks", "Post 900", "900")
    assert forum.requests[1].url.params.get_list("post_ids[]") == ["902", "900"]
    assert forum.requests[0].url.params["q"] == '"Kettle Co" order:latest'


async def test_a_search_without_hits_has_no_keys_at_all() -> None:
    assert await items_of(connect(Exchange().on("GET", SEARCH, {"grouped_search_result": {}})), FOUND) == []


async def test_posts_of_our_account_are_ours() -> None:
    forum = Exchange().on("GET", POSTS, {"latest_posts": [post(1, username="support")]})
    assert (await items_of(connect(forum), LATEST))[0].ours


@pytest.mark.parametrize(("answer", "error", "says"), [
    ((403, {"errors": ["The API username or key is invalid."], "error_type": "invalid_access"}), AccessDenied, "key"),
    ((404, {"errors": ["Not there"], "error_type": "not_found"}), Gone, "Not there"),
    ((429, {"errors": ["Slow"], "error_type": "rate_limit", "extras": {"wait_seconds": 270}}), TryLater, "slow down"),
    ((502, "<html>"), TryLater, "out of order"),
])
async def test_an_error_is_read_from_the_body_first(answer: Any, error: type[ConnectorError], says: str) -> None:
    with pytest.raises(error, match=says):
        await items_of(connect(Exchange().on("GET", POSTS, answer)), LATEST)


async def test_a_reply_answers_the_number_of_the_post() -> None:
    forum = Exchange().on("POST", POSTS, post(910, username="support", raw="Thanks."))
    posted = await connect(forum).reply(ITEM, "Thanks.", "key")
    assert body_of(forum.requests[-1]) == {"raw": "Thanks.", "topic_id": 77, "reply_to_post_number": 3}
    assert (posted.external_id, posted.ours, posted.parent_id) == ("910", True, "902")


async def test_a_reply_that_moderators_see_first_is_held() -> None:
    forum = Exchange().on("POST", POSTS, {"action": "enqueued", "pending_post": {"id": 3, "raw": "Thanks."}})
    posted = await connect(forum).reply(ITEM, "Thanks.", "key")
    assert (posted.status, posted.text, posted.external_id) == (Published.HELD, "Thanks.", "pending-3")


@pytest.mark.parametrize(("answer", "error"), [
    ((422, {"action": "create_post", "errors": ["Body is too similar"]}), Refused), ((500, ""), Unsure),
    ((200, {"success": True}), Unsure), ((429, {"errors": ["Slow"]}), TryLater),
])
async def test_a_reply_that_is_not_taken_says_so(answer: Any, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        await connect(Exchange().on("POST", POSTS, answer)).reply(ITEM, "Thanks.", "key")


async def test_replies_are_edited_taken_back_and_found() -> None:
    forum = Exchange().on("PUT", f"{HOST}/posts/910.json", {"post": post(910, raw="Solved.")})
    forum.on("DELETE", f"{HOST}/posts/910.json", (200, ""))
    forum.on("GET", f"{HOST}/t/77.json", {"post_stream": {"posts": [], "stream": [900, 902, 905, 910]}})
    forum.on("GET", TOPIC, {"post_stream": {"posts": [
        post(905, reply_to_post_number=1), post(910, username="support", reply_to_post_number=3)]}})
    platform, earlier = connect(forum), PostedReply(external_id="910", text="x")
    assert (await platform.edit_reply(ITEM, earlier, "Solved.")).text == "Solved."
    await platform.delete_reply(ITEM, earlier)
    assert [(one.external_id, one.ours) for one in await platform.find_replies(ITEM)] == [("910", True)]


@pytest.mark.parametrize("url", ["ftp://x", "https://", "javascript:alert(1)"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        DiscourseSettings.model_validate({"forum_url": url})
