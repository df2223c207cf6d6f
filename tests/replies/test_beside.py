"""What stands beside a reply: presence, notes, templates, posting by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models import Role
from replies import manual, notes, presence, templates
from replies.errors import NotAllowed
from replies.models import Purpose, ReplyState, Template
from replies.settings import RepliesSettings
from tests.fakes.demo_platform import DemoPlatform, NoReplyShop
from tests.replies.desk import WORDS, Desk
from tests.world import World, id_of

VALUES = {"author": "Marta", "brand": "Kafe Saule", "contact": "anna@kafesaule.example", "me": "Edgars"}


def test_who_is_here_is_shown_until_they_leave(world: World) -> None:
    item_id, settings = id_of(world.item()), RepliesSettings()
    with world.db.write() as session:
        presence.seen(session, item_id, id_of(world.anna), "reading", world.now)
        presence.seen(session, item_id, id_of(world.edgars), "reading", world.now)
        presence.seen(session, item_id, id_of(world.edgars), "reply", world.now)
        here = presence.who(session, item_id, world.now, settings)
        later = presence.who(session, item_id, world.now + timedelta(seconds=31), settings)
    assert [(one.name, one.doing) for one in here] == [("Edgars V.", "reply"), ("Anna L.", "reading")]
    assert later == []


@pytest.mark.parametrize(("text", "called"), [
    ("Look, @anna", ["anna"]), ("@Anna @EDGARS please", ["anna", "edgars"]), ("@anna.", ["anna"]),
    ("mail anna@kafesaule.example", []), ("@nobody", []), ("@AnnaL, see", ["anna"]),
])
def test_colleagues_are_called_by_name(sqlite_world: World, text: str, called: list[str]) -> None:
    with sqlite_world.db.read() as session:
        found = notes.mentioned(text, notes.active(session))
    assert [member.email.split("@")[0] for member in found] == called


def test_a_first_name_that_two_share_calls_nobody(sqlite_world: World) -> None:
    sqlite_world.member("Anna Z.", Role.AGENT, email="zane@kafesaule.example")
    with sqlite_world.db.read() as session:
        members = notes.active(session)
    assert [member.email for member in notes.mentioned("@Anna", members)] == ["anna@kafesaule.example"]
    assert [member.email for member in notes.mentioned("@zane", members)] == ["zane@kafesaule.example"]


def test_a_note_is_kept_with_who_was_called(world: World) -> None:
    item_id = id_of(world.item())
    with world.db.write() as session:
        notes.add(session, item_id, " @anna is it true? ", id_of(world.edgars), world.now)
        assert [note.text for note in notes.listing(session, item_id)] == ["@anna is it true?"]
    assert [event.data["mentions"] for event in world.events("note.added")] == [[world.anna.id]]


@pytest.mark.parametrize(("text", "filled"), [
    ("Dear {author}, write to {contact}. {me}", "Dear Marta, write to anna@kafesaule.example. Edgars"),
    ("Hello {location}, {author}", "Hello, Marta"), ("{location}, hello", "hello"), ("{ Author }", "Marta"),
    ("Order {order} is ready", "Order is ready"), ("{name} and {author}", "{name} and Marta"),
])
def test_variables_are_filled(text: str, filled: str) -> None:
    assert templates.fill(text, VALUES).text == filled


def test_unknown_and_empty_variables_are_named() -> None:
    filled = templates.fill("{author} {name} {order}", VALUES)
    assert (filled.unknown, filled.empty) == (("name",), ("order",))
    assert templates.unknown_variables("{author} {Vorname}") == ("Vorname",)


def test_a_customer_named_like_a_variable_stays_so() -> None:
    assert templates.fill("Dear {author}", {"author": "{contact}"}).text == "Dear {contact}"


@given(st.text(max_size=80))
def test_any_template_can_be_filled(text: str) -> None:
    assert "\x00" not in templates.fill(text, {}).text


def test_using_a_template_counts_and_the_most_used_comes_first(world: World) -> None:
    rows = [world.add(Template(brand_id=id_of(world.brand), name=name, language="en", text="Dear {author} of {brand}"))
            for name in ("A", "B")]
    item_id = id_of(world.item())
    with world.db.write() as session:
        filled = templates.use(session, id_of(rows[1]), item_id, id_of(world.anna))
    with world.db.read() as session:
        listed = templates.listing(session, id_of(world.brand), "en", Purpose.REPLY)
        other = templates.listing(session, id_of(world.brand), "lv")
    assert filled.text == "Dear Marta of Kafe Saule"
    assert ([(row.name, row.used) for row in listed], other) == ([("B", 1), ("A", 0)], [])


async def test_a_reply_posted_by_hand_is_proven_by_reading_the_page(world: World, demo_platform: DemoPlatform) -> None:
    async with Desk(world, demo_platform, NoReplyShop) as desk:
        reply_id = desk.approved()
        demo_platform.reply_elsewhere(desk.review, WORDS)
        with world.db.write() as session:
            reply = manual.mark_posted(session, reply_id, "", id_of(world.edgars), world.now,
                                       platforms={"demo_shop": NoReplyShop})
        assert (reply.state, reply.verify_at) == (ReplyState.POSTED, world.now)
        assert (await desk.verify(reply_id, seconds=1)).state is ReplyState.VERIFIED


async def test_a_reply_said_to_be_posted_and_never_seen_becomes_unsure(sqlite_world: World,
                                                                       demo_platform: DemoPlatform) -> None:
    async with Desk(sqlite_world, demo_platform, NoReplyShop) as desk:
        reply_id = desk.approved()
        with sqlite_world.db.write() as session:
            manual.mark_posted(session, reply_id, "", id_of(sqlite_world.edgars), sqlite_world.now,
                               platforms={"demo_shop": NoReplyShop})
        assert (await desk.verify(reply_id, days=1)).state is ReplyState.UNSURE


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example/", "https://", "http://[::1"])
async def test_an_address_that_is_no_web_page_is_refused(sqlite_world: World, demo_platform: DemoPlatform,
                                                         url: str) -> None:
    async with Desk(sqlite_world, demo_platform, NoReplyShop) as desk:
        reply_id = desk.approved()
        with sqlite_world.db.write() as session, pytest.raises(NotAllowed, match="https://"):
            manual.mark_posted(session, reply_id, url, id_of(sqlite_world.edgars), sqlite_world.now)
