"""Wildberries: two lists by date, base tokens that may hardly ask, answers that only a look proves."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from connectors.base import Item, ItemKind, Place, PostedReply, Published
from connectors.errors import AccessDenied, ConnectorError, Gone, Refused, Surprise, TryLater, Unsure
from connectors.wildberries import OVERLAP, Wildberries
from tests.fakes.exchange import Exchange, batches_of, body_of, items_of

API = "feedbacks-api.wildberries.ru/api/v1"
REVIEWS = Place(external_id="feedbacks", name="x")
QUESTIONS = Place(external_id="questions", name="x")
ITEM = Item(external_id="r1", kind=ItemKind.REVIEW)
ASKED = Item(external_id="q1", kind=ItemKind.QUESTION)


def token(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"sid": "seller-1", **claims}).encode()).decode().rstrip("=")
    return f"head.{body}.signature"


PERSONAL = token(acc=3, exp=1_810_000_000, s=1 << 7)
BASE = token(acc=1, s=1 << 7)


def review(number: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "text": "Good", "productValuation": 4, "createdDate": "2026-11-18T09:46:40+03:00",
            "answer": None, "state": "none", "productDetails": {"nmId": 1}, **more}


def listed(*rows: Any, name: str = "feedbacks") -> dict[str, Any]:
    return {"data": {"countUnanswered": 1, "countArchive": 1, name: list(rows)}, "error": False, "errorText": ""}


def refused(reason: str) -> dict[str, Any]:
    return {"data": None, "error": True, "errorText": reason, "additionalErrors": None, "requestId": "0"}


@pytest.fixture
def wb() -> Exchange:
    return Exchange().on("GET", f"{API}/new-feedbacks-questions", {"data": {"hasNewQuestions": False}, "error": False})


def connect(wb: Exchange, key: str = PERSONAL, **more: Any) -> Wildberries:
    made: Wildberries = wb.connect(Wildberries, {"api_token": key, **more})
    return made


async def test_the_token_tells_the_seller_and_its_last_day(wb: Exchange) -> None:
    who = await connect(wb).check()
    assert (who.external_id, who.warnings, who.expires_at and who.expires_at.year) == ("seller-1", (), 2027)
    assert wb.requests[0].headers["authorization"] == PERSONAL


async def test_a_base_token_and_one_that_only_reads_are_warned_of(wb: Exchange) -> None:
    warnings = (await connect(wb, token(acc=1, s=1 << 30)).check()).warnings
    assert [word in " ".join(warnings) for word in ("five requests an hour", "only read", "category")] == [True] * 3


async def test_a_token_that_is_no_token_is_still_asked_with(wb: Exchange) -> None:
    assert (await connect(wb, "abc").check()).expires_at is None


async def test_a_token_that_works_in_the_other_form_only_says_so(wb: Exchange) -> None:
    wb.on("GET", f"{API}/new-feedbacks-questions", (401, {"title": "unauthorized"}), {"data": {}, "error": False})
    with pytest.raises(AccessDenied, match="Send the word Bearer"):
        await connect(wb).check()
    assert wb.requests[1].headers["authorization"] == f"Bearer {PERSONAL}"


async def test_a_refused_token_asks_for_a_new_one(wb: Exchange) -> None:
    wb.on("GET", f"{API}/new-feedbacks-questions", (401, {"title": "unauthorized"}))
    with pytest.raises(AccessDenied, match="180 days"):
        await connect(wb).check()


async def test_both_lists_are_read_and_the_next_pass_overlaps_by_three_days(wb: Exchange) -> None:
    wb.on("GET", f"{API}/feedbacks", listed(review("r1")), listed(review("r2")))
    batches = await batches_of(connect(wb), REVIEWS)
    assert [item.external_id for batch in batches for item in batch.items] == ["r1", "r2"]
    assert [request.url.params["isAnswered"] for request in wb.requests] == ["false", "true"]
    assert batches[0].cursor is None
    written = int(batches[0].items[0].created_at.timestamp())  # type: ignore[union-attr]
    assert batches[-1].cursor == {"since": {"false": written - OVERLAP, "true": written - OVERLAP}, "turn": 1}
    assert not any(batch.complete or batch.newest_first for batch in batches)


async def test_a_fast_pass_asks_from_the_cursor_on(wb: Exchange) -> None:
    wb.on("GET", f"{API}/feedbacks", listed())
    batches = await batches_of(connect(wb), REVIEWS, {"since": {"false": 100, "true": 200}, "turn": 0})
    assert [request.url.params["dateFrom"] for request in wb.requests] == ["100", "200"]
    assert batches[-1].cursor == {"since": {"false": 100, "true": 200}, "turn": 1}


async def test_a_full_page_is_followed_by_date_and_nothing_comes_twice(
    wb: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.wildberries.TAKE", {"feedbacks": 2, "questions": 2})
    later = review("r3", createdDate="2026-11-19T09:00:00Z")
    wb.on("GET", f"{API}/feedbacks", listed(review("r1"), review("r2")), listed(review("r2"), later),
          listed(later), listed())
    assert [item.external_id for item in await items_of(connect(wb), REVIEWS)] == ["r1", "r2", "r3"]
    assert wb.requests[0].url.params["skip"] == wb.requests[1].url.params["skip"] == "0"
    assert "dateFrom" in wb.requests[1].url.params


async def test_a_base_token_spends_one_request_a_pass_and_the_lists_take_turns(wb: Exchange) -> None:
    wb.on("GET", f"{API}/feedbacks", listed(review("r1")), listed(review("r2")))
    platform = connect(wb, BASE)
    [first] = await batches_of(platform, REVIEWS)
    [second] = await batches_of(platform, REVIEWS, first.cursor)
    assert [request.url.params["isAnswered"] for request in wb.requests] == ["false", "true"]
    assert [first.cursor and first.cursor["turn"], second.cursor and second.cursor["turn"]] == [1, 2]


async def test_questions_are_a_place_of_their_own(wb: Exchange) -> None:
    question = {"id": "q1", "text": "How wide?", "createdDate": "2026-11-18T11:18:08.769513469Z", "answer": None,
                "state": "suppliersPortalSynch"}
    wb.on("GET", f"{API}/questions", listed(question, name="questions"), listed(name="questions"))
    assert [item.kind for item in await items_of(connect(wb), QUESTIONS)] == [ItemKind.QUESTION]
    assert [place.external_id for place in await connect(wb).places()] == ["feedbacks", "questions"]


async def test_an_unreadable_review_leaves_its_neighbours(wb: Exchange) -> None:
    wb.on("GET", f"{API}/feedbacks", listed(review("r1"), "x", review("r2", createdDate="soon")), listed())
    first = (await batches_of(connect(wb), REVIEWS))[0]
    assert (len(first.items), len(first.unreadable)) == (1, 2)


@pytest.mark.parametrize(("answer", "error", "says"), [
    ((429, {"title": "too many requests"}, {"X-Ratelimit-Retry": "720"}), TryLater, "five times an hour"),
    ((401, {"title": "unauthorized"}), AccessDenied, "180 days"), ((402, {"title": "pay"}), AccessDenied, "category"),
    ((403, refused("Ошибка авторизации")), AccessDenied, "Ошибка авторизации"),
    ((200, refused("Что-то не так")), Surprise, "Что-то не так"), ((400, refused("take")), Surprise, "take"),
    ((200, {"data": None, "error": False}), Surprise, "list"), ((503, "<html>"), TryLater, "out of order"),
])
async def test_an_error_is_read_from_the_body_first(
    wb: Exchange, answer: Any, error: type[ConnectorError], says: str
) -> None:
    wb.on("GET", f"{API}/feedbacks", answer)
    with pytest.raises(error, match=says):
        await items_of(connect(wb), REVIEWS)


async def test_the_wait_that_wildberries_asks_for_is_kept(wb: Exchange) -> None:
    wb.on("GET", f"{API}/feedbacks", (429, {"title": "too many requests"}, {"X-Ratelimit-Retry": "720"}))
    with pytest.raises(TryLater) as caught:
        await items_of(connect(wb), REVIEWS)
    assert (caught.value.retry_after, len(wb.requests)) == (720, 1)


async def test_an_answer_taken_without_a_body_is_held_until_it_is_seen(wb: Exchange) -> None:
    wb.on("POST", f"{API}/feedbacks/answer", (204, ""))
    posted = await connect(wb).reply(ITEM, "Thank you.", "key-1")
    assert body_of(wb.requests[-1]) == {"id": "r1", "text": "Thank you."}
    assert (posted.status, posted.external_id, posted.ours) == (Published.HELD, "r1/answer", True)


async def test_a_question_is_answered_by_its_own_call(wb: Exchange) -> None:
    wb.on("PATCH", f"{API}/questions", {"data": None, "error": False, "errorText": ""})
    await connect(wb).reply(ASKED, "68 mm.", "key-1")
    assert body_of(wb.requests[-1]) == {"id": "q1", "answer": {"text": "68 mm."}, "state": "wbRu"}


@pytest.mark.parametrize(("answer", "error"), [
    ((400, {"title": "bad request", "detail": "text"}), Refused), ((422, refused("text")), Refused),
    ((401, {"title": "unauthorized"}), AccessDenied), ((403, {"title": "forbidden"}), AccessDenied),
    ((429, {"title": "too many requests"}), TryLater), ((500, ""), Unsure), ((404, refused("нет")), Gone),
])
async def test_a_refused_answer_goes_to_who_must_act(wb: Exchange, answer: Any, error: type[ConnectorError]) -> None:
    wb.on("POST", f"{API}/feedbacks/answer", answer)
    with pytest.raises(ConnectorError) as caught:
        await connect(wb).reply(ITEM, "Thank you.", "key-1")
    assert type(caught.value) is error
    assert len(wb.requests) == 1


async def test_an_answer_of_one_letter_is_not_sent(wb: Exchange) -> None:
    with pytest.raises(Refused, match="2 to 5000"):
        await connect(wb).reply(ITEM, "!", "key-1")
    assert wb.requests == []


async def test_an_answer_is_edited_by_patch(wb: Exchange) -> None:
    wb.on("PATCH", f"{API}/feedbacks/answer", (204, ""))
    reply = PostedReply(external_id="r1/answer", text="Thank you.", status=Published.PUBLISHED)
    edited = await connect(wb).edit_reply(ITEM, reply, "Solved.")
    assert (edited.text, edited.status) == ("Solved.", Published.HELD)


async def test_the_answer_is_read_back_from_its_review(wb: Exchange) -> None:
    wb.on("GET", f"{API}/feedback", {"data": review("r1", answer={"text": "Thanks.", "state": "rejected"}),
                                     "error": False})
    [reply] = await connect(wb).find_replies(ITEM)
    assert (reply.text, reply.status) == ("Thanks.", Published.REJECTED)
    assert wb.requests[-1].url.params["id"] == "r1"


async def test_a_review_that_cannot_be_read_any_more_is_gone(wb: Exchange) -> None:
    wb.on("GET", f"{API}/feedback", (422, refused("Невозможно получить отзыв по id")))
    with pytest.raises(Gone, match="Невозможно"):
        await connect(wb).find_replies(ITEM)


async def test_a_place_that_is_none_of_wildberries_is_not_asked(wb: Exchange) -> None:
    with pytest.raises(Surprise, match="not a place"):
        await items_of(connect(wb), Place(external_id="x", name="x"))
