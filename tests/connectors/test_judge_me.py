"""Judge.me: pages without a total, a reply that mails nobody, and proof from the page of the product."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Item, ItemKind, Place
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.judge_me import JudgeMe
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of

HOST = "api.judge.me/api/v1"
LIST, REPLIES, WIDGET = f"{HOST}/reviews", f"{HOST}/replies", f"{HOST}/widgets/product_review"
PLACE = Place(external_id="example.myshopify.com", name="Shop")
ITEM = Item(external_id="301", kind=ItemKind.REVIEW, thread_id="52", text="Came with a dent.")
SHOWN = """<div class='jdgm-rev-widg'><div class='jdgm-rev jdgm-divider-top'><div class='jdgm-rev__body'><p>Other</p>
</div></div><div class='jdgm-rev'><div class='jdgm-rev__body'><p>Came with a dent.</p></div>%s</div></div>"""


def review(number: int) -> dict[str, Any]:
    return {"id": number, "body": "Good.", "rating": 5, "reviewer": {"name": "Ann"}, "product_external_id": 52,
            "created_at": "2026-11-20T08:12:00+00:00"}


def connect(shop: Exchange) -> JudgeMe:
    made: JudgeMe = shop.connect(JudgeMe, {"shop_domain": "example.myshopify.com", "private_token": "the-token"})
    return made


async def test_every_call_names_the_shop_and_hides_the_token_in_a_header() -> None:
    shop = Exchange().on("GET", LIST, {"reviews": []})
    assert (await connect(shop).check()).name == "example.myshopify.com"
    [request] = shop.requests
    assert (request.headers["x-api-token"], request.url.params["shop_domain"]) == ("the-token", "example.myshopify.com")
    assert "the-token" not in str(request.url)


async def test_the_shop_is_the_place() -> None:
    assert [place.external_id for place in await connect(Exchange()).places()] == ["example.myshopify.com"]


async def test_pages_are_read_to_a_short_one() -> None:
    shop = Exchange().on("GET", LIST, {"reviews": [review(n) for n in range(1, 101)]}, {"reviews": [review(101)]})
    first, last = await batches_of(connect(shop), PLACE)
    assert ([len(first.items), len(last.items)], last.complete, last.cursor) == ([100, 1], False, {"read_whole": True})


async def test_a_single_page_lists_all_on_a_full_pass_only() -> None:
    shop = Exchange().on("GET", LIST, {"reviews": [review(1)]})
    [full], [fast] = await batches_of(connect(shop), PLACE), await batches_of(connect(shop), PLACE, {"read_whole": 1})
    assert (full.complete, fast.complete) == (True, False)


@pytest.mark.parametrize(("answer", "error"), [
    ((401, {"error": "Invalid api_token or shop_domain"}), AccessDenied), ((404, {"error": "Not found"}), Gone),
    ((429, {"error": "Slow"}), TryLater), ((500, ""), TryLater), ((200, {"reviews": None}), Surprise),
])
async def test_an_error_says_who_must_act(answer: Any, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        await items_of(connect(Exchange().on("GET", LIST, answer)), PLACE)


async def test_a_reply_is_public_and_mails_nobody() -> None:
    shop = Exchange().on("POST", REPLIES, {"reply": {"id": 5001, "content": "Sorry."}})
    posted = await connect(shop).reply(ITEM, "Sorry.", "key")
    assert body_of(shop.requests[-1]) == {"review_id": 301, "send_reply_email": False, "reply": {"content": "Sorry."}}
    assert (posted.external_id, posted.text, posted.parent_id) == ("5001", "Sorry.", "301")


@pytest.mark.parametrize(("answer", "error"), [
    ((422, {"error": "Review not found"}), Gone), ((422, {"error": "Content is empty"}), Refused),
    ((502, ""), Unsure), ((200, {}), Unsure),
])
async def test_a_reply_that_is_not_taken_says_so(answer: Any, error: type[ConnectorError]) -> None:
    with pytest.raises(error):
        await connect(Exchange().on("POST", REPLIES, answer)).reply(ITEM, "x", "key")


@pytest.mark.parametrize(("reply", "found"), [
    ("<div class='jdgm-rev__reply'><div class='jdgm-rev__reply-content'><p>We are sorry.</p></div></div>",
     ["We are sorry."]), ("", []),
])
async def test_a_reply_is_looked_up_on_the_page_of_the_product(reply: str, found: list[str]) -> None:
    shop = Exchange().on("GET", WIDGET, {"product_external_id": 52, "widget": SHOWN % reply})
    assert [one.text for one in await connect(shop).find_replies(ITEM)] == found
    assert shop.requests[-1].url.params["external_id"] == "52"


async def test_where_the_review_is_not_shown_nothing_is_known() -> None:
    shop = Exchange().on("GET", WIDGET, {"widget": "<div class='jdgm-rev'></div>"}, {"widget": ""})
    with pytest.raises(Surprise, match="does not show this review"):
        await connect(shop).find_replies(ITEM)
