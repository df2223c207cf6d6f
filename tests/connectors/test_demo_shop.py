"""The connector of the demo's review site against the real server, well and unwell."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from connectors.base import Batch, Item, ItemKind, Published, ReplyMode
from connectors.demo_shop import PER_PAGE, DemoShop
from connectors.errors import AccessDenied, Gone, Refused, Surprise, TryLater, Unsure
from connectors.http import Http, HttpPolicy
from inbox.demo.shops import EXPIRED_KEY
from tests.fakes.demo_platform import DemoPlatform, Fault
from tests.fakes.timing import Stopwatch

LOOPBACK = HttpPolicy(allow_hosts=("127.0.0.1",))


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    way = Http(LOOPBACK, timing=Stopwatch().timing)
    yield way
    await way.aclose()


@pytest.fixture
def shop(demo_platform: DemoPlatform, http: Http) -> DemoShop:
    return demo_platform.connector(http)


async def everything(shop: DemoShop, place_id: str = "brivibas", *, sweep: bool = True) -> list[Batch]:
    cursor = None if sweep else {"read_whole": True}
    return [batch async for batch in shop.fetch(DemoPlatform.place(place_id), cursor)]


async def listed(shop: DemoShop) -> list[Item]:
    return [item for batch in await everything(shop) for item in batch.items]


async def test_the_key_tells_whose_it_is(shop: DemoShop) -> None:
    assert (await shop.check()).name == "Kafe Saule"


async def test_our_places_and_the_competitors_are_offered(shop: DemoShop) -> None:
    offered = {place.external_id for place in await shop.places()}
    assert {"brivibas", "liepaja", "rita-kafija"} <= offered
    assert "guest-book" not in offered


async def test_a_sweep_turns_every_page_and_says_when_it_is_complete(shop: DemoShop,
                                                                     demo_platform: DemoPlatform) -> None:
    for number in range(PER_PAGE + 3):
        demo_platform.publish(f"Visit {number}")
        demo_platform.shift(minutes=1)
    batches = await everything(shop)
    assert [len(batch.items) for batch in batches] == [PER_PAGE, 3]
    assert [batch.complete for batch in batches] == [False, True]
    assert [batch.cursor is None for batch in batches] == [True, False]
    assert {batch.total for batch in batches} == {PER_PAGE + 3}


async def test_a_removal_between_two_pages_is_not_taken_for_complete(shop: DemoShop,
                                                                     demo_platform: DemoPlatform) -> None:
    for number in range(PER_PAGE + 3):
        newest = demo_platform.publish(f"Visit {number}")
    pages = shop.fetch(DemoPlatform.place(), None)
    await anext(pages)
    demo_platform.remove(newest)
    assert [batch.complete async for batch in pages] == [False]


async def test_an_empty_place_is_complete_at_once(shop: DemoShop) -> None:
    only, = await everything(shop)
    assert (only.items, only.total, only.complete) == ((), 0, True)


async def test_late_news_show_in_the_total_and_come_after_newer_ones(shop: DemoShop,
                                                                     demo_platform: DemoPlatform) -> None:
    demo_platform.publish("New")
    demo_platform.publish_late(days=9, text="Old")
    batch, = await everything(shop, sweep=False)
    assert [item.text for item in batch.items] == ["New", "Old"]
    assert batch.total == 2


async def test_private_facts_are_given_for_our_places_alone(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    for place in ("brivibas", "rita-kafija"):
        demo_platform.publish("Nice", shop=place, ip="203.0.113.7", city="Rīga", verified_purchase=True)
    ours, = (await everything(shop))[0].items
    theirs, = (await everything(shop, "rita-kafija"))[0].items
    assert (ours.ip, ours.city, ours.verified_purchase) == ("203.0.113.7", "Rīga", True)
    assert (theirs.ip, theirs.city, theirs.verified_purchase) == ("", "", None)


async def test_a_comment_of_the_customer_is_an_item_under_the_review(shop: DemoShop,
                                                                     demo_platform: DemoPlatform) -> None:
    review = demo_platform.publish()
    demo_platform.shift(hours=1)
    demo_platform.comment(review, "Thank you, solved.")
    comment, _ = await listed(shop)
    assert (comment.kind, comment.parent_id) == (ItemKind.COMMENT, review)


async def test_an_entry_without_sense_leaves_its_neighbours(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    demo_platform.publish("Good")
    bad = demo_platform.publish("Bad")
    demo_platform.spoil(lambda entry: entry | {"rating": "many"} if entry["id"] == bad else entry)
    batch, = await everything(shop)
    assert [item.text for item in batch.items] == ["Good"]
    assert [one.external_id for one in batch.unreadable] == [bad]


async def test_a_reply_stands_under_the_review_and_is_found(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    review = demo_platform.publish()
    item, = await listed(shop)
    posted = await shop.reply(item, "We are sorry.", "key-1")
    assert [answer.text for answer in demo_platform.answers(review)] == ["We are sorry."]
    assert [(r.external_id, r.ours) for r in await shop.find_replies(item)] == [(posted.external_id, True)]
    assert posted.url.endswith(f"/reviews/{review}#{posted.external_id}")


async def test_a_reply_is_changed_and_taken_back(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    review = demo_platform.publish()
    item, = await listed(shop)
    posted = await shop.reply(item, "We are sory.", "key-1")
    edited = await shop.edit_reply(item, posted, "We are sorry.")
    assert (edited.text, edited.edited_at) == ("We are sorry.", demo_platform.now)
    await shop.delete_reply(item, edited)
    assert demo_platform.answers(review) == ()


async def test_a_colleagues_reply_on_the_platform_is_seen_as_ours(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    review = demo_platform.publish()
    demo_platform.reply_elsewhere(review, "Sorry, says the shift.")
    item, = await listed(shop)
    assert [(reply.text, reply.ours) for reply in item.replies] == [("Sorry, says the shift.", True)]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.ERROR_SAVED])
async def test_saved_without_a_clear_answer_is_unsure_and_there_once(shop: DemoShop, demo_platform: DemoPlatform,
                                                                     fault: Fault) -> None:
    review = demo_platform.publish()
    item, = await listed(shop)
    demo_platform.next_write(fault)
    with pytest.raises(Unsure):
        await shop.reply(item, "We are sorry.", "key-1")
    assert len(demo_platform.answers(review)) == 1


async def test_what_was_accepted_for_later_is_held_until_it_shows(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    demo_platform.publish()
    item, = await listed(shop)
    demo_platform.next_write(Fault.LATER)
    assert (await shop.reply(item, "We are sorry.", "key-1")).status is Published.HELD
    assert await shop.find_replies(item) == []
    demo_platform.shift(seconds=30)
    assert [reply.status for reply in await shop.find_replies(item)] == [Published.PUBLISHED]


async def test_a_moderated_reply_is_held_until_it_is_let_through(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    review = demo_platform.publish()
    item, = await listed(shop)
    demo_platform.next_write(Fault.MODERATED)
    posted = await shop.reply(item, "We are sorry.", "key-1")
    assert [reply.status for reply in await shop.find_replies(item)] == [Published.HELD]
    assert demo_platform.answers(review) == ()
    demo_platform.approve_reply(review, posted.external_id)
    assert [reply.status for reply in await shop.find_replies(item)] == [Published.PUBLISHED]


async def test_a_text_that_the_platform_changes_comes_back_as_it_stands(shop: DemoShop,
                                                                        demo_platform: DemoPlatform) -> None:
    demo_platform.publish()
    item, = await listed(shop)
    demo_platform.next_write(Fault.NORMALISED)
    posted = await shop.reply(item, 'We  said "sorry",\nMarta.', "key-1")
    assert posted.text == "We said “sorry”, Marta."


async def test_a_duplicate_is_looked_for_and_not_a_failure(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    review = demo_platform.publish()
    item, = await listed(shop)
    await shop.reply(item, "We are sorry.", "key-1")
    with pytest.raises(Unsure, match="already"):
        await shop.reply(item, "We are sorry.", "key-1")
    assert len(demo_platform.answers(review)) == 1


@pytest.mark.parametrize(("text", "reason"), [("Look at https://example.com", "Links"), ("x" * 2001, "2000"),
                                              ("  ", "empty")])
async def test_a_text_that_the_platform_refuses_goes_back_with_its_reason(
        shop: DemoShop, demo_platform: DemoPlatform, text: str, reason: str) -> None:
    demo_platform.publish()
    item, = await listed(shop)
    with pytest.raises(Refused, match=reason):
        await shop.reply(item, text, "key-1")


async def test_a_place_without_replies_refuses_them(http: Http, demo_platform: DemoPlatform) -> None:
    with DemoPlatform(demo_platform.now, modes={"brivibas": ReplyMode.NONE}) as platform:
        platform.publish()
        shop = platform.connector(http)
        item, = await listed(shop)
        with pytest.raises(Refused, match="no replies"):
            await shop.reply(item, "We are sorry.", "key-1")


async def test_where_one_reply_is_allowed_a_new_one_takes_its_place(http: Http, demo_platform: DemoPlatform) -> None:
    with DemoPlatform(demo_platform.now, modes={"brivibas": ReplyMode.SINGLE}) as platform:
        review = platform.publish()
        shop = platform.connector(http)
        item, = await listed(shop)
        for text in ("First.", "Second."):
            await shop.reply(item, text, text)
        assert [answer.text for answer in platform.answers(review)] == ["Second."]


async def test_too_many_replies_a_minute_are_put_off(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    demo_platform.publish()
    item, = await listed(shop)
    for number in range(30):
        await shop.reply(item, f"Number {number}", f"key-{number}")
    with pytest.raises(TryLater) as caught:
        await shop.reply(item, "One more", "key")
    assert caught.value.retry_after == 60


@pytest.mark.parametrize("key", [EXPIRED_KEY, "never-heard-of"])
async def test_a_bad_key_is_for_a_person(http: Http, demo_platform: DemoPlatform, key: str) -> None:
    with pytest.raises(AccessDenied, match="key"):
        await demo_platform.connector(http, key=key).check()


async def test_a_removed_review_is_gone(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    review = demo_platform.publish()
    item, = await listed(shop)
    demo_platform.remove(review)
    with pytest.raises(Gone):
        await shop.find_replies(item)


@pytest.mark.parametrize("fault", [Fault.SIGN_IN, Fault.CUT])
async def test_an_answer_that_is_not_the_api_is_never_an_empty_place(shop: DemoShop, demo_platform: DemoPlatform,
                                                                     fault: Fault) -> None:
    demo_platform.publish()
    demo_platform.next_read(*[fault] * 5)
    with pytest.raises((Surprise, TryLater)):
        await everything(shop)


async def test_a_busy_platform_is_asked_again(shop: DemoShop, demo_platform: DemoPlatform) -> None:
    demo_platform.publish("Heard")
    demo_platform.next_read(Fault.BUSY, Fault.BROKEN)
    assert [item.text for item in await listed(shop)] == ["Heard"]
