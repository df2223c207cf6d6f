"""Orders come in from a file: seen before, stored once, refused with reasons."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from httpx2 import Response
from sqlmodel import select

from inbox.house import House
from monitor import customers
from monitor.models import Order
from tests.inbox.conftest import Browser
from tests.world import World

FILE = "Order number;Date;Name;E-mail;Amount;Currency\nK-1;20.11.2026;Marta;marta@example.com;12,40;eur\n" \
       "K-2;;Jānis;;;\n;;Nobody;;;\n"


def upload(client: Browser, text: str) -> Response:
    client.visit("/orders")
    return client.post("/orders/file", data={"csrf": client.token}, files={"file": ("orders.csv", text.encode())})


def address_of(page: Response) -> str:
    found = re.search(r'action="(/orders/file/[^"]+)"', page.text)
    assert found is not None
    return found.group(1)


def stored(world: World) -> list[Order]:
    with world.db.read() as session:
        return list(session.exec(select(Order).order_by(Order.number)))


def columns(**more: str) -> dict[str, Any]:
    return {"column-number": "Order number", "column-placed_at": "Date", "column-name": "Name",
            "column-email": "E-mail", "column-amount": "Amount", "column-currency": "Currency", **more}


def test_the_preview_tells_what_would_come_and_stores_nothing(client: Browser, cast: World) -> None:
    page = upload(client, FILE)
    assert page.status_code == 200
    assert "2 new orders." in page.text
    assert "1 line is refused" in page.text
    assert "An order needs a number." in page.text
    assert stored(cast) == []
    assert cast.events("orders.saved") == []


def test_the_import_stores_each_order_once_with_who_did_it(client: Browser, cast: World, house: House) -> None:
    page = upload(client, FILE)
    done = client.submit(address_of(page), act="import", **columns())
    assert "2 new orders." in done.text
    first = stored(cast)[0]
    assert (first.number, first.email, first.amount, first.currency) == ("K-1", "marta@example.com", 12.4, "EUR")
    assert cast.events("orders.saved")[0].by_id == cast.anna.id
    assert list((house.config.var / "uploads").glob("*")) == []


def test_a_date_without_a_zone_is_the_brands(client: Browser, cast: World) -> None:
    client.submit(address_of(upload(client, FILE)), act="import", **columns())
    placed = stored(cast)[0].placed_at
    assert placed is not None
    assert placed.isoformat() == "2026-11-19T22:00:00+00:00"


def test_the_same_file_again_changes_nothing(client: Browser, cast: World) -> None:
    for _ in range(2):
        page = client.submit(address_of(upload(client, FILE)), act="import", **columns())
    assert "2 known already." in page.text
    assert len(stored(cast)) == 2


def test_an_order_goes_to_the_card_that_knows_its_contact(client: Browser, cast: World) -> None:
    cast.item(author_email="marta@example.com")
    customers.join_due(cast.db, cast.now)
    client.submit(address_of(upload(client, FILE)), act="import", **columns())
    assert stored(cast)[0].customer_id is not None
    assert f'href="/customers/{stored(cast)[0].customer_id}"' in client.get("/orders").text


def test_a_file_whose_columns_are_not_understood_can_be_explained(client: Browser, cast: World) -> None:
    page = upload(client, "A,B\nK-7,Marta\n")
    assert page.status_code == 422
    assert "No column holds the order number" in page.text
    assert 'value="import"' not in page.text
    chosen: dict[str, Any] = {"column-number": "A", "column-name": "B"}
    again = client.submit(address_of(page), act="preview", **chosen)
    assert "1 new order." in again.text
    client.submit(address_of(page), act="import", **chosen)
    assert [(order.number, order.name) for order in stored(cast)] == [("K-7", "Marta")]


def test_an_empty_file_is_told_in_words(client: Browser) -> None:
    page = upload(client, "")
    assert page.status_code == 422
    assert "The file is empty" in page.text


def test_a_file_that_is_gone_asks_for_it_again(client: Browser) -> None:
    client.visit("/orders")
    page = client.submit("/orders/file/abcdefghijklmnopqrstuvwx", act="import")
    assert page.status_code == 410
    assert "Upload it again" in page.text


def test_an_invented_column_is_refused(client: Browser, cast: World) -> None:
    page = client.submit(address_of(upload(client, FILE)), act="import", **columns(**{"column-city": "Nowhere"}))
    assert page.status_code == 422
    assert "is not in the file" in page.text
    assert stored(cast) == []


def test_orders_are_listed_page_by_page_and_found_by_number(client: Browser, cast: World) -> None:
    for number in range(60):
        cast.order(f"K-{number:03}")
    first = client.get("/orders").text
    more = re.search(r'href="(/orders\?[^"]*after=\d+)"', first)
    assert more is not None
    second = client.get(more.group(1).replace("&amp;", "&")).text
    seen = re.findall(r"K-\d{3}", first) + re.findall(r"K-\d{3}", second)
    assert len(seen) == len(set(seen)) == 60
    assert re.findall(r"<td[^>]*>(K-\d{3})", client.get("/orders?q=K-007").text) == ["K-007"]


def test_a_viewer_may_look_at_orders_but_not_import(browser: Callable[..., Browser], cast: World) -> None:
    cast.order("K-1")
    viewer = browser(cast.vera)
    page = viewer.visit("/orders").text
    assert "K-1" in page
    assert "Import a file" not in page
    assert upload(viewer, FILE).status_code == 403
    assert len(stored(cast)) == 1


def test_a_dry_run_leaves_no_trace_where_orders_exist(client: Browser, cast: World) -> None:
    cast.order("K-1", name="Before")
    page = upload(client, FILE)
    assert "1 changed." in page.text
    assert stored(cast)[0].name == "Before"
