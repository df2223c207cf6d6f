"""The board, a case and the follow-ups as people use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from connectors.base import ItemKind
from replies import cases
from replies.models import Case, FollowUp, Stage
from replies.settings import RepliesSettings
from tests.inbox.conftest import Browser
from tests.world import World, id_of


@pytest.fixture
def case(cast: World) -> Case:
    """A case that Edgars opened from Marta's review."""
    item = cast.item("The soup was cold.", rating=1, kind=ItemKind.REVIEW)
    with cast.db.write() as session:
        return cases.open_from(session, id_of(item), "Cold soup", id_of(cast.edgars), cast.now, RepliesSettings())


def test_the_board_shows_a_case_in_its_stage_with_the_customers_words(client: Browser, case: Case) -> None:
    page = client.visit("/cases").text
    assert "The soup was cold." in page
    assert page.index("c-registration") < page.index(f"case-{case.number}") < page.index("c-analysis")


def test_an_overdue_case_is_counted_in_its_column(client: Browser, cast: World, case: Case) -> None:
    row = cast.fresh(case)
    row.due_at = cast.now - timedelta(hours=5)
    cast.add(row)
    page = client.visit("/cases").text
    assert "1 overdue" in page
    assert "5 h over" in page


def test_only_mine_leaves_out_what_others_answer_for(client: Browser, case: Case) -> None:
    assert f"case-{case.number}" not in client.visit("/cases?mine=1").text


def test_a_case_is_resolved_with_what_was_done_and_its_public_word_becomes_due(
        client: Browser, cast: World, case: Case) -> None:
    client.visit(f"/cases/{case.number}")
    client.submit(f"/cases/{case.number}/resolve", text="A second cook at noon.", version=str(case.version))
    assert cast.fresh(case).stage is Stage.SATISFACTION
    with cast.db.read() as session:
        assert len(session.exec(select(FollowUp)).all()) == 1
    assert "To be said" in client.visit("/follow-ups").text


def test_two_people_at_one_case_the_second_is_told_and_keeps_the_text(client: Browser, cast: World,
                                                                      case: Case) -> None:
    client.visit(f"/cases/{case.number}")
    client.submit(f"/cases/{case.number}/edit", title="Cold soup", cause="Few cooks", version=str(case.version))
    answer = client.submit(f"/cases/{case.number}/resolve", text="My long text", version=str(case.version))
    assert answer.status_code == 409
    assert "My long text" in answer.text
    assert cast.fresh(case).resolved_at is None


def test_skipping_a_stage_needs_a_reason(client: Browser, cast: World, case: Case) -> None:
    client.visit(f"/cases/{case.number}")
    answer = client.submit(f"/cases/{case.number}/move", stage="corrective_action", version=str(case.version))
    assert "Say why a stage is skipped" in answer.text
    assert cast.fresh(case).stage is Stage.REGISTRATION


def test_a_case_that_does_not_exist_is_not_found(client: Browser) -> None:
    assert client.visit("/cases/999").status_code == 404


def test_a_viewer_sees_a_case_without_its_acts(browser: Callable[..., Browser], cast: World, case: Case) -> None:
    viewer = browser(cast.vera)
    assert "Resolve the case" not in viewer.visit(f"/cases/{case.number}").text
    assert viewer.submit(f"/cases/{case.number}/resolve", text="x", version="1").status_code == 403


def test_the_history_tells_who_opened_the_case(client: Browser, case: Case) -> None:
    assert "Edgars V." in client.visit(f"/cases/{case.number}").text
