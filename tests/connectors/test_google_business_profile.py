"""Google Business Profile: names of two APIs joined, pages by last change, one reply counted in bytes."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Item, ItemKind, Place, PostedReply, Published
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.google_business_profile import GoogleBusinessProfile
from tests.fakes.exchange import Exchange, batches_of, body_of, form_of, items_of

TOKEN = "oauth2.googleapis.com/token"
LOCATION = "accounts/1/locations/2"
LIST = f"mybusiness.googleapis.com/v4/{LOCATION}/reviews"
REPLY = f"{LIST}/r1/reply"
ACCOUNTS = "mybusinessaccountmanagement.googleapis.com/v1/accounts"
PLACE = Place(external_id=LOCATION, name="Harbour Street")
ITEM = Item(external_id="r1", kind=ItemKind.REVIEW, thread_id=LOCATION)
POSTED = {"comment": "Sorry.", "updateTime": "2026-11-21T10:15:30.120Z", "reviewReplyState": "PENDING"}


def review(name: str, **more: Any) -> dict[str, Any]:
    return {"name": f"{LOCATION}/reviews/{name}", "reviewId": name, "reviewer": {"displayName": "Ann"},
            "starRating": "FIVE", "createTime": "2026-11-18T09:00:00Z", "updateTime": "2026-11-18T09:00:00Z", **more}


def problem(status: int, word: str, **details: str) -> tuple[int, Any]:
    return status, {"error": {"code": status, "message": f"It is {word}.", "status": word,
                              "details": [{"metadata": details, "reason": word}] if details else []}}


@pytest.fixture
def google() -> Exchange:
    exchange = Exchange().on("POST", TOKEN, {"access_token": "ACCESS", "expires_in": 3599, "token_type": "Bearer"})
    return exchange.on("GET", ACCOUNTS, {"accounts": [{"name": "accounts/1", "accountName": "Kettle Co"}]})


def connect(google: Exchange) -> GoogleBusinessProfile:
    made: GoogleBusinessProfile = google.connect(
        GoogleBusinessProfile, {"client_id": "client-1", "client_secret": "s-ecret", "refresh_token": "r-token"})
    return made


async def test_the_account_is_named_and_the_token_fetched_once(google: Exchange) -> None:
    platform = connect(google)
    assert [(await platform.check()).name, (await platform.check()).external_id] == ["Kettle Co", "accounts/1"]
    [sign_in] = google.sent("POST")
    assert form_of(sign_in) == {"grant_type": "refresh_token", "client_id": "client-1", "client_secret": "s-ecret",
                                "refresh_token": "r-token"}
    assert google.requests[-1].headers["authorization"] == "Bearer ACCESS"


async def test_a_sign_in_without_a_profile_is_told(google: Exchange) -> None:
    google.on("GET", ACCOUNTS, {})
    assert "manages no business profile" in (await connect(google).check()).warnings[0]


async def test_a_revoked_sign_in_asks_to_connect_again(google: Exchange) -> None:
    google.on("POST", TOKEN, (400, {"error": "invalid_grant", "error_description": "revoked"}))
    with pytest.raises(AccessDenied, match="Connect the account again"):
        await connect(google).check()


async def test_a_location_gets_the_name_that_reviews_want(google: Exchange) -> None:
    google.on("GET", "mybusinessbusinessinformation.googleapis.com/v1/accounts/1/locations",
              {"locations": [{"name": "locations/2", "title": "Harbour"}], "nextPageToken": "t"},
              {"locations": [{"name": "locations/3", "metadata": {"mapsUri": "https://maps.example/3"}}]})
    assert [(place.external_id, place.name, place.url) for place in await connect(google).places()] == [
        ("accounts/1/locations/2", "Harbour", ""), ("accounts/1/locations/3", "locations/3", "https://maps.example/3")]


async def test_a_full_pass_that_counts_up_to_the_total_is_complete(google: Exchange) -> None:
    google.on("GET", LIST, {"reviews": [review("r1"), review("r2")], "totalReviewCount": 3, "nextPageToken": "t"},
              {"reviews": [review("r3")], "totalReviewCount": 3})
    first, last = await batches_of(connect(google), PLACE)
    assert ([len(first.items), len(last.items)], first.complete, last.complete) == ([2, 1], False, True)
    assert (first.cursor, last.cursor, last.total) == (None, {"read_whole": True}, 3)
    assert google.sent("GET")[1].url.params["pageToken"] == "t"


async def test_a_pass_that_saw_fewer_than_the_total_is_not_complete(google: Exchange) -> None:
    google.on("GET", LIST, {"reviews": [review("r1")], "totalReviewCount": 2})
    assert [batch.complete for batch in await batches_of(connect(google), PLACE)] == [False]


async def test_a_fast_pass_is_never_complete(google: Exchange) -> None:
    google.on("GET", LIST, {"reviews": [review("r1")], "totalReviewCount": 1})
    [batch] = await batches_of(connect(google), PLACE, {"read_whole": True})
    assert (batch.complete, batch.newest_first) == (False, True)


async def test_an_empty_answer_is_no_error_and_no_proof_of_removal(google: Exchange) -> None:
    google.on("GET", LIST, {})
    [batch] = await batches_of(connect(google), PLACE)
    assert (batch.items, batch.complete) == ((), False)


async def test_an_unreadable_review_leaves_its_neighbours(google: Exchange) -> None:
    google.on("GET", LIST, {"reviews": [review("r1"), "x", review("r2", starRating="SIX")], "totalReviewCount": 3})
    [batch] = await batches_of(connect(google), PLACE)
    assert (len(batch.items), len(batch.unreadable)) == (1, 2)


@pytest.mark.parametrize(("answer", "error", "says"), [
    (problem(429, "RATE_LIMIT_EXCEEDED", quota_limit_value="0"), AccessDenied, "quota of this project to 0"),
    (problem(429, "RATE_LIMIT_EXCEEDED", quota_limit_value="300"), TryLater, "used up for now"),
    (problem(403, "PERMISSION_DENIED"), AccessDenied, "may not do that"),
    (problem(403, "SERVICE_DISABLED", service="x"), AccessDenied, "switched off"),
    (problem(404, "NOT_FOUND"), Gone, "NOT_FOUND"), (problem(401, "UNAUTHENTICATED"), AccessDenied, "Connect"),
    (problem(503, "UNAVAILABLE"), TryLater, "out of order"), ((200, "<html>"), Surprise, "web page"),
    ((200, []), Surprise, "another shape"),
])
async def test_an_error_is_read_from_the_body_first(
    google: Exchange, answer: Any, error: type[ConnectorError], says: str
) -> None:
    google.on("GET", LIST, answer)
    with pytest.raises(error, match=says):
        await items_of(connect(google), PLACE)


async def test_a_quota_of_zero_is_not_asked_again(google: Exchange) -> None:
    google.on("GET", LIST, problem(429, "RATE_LIMIT_EXCEEDED", quota_limit_value="0"))
    with pytest.raises(AccessDenied):
        await items_of(connect(google), PLACE)
    assert len(google.sent("GET")) == 1


async def test_a_reply_is_put_under_its_review_and_waits_for_google(google: Exchange) -> None:
    google.on("PUT", REPLY, POSTED)
    posted = await connect(google).reply(ITEM, "Sorry.", "key-1")
    assert body_of(google.requests[-1]) == {"comment": "Sorry."}
    assert (posted.status, posted.ours, posted.external_id) == (Published.HELD, True, f"{LOCATION}/reviews/r1/reply")


async def test_a_refused_reply_says_why(google: Exchange) -> None:
    google.on("PUT", REPLY, problem(400, "INVALID_ARGUMENT"))
    with pytest.raises(Refused, match="INVALID_ARGUMENT"):
        await connect(google).reply(ITEM, "x", "key-1")


@pytest.mark.parametrize("answer", [(503, ""), (200, "<html>"), (200, {"updateTime": "soon"})])
async def test_a_write_without_a_clear_answer_is_unsure(google: Exchange, answer: Any) -> None:
    google.on("PUT", REPLY, answer)
    with pytest.raises(Unsure):
        await connect(google).reply(ITEM, "Sorry.", "key-1")


async def test_an_edit_replaces_and_a_removed_reply_may_be_gone_already(google: Exchange) -> None:
    google.on("PUT", REPLY, {**POSTED, "comment": "Solved."}).on("DELETE", REPLY, problem(404, "NOT_FOUND"))
    platform, earlier = connect(google), PostedReply(external_id="x", text="Sorry.")
    assert (await platform.edit_reply(ITEM, earlier, "Solved.")).text == "Solved."
    await platform.delete_reply(ITEM, earlier)
    assert len(google.sent("DELETE")) == 1


async def test_what_google_decided_is_read_back(google: Exchange) -> None:
    google.on("GET", f"{LIST}/r1", review("r1", reviewReply={**POSTED, "reviewReplyState": "REJECTED"}))
    [reply] = await connect(google).find_replies(ITEM)
    assert (reply.text, reply.status) == ("Sorry.", Published.REJECTED)


async def test_a_place_of_another_platform_is_never_asked(google: Exchange) -> None:
    with pytest.raises(Surprise, match="not a location"):
        await items_of(connect(google), Place(external_id="locations/2", name="x"))
    assert google.requests == []


def test_a_reply_is_measured_in_bytes() -> None:
    assert GoogleBusinessProfile.reply_length("Rīga ☕") == 9
