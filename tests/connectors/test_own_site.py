"""The own site: signatures, precise refusals of what it pushes, and replies that go back signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import Item, Published, ReplyMode
from connectors.errors import AccessDenied, NotSupported, Refused, Surprise, Unsure
from connectors.http import Http, HttpPolicy
from connectors.own_site import OwnSite, OwnSiteSettings, sign, verify_signature
from tests.fakes.timing import Stopwatch

SECRET = "0123456789abcdef"
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
AT = str(int(NOW.timestamp()))


class Shop:
    """Takes replies; ``answer`` is what it says."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer


def connect(shop: Shop, reply_url: str = "https://shop.example/replies") -> OwnSite:
    settings = OwnSiteSettings.model_validate(
        {"public_url": "https://shop.example", "signing_secret": SECRET, "reply_url": reply_url})
    http = Http(HttpPolicy(), transport=httpx.MockTransport(shop), timing=Stopwatch().timing)
    return OwnSite(settings, http, clock=NOW.timestamp)


def item(**raw: Any) -> Item:
    return OwnSite.read({"external_id": "R-1", **raw})


@pytest.mark.parametrize("written", ["{}", "sha256={}"])
def test_a_good_signature_passes(written: str) -> None:
    verify_signature(SECRET, AT, b"{}", written.format(sign(SECRET, AT, b"{}")), NOW)


def test_the_signature_is_hmac_sha256_of_timestamp_dot_body() -> None:
    """Against a value computed by: printf '1795000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef."""
    assert sign(SECRET, "1795000000", b"{}") == "0e41ae18dec0c98f9ccccdfc9da1d6b897e12bde7815a6055d8739af8b38df59"


@pytest.mark.parametrize(("secret", "timestamp", "body"), [
    ("another secret 1234", AT, b"{}"), (SECRET, str(int(AT) + 1), b"{}"), (SECRET, AT, b"{ }"),
])
def test_another_secret_time_or_body_is_refused(secret: str, timestamp: str, body: bytes) -> None:
    with pytest.raises(AccessDenied, match="signature is wrong"):
        verify_signature(SECRET, AT, b"{}", sign(secret, timestamp, body), NOW)


@pytest.mark.parametrize("late", [timedelta(seconds=301), timedelta(seconds=-301)])
def test_an_old_request_cannot_be_played_again(late: timedelta) -> None:
    with pytest.raises(AccessDenied, match="301 seconds"):
        verify_signature(SECRET, AT, b"{}", sign(SECRET, AT, b"{}"), NOW + late)


@pytest.mark.parametrize("late", [timedelta(seconds=300), timedelta(seconds=-300)])
def test_five_minutes_are_allowed(late: timedelta) -> None:
    verify_signature(SECRET, AT, b"{}", sign(SECRET, AT, b"{}"), NOW + late)


@pytest.mark.parametrize("timestamp", ["", "now", "1795000000.5", "-5", "9" * 400, "١٧٩٥٠٠٠٠٠٠"])
def test_a_timestamp_that_is_none_is_explained(timestamp: str) -> None:
    with pytest.raises(AccessDenied, match="seconds since 1970"):
        verify_signature(SECRET, timestamp, b"{}", "x", NOW)


def test_an_empty_secret_opens_nothing() -> None:
    with pytest.raises(AccessDenied):
        verify_signature("", AT, b"{}", sign("", AT, b"{}"), NOW)


@given(signature=st.text(), body=st.binary())
def test_no_guessed_signature_passes(signature: str, body: bytes) -> None:
    with pytest.raises(AccessDenied):
        verify_signature(SECRET, AT, body, signature, NOW)


@pytest.mark.parametrize(("raw", "says"), [
    ({"external_id": ""}, "“external_id” cannot be read"),
    ({"rating": "many"}, "“rating” cannot be read"),
    ({"rating": float("nan")}, "“rating” cannot be read"),
    ({"created_at": "2026-11-20T08:12:00"}, "“created_at” cannot be read: Input should have timezone info"),
    ({"ip": "300.1.1.1"}, "“ip” cannot be read: not an IPv4 or IPv6 address"),
    ({"url": "javascript:alert(1)"}, "“url” cannot be read"),
    ({"kind": "praise"}, "“kind” cannot be read"),
    ({"autor": "Anna"}, "“autor” is not known here"),
    ({"photos": [5]}, "“photos.0” cannot be read"),
])
def test_a_wrong_field_is_named_with_what_is_wrong(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(Surprise, match=says):
        item(**raw)


def test_a_missing_id_is_named() -> None:
    with pytest.raises(Surprise, match="“external_id” is missing"):
        OwnSite.read({"text": "x"})


async def test_a_reply_goes_back_signed_and_with_its_key() -> None:
    shop = Shop(httpx.Response(201, json={"id": 9, "url": "https://shop.example/kettle#9"}))
    posted = await connect(shop).reply(item(thread_id="K"), "Sorry — жаль", key="k1")
    [request] = shop.requests
    verify_signature(SECRET, request.headers["X-Otklik-Timestamp"], request.content,
                     request.headers["X-Otklik-Signature"], NOW)
    assert json.loads(request.content) == {
        "external_id": "R-1", "thread_id": "K", "text": "Sorry — жаль", "key": "k1"}
    assert request.headers["Idempotency-Key"] == "k1"
    assert (posted.external_id, posted.url, posted.ours) == ("9", "https://shop.example/kettle#9", True)


@pytest.mark.parametrize(("status", "stands"), [(204, Published.PUBLISHED), (202, Published.HELD)])
async def test_a_short_yes_is_enough(status: int, stands: Published) -> None:
    posted = await connect(Shop(httpx.Response(status))).reply(item(), "Sorry", key="k1")
    assert (posted.external_id, posted.status) == ("k1", stands)


@pytest.mark.parametrize(("answer", "expected"), [
    (httpx.Response(422, text="too long"), Refused), (httpx.Response(401), AccessDenied), (httpx.Response(500), Unsure),
])
async def test_a_refusal_is_sent_once_and_sorted(answer: httpx.Response, expected: type[Exception]) -> None:
    shop = Shop(answer)
    with pytest.raises(expected):
        await connect(shop).reply(item(), "Sorry", key="k1")
    assert len(shop.requests) == 1


async def test_an_edit_has_a_key_of_its_own_text() -> None:
    shop = Shop(httpx.Response(204))
    platform = connect(shop)
    posted = await platform.reply(item(), "Sorry", key="k1")
    for text in ("Solved", "Solved", "Solved now"):
        await platform.edit_reply(item(), posted, text)
    first, same, other = [request.headers["Idempotency-Key"] for request in shop.requests[1:]]
    assert first == same != other


async def test_without_an_address_for_replies_they_are_placed_by_hand() -> None:
    platform = connect(Shop(httpx.Response(200)), reply_url="")
    assert (platform.can.reply, OwnSite.can.reply) == (ReplyMode.NONE, ReplyMode.SINGLE)
    with pytest.raises(NotSupported, match="by hand"):
        await platform.reply(item(), "Sorry", key="k1")


@pytest.mark.parametrize(("field", "value"), [("signing_secret", "short"), ("reply_url", "shop"), ("public_url", "x")])
def test_wrong_settings_name_their_field(field: str, value: str) -> None:
    with pytest.raises(ValidationError, match=field):
        OwnSiteSettings.model_validate({"public_url": "https://shop.example", "signing_secret": SECRET, field: value})


async def test_the_site_is_its_only_place() -> None:
    platform = connect(Shop(httpx.Response(200)))
    assert [place.name for place in await platform.places()] == [(await platform.check()).name] == ["shop.example"]
