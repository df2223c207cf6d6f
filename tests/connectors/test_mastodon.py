"""Mastodon: one address on all servers, replies that name the author, the same key for every try."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.base import Item, ItemKind, Place, PostedReply
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, TryLater, Unsure
from connectors.mastodon import MENTIONS, Mastodon, MastodonSettings
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of

HOST = "m.example/api"
ME, STATUSES = f"{HOST}/v1/accounts/verify_credentials", f"{HOST}/v1/statuses"
TAG, SEARCH, HEARD = f"{HOST}/v1/timelines/tag/kettle", f"{HOST}/v2/search", f"{HOST}/v1/notifications"
INSTANCE = f"{HOST}/v2/instance"
PLACE = Place(external_id="tag:kettle", name="#kettle")
ITEM = Item(external_id="https://tea.example/99", kind=ItemKind.MENTION, author_id="sample1@tea.example",
            raw={"id": "503", "visibility": "unlisted"})


def post(number: int, account: str = "1", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "uri": f"https://m.example/{number}", "content": "<p>Hello</p>", "visibility": "public",
            "created_at": "2026-11-20T08:12:00.000Z", "account": {"id": account, "acct": "sample1"}, **more}


@pytest.fixture
def server() -> Exchange:
    exchange = Exchange().on("GET", ME, {"id": "90", "acct": "kettle"})
    return exchange.on("GET", INSTANCE, {"configuration": {"statuses": {"max_characters": 60}}})


def connect(server: Exchange) -> Mastodon:
    made: Mastodon = server.connect(Mastodon, {
        "server_url": "m.example", "access_token": "the-token", "hashtags": "#kettle", "searches": "Kettle Co"})
    return made


async def test_the_account_is_named_with_its_server(server: Exchange) -> None:
    assert (await connect(server).check()).name == "@kettle@m.example"
    assert server.requests[0].headers["authorization"] == "Bearer the-token"


async def test_mentions_hashtags_and_searches_are_places(server: Exchange) -> None:
    assert [place.external_id for place in await connect(server).places()] == [
        MENTIONS, "tag:kettle", "search:Kettle Co"]


async def test_pages_go_back_in_time_until_a_short_one(server: Exchange) -> None:
    server.on("GET", TAG, [post(n) for n in range(140, 100, -1)], [post(100, account="90")])
    batches = await batches_of(connect(server), PLACE)
    assert ([len(batch.items) for batch in batches], batches[-1].items[0].ours) == ([40, 1], True)
    assert (batches[0].cursor, batches[-1].cursor, batches[-1].complete) == (None, {"read_whole": True}, False)
    assert server.requests[-1].url.params["max_id"] == "101"


async def test_a_boost_is_the_post_that_was_boosted(server: Exchange) -> None:
    server.on("GET", TAG, [post(5, reblog=post(4))])
    assert [item.external_id for item in await items_of(connect(server), PLACE)] == ["https://m.example/4"]


async def test_mentions_are_read_from_the_notifications(server: Exchange) -> None:
    server.on("GET", HEARD, [{"id": "7", "type": "mention", "status": post(5)}, {"id": "6", "status": None}])
    assert len(await items_of(connect(server), Place(external_id=MENTIONS, name="@"))) == 1
    assert server.requests[-1].url.params["types[]"] == "mention"


async def test_an_empty_search_is_no_error(server: Exchange) -> None:
    server.on("GET", SEARCH, {"accounts": [], "statuses": [], "hashtags": []})
    assert await items_of(connect(server), Place(external_id="search:Kettle Co", name="x")) == []


@pytest.mark.parametrize(("answer", "error", "says"), [
    ((401, {"error": "The access token is invalid"}), AccessDenied, "token is invalid"),
    ((403, {"error": "This action is outside the authorized scopes"}), AccessDenied, "write:statuses"),
    ((404, {"error": "Record not found"}), Gone, "any more"), ((503, ""), TryLater, "out of order"),
])
async def test_an_error_says_who_must_act(
    server: Exchange, answer: Any, error: type[ConnectorError], says: str
) -> None:
    server.on("GET", TAG, answer)
    with pytest.raises(error, match=says):
        await items_of(connect(server), PLACE)


async def test_a_limit_is_waited_out_until_the_servers_own_time(server: Exchange) -> None:
    server.on("GET", TAG, (429, {"error": "Too many requests"}, {
        "X-RateLimit-Reset": "2026-11-21T10:05:00.000000Z", "Date": "Sat, 21 Nov 2026 10:01:00 GMT"}))
    with pytest.raises(TryLater) as caught:
        await items_of(connect(server), PLACE)
    assert caught.value.retry_after == 240


async def test_a_reply_names_the_author_and_is_as_public_as_the_post(server: Exchange) -> None:
    server.on("POST", STATUSES, post(510, account="90", content="<p>@<span>sample1</span> Thanks.</p>"))
    posted = await connect(server).reply(ITEM, "Thanks.", "key-1")
    request = server.sent("POST")[0]
    assert body_of(request) == {"status": "@sample1@tea.example Thanks.", "in_reply_to_id": "503",
                                "visibility": "unlisted"}
    assert (request.headers["idempotency-key"], posted.text, posted.ours) == ("key-1", "Thanks.", True)


async def test_a_post_heard_elsewhere_is_looked_up_here_first(server: Exchange) -> None:
    server.on("GET", SEARCH, {"statuses": [post(777)]}).on("POST", STATUSES, post(510, account="90"))
    await connect(server).reply(ITEM.model_copy(update={"raw": {}}), "Thanks.", "key-1")
    assert body_of(server.sent("POST")[0])["in_reply_to_id"] == "777"


async def test_a_reply_that_the_name_makes_too_long_is_not_sent(server: Exchange) -> None:
    with pytest.raises(Refused, match="60 characters"):
        await connect(server).reply(ITEM, "x" * 55, "key-1")
    assert server.sent("POST") == []


@pytest.mark.parametrize(("answer", "error"), [
    ((422, {"error": "Validation failed: limit"}), Refused), ((502, ""), Unsure), ((200, {"id": "1"}), Unsure),
])
async def test_a_reply_that_is_not_taken_says_so(server: Exchange, answer: Any, error: type[ConnectorError]) -> None:
    server.on("POST", STATUSES, answer)
    with pytest.raises(error):
        await connect(server).reply(ITEM, "Thanks.", "key-1")


async def test_replies_are_edited_taken_back_and_found(server: Exchange) -> None:
    server.on("GET", SEARCH, {"statuses": [post(510)]}).on("PUT", f"{STATUSES}/510", post(510, account="90"))
    server.on("DELETE", f"{STATUSES}/510", (404, {"error": "Record not found"}))
    server.on("GET", f"{STATUSES}/503/context", {"ancestors": [], "descendants": [
        post(510, account="90", in_reply_to_id="503"), post(511, in_reply_to_id="510")]})
    platform, earlier = connect(server), PostedReply(external_id="https://m.example/510", text="x")
    assert (await platform.edit_reply(ITEM, earlier, "Solved.")).external_id == "https://m.example/510"
    await platform.delete_reply(ITEM, earlier)
    assert [(one.external_id, one.ours) for one in await platform.find_replies(ITEM)] == [
        ("https://m.example/510", True)]


def test_an_address_counts_23_and_a_mention_without_its_server() -> None:
    assert Mastodon.reply_length("@ann@tea.example see https://example.org/" + "x" * 200) == len("@ann see ") + 23


def test_a_hashtag_of_two_words_is_refused() -> None:
    with pytest.raises(ValidationError):
        MastodonSettings.model_validate({"server_url": "m.example", "access_token": "x", "hashtags": "two words"})
