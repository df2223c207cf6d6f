"""Yandex Market: half years in a sweep, the last days and the waiting ones in a fast pass, 420 for too much."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from connectors.base import Item, ItemKind, Place, PostedReply, Published
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.yandex_market import YandexMarket
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of

API = "api.partner.market.yandex.ru/v2"
LIST = f"{API}/businesses/1234567/goods-feedback"
COMMENTS = f"{LIST}/comments"
PLACE = Place(external_id="1234567", name="Lamps")
ITEM = Item(external_id="60001", kind=ItemKind.REVIEW, thread_id="1234567/LAMP-01")
OURS = PostedReply(external_id="7001", text="Sorry.")
NOW = 1_795_000_000.0  # 2026-11-18
OLD = {"known": {}, "latest": "2026-11-17T11:30:30+00:00"}


def review(number: int, **more: Any) -> dict[str, Any]:
    return {"feedbackId": number, "createdAt": "2026-11-17T14:30:30+03:00", "needReaction": True, "identifiers": {},
            "statistics": {"rating": 4, "commentsCount": 0}, **more}


def listed(*reviews: Any, token: str = "") -> dict[str, Any]:
    return {"status": "OK", "result": {"feedbacks": list(reviews),
                                       "paging": {"nextPageToken": token} if token else {}}}


def comments(*rows: Any) -> dict[str, Any]:
    return {"status": "OK", "result": {"comments": list(rows)}}


def comment(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "text": "Sorry.", "canModify": True, "author": {"type": "BUSINESS", "name": "Lamps"},
            "status": "UNMODERATED", "feedbackId": 60001, **more}


def problem(status: int, word: str = "told") -> tuple[int, Any]:
    return status, {"status": "ERROR", "errors": [{"code": "X", "message": word}]}


def connect(market: Exchange) -> YandexMarket:
    made: YandexMarket = market.connect(YandexMarket, {"api_key": "ACMA:key"}, clock=lambda: NOW)
    return made


@pytest.fixture
def market() -> Exchange:
    shops = [{"id": 1, "business": {"id": 1234567, "name": "Lamps"}}, {"id": 2, "business": {"id": 1234567,
                                                                                             "name": "Lamps"}}]
    return Exchange().on("GET", f"{API}/campaigns", {"campaigns": shops, "pager": {"pagesCount": 1}})


async def test_shops_of_one_business_are_one_place(market: Exchange) -> None:
    platform = connect(market)
    assert [(place.external_id, place.name) for place in await platform.places()] == [("1234567", "Lamps")]
    assert (await platform.check()).name == "Lamps"
    assert market.requests[0].headers["api-key"] == "ACMA:key"


async def test_all_pages_of_shops_are_read(market: Exchange) -> None:
    other = {"campaigns": [{"business": {"id": 9, "name": "Cups"}}], "pager": {"pagesCount": 2}}
    market.on("GET", f"{API}/campaigns", {"campaigns": [], "pager": {"pagesCount": 2}}, other)
    assert [place.name for place in await connect(market).places()] == ["Cups"]


async def test_a_key_without_shops_is_told(market: Exchange) -> None:
    market.on("GET", f"{API}/campaigns", {"campaigns": []})
    assert "sees no shop" in (await connect(market).check()).warnings[0]


async def test_a_sweep_goes_through_half_years_that_meet_and_is_complete(market: Exchange) -> None:
    market.on("POST", LIST, listed(review(1)), listed())
    batches = await batches_of(connect(market), PLACE)
    asked = [body_of(request) for request in market.sent("POST")]
    assert len(asked) == 12
    assert all(later["dateTimeFrom"] < earlier["dateTimeTo"] for earlier, later in pairwise(asked))
    assert [batch.complete for batch in batches] == [False] * 12 + [True]
    assert batches[-1].cursor is not None
    assert batches[-1].cursor["latest"] == "2026-11-17T11:30:30+00:00"


async def test_a_second_page_is_asked_by_its_token(market: Exchange) -> None:
    market.on("POST", LIST, listed(review(1), token="t1"), listed(review(2)), listed())
    assert [item.external_id for item in await items_of(connect(market), PLACE, OLD)] == ["1", "2"]
    assert market.sent("POST")[1].url.params["pageToken"] == "t1"


async def test_a_fast_pass_reads_the_last_days_and_what_waits_and_gives_nothing_twice(market: Exchange) -> None:
    market.on("POST", LIST, listed(review(1)), listed(review(1), review(2)))
    platform = connect(market)
    batches = await batches_of(platform, PLACE, OLD)
    assert [item.external_id for batch in batches for item in batch.items] == ["1", "2"]
    assert [body_of(request) for request in market.sent("POST")] == [
        {"dateTimeFrom": "2026-11-14T11:30:30+00:00"}, {"reactionStatus": "NEED_REACTION"}]
    assert not batches[-1].complete
    assert await items_of(platform, PLACE, batches[-1].cursor) == []


async def test_an_edited_review_is_given_again(market: Exchange) -> None:
    market.on("POST", LIST, listed(review(1)), listed())
    platform = connect(market)
    cursor = (await batches_of(platform, PLACE, OLD))[-1].cursor
    market.on("POST", LIST, listed(review(1, description={"comment": "Broken."})), listed())
    assert [item.text for item in await items_of(platform, PLACE, cursor)] == ["Broken."]


async def test_comments_are_read_where_there_are_some(market: Exchange) -> None:
    market.on("POST", LIST, listed(review(1, statistics={"rating": 4, "commentsCount": 1}), review(2)), listed())
    market.on("POST", COMMENTS, comments(comment(7001)))
    first, second = await items_of(connect(market), PLACE, OLD)
    assert ([reply.status for reply in first.replies], second.replies) == ([Published.HELD], ())
    assert [body_of(request) for request in market.sent("POST", "comments")] == [{"feedbackId": 1}]


async def test_an_unreadable_review_leaves_its_neighbours(market: Exchange) -> None:
    market.on("POST", LIST, listed(review(1), "x", review(2, createdAt="soon")), listed())
    first = (await batches_of(connect(market), PLACE, OLD))[0]
    assert (len(first.items), len(first.unreadable)) == (1, 2)


@pytest.mark.parametrize(("answer", "error", "says"), [
    (problem(420, "Hit rate limit"), TryLater, "Hit rate limit"), (problem(401), AccessDenied, "new one"),
    (problem(403), AccessDenied, "communication"), (problem(404), Gone, "told"), (problem(400), Surprise, "told"),
    (problem(500), TryLater, "out of order"), ((400, {"status": "ERROR", "errors": None}), Surprise, "400"),
    (problem(200), Surprise, "told"), ({"status": "OK"}, Surprise, "list"), ((200, "<html>"), Surprise, "web page"),
])
async def test_an_error_is_read_from_the_body_first(
    market: Exchange, answer: Any, error: type[ConnectorError], says: str
) -> None:
    market.on("POST", LIST, answer)
    with pytest.raises(error, match=says):
        await items_of(connect(market), PLACE, OLD)


async def test_a_comment_is_made_and_waits_for_the_market(market: Exchange) -> None:
    market.on("POST", f"{COMMENTS}/update", {"status": "OK", "result": comment(7005)})
    posted = await connect(market).reply(ITEM, "Sorry.", "key-1")
    assert body_of(market.requests[-1]) == {"feedbackId": 60001, "comment": {"text": "Sorry."}}
    assert (posted.external_id, posted.status, posted.ours) == ("7005", Published.HELD, True)


async def test_a_comment_is_edited_and_taken_back(market: Exchange) -> None:
    market.on("POST", f"{COMMENTS}/update", {"status": "OK", "result": comment(7001, text="Solved.")})
    market.on("POST", f"{COMMENTS}/delete", {"status": "OK"}, problem(404))
    platform = connect(market)
    assert (await platform.edit_reply(ITEM, OURS, "Solved.")).text == "Solved."
    assert body_of(market.requests[-1])["comment"] == {"id": 7001, "text": "Solved."}
    for _ in "12":
        await platform.delete_reply(ITEM, OURS)
    assert body_of(market.requests[-1]) == {"id": 7001}


@pytest.mark.parametrize(("answer", "error"), [
    (problem(400, "no links"), Refused), (problem(403), AccessDenied), (problem(420), TryLater), (problem(404), Gone),
    (problem(500), Unsure), ((200, {"status": "OK"}), Unsure), (problem(200), Refused),
])
async def test_a_refused_comment_goes_to_who_must_act(
    market: Exchange, answer: Any, error: type[ConnectorError]
) -> None:
    market.on("POST", f"{COMMENTS}/update", answer)
    with pytest.raises(ConnectorError) as caught:
        await connect(market).reply(ITEM, "Sorry.", "key-1")
    assert type(caught.value) is error
    assert len(market.requests) == 1


async def test_all_pages_of_comments_are_read_back(market: Exchange) -> None:
    page = comments(comment(7001, status="BANNED"))
    page["result"]["paging"] = {"nextPageToken": "t"}
    market.on("POST", COMMENTS, page, comments(comment(7002, author={"type": "USER", "name": "Ann"}, parentId=7001)))
    assert [(one.external_id, one.ours, one.parent_id, one.status) for one in await connect(market).find_replies(
        ITEM)] == [("7001", True, "60001", Published.REJECTED), ("7002", False, "7001", Published.HELD)]


async def test_a_damaged_comment_is_a_surprise(market: Exchange) -> None:
    market.on("POST", COMMENTS, comments({"id": 1}))
    with pytest.raises(Surprise, match="cannot be read"):
        await connect(market).find_replies(ITEM)


async def test_what_is_no_number_of_the_market_is_never_asked(market: Exchange) -> None:
    with pytest.raises(Surprise, match="not a number"):
        await items_of(connect(market), Place(external_id="../1", name="x"))
    with pytest.raises(Surprise, match="not a number"):
        await connect(market).reply(Item(external_id="r", kind=ItemKind.REVIEW), "x", "k")
    assert market.requests == []
