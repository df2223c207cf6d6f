"""Ozon: every read is a POST, a missing plan is no empty shop, details only of what changed."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.base import Item, ItemKind, Place, PostedReply, Published
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.ozon import Ozon
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of

API = "api-seller.ozon.ru"
REVIEWS = Place(external_id="reviews", name="x")
QUESTIONS = Place(external_id="questions", name="x")
ITEM = Item(external_id="r1", kind=ItemKind.REVIEW, thread_id="148591503")
ASKED = Item(external_id="q1", kind=ItemKind.QUESTION, thread_id="148591503")
OURS = PostedReply(external_id="c1", text="Sorry.")


def review(number: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "sku": 148591503, "text": "Good", "rating": 5, "order_status": "DELIVERED",
            "published_at": "2026-11-18T07:23:55.970Z", "comments_amount": 0, "photos_amount": 0, **more}


def listed(*reviews: Any, last_id: str = "") -> dict[str, Any]:
    return {"reviews": list(reviews), "has_next": bool(last_id), "last_id": last_id}


def problem(status: int, code: int) -> tuple[int, Any]:
    return status, {"code": code, "message": "told", "details": []}


def comment(number: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "text": "Sorry.", "parent_comment_id": "", "published_at": "2026-11-18T08:00:00Z",
            "is_owner": True, "is_published": True, "is_rejected": False, **more}


@pytest.fixture
def ozon() -> Exchange:
    exchange = Exchange().on("POST", f"{API}/v2/review/count", {"total": 2, "new": 1})
    return exchange.on("POST", f"{API}/v1/roles", {
        "roles": [{"name": "Review", "methods": ["/v1/review/comment/create"]}], "expires_at": "2027-05-01T00:00:00Z"})


def connect(ozon: Exchange) -> Ozon:
    made: Ozon = ozon.connect(Ozon, {"client_id": " 1234567 ", "api_key": "key-1"})
    return made


async def test_the_cabinet_and_the_last_day_of_the_key_are_told(ozon: Exchange) -> None:
    who = await connect(ozon).check()
    assert (who.external_id, who.warnings, who.expires_at and who.expires_at.year) == ("1234567", (), 2027)
    assert ozon.requests[0].headers["client-id"] == "1234567"
    assert ozon.requests[0].headers["api-key"] == "key-1"


async def test_a_key_that_may_only_read_is_told(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v1/roles", {"roles": [{"name": "Review read only", "methods": ["/v2/review/list"]}]})
    assert "only read" in (await connect(ozon).check()).warnings[0]


async def test_without_the_plan_the_check_says_so(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v2/review/count", problem(403, 7))
    with pytest.raises(AccessDenied, match="subscription"):
        await connect(ozon).check()


async def test_questions_are_a_place_only_where_the_plan_holds_them(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v1/question/count", problem(403, 7), {"all": 3})
    platform = connect(ozon)
    assert [[place.external_id for place in await platform.places()] for _ in "12"] == [
        ["reviews"], ["reviews", "questions"]]


async def test_a_full_pass_that_lists_as_many_as_are_counted_is_complete(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v2/review/list", listed(review("r2"), last_id="r2"), listed(review("r1")))
    first, last = await batches_of(connect(ozon), REVIEWS)
    asked = [body_of(request) for request in ozon.sent("POST", "review/list")]
    assert [body["last_id"] for body in asked] == ["", "r2"]
    assert asked[0]["filters"] == {"status": "ALL"}
    assert (first.cursor, first.complete, last.complete, last.total) == (None, False, True, 2)
    assert last.cursor is not None
    assert list(last.cursor["known"]) == ["r1", "r2"]


async def test_a_pass_that_lists_fewer_than_are_counted_is_not_complete(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v2/review/list", listed(review("r1")))
    assert [batch.complete for batch in await batches_of(connect(ozon), REVIEWS)] == [False]


async def test_a_fast_pass_gives_what_changed_and_stops_where_nothing_did(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v2/review/list", listed(review("r2"), review("r1")))
    platform = connect(ozon)
    cursor = (await batches_of(platform, REVIEWS))[-1].cursor
    ozon.on("POST", f"{API}/v2/review/list", listed(review("r2", rating=1), review("r1"), last_id="r1"),
            listed(review("r1"), last_id="x"))
    batches = await batches_of(platform, REVIEWS, cursor)
    assert [item.external_id for batch in batches for item in batch.items] == ["r2"]
    assert (len(batches), batches[-1].complete) == (2, False)


async def test_photos_and_comments_are_asked_for_where_there_are_some(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v2/review/list", listed(review("r2", photos_amount=1, comments_amount=1), review("r1")))
    ozon.on("POST", f"{API}/v2/review/info", review("r2", photos=[{"url": "https://ir.example/1.jpg"}]))
    ozon.on("POST", f"{API}/v1/review/comment/list", {"comments": [comment("c1")], "offset": 1})
    first, second = await items_of(connect(ozon), REVIEWS)
    assert (first.photos, [reply.external_id for reply in first.replies]) == (("https://ir.example/1.jpg",), ["c1"])
    assert (second.photos, second.replies) == ((), ())
    assert len(ozon.sent("POST", "review/info")) == len(ozon.sent("POST", "comment/list")) == 1


async def test_more_comments_than_a_page_are_read(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v1/review/comment/list", {"comments": [comment(str(one)) for one in range(100)]},
            {"comments": [comment("last")]})
    assert len(await connect(ozon).find_replies(ITEM)) == 101
    assert body_of(ozon.requests[-1])["offset"] == 100


async def test_questions_are_listed_with_their_answers(ozon: Exchange) -> None:
    question = {"id": "q1", "sku": 1, "text": "Does it fit?", "author_name": "Ann", "answers_count": 1,
                "published_at": "2026-11-16T10:09:29Z"}
    ozon.on("POST", f"{API}/v1/question/count", {"all": 1})
    ozon.on("POST", f"{API}/v1/question/list", {"questions": [question], "last_id": "q1", "has_next": False})
    ozon.on("POST", f"{API}/v1/question/answer/list", {"answers": [{"id": "a1", "text": "Yes."}]})
    [batch] = await batches_of(connect(ozon), QUESTIONS)
    assert (batch.items[0].kind, batch.items[0].replies[0].text, batch.complete) == (ItemKind.QUESTION, "Yes.", True)


async def test_an_empty_shop_is_complete_only_when_the_count_says_so(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v2/review/list", listed())
    assert [batch.complete for batch in await batches_of(connect(ozon), REVIEWS)] == [False]


async def test_an_unreadable_review_leaves_its_neighbours(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v2/review/list", listed(review("r1"), "x", review("r2", rating="many")))
    [batch] = await batches_of(connect(ozon), REVIEWS)
    assert (len(batch.items), len(batch.unreadable)) == (1, 2)


@pytest.mark.parametrize(("answer", "error", "says"), [
    (problem(403, 7), AccessDenied, "does not mean that there are no reviews"), (problem(401, 16), AccessDenied, "key"),
    (problem(429, 8), TryLater, "limits"), (problem(404, 5), Gone, "told"), (problem(400, 3), Surprise, "told"),
    (problem(409, 0), TryLater, "busy"), ((500, {"code": 13}), TryLater, "busy"), ((502, "<html>"), TryLater, "out of"),
    ((403, "<html>"), AccessDenied, "subscription"), ((200, {"reviews": None}), Surprise, "list"),
])
async def test_an_error_is_read_from_the_body_first(
    ozon: Exchange, answer: Any, error: type[ConnectorError], says: str
) -> None:
    ozon.on("POST", f"{API}/v2/review/list", answer)
    with pytest.raises(error, match=says):
        await items_of(connect(ozon), REVIEWS)


async def test_a_comment_is_held_until_ozon_has_looked(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v1/review/comment/create", {"comment_id": "c9"})
    posted = await connect(ozon).reply(ITEM, "Sorry.", "key-1")
    assert body_of(ozon.requests[-1]) == {"review_id": "r1", "text": "Sorry.", "mark_review_as_processed": True}
    assert (posted.external_id, posted.status, posted.ours) == ("c9", Published.HELD, True)


async def test_a_question_is_answered_with_its_product(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v1/question/answer/create", {"answer_id": "a9"})
    assert (await connect(ozon).reply(ASKED, "Yes.", "key-1")).external_id == "a9"
    assert body_of(ozon.requests[-1]) == {"question_id": "q1", "sku": 148591503, "text": "Yes."}


@pytest.mark.parametrize(("answer", "error"), [
    (problem(400, 3), Refused), (problem(409, 0), Refused), (problem(403, 7), AccessDenied), (problem(404, 5), Gone),
    (problem(429, 8), TryLater), ((500, {"code": 13}), Unsure), ((200, {}), Unsure), ((200, "<html>"), Unsure),
])
async def test_a_refused_comment_goes_to_who_must_act(ozon: Exchange, answer: Any, error: type[ConnectorError]) -> None:
    ozon.on("POST", f"{API}/v1/review/comment/create", answer)
    with pytest.raises(ConnectorError) as caught:
        await connect(ozon).reply(ITEM, "Sorry.", "key-1")
    assert type(caught.value) is error
    assert len(ozon.requests) == 1


@pytest.mark.parametrize(("item", "path", "body"), [
    (ITEM, "v2/review/comment/delete", {"comment_id": "c1", "sku": 148591503}),
    (ASKED, "v1/question/answer/delete", {"answer_id": "c1", "sku": 148591503}),
])
async def test_a_comment_is_taken_back_and_may_be_gone(
    ozon: Exchange, item: Item, path: str, body: dict[str, Any]
) -> None:
    ozon.on("POST", f"{API}/{path}", {}, problem(404, 5))
    for _ in "12":
        await connect(ozon).delete_reply(item, OURS)
    assert body_of(ozon.requests[0]) == body


async def test_what_ozon_decided_is_read_back(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v1/review/comment/list", {"comments": [
        comment("c1", is_rejected=True), comment("c2", is_published=False), comment("c3", is_owner=False)]})
    assert [(one.status, one.ours) for one in await connect(ozon).find_replies(ITEM)] == [
        (Published.REJECTED, True), (Published.HELD, True), (Published.PUBLISHED, False)]


async def test_a_damaged_comment_is_a_surprise(ozon: Exchange) -> None:
    ozon.on("POST", f"{API}/v1/review/comment/list", {"comments": [{"id": "c1"}]})
    with pytest.raises(Surprise, match="cannot be read"):
        await connect(ozon).find_replies(ITEM)


async def test_a_place_and_a_product_of_another_platform_are_never_asked(ozon: Exchange) -> None:
    with pytest.raises(Surprise, match="not a place"):
        await items_of(connect(ozon), Place(external_id="x", name="x"))
    with pytest.raises(Surprise, match="not the number"):
        await connect(ozon).delete_reply(Item(external_id="r", kind=ItemKind.REVIEW), OURS)
    assert ozon.requests == []
