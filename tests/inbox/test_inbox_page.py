"""The inbox: the list with its filters, one conversation beside it, and what is done with it, as plain forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from sqlalchemy import event
from sqlmodel import select

from connectors.base import ItemKind
from monitor.models import Revision, Verdict, WorkState
from replies import draft
from replies.models import Note, Purpose, Reply, ReplyState
from replies.settings import RepliesSettings
from tests.inbox.conftest import Browser
from tests.world import World, id_of

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def authors(page: str) -> list[str]:
    links = lxml.html.fromstring(page).cssselect("#rows [data-open-row]")
    return ["".join(map(str, link.itertext())) for link in links]


def test_the_soonest_deadline_comes_first(client: Browser, cast: World) -> None:
    cast.item(author_name="Late", due_at=cast.now + timedelta(days=2))
    cast.item(author_name="Soon", due_at=cast.now + timedelta(hours=1))
    cast.item(author_name="Over", due_at=cast.now - timedelta(hours=5))
    assert authors(client.get("/inbox").text) == ["Over", "Soon", "Late"]


def test_an_overdue_item_says_by_how_much(client: Browser, cast: World) -> None:
    cast.item(due_at=cast.now - timedelta(hours=5))
    assert "Overdue 5 h" in client.get("/inbox").text


def test_filters_are_in_the_address(client: Browser, cast: World) -> None:
    cast.item(author_name="Bad", rating=1)
    cast.item(author_name="Good", rating=5)
    assert authors(client.get("/inbox?queue=all&min_rating=3.5&max_rating=5").text) == ["Good"]


def test_a_filter_that_makes_no_sense_is_explained(client: Browser) -> None:
    answer = client.get("/inbox?sort=sideways")
    assert answer.status_code == 400
    assert "The filter “sort” cannot be “sideways”." in answer.text


def test_more_rows_follow_without_repeating_a_heading(client: Browser, cast: World) -> None:
    for number in range(60):
        cast.item(author_name=f"Author {number:02}", ago=timedelta(minutes=number))
    page = client.get("/inbox?queue=all").text
    assert len(authors(page)) == 50
    more = lxml.html.fromstring(page).cssselect(".more-rows a")[0].get("href")
    rest = client.get(str(more), headers={"HX-Request": "true"}).text
    assert rest.count('id="row-') == 10
    assert "rows-day" not in rest


def test_an_empty_queue_is_good_news(client: Browser, cast: World) -> None:
    cast.item(work_state=WorkState.DONE)
    assert "Nothing waits for a reply" in client.get("/inbox").text


def test_a_search_that_finds_nothing_offers_the_way_out(client: Browser, cast: World) -> None:
    cast.item()
    page = client.get("/inbox?q=zebra").text
    assert "Nothing matches “zebra”" in page
    assert "/inbox?queue=all&amp;q=zebra" in page


def test_reading_marks_as_read_once(client: Browser, cast: World) -> None:
    item = cast.item()
    client.get(f"/c/{item.id}")
    client.get(f"/c/{item.id}")
    assert cast.fresh(item).read_at == cast.now
    assert len(cast.events("item.read")) == 1


def test_hostile_text_is_shown_as_text(client: Browser, cast: World) -> None:
    item = cast.item(ATTACK, author_name=ATTACK, city=ATTACK, title=ATTACK, url="javascript:alert(1)")
    for page in (client.get("/inbox").text, client.get(f"/c/{item.id}").text):
        tree = lxml.html.fromstring(page)
        assert not tree.cssselect("img")
        assert not [script for script in tree.cssselect("script") if not script.get("src")]
        assert "javascript:" not in page


@pytest.mark.parametrize("path", ["/inbox", "/c/{}", "/c/{}?tab=note", "/profile", "/more", "/sign-in", "/nowhere"])
def test_no_page_holds_inline_style_or_script(client: Browser, cast: World, path: str) -> None:
    tree = lxml.html.fromstring(client.get(path.format(cast.item().id)).text)
    assert not tree.xpath("//*[@style]|//style|//script[not(@src)]")
    assert not [name for node in tree.iter() for name in node.attrib if re.match(r"on\w|hx-on", str(name))]


def test_an_edited_review_shows_what_changed(client: Browser, cast: World) -> None:
    item = cast.item("The soup was hot.", rating=4)
    cast.add(Revision(item_id=id_of(item), replaced_at=cast.now, rating=1, text="The soup was cold."))
    page = client.get(f"/c/{item.id}").text
    assert "<del>cold</del><ins>hot</ins>" in page
    assert "4 of 5 stars, was 1" in page


def test_done_shows_the_next_one_and_can_be_undone(client: Browser, cast: World) -> None:
    first = cast.item(due_at=cast.now + timedelta(hours=1))
    second = cast.item(due_at=cast.now + timedelta(hours=2))
    answer = client.submit(f"/c/{first.id}/done", version="1", query="queue=needs_reply")
    assert answer.headers["location"] == f"/c/{second.id}?queue=needs_reply"
    done = cast.events("item.done")[0]
    client.submit("/undo", event=str(done.id))
    assert cast.fresh(first).work_state is WorkState.NEW


def test_done_on_what_somebody_changed_meanwhile_is_not_done(client: Browser, cast: World) -> None:
    item = cast.item(version=5)
    answer = client.submit(f"/c/{item.id}/done", version="4")
    assert answer.status_code == 409
    assert "Someone was faster" in answer.text
    assert cast.fresh(item).work_state is WorkState.NEW


def test_assign_snooze_and_state_from_their_menus(client: Browser, cast: World) -> None:
    item = cast.item()
    client.submit(f"/c/{item.id}/assign", assignee=str(cast.edgars.id), version="1")
    client.submit(f"/c/{item.id}/snooze", until="2026-11-20T09:00:00+02:00", version="2")
    now = cast.fresh(item)
    assert (now.assignee_id, now.work_state) == (cast.edgars.id, WorkState.SNOOZED)
    client.submit(f"/c/{item.id}/state", state="irrelevant", version="3")
    assert cast.fresh(item).work_state is WorkState.IRRELEVANT


def test_a_verdict_is_given_and_taken_back(client: Browser, cast: World) -> None:
    item = cast.item()
    client.submit(f"/c/{item.id}/verdict", verdict="fake")
    assert cast.fresh(item).verdict is Verdict.FAKE
    assert "Decided: fake" in client.get(f"/c/{item.id}").text
    client.submit(f"/c/{item.id}/flag")
    assert cast.fresh(item).verdict is None


def test_a_bulk_act_changes_all_ticked_and_tells_how_many(client: Browser, cast: World) -> None:
    items = [cast.item() for _ in range(3)]
    answer = client.submit("/items/bulk", htmx=True, act="done", item=[str(one.id) for one in items[:2]])
    assert "2 changed." in answer.text
    assert [cast.fresh(one).work_state for one in items] == [WorkState.DONE, WorkState.DONE, WorkState.NEW]


def test_a_note_is_for_the_team_and_names_colleagues(client: Browser, cast: World) -> None:
    item = cast.item()
    client.submit(f"/c/{item.id}/note", text="@edgars please look")
    with cast.db.read() as session:
        assert session.exec(select(Note.text)).all() == ["@edgars please look"]
    assert '<span class="mention">@edgars</span>' in client.get(f"/c/{item.id}?tab=note").text


def test_news_are_counted_not_pushed_into_the_list(client: Browser, cast: World) -> None:
    old = cast.item()
    cast.item()
    cast.item(kind=ItemKind.MENTION)
    answer = client.get(f"/inbox/since?queue=all&newest={old.id}", headers={"HX-Request": "true"})
    assert "2 new" in answer.text


def test_a_conversation_for_htmx_brings_detail_and_row_along(client: Browser, cast: World) -> None:
    item = cast.item()
    part = client.get(f"/c/{item.id}?queue=all", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    for name in ("detail", f"row-{item.id}"):
        assert re.search(rf'id="{name}"[^>]*hx-swap-oob="true"', part)


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """Statements sent to the database meanwhile."""
    seen: list[str] = []

    def see(*event_of: Any) -> None:
        seen.append(event_of[2])

    event.listen(world.db.engine, "before_cursor_execute", see)
    yield seen
    event.remove(world.db.engine, "before_cursor_execute", see)


def test_the_number_of_queries_does_not_grow_with_the_rows(client: Browser, cast: World) -> None:
    cast.item(assignee_id=cast.edgars.id)
    with counted(cast) as few:
        client.get("/inbox?queue=all")
    for _ in range(30):
        cast.item(assignee_id=cast.anna.id)
    with counted(cast) as many:
        client.get("/inbox?queue=all")
    assert len(many) == len(few) <= 40


def test_the_page_speaks_the_language_of_the_member(browser: Callable[..., Browser], cast: World) -> None:
    with cast.db.write() as session:
        session.merge(cast.edgars).language = "ru"
    assert '<html lang="ru"' in browser(cast.edgars).get("/inbox").text


def test_a_guest_is_met_in_the_language_of_the_browser(browser: Callable[..., Browser]) -> None:
    page = browser().get("/sign-in", headers={"Accept-Language": "fr, lv;q=0.8, en;q=0.5"})
    assert '<html lang="lv"' in page.text


def saved(world: World, item_id: int) -> Reply:
    with world.db.read() as session:
        found = draft.newest(session, item_id)
    assert found is not None
    return found


def test_a_draft_is_saved_while_writing_and_guidance_answers(client: Browser, cast: World) -> None:
    item = cast.item()
    answer = client.submit(f"/c/{item.id}/draft", htmx=True, text="Marta, we are sorry.", version="0", tab="reply")
    assert saved(cast, id_of(item)).text == "Marta, we are sorry."
    assert 'id="guide"' in answer.text
    assert re.search(r'name="version" id="version" value="1"', answer.text)


def test_the_loser_of_two_drafts_keeps_the_text_and_sees_the_other(browser: Callable[..., Browser], cast: World,
                                                                   now: Any) -> None:
    item = cast.item()
    with cast.db.write() as session:
        draft.write(session, id_of(item), Purpose.REPLY, "First of Edgars", 0, id_of(cast.edgars),
                    now - timedelta(minutes=30), RepliesSettings())
    answer = browser(cast.anna).submit(f"/c/{item.id}/reply", act="save", text="Mine of Anna", version="0")
    assert answer.status_code == 409
    assert "First of Edgars" in answer.text
    assert "Mine of Anna" in answer.text
    assert saved(cast, id_of(item)).text == "First of Edgars"


def test_a_lead_approves_and_may_take_it_back_until_it_goes_out(client: Browser, cast: World) -> None:
    item = cast.item()
    client.submit(f"/c/{item.id}/reply", act="approve", text="Marta, we are sorry. Write to us.", version="0")
    assert saved(cast, id_of(item)).state is ReplyState.SCHEDULED
    assert "The reply is approved and will be posted." in client.get(f"/c/{item.id}").text
    client.submit(f"/c/{item.id}/reply", act="withdraw")
    assert saved(cast, id_of(item)).state is ReplyState.WITHDRAWN


def test_a_lead_sends_back_with_a_reason(browser: Callable[..., Browser], cast: World) -> None:
    item = cast.item()
    browser(cast.edgars).submit(f"/c/{item.id}/reply", act="submit", text="Marta, sorry.", version="0")
    lead = browser(cast.anna)
    assert "Awaiting approval" in lead.visit(f"/c/{item.id}").text
    lead.submit(f"/c/{item.id}/reply", act="send-back", reason="Say what we changed.")
    assert "Say what we changed." in browser(cast.edgars).get(f"/c/{item.id}").text


def test_while_a_colleague_writes_one_may_take_over(browser: Callable[..., Browser], cast: World) -> None:
    item = cast.item()
    browser(cast.edgars).submit(f"/c/{item.id}/draft", htmx=True, text="Half a sent", version="0", tab="reply")
    anna = browser(cast.anna)
    page = anna.visit(f"/c/{item.id}").text
    assert "Edgars V. is writing here until" in page
    assert "readonly" in page
    anna.submit(f"/c/{item.id}/reply", act="take-over")
    assert "readonly" not in anna.get(f"/c/{item.id}").text


def test_by_hand_where_no_machine_can_post(client: Browser, cast: World) -> None:
    source, place = cast.other_source("web_page")
    item = cast.item(source_id=source.id, place_id=place.id)
    client.submit(f"/c/{item.id}/reply", act="approve", text="Marta, we are sorry. Write to us.", version="0")
    page = client.get(f"/c/{item.id}").text
    assert "I posted it" in page
    assert item.url in page
    client.submit(f"/c/{item.id}/reply", act="posted")
    assert saved(cast, id_of(item)).state is ReplyState.POSTED


def test_a_case_is_opened_resolved_and_followed_up(client: Browser, cast: World) -> None:
    item = cast.item()
    client.submit(f"/c/{item.id}/case", title="Cold soup", responsible=str(cast.edgars.id))
    page = client.get(f"/c/{item.id}").text
    assert "Case 1" in page
    version = re.search(r'name="case_version" value="(\d+)"', page)
    assert version
    client.submit(f"/c/{item.id}/case/resolve", text="A second cook at lunch.", case_version=version.group(1))
    assert "Resolution follow-up" in client.get(f"/c/{item.id}").text
    assert cast.fresh(item).follow_up_state == "due"


def test_a_saved_view_is_in_the_rail_and_forgotten_again(client: Browser, cast: World) -> None:
    cast.item(rating=1)
    answer = client.submit("/views", name="Angry", query="queue=all&max_rating=2")
    assert "Angry" in client.get(answer.headers["location"]).text
    client.submit("/views/1/delete")
    assert "Angry" not in client.get("/inbox").text


def test_the_timeline_tells_what_happened_to_the_case_too(client: Browser, cast: World) -> None:
    item = cast.item()
    client.submit(f"/c/{item.id}/case", title="Cold soup", responsible=str(cast.edgars.id))
    version = re.search(r'name="case_version" value="(\d+)"', client.get(f"/c/{item.id}").text)
    assert version
    client.submit(f"/c/{item.id}/case/resolve", text="A second cook at lunch.", case_version=version.group(1))
    assert "<b>Anna L.</b> resolved the case" in client.get(f"/c/{item.id}").text
