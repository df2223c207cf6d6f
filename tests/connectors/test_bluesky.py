"""Bluesky: sessions that expire as 400, records under a name of our own, letters as readers count them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import graphemes
from connectors.base import Item, ItemKind, Place, PostedReply
from connectors.bluesky import MENTIONS, Bluesky, record_key
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, TryLater, Unsure
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of

XRPC = "bsky.social/xrpc"
SIGN_IN, REFRESH = f"{XRPC}/com.atproto.server.createSession", f"{XRPC}/com.atproto.server.refreshSession"
SEARCH, HEARD = f"{XRPC}/app.bsky.feed.searchPosts", f"{XRPC}/app.bsky.notification.listNotifications"
CREATE, DELETE = f"{XRPC}/com.atproto.repo.createRecord", f"{XRPC}/com.atproto.repo.deleteRecord"
RECORD, THREAD = f"{XRPC}/com.atproto.repo.getRecord", f"{XRPC}/app.bsky.feed.getPostThread"
PLACE = Place(external_id="search:Kettle Co", name="Kettle Co")
ROOT = {"uri": "at://did:plc:x/app.bsky.feed.post/root", "cid": "c0"}
ITEM = Item(external_id="at://did:plc:x/app.bsky.feed.post/3l1", kind=ItemKind.MENTION,
            created_at=datetime(2026, 11, 20, tzinfo=UTC), raw={"cid": "c1", "record": {"reply": {"root": ROOT}}})
EXPIRED = (400, {"error": "ExpiredToken", "message": "Token has expired"})


def post(name: str, did: str = "did:plc:x", **more: Any) -> dict[str, Any]:
    return {"uri": f"at://{did}/app.bsky.feed.post/{name}", "cid": "c", "author": {"did": did, "handle": "a.example"},
            "record": {"text": f"Post {name}", "createdAt": "2026-11-20T08:12:00.000Z"}, **more}


@pytest.fixture
def sky() -> Exchange:
    session = {"did": "did:plc:me", "handle": "shop.example", "accessJwt": "ACCESS", "refreshJwt": "REFRESH"}
    return Exchange().on("POST", SIGN_IN, session).on("POST", REFRESH, {**session, "accessJwt": "ACCESS2"})


def connect(sky: Exchange) -> Bluesky:
    made: Bluesky = sky.connect(Bluesky, {"identifier": "@shop.example", "app_password": "abcd-efgh",
                                          "searches": "Kettle Co"}, clock=lambda: 1_795_000_000.0)
    return made


async def test_the_account_is_named(sky: Exchange) -> None:
    assert (await connect(sky).check()).external_id == "did:plc:me"
    assert body_of(sky.requests[0]) == {"identifier": "shop.example", "password": "abcd-efgh"}


async def test_a_wrong_password_names_the_remedy(sky: Exchange) -> None:
    sky.on("POST", SIGN_IN, (401, {"error": "AuthenticationRequired", "message": "Invalid"}))
    with pytest.raises(AccessDenied, match="new app password"):
        await connect(sky).check()


async def test_an_expired_session_is_refreshed_and_not_signed_in_again(sky: Exchange) -> None:
    sky.on("GET", SEARCH, {"posts": []}, EXPIRED, {"posts": [post("1")]})
    platform = connect(sky)
    await items_of(platform, PLACE)
    assert len(await items_of(platform, PLACE)) == 1
    assert (len(sky.sent("POST", "createSession")), sky.sent("POST", "refreshSession")[0].headers["authorization"]) == (
        1, "Bearer REFRESH")


async def test_pages_follow_the_cursor_and_are_never_complete(sky: Exchange) -> None:
    sky.on("GET", SEARCH, {"posts": [post("2", "did:plc:me")], "cursor": "c"}, {"posts": [post("1")]})
    first, last = await batches_of(connect(sky), PLACE)
    assert (first.items[0].ours, last.items[0].ours, last.complete) == (True, False, False)
    assert (sky.requests[1].url.params["q"], sky.requests[2].url.params["cursor"]) == ('"Kettle Co"', "c")


async def test_likes_are_not_heard_but_answers_are(sky: Exchange) -> None:
    sky.on("GET", HEARD, {"notifications": [post("1", reason="like"), post("2", reason="reply")]})
    items = await items_of(connect(sky), Place(external_id=MENTIONS, name="@"))
    assert [item.text for item in items] == ["Post 2"]


@pytest.mark.parametrize(("answer", "error"), [
    ((429, {"error": "RateLimitExceeded"}, {"Retry-After": "120"}), TryLater), ((502, ""), TryLater),
    ((403, "<html>Forbidden</html>"), AccessDenied), ((401, {"error": "AuthMissing"}), AccessDenied),
])
async def test_an_error_says_who_must_act(sky: Exchange, answer: Any, error: type[ConnectorError]) -> None:
    sky.on("GET", SEARCH, answer)
    with pytest.raises(error):
        await items_of(connect(sky), PLACE)


async def test_a_reply_keeps_the_root_of_the_thread_and_marks_links_in_bytes(sky: Exchange) -> None:
    sky.on("POST", CREATE, {"uri": "at://did:plc:me/app.bsky.feed.post/3k", "cid": "c9"})
    posted = await connect(sky).reply(ITEM, "Lūdzu: https://shop.example/a.", "key-1")
    sent = body_of(sky.requests[-1])
    assert sent["record"]["reply"] == {"root": ROOT, "parent": {"uri": ITEM.external_id, "cid": "c1"}}
    assert sent["record"]["facets"][0]["index"] == {"byteStart": 8, "byteEnd": 30}
    assert (sent["rkey"], posted.ours) == (record_key(ITEM, "key-1"), True)
    assert posted.url == "https://bsky.app/profile/did:plc:me/post/3k"


async def test_a_second_try_finds_the_first(sky: Exchange) -> None:
    sky.on("POST", CREATE, (400, {"error": "InvalidRequest", "message": "Record already exists"}))
    sky.on("GET", RECORD, {"uri": "at://did:plc:me/app.bsky.feed.post/3k", "value": {"text": "Thanks."}})
    assert (await connect(sky).reply(ITEM, "Thanks.", "key-1")).external_id == "at://did:plc:me/app.bsky.feed.post/3k"


@pytest.mark.parametrize(("answer", "error"), [
    ((400, {"error": "InvalidRequest", "message": "not be longer than 300 graphemes"}), Refused), ((500, ""), Unsure),
    ((200, {}), Unsure),
])
async def test_a_reply_that_is_not_taken_says_so(sky: Exchange, answer: Any, error: type[ConnectorError]) -> None:
    sky.on("POST", CREATE, answer).on("GET", RECORD, (400, {"error": "RecordNotFound"}))
    with pytest.raises(error):
        await connect(sky).reply(ITEM, "Thanks.", "key-1")


async def test_answers_are_found_and_ours_is_taken_back_by_its_name(sky: Exchange) -> None:
    sky.on("GET", THREAD, {"thread": {"replies": [{"post": post("9", "did:plc:me")}, {"$type": "x#blockedPost"}]}})
    sky.on("POST", DELETE, {})
    platform = connect(sky)
    [mine] = await platform.find_replies(ITEM)
    await platform.delete_reply(ITEM, PostedReply(external_id=mine.external_id, text="x"))
    assert (mine.ours, body_of(sky.requests[-1])["rkey"]) == (True, "9")


async def test_a_deleted_post_is_gone(sky: Exchange) -> None:
    sky.on("GET", THREAD, (400, {"error": "NotFound", "message": "Post not found"}))
    with pytest.raises(Gone):
        await connect(sky).find_replies(ITEM)


def test_a_record_has_the_same_name_for_every_try_and_another_for_another_reply() -> None:
    assert record_key(ITEM, "a") == record_key(ITEM, "a") != record_key(ITEM, "b")
    assert len(record_key(ITEM, "a")) == 13
    assert record_key(ITEM, "a")[0] in "234567abcdefghij"


@pytest.mark.parametrize(("text", "letters"), [
    ("", 0), ("abc", 3), ("Rīga", 4), ("i\u0304", 1), ("👩‍👩‍👧", 1), ("👍🏽", 1), ("🇱🇻🇷🇺", 2), ("🫖️ok", 3), ("\r\n", 1),
])
def test_letters_are_counted_as_readers_see_them(text: str, letters: int) -> None:
    assert graphemes.count(text) == letters == Bluesky.reply_length(text)
