"""Trustpilot: private reviews by a token that is kept, pages without a total, a reply that answers with nothing."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from connectors.base import Item, ItemKind, Place, PostedReply
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, TryLater, Unsure
from connectors.trustpilot import Trustpilot
from tests.fakes.exchange import Exchange, batches_of, body_of, form_of, items_of

HOST = "api.trustpilot.com/v1"
TOKEN = f"{HOST}/oauth/oauth-business-users-for-applications/accesstoken"
UNIT = "507f191e810c19729de860ea"
LIST = f"{HOST}/private/business-units/{UNIT}/reviews"
ONE = f"{HOST}/private/reviews/r1"
PLACE = Place(external_id=UNIT, name="Kettle Co")
ITEM = Item(external_id="r1", kind=ItemKind.REVIEW, thread_id=UNIT)


def review(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "consumer": {"id": "c", "displayName": "Ann"}, "stars": 5, "text": "Good.",
            "createdAt": "2026-11-20T08:12:00Z", **more}


@pytest.fixture
def pilot() -> Exchange:
    exchange = Exchange().on("POST", TOKEN, {"access_token": "ACCESS", "expires_in": "359999"})
    return exchange.on("GET", LIST, {"links": [], "reviews": [review("r1")]})


def connect(pilot: Exchange, **other: str) -> Trustpilot:
    made: Trustpilot = pilot.connect(Trustpilot, {
        "api_key": "the-key", "api_secret": "the-secret", "business_units": "shop.example", **other})
    return made


async def test_a_domain_is_looked_up_and_its_private_reviews_are_tried(pilot: Exchange) -> None:
    pilot.on("GET", f"{HOST}/business-units/find", {"id": UNIT, "displayName": "Kettle Co",
                                                    "name": {"identifying": "shop.example"}})
    identity = await connect(pilot).check()
    assert (identity.name, identity.external_id) == ("Kettle Co", UNIT)
    assert pilot.requests[0].headers["apikey"] == "the-key"
    assert form_of(pilot.sent("POST")[0]) == {"grant_type": "client_credentials"}
    assert base64.b64decode(pilot.sent("POST")[0].headers["authorization"][6:]) == b"the-key:the-secret"


async def test_an_id_is_taken_as_it_is(pilot: Exchange) -> None:
    pilot.on("GET", f"{HOST}/business-units/{UNIT}", {"id": UNIT, "displayName": "Kettle Co"})
    [place] = await connect(pilot, business_units=UNIT).places()
    assert (place.external_id, place.name) == (UNIT, "Kettle Co")


async def test_the_token_is_fetched_once(pilot: Exchange) -> None:
    platform = connect(pilot)
    await items_of(platform, PLACE)
    await items_of(platform, PLACE)
    assert len(pilot.sent("POST")) == 1


async def test_one_page_lists_all_and_a_fast_pass_never_does(pilot: Exchange) -> None:
    platform = connect(pilot)
    [full], [fast] = await batches_of(platform, PLACE), await batches_of(platform, PLACE, {"read_whole": True})
    assert (full.complete, fast.complete, full.cursor) == (True, False, {"read_whole": True})


async def test_several_pages_cannot_know_that_they_list_all(pilot: Exchange) -> None:
    pilot.on("GET", LIST, {"reviews": [review(f"r{n}") for n in range(100)]}, {"reviews": [review("last")]})
    first, last = await batches_of(connect(pilot), PLACE)
    assert (len(first.items), len(last.items), first.complete, last.complete) == (100, 1, False, False)
    assert pilot.sent("GET")[1].url.params["page"] == "2"


async def test_a_unit_without_reviews_is_empty(pilot: Exchange) -> None:
    pilot.on("GET", LIST, {"links": [], "reviews": []})
    assert [batch.items for batch in await batches_of(connect(pilot), PLACE)] == [()]


@pytest.mark.parametrize(("answer", "error", "says"), [
    ((401, {"fault": {"faultstring": "Invalid Access Token"}}), AccessDenied, "Invalid Access Token"),
    ((403, {"message": "Forbidden", "details": "Not yours."}), AccessDenied, "Not yours"),
    ((404, {"message": "Not found", "details": ""}), Gone, "Not found"),
    ((429, {"fault": {"faultstring": "Quota", "detail": {"errorcode": "policies.ratelimit.QuotaViolation"}}}),
     TryLater, "used up"),
    ((503, ""), TryLater, "out of order"),
])
async def test_an_error_is_read_from_the_body_first(
    pilot: Exchange, answer: Any, error: type[ConnectorError], says: str
) -> None:
    pilot.on("GET", LIST, answer)
    with pytest.raises(error, match=says):
        await items_of(connect(pilot), PLACE)


async def test_calls_that_fail_count_so_a_limit_is_not_tried_again(pilot: Exchange) -> None:
    pilot.on("GET", LIST, (429, {"fault": {"faultstring": "Quota"}}))
    with pytest.raises(TryLater):
        await items_of(connect(pilot), PLACE)
    assert len(pilot.sent("GET")) == 1


async def test_a_reply_names_its_author_and_needs_no_body_in_the_answer(pilot: Exchange) -> None:
    pilot.on("POST", f"{ONE}/reply", (201, ""))
    posted = await connect(pilot, business_user_id="user-1").reply(ITEM, "We are sorry.", "key")
    assert body_of(pilot.requests[-1]) == {"message": "We are sorry.", "authorBusinessUserId": "user-1"}
    assert (posted.external_id, posted.text, posted.ours) == ("r1/reply", "We are sorry.", True)


@pytest.mark.parametrize(("status", "error"), [(400, Refused), (403, AccessDenied), (404, Gone), (500, Unsure)])
async def test_a_reply_that_is_not_taken_says_who_must_act(
    pilot: Exchange, status: int, error: type[ConnectorError]
) -> None:
    pilot.on("POST", f"{ONE}/reply", (status, {"message": "No", "details": "No."}))
    with pytest.raises(error):
        await connect(pilot).reply(ITEM, "x", "key")


async def test_the_reply_is_read_back_replaced_and_taken_back(pilot: Exchange) -> None:
    pilot.on("GET", ONE, review("r1", companyReply={"text": "Sorry.", "createdAt": "2026-11-21T08:00:00Z"}))
    pilot.on("POST", f"{ONE}/reply", (201, "")).on("DELETE", f"{ONE}/reply", (204, ""), (404, {"message": "gone"}))
    platform, earlier = connect(pilot), PostedReply(external_id="r1/reply", text="Sorry.")
    assert [reply.text for reply in await platform.find_replies(ITEM)] == ["Sorry."]
    assert (await platform.edit_reply(ITEM, earlier, "Solved.")).text == "Solved."
    await platform.delete_reply(ITEM, earlier)
    await platform.delete_reply(ITEM, earlier)
    assert len(pilot.sent("DELETE")) == 2
