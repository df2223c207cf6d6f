"""What one answer of a platform does to the memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from connectors.base import Channel, Item, ItemKind, PostedReply, Published
from monitor.decide import Known, What, decide, fingerprint, suspicious_loss
from monitor.models import Event, Place, Revision, SeenReply, WorkState
from tests.fakes.scripted import ScriptedPlatform
from tests.monitor.watching import Watched

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SAID = Item(external_id="r1", kind=ItemKind.REVIEW, text="Cold soup.", rating=2)


def known(item: Item = SAID, **other: Any) -> Known:
    values: dict[str, Any] = {
        "id": 1, "external_id": item.external_id, "place_id": 1, "fingerprint": fingerprint(item),
        "status": item.status, "removed_at": None, "work_state": WorkState.NEW, "replied_at": None, "aside": False,
        "rating": item.rating, "title": item.title, "text": item.text, "pros": item.pros, "cons": item.cons,
        "photos": list(item.photos), "language": "en"}
    return Known(**(values | other))


def said(**changes: Any) -> Item:
    return SAID.model_copy(update=changes)


@pytest.mark.parametrize(("old", "new", "what", "changes"), [
    (None, SAID, What.NEW, {}),
    (None, said(status=Published.REMOVED), What.SAME, {}),
    (known(), SAID, What.SAME, {}),
    (known(), said(author_name="Marta", city="Rīga", url="http://x", ip="192.0.2.1"), What.SAME, {}),
    (known(), said(rating=1), What.EDITED, {"rating": (2, 1)}),
    (known(), said(text="Fine."), What.EDITED, {"text": ("Cold soup.", "Fine.")}),
    (known(), said(photos=("a.jpg",)), What.EDITED, {"photos": ([], ["a.jpg"])}),
    (known(), said(status=Published.SPAM), What.EDITED, {"status": ("published", "spam")}),
    (known(), said(status=Published.REMOVED), What.REMOVED, {}),
    (known(removed_at=NOW), said(status=Published.REMOVED), What.SAME, {}),
    (known(removed_at=NOW, status=Published.REMOVED), SAID, What.RETURNED, {}),
    (known(removed_at=NOW, status=Published.REMOVED), said(rating=5), What.RETURNED, {"rating": (2, 5)}),
])
def test_decisions(old: Known | None, new: Item, what: What, changes: dict[str, Any]) -> None:
    decision = decide(old, new, NOW)
    assert (decision.what, decision.changes) == (what, changes)


@pytest.mark.parametrize(("count", "seen", "confirmed", "suspicious"), [
    (0, 0, False, False), (1, 0, False, True), (1, 0, True, False), (10, 0, True, False), (11, 0, True, True),
    (20, 10, False, False), (21, 10, False, True), (100, 89, False, False), (100, 51, False, False),
    (100, 49, True, True), (3, 1, False, False)])
def test_a_loss_is_suspicious_when_removals_do_not_explain_it(count: int, seen: int, confirmed: bool,
                                                               suspicious: bool) -> None:
    assert suspicious_loss(count, seen, confirmed) is suspicious


async def test_a_new_item_is_kept_with_all_that_was_given(watched: Watched, platform: ScriptedPlatform) -> None:
    platform.publish("Остыл суп.", 7, rating_best=10, rating_worst=1, city="Rīga", ip="192.0.2.1", language="ru",
                     verified_purchase=True, photos=("http://x/1.jpg",), channel=Channel.CLOSED, order_number="K-1")
    await watched.poll()
    [item] = watched.items()
    assert (item.rating, item.rating_given, item.rating_best) == (3.67, 7, 10)
    assert (item.city, item.ip, item.language, item.order_number) == ("Rīga", "192.0.2.1", "ru", "K-1")
    assert (item.verified_purchase, item.photos, item.channel) == (True, ["http://x/1.jpg"], Channel.CLOSED)
    assert (item.work_state, item.first_seen_at, item.raw["n"]) == (WorkState.NEW, watched.now, 1)
    assert item.location_id == watched.world.location.id
    assert watched.kinds() == ["item.heard"]


async def test_a_new_review_wants_an_answer_within_the_brands_working_hours(watched: Watched,
                                                                            platform: ScriptedPlatform) -> None:
    fine, bad = platform.publish("Nice.", 5), platform.publish("Cold.", 1)
    mention = platform.publish("Nice.", None, kind=ItemKind.MENTION)
    await watched.poll()
    closes = watched.now.replace(hour=16)
    assert watched.item(bad).due_at == watched.now + timedelta(hours=watched.world.brand.urgent_hours)
    assert watched.item(fine).due_at == closes + timedelta(hours=15 + 8 - (closes - watched.now).seconds / 3600)
    assert watched.item(mention).due_at is None


async def test_a_new_review_goes_to_the_person_responsible_for_its_location(watched: Watched,
                                                                           platform: ScriptedPlatform) -> None:
    world = watched.world
    location = world.fresh(world.location)
    location.responsible_id = world.edgars.id
    world.add(location)
    review = platform.publish()
    await watched.poll()
    assert watched.item(review).assignee_id == world.edgars.id
    assert watched.item(review).urgent


async def test_the_past_of_a_place_gets_no_deadline_but_what_comes_late_does(watched: Watched,
                                                                             platform: ScriptedPlatform) -> None:
    old = platform.publish(ago=timedelta(days=60))
    await watched.poll()
    late = platform.publish(ago=timedelta(days=60))
    await watched.poll()
    assert watched.item(old).due_at is None
    assert watched.item(late).due_at is not None


@pytest.mark.parametrize("moment", [None, datetime(1970, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)])
async def test_a_missing_or_impossible_date_becomes_the_first_sight(sqlite_watched: Watched,
                                                                    platform: ScriptedPlatform,
                                                                    moment: datetime | None) -> None:
    platform.publish(created_at=moment)
    await sqlite_watched.poll()
    await sqlite_watched.poll()
    [item] = sqlite_watched.items()
    assert (item.published_at, item.date_is_ours) == (item.first_seen_at, True)


async def test_nul_and_half_characters_are_cleaned_everywhere(watched: Watched, platform: ScriptedPlatform) -> None:
    platform.publish("a\x00b\ud800c", title="\x00t", author_name="M\udfffK", raw={"t": "x\x00\ud800", "big": 2**70})
    await watched.poll()
    [item] = watched.items()
    assert (item.text, item.title, item.author_name) == ("ab?c", "t", "M?K")
    assert item.raw == {"t": "x?", "big": str(2**70)}
    await watched.poll()
    assert watched.kinds() == ["item.heard"]


async def test_an_endless_text_is_cut_and_says_so(watched: Watched, platform: ScriptedPlatform) -> None:
    platform.publish("слово " * 300_000)
    await watched.poll()
    [item] = watched.items()
    assert len(item.text) == 1_000_000
    assert item.raw["otklik_cut"]


async def test_a_rating_that_is_no_number_is_none(sqlite_watched: Watched, platform: ScriptedPlatform) -> None:
    platform.publish(rating=float("nan"))
    await sqlite_watched.poll()
    assert sqlite_watched.items()[0].rating is None


async def test_an_edit_keeps_the_earlier_words_and_weighs_again(watched: Watched, platform: ScriptedPlatform) -> None:
    review = platform.publish("Good.", 5)
    await watched.poll()
    watched.change(review, assessed_at=watched.now, score=10)
    platform.edit(review, text="Bad.", rating=1, title="No")
    await watched.poll()
    item = watched.item(review)
    assert (item.text, item.rating, item.assessed_at, item.version, item.outdated) == ("Bad.", 1, None, 2, False)
    with watched.db.read() as session:
        [revision] = session.scalars(select(Revision)).all()
        data = session.scalars(select(col(Event.data)).where(col(Event.kind) == "item.edited")).one()
    assert (revision.text, revision.rating, revision.replaced_at) == ("Good.", 5, watched.now)
    assert data == {"changed": ["title", "text", "rating"], "rating": [5, 1]}


@pytest.mark.parametrize(("state", "replied", "after", "outdated"), [
    (WorkState.NEW, False, WorkState.NEW, False), (WorkState.DONE, False, WorkState.OPEN, True),
    (WorkState.WAITING, True, WorkState.OPEN, True), (WorkState.OPEN, True, WorkState.OPEN, True),
    (WorkState.IRRELEVANT, False, WorkState.IRRELEVANT, False)])
async def test_an_edit_reopens_what_was_done_and_marks_what_was_answered(
        sqlite_watched: Watched, platform: ScriptedPlatform, state: WorkState, replied: bool, after: WorkState,
        outdated: bool) -> None:
    review = platform.publish()
    await sqlite_watched.poll()
    sqlite_watched.change(review, work_state=state, replied_at=sqlite_watched.now if replied else None)
    platform.edit(review, text="More to say.")
    await sqlite_watched.poll()
    item = sqlite_watched.item(review)
    assert (item.work_state, item.outdated) == (after, outdated)


async def test_a_new_standing_alone_is_told_without_a_revision(sqlite_watched: Watched,
                                                               platform: ScriptedPlatform) -> None:
    review = platform.publish(status=Published.HELD)
    await sqlite_watched.poll()
    sqlite_watched.change(review, work_state=WorkState.DONE)
    platform.edit(review, status=Published.PUBLISHED)
    await sqlite_watched.poll()
    assert (sqlite_watched.rows()["Revision"], sqlite_watched.item(review).work_state) == (0, WorkState.DONE)
    assert sqlite_watched.world.events("item.edited")[0].data["status"] == ["held", "published"]


async def test_spam_asks_nothing_of_us_until_the_platform_lets_it_through(sqlite_watched: Watched,
                                                                          platform: ScriptedPlatform) -> None:
    review = platform.publish(status=Published.SPAM)
    await sqlite_watched.poll()
    assert sqlite_watched.item(review).work_state is WorkState.IRRELEVANT
    platform.edit(review, status=Published.PUBLISHED)
    await sqlite_watched.poll()
    assert sqlite_watched.item(review).work_state is WorkState.NEW


async def test_replies_are_kept_followed_and_missed(watched: Watched, platform: ScriptedPlatform) -> None:
    review = platform.publish(replies=(PostedReply(external_id="a1", text="Sorry.", ours=True),
                                       PostedReply(external_id="a2", text="Me too.", ours=None)))
    await watched.poll()
    platform.edit(review, replies=(PostedReply(external_id="a1", text="So sorry.", ours=True),))
    await watched.poll(sweep=True)
    with watched.db.read() as session:
        ours, other = session.scalars(select(SeenReply).order_by(col(SeenReply.external_id))).all()
    assert (ours.text, ours.ours, ours.item_id, ours.removed_at) == ("So sorry.", True, watched.item(review).id, None)
    assert (other.ours, other.removed_at) == (None, watched.now)
    assert watched.kinds() == ["item.heard", "reply.gone_there"]


async def test_a_reply_that_is_listed_before_its_review_finds_it_later(sqlite_watched: Watched,
                                                                      platform: ScriptedPlatform) -> None:
    platform.publish("Thank you.", None, ours=True, parent_id="s-2")
    await sqlite_watched.poll()
    review = platform.publish()
    await sqlite_watched.poll()
    await sqlite_watched.poll()
    with sqlite_watched.db.read() as session:
        [reply] = session.scalars(select(SeenReply)).all()
    assert reply.item_id == sqlite_watched.item(review).id


async def test_what_turns_out_to_be_our_reply_is_put_aside(sqlite_watched: Watched,
                                                           platform: ScriptedPlatform) -> None:
    reply = platform.publish("Thank you.", None)
    await sqlite_watched.poll()
    platform.edit(reply, ours=True)
    await sqlite_watched.poll()
    item = sqlite_watched.item(reply)
    assert (item.aside, item.work_state) == (True, WorkState.IRRELEVANT)
    assert sqlite_watched.kinds() == ["item.heard", "item.recognised"]


async def test_a_competitors_reviews_are_kept_out_of_the_queues(sqlite_watched: Watched,
                                                                platform: ScriptedPlatform) -> None:
    with sqlite_watched.db.write() as session:
        session.get_one(Place, sqlite_watched.place_id).competitor = True
    platform.publish()
    await sqlite_watched.poll()
    assert (sqlite_watched.items()[0].competitor, sqlite_watched.items()[0].due_at) == (True, None)


async def test_a_mention_of_something_else_is_kept_aside(sqlite_watched: Watched, platform: ScriptedPlatform) -> None:
    about_us = platform.publish("I had lunch at Kafe Saule.", None, kind=ItemKind.MENTION)
    other = platform.publish("The sun is out.", None, kind=ItemKind.MENTION)
    await sqlite_watched.poll()
    assert (sqlite_watched.item(about_us).aside, sqlite_watched.item(other).aside) == (False, True)


async def test_a_language_that_the_platform_does_not_tell_is_recognised(sqlite_watched: Watched,
                                                                        platform: ScriptedPlatform) -> None:
    platform.publish("Очень вежливое обслуживание, спасибо.", language="")
    await sqlite_watched.poll()
    assert sqlite_watched.items()[0].language == "ru"
