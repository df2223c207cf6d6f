"""The API shows items, replies and sources to those whose token opens them, and no secrets to anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from inbox import tokens
from inbox.models import ApiToken
from monitor.models import Assessment, Revision, Source
from replies.models import Reply, ReplyState
from tests.inbox.api.conftest import new_token
from tests.world import World, id_of


def test_items_come_newest_first_page_by_page(api: TestClient, cast: World) -> None:
    made = [id_of(cast.item(ago=timedelta(hours=hours))) for hours in range(5)]
    seen: list[int] = []
    after = ""
    while True:
        page = api.get("/api/v1/items", params={"limit": 2, "after": after}).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if not after:
            break
    assert seen == made


def test_filters_are_those_of_the_inbox(api: TestClient, cast: World) -> None:
    cast.item(rating=5)
    bad = cast.item(rating=1, language="lv")
    found = api.get("/api/v1/items", params={"max_rating": 2, "kind": ["review", "complaint"], "language": "lv"}).json()
    assert [item["id"] for item in found["items"]] == [bad.id]


@pytest.mark.parametrize("query", ["max_rating=nine", "queue=none", "since=2026-11-18T10:00:00",
                                   "limit=0", "unknown=1", "since=0001-01-01T00:00:00%2B10:00"])
def test_a_filter_that_cannot_be_is_a_problem(api: TestClient, cast: World, query: str) -> None:
    cast.item()
    answer = api.get(f"/api/v1/items?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["status"] == 422


def test_a_page_that_does_not_exist_is_not_there(api: TestClient) -> None:
    assert api.get("/api/v1/items?after=junk").status_code == 404


def test_one_item_has_its_history_and_assessment(api: TestClient, cast: World) -> None:
    item = cast.item()
    cast.add(Revision(item_id=id_of(item), replaced_at=cast.now, rating=1, text="Cold."))
    cast.add(Assessment(item_id=id_of(item), at=cast.now, base=25, score=40, word="genuine"))
    whole = api.get(f"/api/v1/items/{item.id}").json()
    assert (whole["revisions"][0]["text"], whole["assessment"]["score"], whole["text"]) == ("Cold.", 40, item.text)
    assert "raw" not in whole


def test_an_unknown_item_is_not_there(api: TestClient) -> None:
    for path in ("/api/v1/items/99", "/api/v1/items/99/replies"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such item.")


def test_replies_of_an_item_and_of_all(api: TestClient, cast: World) -> None:
    item = cast.item()
    for number, state in enumerate((ReplyState.WITHDRAWN, ReplyState.POSTED)):
        cast.add(Reply(item_id=id_of(item), key=f"k{number}", state=state, text="Thank you", created_at=cast.now,
                       updated_at=cast.now))
    assert [row["state"] for row in api.get(f"/api/v1/items/{item.id}/replies").json()["replies"]] == [
        "posted", "withdrawn"]
    page = api.get("/api/v1/replies", params={"limit": 1, "brand": cast.brand.id}).json()
    rest = api.get("/api/v1/replies", params={"after": page["next"], "state": "withdrawn"}).json()
    assert (page["replies"][0]["state"], rest["replies"][0]["state"], rest["next"]) == ("posted", "withdrawn", None)


def test_sources_tell_their_health_and_no_secret(api: TestClient, cast: World, own_site: Source) -> None:
    answer = api.get("/api/v1/sources")
    assert [source["kind"] for source in answer.json()["sources"]] == ["demo_shop", "own_site"]
    assert answer.json()["sources"][0]["places"][0]["failures"] == 0
    assert "secret" not in answer.text
    assert own_site.secrets not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/items", "/api/v1/replies", "/api/v1/sources"])
def test_without_a_token_nothing_is_told(app: FastAPI, path: str) -> None:
    answer = TestClient(app).get(path)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_token_opens_only_its_scopes(caller: Callable[..., TestClient]) -> None:
    client = caller("sources:read")
    assert client.get("/api/v1/sources").status_code == 200
    assert client.get("/api/v1/items").status_code == 403


def test_a_revoked_token_opens_nothing(caller: Callable[..., TestClient], cast: World) -> None:
    client = caller("items:read")
    with cast.db.write() as session:
        assert tokens.revoke(session, 1, cast.anna.id, cast.now)
        assert not tokens.revoke(session, 1, cast.anna.id, cast.now)
    assert client.get("/api/v1/items").status_code == 401


def test_a_token_ends_with_its_member(caller: Callable[..., TestClient], cast: World) -> None:
    gone = cast.member("Gone G.", active=False)
    assert caller("items:read", member=gone).get("/api/v1/items").status_code == 401


def test_a_token_loses_what_its_member_may_not_do_any_more(cast: World, caller: Callable[..., TestClient]) -> None:
    client = caller("orders:write", member=cast.edgars)
    with cast.db.write() as session:
        member = session.merge(cast.edgars)
        member.role = cast.vera.role
    assert client.post("/api/v1/orders", json={"brand_id": 1, "orders": [{}]}).status_code == 403


def test_a_viewer_gets_no_token_that_writes(cast: World) -> None:
    with pytest.raises(tokens.BadScope, match="viewer"):
        new_token(cast, cast.vera, "items:write")
    with pytest.raises(tokens.BadScope, match="There is no scope"):
        new_token(cast, cast.anna, "everything")


def test_only_the_hash_of_a_token_is_kept_and_its_use_is_noted(api: TestClient, cast: World) -> None:
    api.get("/api/v1/items")
    with cast.db.read() as session:
        row = session.get_one(ApiToken, 1)
    secret = api.headers["authorization"].removeprefix("Bearer ")
    assert secret not in row.model_dump_json()
    assert row.last_used_at == cast.now


def test_a_token_that_asks_too_often_waits(api: TestClient, app: FastAPI) -> None:
    object.__setattr__(app.state.house.config.inbox, "api_requests_per_minute", 3)
    codes = [api.get("/api/v1/sources").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert int(api.get("/api/v1/sources").headers["retry-after"]) == 60


def test_health_needs_no_token(app: FastAPI) -> None:
    client = TestClient(app)
    assert client.get("/healthz").json() == client.get("/readyz").json() == {"status": "ok"}
