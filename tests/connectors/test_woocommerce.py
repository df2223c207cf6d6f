"""WooCommerce: reviews by a REST key, addresses and replies by a user of the site, orders as proof of purchase."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Item, ItemKind, Place, PostedReply, Published, ReplyMode
from connectors.errors import AccessDenied, ConnectorError, Gone, NotSupported, Refused, Surprise, TryLater, Unsure
from connectors.woocommerce import SHOP, WooCommerce
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of

HOST = "shop.example/wp-json"
LIST, ORDERS = f"{HOST}/wc/v3/products/reviews", f"{HOST}/wc/v3/orders"
COMMENTS, ME = f"{HOST}/wp/v2/comments", f"{HOST}/wp/v2/users/me"
PLACE = Place(external_id=SHOP, name="shop")
ITEM = Item(external_id="301", kind=ItemKind.REVIEW, thread_id="22")
USER = {"username": "support", "application_password": "abcd efgh"}
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def review(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "product_id": 22, "status": "approved", "reviewer": "Ann", "review": "<p>Good.</p>",
            "rating": 5, "verified": True, "date_created_gmt": "2026-11-18T09:00:00", **more}


def comment(number: int, text: str, author: int = 3, status: str = "approved") -> dict[str, Any]:
    return {"id": number, "post": 22, "parent": 301, "author": author, "author_name": "Support", "status": status,
            "content": {"raw": text, "rendered": f"<p>{text}</p>"}, "date_gmt": "2026-11-21T11:00:00"}


def order(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "number": str(number), "status": "completed", "date_created_gmt": "2026-11-02T09:00:00",
            "date_completed_gmt": None, "customer_ip_address": "203.0.113.24",
            "billing": {"first_name": "Anna", "last_name": "Ozola", "email": "Anna@Example.org", "city": "Rīga",
                        "country": "LV", "phone": ""},
            "line_items": [{"product_id": 22, "name": "Kettle"}], **more}


@pytest.fixture
def shop() -> Exchange:
    exchange = Exchange().on("GET", LIST, (200, [review(301)], {"X-WP-Total": "1"}))
    exchange.on("GET", ME, {"id": 3, "name": "Shop Support"})
    return exchange.on("GET", COMMENTS, [{"id": 301, "author_ip": "203.0.113.24"}])


def connect(shop: Exchange, user: bool = True, url: str = "https://shop.example") -> WooCommerce:
    made: WooCommerce = shop.connect(WooCommerce, {
        "shop_url": url, "consumer_key": "ck_1", "consumer_secret": "cs_1", **(USER if user else {})})
    return made


async def test_check_names_the_shop_and_the_user_who_replies(shop: Exchange) -> None:
    assert (await connect(shop).check()).name == "shop.example (Shop Support)"


async def test_without_a_user_nothing_is_promised_about_replies(shop: Exchange) -> None:
    platform = connect(shop, user=False)
    assert (platform.can.reply, platform.can.gives_ip) == (ReplyMode.NONE, False)
    assert "not answered" in (await platform.check()).warnings[0]
    with pytest.raises(NotSupported):
        await platform.reply(ITEM, "x", "key")


async def test_addresses_are_joined_from_the_comments_in_one_request(shop: Exchange) -> None:
    [item] = await items_of(connect(shop), PLACE)
    assert (item.ip, item.verified_purchase) == ("203.0.113.24", True)
    assert shop.requests[-1].url.params["include"] == "301"
    assert shop.requests[0].headers["authorization"] != shop.requests[-1].headers["authorization"]


async def test_a_full_pass_that_counts_up_to_the_total_is_complete(shop: Exchange) -> None:
    full = [review(n) for n in range(1, 101)]
    shop.on("GET", LIST, (200, full, {"X-WP-Total": "101"}), (200, [review(101)], {"X-WP-Total": "101"}))
    first, last = await batches_of(connect(shop, user=False), PLACE)
    assert (len(first.items), first.complete, last.complete, last.total) == (100, False, True, 101)


async def test_a_pass_whose_total_changed_is_not_complete(shop: Exchange) -> None:
    shop.on("GET", LIST, (200, [review(1)], {"X-WP-Total": "2"}))
    assert [batch.complete for batch in await batches_of(connect(shop, user=False), PLACE)] == [False]


async def test_an_empty_shop_is_complete_and_asks_for_no_comments(shop: Exchange) -> None:
    shop.on("GET", LIST, (200, [], {"X-WP-Total": "0"}))
    [batch] = await batches_of(connect(shop), PLACE)
    assert (batch.items, batch.complete, shop.sent("GET", "comments")) == ((), True, [])


@pytest.mark.parametrize(("answer", "error", "says"), [
    ((401, {"code": "woocommerce_rest_cannot_view"}), AccessDenied, "REST key"),
    ((401, {"code": "woocommerce_rest_authentication_error"}), AccessDenied, "REST key"),
    ((404, {"code": "rest_no_route"}), AccessDenied, "no WooCommerce"),
    ((429, "<html>slow</html>", {"Retry-After": "300"}), TryLater, "out of order"),
    ((200, "<html>"), Surprise, "web page"),
])
async def test_an_error_is_read_from_the_body_first(
    shop: Exchange, answer: Any, error: type[ConnectorError], says: str
) -> None:
    shop.on("GET", LIST, answer)
    with pytest.raises(error, match=says):
        await items_of(connect(shop), PLACE)


async def test_the_key_is_not_sent_over_plain_http(shop: Exchange) -> None:
    with pytest.raises(AccessDenied, match="https://"):
        await connect(shop, url="http://shop.example").check()
    assert shop.requests == []


async def test_a_reply_is_a_comment_under_the_review(shop: Exchange) -> None:
    shop.on("POST", COMMENTS, (201, comment(310, "Sorry.")))
    posted = await connect(shop).reply(ITEM, "Sorry.", "key")
    assert body_of(shop.sent("POST")[0]) == {"post": 22, "parent": 301, "content": "Sorry."}
    assert (posted.external_id, posted.parent_id, posted.ours) == ("310", "301", True)


async def test_the_same_words_twice_are_the_reply_that_is_there(shop: Exchange) -> None:
    shop.on("POST", COMMENTS, (409, {"code": "comment_duplicate"})).on("GET", COMMENTS, [comment(310, "Sorry.")])
    assert (await connect(shop).reply(ITEM, "Sorry.", "key")).external_id == "310"


@pytest.mark.parametrize(("answer", "error"), [
    ((400, {"code": "rest_comment_content_invalid", "message": "Empty."}), Refused),
    ((403, {"code": "rest_comment_closed", "message": "Closed."}), Refused), ((500, ""), Unsure), ((201, []), Unsure),
    ((409, {"code": "comment_duplicate"}), Refused),
])
async def test_a_reply_that_is_not_taken_says_so(shop: Exchange, answer: Any, error: type[ConnectorError]) -> None:
    shop.on("POST", COMMENTS, answer).on("GET", COMMENTS, [])
    with pytest.raises(error):
        await connect(shop).reply(ITEM, "Sorry.", "key")


async def test_replies_are_edited_taken_back_and_found_with_their_state(shop: Exchange) -> None:
    shop.on("POST", f"{COMMENTS}/310", comment(310, "Solved.")).on("DELETE", f"{COMMENTS}/310", (410, {
        "code": "rest_already_trashed", "message": "gone"}))
    shop.on("GET", COMMENTS, [comment(310, "Solved.", status="hold"), comment(311, "Me too", author=0)])
    platform, earlier = connect(shop), PostedReply(external_id="310", text="Sorry.")
    assert (await platform.edit_reply(ITEM, earlier, "Solved.")).text == "Solved."
    await platform.delete_reply(ITEM, earlier)
    found = await platform.find_replies(ITEM)
    assert [(one.ours, one.status) for one in found] == [(True, Published.HELD), (False, Published.PUBLISHED)]


async def test_paid_orders_come_as_plain_values(shop: Exchange) -> None:
    shop.on("GET", ORDERS, [order(7001)])
    [one] = [found async for found in connect(shop, user=False).orders(SINCE)]
    assert one == {"number": "7001", "status": "completed", "created_at": datetime(2026, 11, 2, 9, tzinfo=UTC),
                   "completed_at": None, "email": "anna@example.org", "phone": "", "name": "Anna Ozola",
                   "city": "Rīga", "country": "LV", "ip": "203.0.113.24",
                   "items": [{"product_id": "22", "name": "Kettle"}]}
    assert shop.requests[-1].url.params["modified_after"] == "2026-11-01T00:00:00+00:00"


async def test_orders_follow_the_pages_and_name_a_broken_one(shop: Exchange) -> None:
    shop.on("GET", ORDERS, [order(n) for n in range(100)], [order(100), {"id": 5}])
    found = []
    with pytest.raises(Surprise, match="order of the shop"):
        async for one in connect(shop, user=False).orders(SINCE):
            found.append(one["number"])
    assert len(found) == 101


async def test_a_reply_that_is_gone_already_is_as_good(shop: Exchange) -> None:
    shop.on("POST", f"{COMMENTS}/9", (404, {"code": "rest_comment_invalid_id", "message": "none"}))
    with pytest.raises(Gone):
        await connect(shop).edit_reply(ITEM, PostedReply(external_id="9", text="x"), "y")
