"""Brand, team, templates, alert rules and tokens are kept, and wrong values come back with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from inbox.house import House
from inbox.models import ApiToken
from monitor.models import AlertRule, Location, Role, TeamMember
from replies.models import Template
from tests.inbox.conftest import Browser
from tests.world import World

BRAND: dict[str, Any] = {"name": "Kafe Saule", "language": "lv", "timezone": "Europe/Riga", "tone": "businesslike",
         "colour": "#336699",
         "contact": "x@kafesaule.example", "signature": "", "terms": '"Kafe Saule"', "urgent_terms": "fire",
         "forbidden_words": "idiot\nfool", "reply_hours": "8,5", "urgent_hours": "2", "mon-opens": "09:00",
         "mon-closes": "18:00", "holidays": "2026-12-24", "digest_weekday": "4", "digest_hour": "9"}


@pytest.mark.parametrize("path", ["brand", "team", "templates", "alerts", "tokens"])
def test_an_administrator_opens_every_page_of_the_settings(browser: Callable[..., Browser], cast: World,
                                                           path: str) -> None:
    assert browser(cast.adam).visit(f"/settings/{path}").status_code == 200


def test_the_settings_of_a_brand_are_kept(client: Browser, cast: World) -> None:
    client.visit("/settings/brand")
    assert client.submit("/settings/brand", **BRAND).status_code == 303
    brand = cast.fresh(cast.brand)
    assert (brand.tone, brand.reply_hours, brand.forbidden_words) == ("businesslike", 8.5, ["idiot", "fool"])
    assert brand.calendar == {"days": {"mon": ["09:00", "18:00"]}, "holidays": ["2026-12-24"]}


@pytest.mark.parametrize(("field", "value", "told"), [
    ("terms", "(saule", "closing bracket"), ("timezone", "Mars/Base", "not known"), ("mon-opens", "25:00", "two times"),
    ("holidays", "Christmas", "not a date"), ("reply_hours", "soon", "not a number"), ("name", " ", "needs a name")])
def test_a_wrong_value_of_a_brand_is_told_and_what_was_typed_stays(client: Browser, field: str, value: str,
                                                                  told: str) -> None:
    client.visit("/settings/brand")
    answer = client.submit("/settings/brand", **(BRAND | {field: value, "signature": "typed before"}))
    assert answer.status_code == 422
    assert told in answer.text
    assert "typed before" in answer.text


def test_a_location_is_added(client: Browser, cast: World) -> None:
    client.visit("/settings/brand")
    client.submit("/settings/locations", name="Teika", city="Rīga")
    with cast.db.read() as session:
        assert "Teika" in session.exec(select(Location.name)).all()


def test_a_new_member_can_sign_in_with_the_password_that_is_shown_once(browser: Callable[..., Browser],
                                                                       cast: World) -> None:
    admin = browser(cast.adam)
    admin.visit("/settings/team")
    page = admin.submit("/settings/team", name="Dace R.", email="dace@kafesaule.example", role="agent").text
    password = re.search(r"<code>([^<]+)</code>", page)
    assert password is not None
    assert browser().enter("dace@kafesaule.example", password.group(1)).status_code == 303


def test_who_loses_access_is_signed_out(browser: Callable[..., Browser], cast: World) -> None:
    admin, edgars = browser(cast.adam), browser(cast.edgars)
    admin.visit("/settings/team")
    admin.submit(f"/settings/team/{cast.edgars.id}", role="agent")
    assert edgars.get("/inbox").status_code == 303


def test_the_last_administrator_stays(browser: Callable[..., Browser], cast: World) -> None:
    admin = browser(cast.adam)
    admin.visit("/settings/team")
    answer = admin.submit(f"/settings/team/{cast.adam.id}", role="viewer", active="true")
    assert answer.status_code == 409
    assert cast.fresh(cast.adam).role is Role.ADMIN


def test_only_an_administrator_sees_the_team(client: Browser, cast: World) -> None:
    assert client.visit("/settings/team").status_code == 404


def test_a_template_with_an_unknown_variable_is_not_stored(client: Browser, cast: World) -> None:
    client.visit("/settings/templates")
    answer = client.submit("/settings/templates", name="Sorry", language="en", text="Dear {customer}")
    assert "customer" in answer.text
    with cast.db.read() as session:
        assert session.exec(select(Template)).first() is None


def test_a_template_is_kept(client: Browser, cast: World) -> None:
    client.visit("/settings/templates")
    client.submit("/settings/templates", name="Sorry", language="lv", text="{author}, atvainojiet.")
    with cast.db.read() as session:
        assert session.exec(select(Template.text)).one() == "{author}, atvainojiet."


def test_the_address_of_an_alert_is_encrypted_and_not_shown_again(client: Browser, cast: World, house: House) -> None:
    client.visit("/settings/alerts")
    client.submit("/settings/alerts", name="Bad ones", about="items", max_rating="2", active="true",
                  targets="tgram://123456789:abcdefg_hijklmnop/12315544/")
    with cast.db.read() as session:
        rule = session.exec(select(AlertRule)).one()
    assert rule.when == {"max_rating": 2}
    assert "abcdefg_hijklmnop" not in rule.targets
    assert "abcdefg_hijklmnop" not in client.visit(f"/settings/alerts?edit={rule.id}").text
    assert house.vault.open(rule.targets) == ["tgram://123456789:abcdefg_hijklmnop/12315544/"]


def test_an_address_that_apprise_does_not_know_is_told(client: Browser, cast: World) -> None:
    client.visit("/settings/alerts")
    answer = client.submit("/settings/alerts", name="Bad ones", targets="not an address")
    assert answer.status_code == 422
    with cast.db.read() as session:
        assert session.exec(select(AlertRule)).first() is None


def test_a_token_is_shown_once_and_can_be_revoked(client: Browser, cast: World) -> None:
    client.visit("/settings/tokens")
    page = client.submit("/settings/tokens", name="CRM", scope=["items:read"]).text
    secret = re.search(r"<code>([^<]{20,})</code>", page)
    assert secret is not None
    assert secret.group(1) not in client.visit("/settings/tokens").text
    with cast.db.read() as session:
        row = session.exec(select(ApiToken)).one()
    client.submit(f"/settings/tokens/{row.id}/revoke")
    assert cast.fresh(row).revoked_at is not None


def test_an_agent_may_not_change_the_brand(browser: Callable[..., Browser], cast: World) -> None:
    agent = browser(cast.edgars)
    agent.visit("/profile")
    assert agent.submit("/settings/brand", **BRAND).status_code == 403
    assert isinstance(cast.fresh(cast.edgars), TeamMember)
