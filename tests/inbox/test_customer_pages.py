"""Customer cards as people find them, read them, merge them and take them apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from monitor import customer_list
from monitor.models import Customer, CustomerIdentity, CustomerMerge, IdentityKind
from replies import cases
from replies.models import Reply
from replies.settings import RepliesSettings
from tests.inbox.conftest import Browser
from tests.world import World, id_of


def with_contact(world: World, name: str, kind: IdentityKind, value: str) -> Customer:
    """A card that is recognised by one contact."""
    card = world.customer(name)
    world.add(CustomerIdentity(brand_id=id_of(world.brand), customer_id=id_of(card), kind=kind, value=value))
    return card


@pytest.fixture
def marta(cast: World) -> Customer:
    card = with_contact(cast, "Marta Kalniņa", IdentityKind.EMAIL, "marta@example.com")
    cast.item("The soup was cold.", rating=1, customer_id=card.id)
    cast.order("K-20418", customer_id=card.id)
    return card


@pytest.fixture
def twin(cast: World) -> Customer:
    card = with_contact(cast, "M. Kalniņa", IdentityKind.PHONE, "+37126111111")
    cast.item("Warm at last.", rating=5, customer_id=card.id, author_name="M. Kalniņa")
    return card


@pytest.mark.parametrize("words", ["Kalniņa", "marta", "МАРИЯ".lower(), "marta@EXAMPLE.com", "K-20418", "k-204",
                                   "26 111 111", "111111", "+371 26111111"])
def test_a_card_is_found_by_name_contact_or_order(world: World, words: str) -> None:
    found = with_contact(world, "Marta Kalniņa Мария", IdentityKind.EMAIL, "marta@example.com")
    world.add(CustomerIdentity(brand_id=id_of(world.brand), customer_id=id_of(found), kind=IdentityKind.PHONE,
                               value="+37126111111"))
    world.order("K-20418", customer_id=found.id)
    with_contact(world, "Somebody Else", IdentityKind.EMAIL, "else@example.org")
    with world.db.read() as session:
        rows = customer_list.find(session, id_of(world.brand), words).rows
    assert [row.customer.id for row in rows] == [found.id]


@pytest.mark.parametrize("words", ["%", "_", "\\", "zz", "'"])
def test_signs_of_sql_find_nothing(world: World, words: str) -> None:
    world.customer("Marta")
    with world.db.read() as session:
        assert customer_list.find(session, id_of(world.brand), words).rows == []


def test_the_list_goes_on_page_by_page_without_gaps(client: Browser, cast: World) -> None:
    for number in range(120):
        cast.customer(f"Person {number}")
    seen, after = [], "0"
    for _ in range(3):
        page = client.get(f"/customers?after={after}").text
        seen += re.findall(r'href="/customers/(\d+)"', page)
        after = (re.findall(r'href="/customers\?[^"]*after=(\d+)"', page) or [""])[0]
    assert len(seen) == len(set(seen)) == 120
    assert after == ""


def test_a_list_of_many_cards_needs_as_many_queries_as_one_of_few(client: Browser, cast: World) -> None:
    def queries() -> int:
        asked: list[str] = []
        listen = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(cast.db.engine, "before_cursor_execute", listen)
        client.get("/customers")
        event.remove(cast.db.engine, "before_cursor_execute", listen)
        return len(asked)

    cast.customer("One")
    few = queries()
    for number in range(30):
        card = cast.customer(f"Person {number}")
        cast.item(customer_id=card.id)
        cast.order(f"K-{number}", customer_id=card.id)
    assert queries() == few


def test_a_card_shows_what_was_said_bought_solved_and_answered(client: Browser, cast: World, marta: Customer) -> None:
    item = cast.item("And slow.", customer_id=marta.id)
    with cast.db.write() as session:
        case = cases.open_from(session, id_of(item), "Cold soup", id_of(cast.edgars), cast.now, RepliesSettings())
    cast.add(Reply(item_id=id_of(item), key="k", text="We are sorry, Marta.", author_id=cast.anna.id,
                   posted_at=cast.now, created_at=cast.now, updated_at=cast.now))
    page = client.get(f"/customers/{marta.id}").text
    for told in ("The soup was cold.", "And slow.", "K-20418", "12.40 EUR", "marta@example.com",
                 f'href="/cases/{case.number}"', "We are sorry, Marta.", "Anna L."):
        assert told in page


def test_a_draft_that_was_never_posted_is_no_answer(client: Browser, cast: World, marta: Customer) -> None:
    item = cast.item(customer_id=marta.id)
    cast.add(Reply(item_id=id_of(item), key="k", text="Only thought of.", created_at=cast.now, updated_at=cast.now))
    assert "Only thought of." not in client.get(f"/customers/{marta.id}").text


def test_what_joins_is_shown_before_anything_changes(client: Browser, cast: World, marta: Customer,
                                                     twin: Customer) -> None:
    page = client.get(f"/customers/{marta.id}/merge/{twin.id}").text
    assert "+37126111111" in page
    assert cast.fresh(twin).merged_into_id is None


def test_two_cards_are_merged_and_the_old_address_leads_to_the_one_that_stays(
        client: Browser, cast: World, marta: Customer, twin: Customer) -> None:
    client.visit(f"/customers/{marta.id}/merge/{twin.id}")
    answer = client.submit(f"/customers/{marta.id}/merge/{twin.id}")
    assert answer.headers["location"] == f"/customers/{marta.id}?said=merged"
    page = client.get(f"/customers/{marta.id}").text
    assert "Warm at last." in page
    assert "+37126111111" in page
    assert client.get(f"/customers/{twin.id}").headers["location"] == f"/customers/{marta.id}"
    assert cast.events("customer.merged")[0].by_id == cast.anna.id


def test_a_merged_card_is_no_more_in_the_list(client: Browser, marta: Customer, twin: Customer) -> None:
    client.visit(f"/customers/{marta.id}/merge/{twin.id}")
    client.submit(f"/customers/{marta.id}/merge/{twin.id}")
    assert f'href="/customers/{twin.id}"' not in client.get("/customers").text


def test_a_merge_is_taken_apart_once(client: Browser, cast: World, marta: Customer, twin: Customer) -> None:
    client.visit(f"/customers/{marta.id}/merge/{twin.id}")
    client.submit(f"/customers/{marta.id}/merge/{twin.id}")
    with cast.db.read() as session:
        number = str(session.exec(select(CustomerMerge.id)).one())
    assert client.submit(f"/customers/{marta.id}/unmerge", merge_id=number).status_code == 303
    assert cast.fresh(twin).merged_into_id is None
    assert "Warm at last." in client.get(f"/customers/{twin.id}").text
    again = client.submit(f"/customers/{marta.id}/unmerge", merge_id=number)
    assert again.status_code == 409
    assert "taken apart already" in again.text
    assert len(cast.events("customer.unmerged")) == 1


def test_a_card_cannot_be_merged_with_itself(client: Browser, cast: World, marta: Customer) -> None:
    client.visit(f"/customers/{marta.id}")
    answer = client.submit(f"/customers/{marta.id}/merge/{marta.id}")
    assert answer.status_code == 409
    assert "the same card already" in answer.text


def test_a_merge_of_another_card_is_not_taken_apart_here(client: Browser, cast: World, marta: Customer,
                                                         twin: Customer) -> None:
    client.visit(f"/customers/{marta.id}/merge/{twin.id}")
    client.submit(f"/customers/{marta.id}/merge/{twin.id}")
    with cast.db.read() as session:
        number = str(session.exec(select(CustomerMerge.id)).one())
    other = cast.customer("Other")
    assert client.submit(f"/customers/{other.id}/unmerge", merge_id=number).status_code == 404
    assert cast.fresh(twin).merged_into_id == marta.id


def test_a_viewer_reads_a_card_without_contacts_and_changes_nothing(
        browser: Callable[..., Browser], cast: World, marta: Customer, twin: Customer) -> None:
    viewer = browser(cast.vera)
    page = viewer.visit(f"/customers/{marta.id}").text
    assert "The soup was cold." in page
    assert "marta@example.com" not in page
    assert "No customer is found" in viewer.get("/customers?q=marta@example").text
    assert viewer.submit(f"/customers/{marta.id}/merge/{twin.id}").status_code == 403
    assert cast.fresh(twin).merged_into_id is None


@pytest.mark.parametrize("path", ["/customers/999", "/customers/99999999999999999999999", "/customers/999/merge"])
def test_a_card_that_does_not_exist_is_not_found(client: Browser, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_a_stranger_wrote_stays_text(client: Browser, cast: World) -> None:
    card = cast.customer("<script>alert(1)</script>")
    cast.item("<img src=x onerror=alert(1)>", customer_id=card.id, ago=timedelta(hours=1))
    for path in ("/customers", f"/customers/{card.id}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_an_item_leads_to_the_card_of_its_customer(client: Browser, cast: World, marta: Customer) -> None:
    item = cast.item(customer_id=marta.id)
    assert f'href="/customers/{marta.id}"' in client.get(f"/c/{item.id}").text
