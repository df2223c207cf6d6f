"""The own site pushes reviews and orders: signed, in batches, each taken or refused by itself, a repeat harmless."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import col, select

from connectors.own_site import sign
from monitor.models import Brand, Item, Order, Source
from tests.inbox.api.conftest import SIGNING_SECRET
from tests.inbox.conftest import Clock
from tests.world import World, id_of


def push(api: TestClient, source: Source, items: Any, clock: Clock, *, secret: str = SIGNING_SECRET,
         key: str = "") -> Response:
    body = json.dumps({"items": items}).encode()
    timestamp = str(int(clock.now.timestamp()))
    headers = {"X-Otklik-Timestamp": timestamp, "X-Otklik-Signature": sign(secret, timestamp, body),
               "Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    return api.post(f"/api/v1/items?source={source.id}", content=body, headers=headers)


def results(answer: Response) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    return [(row["external_id"], row["result"]) for row in answer.json()["results"]]


def review(external_id: str = "r1", **other: Any) -> dict[str, Any]:
    return {"external_id": external_id, "text": "Cold soup", "rating": 2, "ip": "203.0.113.7", "city": "Rīga",
            "order_number": "K-1", "created_at": "2026-11-17T10:00:00+02:00", **other}


def stored(world: World) -> list[Item]:
    with world.db.read() as session:
        return list(session.exec(select(Item).order_by(col(Item.id))))


def test_a_review_of_our_site_comes_in_with_ip_city_and_order(api: TestClient, own_site: Source, clock: Clock,
                                                              cast: World) -> None:
    assert results(push(api, own_site, [review()], clock)) == [("r1", "created")]
    [item] = stored(cast)
    assert (item.ip, item.city, item.order_number, item.rating) == ("203.0.113.7", "Rīga", "K-1", 2)


def test_the_same_again_changes_nothing_and_an_edit_is_noticed(api: TestClient, own_site: Source,
                                                               clock: Clock) -> None:
    push(api, own_site, [review()], clock)
    assert results(push(api, own_site, [review(), review("r2")], clock)) == [("r1", "same"), ("r2", "created")]
    assert results(push(api, own_site, [review(text="Warm soup")], clock)) == [("r1", "updated")]


def test_a_bad_item_is_refused_with_the_reason_and_its_neighbours_go_in(api: TestClient, own_site: Source,
                                                                        clock: Clock) -> None:
    answer = push(api, own_site, [review(), {"text": "no id"}, review("r2", ip="here"), review()], clock)
    assert results(answer) == [("r1", "created"), ("", "refused"), ("r2", "refused"), ("r1", "refused")]
    reasons = [row["reason"] for row in answer.json()["results"]]
    assert "external_id" in reasons[1]
    assert "not an IPv4" in reasons[2]
    assert "twice" in reasons[3]


def test_a_thousand_go_in_at_once_and_more_are_refused(api: TestClient, own_site: Source, clock: Clock) -> None:
    many = [review(f"r{number}") for number in range(1000)]
    assert results(push(api, own_site, many, clock)) == [(f"r{number}", "created") for number in range(1000)]
    assert push(api, own_site, [*many, review("one more")], clock).status_code == 422


def test_a_wrong_signature_stores_nothing(api: TestClient, own_site: Source, clock: Clock, cast: World) -> None:
    answer = push(api, own_site, [review()], clock, secret="somebody else's secret")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert "signature is wrong" in answer.json()["detail"]
    assert stored(cast) == []


def test_an_old_signature_is_refused(api: TestClient, own_site: Source, clock: Clock) -> None:
    late = Clock(clock.now - timedelta(minutes=10))
    assert push(api, own_site, [review()], late).status_code == 401


def test_a_repeated_request_gets_the_first_answer(api: TestClient, own_site: Source, clock: Clock) -> None:
    first = push(api, own_site, [review()], clock, key="k1")
    again = push(api, own_site, [review()], clock, key="k1")
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"


def test_a_key_used_for_something_else_is_a_conflict(api: TestClient, own_site: Source, clock: Clock) -> None:
    push(api, own_site, [review()], clock, key="k1")
    assert push(api, own_site, [review("r2")], clock, key="k1").status_code == 409


def test_only_a_source_of_the_own_site_takes_items(api: TestClient, cast: World, clock: Clock) -> None:
    assert push(api, cast.source, [review()], clock).status_code == 404


def test_a_body_that_is_too_large_is_refused(api: TestClient, own_site: Source, clock: Clock) -> None:
    answer = push(api, own_site, [review(text="x" * 21_000_000)], clock)
    assert answer.status_code == 413


def orders(api: TestClient, *rows: Any, brand: int = 1) -> list[tuple[str, str]]:
    answer = api.post("/api/v1/orders", json={"brand_id": brand, "orders": list(rows)})
    assert answer.status_code == 200, answer.text
    return [(row["number"], row["result"]) for row in answer.json()["results"]]


def test_orders_come_in_and_a_repeat_is_harmless(api: TestClient, cast: World) -> None:
    row = {"number": "K-1", "email": "Marta@Example.com", "placed_at": "2026-11-17T10:00:00Z", "amount": 12.4}
    assert orders(api, row) == [("K-1", "created")]
    assert orders(api, row, {"number": "K-2"}) == [("K-1", "same"), ("K-2", "created")]
    assert orders(api, row | {"amount": 9}) == [("K-1", "changed")]
    with cast.db.read() as session:
        assert len(session.exec(select(Order)).all()) == 2


@pytest.mark.parametrize("bad", [{}, {"number": ""}, {"number": "K-9", "placed_at": "2026-11-17"}, {"number": 5.5},
                                 {"number": "K-9", "colour": "red"}])
def test_a_bad_order_is_refused_and_its_neighbour_goes_in(api: TestClient, bad: dict[str, Any]) -> None:
    assert [result for _, result in orders(api, bad, {"number": "K-1"})] == ["refused", "created"]


def test_orders_of_an_unknown_brand_are_not_taken(api: TestClient, cast: World) -> None:
    other = cast.add(Brand(name="Bode", slug="bode"))
    assert api.post("/api/v1/orders", json={"brand_id": id_of(other) + 1, "orders": [{"number": "K"}]}
                    ).status_code == 404
