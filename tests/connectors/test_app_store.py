"""App Store Connect: links followed as Apple gives them, responses joined, a response pending until it is shown."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from connectors.app_store import AppStore
from connectors.base import Item, ItemKind, Place, PostedReply, Published
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of
from tests.fakes.keys import EC_KEY, pem

HOST = "api.appstoreconnect.apple.com"
LIST = f"{HOST}/v1/apps/77/customerReviews"
RESPONSES = f"{HOST}/v1/customerReviewResponses"
PLACE = Place(external_id="77", name="Kettle")
ITEM = Item(external_id="r1", kind=ItemKind.REVIEW, thread_id="77")
SAVED = {"data": {"type": "customerReviewResponses", "id": "a1", "attributes": {
    "responseBody": "Fixed.", "lastModifiedDate": "2026-11-21T02:00:00-08:00", "state": "PENDING_PUBLISH"}}}


def review(name: str, response: str = "") -> dict[str, Any]:
    joined = {"response": {"data": {"type": "customerReviewResponses", "id": response}}} if response else {}
    return {"type": "customerReviews", "id": name, "relationships": joined, "attributes": {
        "rating": 5, "title": "Good", "body": "Works.", "createdDate": "2026-11-20T09:31:07-08:00",
        "territory": "DEU"}}


def page(*reviews: dict[str, Any], total: int, more: str = "", **other: Any) -> dict[str, Any]:
    return {"data": list(reviews), "links": {"next": more} if more else {}, "meta": {"paging": {"total": total}},
            **other}


def problem(status: int, detail: str, **headers: str) -> tuple[int, Any, dict[str, str]]:
    listed = [{"status": str(status), "code": "X", "title": "No", "detail": detail}]
    return status, {"errors": listed}, {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def apple() -> Exchange:
    return Exchange().on("GET", f"{HOST}/v1/apps", {"data": [{"id": "77", "attributes": {"name": "Kettle Timer"}}]})


def connect(apple: Exchange, key: str = "") -> AppStore:
    made: AppStore = apple.connect(AppStore, {"issuer_id": "issuer-0001", "key_id": "KEY1",
                                              "private_key": key or pem(EC_KEY)}, clock=lambda: 1_795_000_000.0)
    return made


async def test_the_token_says_what_apple_wants(apple: Exchange) -> None:
    assert (await connect(apple).check()).name == "Kettle Timer"
    token = apple.requests[0].headers["authorization"].removeprefix("Bearer ")
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    assert header == {"alg": "ES256", "typ": "JWT", "kid": "KEY1"}
    assert claims == {"iss": "issuer-0001", "iat": 1_795_000_000, "exp": 1_795_001_200, "aud": "appstoreconnect-v1"}


async def test_a_key_that_is_none_is_told_before_anything_is_sent(apple: Exchange) -> None:
    with pytest.raises(AccessDenied, match="private key"):
        await connect(apple, "nonsense").check()
    assert apple.requests == []


async def test_the_apps_of_the_key_are_the_places(apple: Exchange) -> None:
    assert [(place.external_id, place.name, place.url) for place in await connect(apple).places()] == [
        ("77", "Kettle Timer", "https://apps.apple.com/app/id77")]


async def test_a_full_pass_follows_the_links_and_counts_up_to_the_total(apple: Exchange) -> None:
    apple.on("GET", LIST, page(review("r1"), review("r2", "a2"), total=3, more=f"https://{LIST}?cursor=abc",
                               included=[{**SAVED["data"], "id": "a2"}]), page(review("r3"), total=3))
    first, last = await batches_of(connect(apple), PLACE)
    assert ([first.complete, last.complete], last.total, last.cursor) == ([False, True], 3, {"read_whole": True})
    assert [len(item.replies) for item in first.items] == [0, 1]
    assert apple.requests[-1].url.params["cursor"] == "abc"


async def test_the_first_page_asks_for_responses_newest_first(apple: Exchange) -> None:
    apple.on("GET", LIST, page(total=0))
    await batches_of(connect(apple), PLACE)
    assert dict(apple.requests[0].url.params) == {"sort": "-createdDate", "limit": "200", "include": "response"}


async def test_an_empty_app_is_complete(apple: Exchange) -> None:
    apple.on("GET", LIST, page(total=0))
    [batch] = await batches_of(connect(apple), PLACE)
    assert (batch.items, batch.complete, batch.total) == ((), True, 0)


async def test_a_next_page_elsewhere_is_not_followed(apple: Exchange) -> None:
    apple.on("GET", LIST, page(review("r1"), total=2, more="https://evil.example/v1"))
    with pytest.raises(Surprise, match="another site"):
        await items_of(connect(apple), PLACE)


@pytest.mark.parametrize(("answer", "error", "says"), [
    (problem(401, "bad token"), AccessDenied, "issuer ID"), (problem(403, "Not allowed."), AccessDenied, "Not allowed"),
    (problem(404, "No app."), Gone, "No app"), (problem(429, "Slow down."), TryLater, "used up"),
    ((503, ""), TryLater, "out of order"), ((200, {"data": {}}), Surprise, "another shape"),
])
async def test_an_error_is_read_from_the_body_first(
    apple: Exchange, answer: Any, error: type[ConnectorError], says: str
) -> None:
    apple.on("GET", LIST, answer)
    with pytest.raises(error, match=says):
        await items_of(connect(apple), PLACE)


async def test_an_hour_that_is_used_up_is_waited_for(apple: Exchange) -> None:
    apple.on("GET", LIST, problem(429, "Slow down.", X_Rate_Limit="user-hour-lim:3500;user-hour-rem:0;"))
    with pytest.raises(TryLater) as caught:
        await items_of(connect(apple), PLACE)
    assert (caught.value.retry_after, len(apple.requests)) == (600, 1)


async def test_a_response_is_posted_for_its_review_and_pending(apple: Exchange) -> None:
    apple.on("POST", RESPONSES, (201, SAVED))
    posted = await connect(apple).reply(ITEM, "Fixed.", "key")
    sent = body_of(apple.requests[-1])["data"]
    assert (sent["attributes"], sent["relationships"]["review"]["data"]["id"]) == ({"responseBody": "Fixed."}, "r1")
    assert (posted.external_id, posted.status, posted.ours) == ("a1", Published.HELD, True)


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_a_refused_response_says_why(apple: Exchange, status: int) -> None:
    apple.on("POST", RESPONSES, problem(status, "The body is too long."))
    with pytest.raises(Refused, match="too long"):
        await connect(apple).reply(ITEM, "x", "key")


@pytest.mark.parametrize("answer", [(500, ""), (201, {"data": None}), (201, "<html>")])
async def test_a_write_without_a_clear_answer_is_unsure(apple: Exchange, answer: Any) -> None:
    apple.on("POST", RESPONSES, answer)
    with pytest.raises(Unsure):
        await connect(apple).reply(ITEM, "Fixed.", "key")


async def test_a_response_is_replaced_and_taken_back(apple: Exchange) -> None:
    apple.on("POST", RESPONSES, (201, SAVED)).on("DELETE", f"{RESPONSES}/a1", (204, ""), problem(404, "gone"))
    platform, earlier = connect(apple), PostedReply(external_id="a1", text="Old")
    assert (await platform.edit_reply(ITEM, earlier, "Fixed.")).text == "Fixed."
    await platform.delete_reply(ITEM, earlier)
    await platform.delete_reply(ITEM, earlier)
    assert len(apple.sent("DELETE")) == 2


async def test_the_response_is_read_back_with_its_review(apple: Exchange) -> None:
    apple.on("GET", f"{HOST}/v1/customerReviews/r1", {"data": review("r1", "a1"), "included": [SAVED["data"]]})
    [reply] = await connect(apple).find_replies(ITEM)
    assert (reply.text, reply.parent_id, reply.status) == ("Fixed.", "r1", Published.HELD)
