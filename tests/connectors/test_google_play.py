"""Google Play: a window of seven days by a service account, titles before a tab, one reply of 350 characters."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.base import Item, ItemKind, Place, PostedReply
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, TryLater, Unsure
from connectors.google_play import GooglePlay, GooglePlaySettings
from tests.fakes.exchange import Exchange, batches_of, body_of, form_of, items_of
from tests.fakes.keys import RSA_KEY, pem

HOST = "androidpublisher.googleapis.com/androidpublisher/v3/applications"
LIST = f"{HOST}/com.example.kettle/reviews"
PLACE = Place(external_id="com.example.kettle", name="Kettle")
ITEM = Item(external_id="r1", kind=ItemKind.REVIEW, thread_id="com.example.kettle")
ACCOUNT = json.dumps({"type": "service_account", "client_email": "robot@kettle.example", "private_key": pem(RSA_KEY),
                      "private_key_id": "kid-1"})
DONE = {"result": {"replyText": "Fixed.", "lastEdited": {"seconds": "1795210000", "nanos": 0}}}


def review(name: str) -> dict[str, Any]:
    return {"reviewId": name, "comments": [{"userComment": {"text": "Fine.", "starRating": 5,
                                                            "lastModified": {"seconds": "1795200000"}}}]}


def problem(status: int, message: str, **more: Any) -> tuple[int, Any]:
    return status, {"error": {"code": status, "message": message, **more}}


@pytest.fixture
def google() -> Exchange:
    exchange = Exchange().on("POST", "oauth2.googleapis.com/token", {"access_token": "ACCESS", "expires_in": 3599})
    return exchange.on("GET", LIST, {"reviews": [review("r1")]})


def connect(google: Exchange, packages: str = "com.example.kettle") -> GooglePlay:
    made: GooglePlay = google.connect(GooglePlay, {"service_account": ACCOUNT, "packages": packages},
                                      clock=lambda: 1_795_000_000.0)
    return made


async def test_the_robot_signs_in_with_its_key(google: Exchange) -> None:
    identity = await connect(google).check()
    form = form_of(google.sent("POST")[0])
    claims = json.loads(base64.urlsafe_b64decode(form["assertion"].split(".")[1] + "=="))
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert claims == {"iss": "robot@kettle.example", "scope": "https://www.googleapis.com/auth/androidpublisher",
                      "aud": "https://oauth2.googleapis.com/token", "iat": 1_795_000_000, "exp": 1_795_003_600}
    assert identity.name == "robot@kettle.example"


async def test_a_person_is_warned_of_the_seven_days(google: Exchange) -> None:
    assert "seven days" in (await connect(google).check()).warnings[0]


async def test_every_app_that_was_named_is_tried(google: Exchange) -> None:
    google.on("GET", f"{HOST}/com.example.tea/reviews", problem(403, "The caller does not have permission"))
    with pytest.raises(AccessDenied, match="does not have permission"):
        await connect(google, "com.example.kettle; com.example.tea").check()


async def test_the_apps_are_the_places(google: Exchange) -> None:
    places = await connect(google, "com.example.kettle, com.example.tea").places()
    assert [(place.external_id, place.url) for place in places] == [
        ("com.example.kettle", "https://play.google.com/store/apps/details?id=com.example.kettle"),
        ("com.example.tea", "https://play.google.com/store/apps/details?id=com.example.tea")]


async def test_pages_follow_the_token_and_the_window_is_never_complete(google: Exchange) -> None:
    google.on("GET", LIST, {"reviews": [review("r1")], "tokenPagination": {"nextPageToken": "t2"}},
              {"reviews": [review("r2")]})
    batches = await batches_of(connect(google), PLACE)
    assert [item.external_id for batch in batches for item in batch.items] == ["r1", "r2"]
    assert ([batch.complete for batch in batches], batches[-1].cursor) == ([False, False], {"read_whole": True})
    assert google.sent("GET")[1].url.params["token"] == "t2"


async def test_an_empty_week_is_no_error(google: Exchange) -> None:
    google.on("GET", LIST, {})
    [batch] = await batches_of(connect(google), PLACE)
    assert (batch.items, batch.complete, batch.total) == ((), False, None)


@pytest.mark.parametrize(("answer", "error"), [
    (problem(401, "Request had invalid credentials."), AccessDenied), (problem(404, "No such package."), Gone),
    (problem(429, "Quota exceeded."), TryLater), (problem(503, "Unavailable"), TryLater),
    (problem(403, "Too fast", errors=[{"reason": "rateLimitExceeded"}]), TryLater),
    (problem(403, "API off", errors=[{"reason": "accessNotConfigured"}]), AccessDenied),
])
async def test_an_error_is_read_from_the_body_first(google: Exchange, answer: Any, error: type[ConnectorError]) -> None:
    google.on("GET", LIST, answer)
    with pytest.raises(error):
        await items_of(connect(google), PLACE)


async def test_a_reply_is_kept_as_google_shows_it(google: Exchange) -> None:
    google.on("POST", f"{LIST}/r1:reply", DONE)
    posted = await connect(google).reply(ITEM, "<b>Fixed.</b>", "key")
    assert body_of(google.requests[-1]) == {"replyText": "<b>Fixed.</b>"}
    assert (posted.text, posted.external_id, posted.ours) == ("Fixed.", "r1/reply", True)


async def test_a_reply_that_is_too_long_is_refused(google: Exchange) -> None:
    google.on("POST", f"{LIST}/r1:reply", problem(400, "The reply text is too long."))
    with pytest.raises(Refused, match="too long"):
        await connect(google).reply(ITEM, "x" * 400, "key")


async def test_a_write_that_breaks_off_is_unsure(google: Exchange) -> None:
    google.on("POST", f"{LIST}/r1:reply", (500, ""))
    with pytest.raises(Unsure):
        await connect(google).edit_reply(ITEM, PostedReply(external_id="r1/reply", text="x"), "Fixed.")


async def test_the_reply_is_read_back(google: Exchange) -> None:
    raw = review("r1")
    raw["comments"].append({"developerComment": {"text": "Fixed.", "lastModified": {"seconds": "1795210000"}}})
    google.on("GET", f"{LIST}/r1", raw)
    assert [reply.text for reply in await connect(google).find_replies(ITEM)] == ["Fixed."]


@pytest.mark.parametrize(("field", "value"), [("service_account", "{}"), ("service_account", "not json"),
                                              ("packages", "kettle"), ("packages", "com.example/../x")])
def test_settings_that_cannot_work_are_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError, match=field):
        GooglePlaySettings.model_validate({"service_account": ACCOUNT, "packages": "a.b", field: value})
