"""The screens in a real Chromium: keyboard, answering, without JavaScript, on a phone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from inbox.config import Config, Settings
from inbox.house import House, new_http
from inbox.web import create_app
from monitor.db import Database
from monitor.models import WorkState
from monitor.vault import Vault
from replies import draft
from replies.models import ReplyState
from tests.inbox.conftest import PASSWORD, give_password
from tests.world import World, id_of

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


COMPLAINTS: list[str] = []


@pytest.fixture(scope="module")
def running_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def chromium(running_chromium: Browser, address: str) -> Iterator[Browser]:
    """A browser whose windows close before the server does, and whose scripts had nothing to complain about."""
    assert address
    COMPLAINTS.clear()
    yield running_chromium
    for context in running_chromium.contexts:
        context.close()
    assert COMPLAINTS == []


@pytest.fixture
def world(sqlite_db: Database) -> World:
    """Our cast now, as the browser's clock is real; Anna and Vera may sign in."""
    world = World(sqlite_db, datetime.now(UTC))
    for member in (world.anna, world.vera):
        give_password(world, member)
    return world


@pytest.fixture
def address(world: World, tmp_path: Path) -> Iterator[str]:
    """A running server over the world; its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings.model_validate({"inbox": {"address": url, "live_seconds": 0.1}})
        config = Config(settings=settings, var=tmp_path, database_url=world.db.url)
        house = House(config=config, db=world.db, vault=Vault.at(tmp_path / "secret.key"), http=new_http(config))
        server = uvicorn.Server(uvicorn.Config(create_app(house), log_level="error", proxy_headers=False,
                                               timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield url
        server.should_exit = True
        thread.join(15)


def enter(chromium: Browser, address: str, email: str = "anna@kafesaule.example", *, width: int = 1440,
          height: int = 900, scripts: bool = True, path: str = "/inbox") -> Page:
    """A page of a signed-in member; what its scripts complain about is in ``COMPLAINTS``."""
    context = chromium.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: COMPLAINTS.append(str(error)))
    page.on("console", lambda message: COMPLAINTS.append(message.text)
            if "Content Security Policy" in message.text else None)
    page.goto(f"{address}/sign-in?next={path}")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    if scripts:
        page.wait_for_selector("body[data-ready]")
    return page


def test_the_keyboard_walks_opens_notes_and_finishes(chromium: Browser, address: str, world: World) -> None:
    first = world.item(author_name="First", due_at=world.now + timedelta(hours=1))
    second = world.item(author_name="Second", due_at=world.now + timedelta(hours=2))
    page = enter(chromium, address)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator(".conv-title h2")).to_have_text("First")
    page.keyboard.press("n")
    page.keyboard.type("Called the kitchen")
    expect(page.locator("#txt")).to_have_value("Called the kitchen")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note")).to_have_text("Called the kitchen")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator(".conv-title h2")).to_have_text("Second")
    expect(page.locator(f"#row-{first.id}")).to_have_count(0)
    assert world.fresh(first).work_state is WorkState.DONE
    assert world.fresh(second).work_state is not WorkState.DONE


def test_z_takes_the_last_act_back(chromium: Browser, address: str, world: World) -> None:
    item = world.item()
    page = enter(chromium, address, path=f"/c/{item.id}")
    page.locator('[data-act="e"]').click()
    expect(page.locator("#toasts")).to_contain_text("Done.")
    expect(page.locator(f"#row-{item.id}")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator(f"#row-{item.id}")).to_be_visible()
    assert world.fresh(item).work_state is not WorkState.DONE


def test_letters_work_on_a_russian_layout(chromium: Browser, address: str, world: World) -> None:
    world.item(author_name="Only")
    page = enter(chromium, address)
    page.evaluate("dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))")
    page.dispatch_event("body", "keydown", {"key": "о", "code": "KeyJ", "bubbles": True})
    expect(page.locator(".row.is-kbd")).to_have_count(1)


def test_a_review_is_answered_with_guidance_autosave_and_approval(chromium: Browser, address: str,
                                                                  world: World) -> None:
    item = world.item("The soup was cold.")
    page = enter(chromium, address, path=f"/c/{item.id}")
    page.locator("#txt").fill("Marta, we are sorry for the cold soup. Write to us: anna@kafesaule.example")
    expect(page.locator("#guide .y").first).to_be_visible()
    expect(page.locator("#version")).not_to_have_value("0")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('otklik-draft'))") == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Will be posted in")
    with world.db.read() as session:
        reply = draft.newest(session, id_of(item))
    assert reply is not None
    assert reply.state is ReplyState.SCHEDULED
    page.locator(".composer [data-undo-button]").click()
    expect(page.locator(".composer")).to_contain_text("The reply was taken back.")


def test_a_new_item_is_announced_and_the_list_stands_still(chromium: Browser, address: str, world: World) -> None:
    world.item(author_name="Old")
    page = enter(chromium, address)
    expect(page.locator("#rows .row")).to_have_count(1)
    fresh = world.item(author_name="New")
    with world.db.write() as session:
        from monitor.events import record

        record(session, "item.heard", world.now, item_id=fresh.id)
    expect(page.locator("#news")).to_contain_text("1 new")
    expect(page.locator("#rows .row")).to_have_count(1)
    page.locator("#news a").click()
    expect(page.locator("#rows .row")).to_have_count(2)


def test_a_filter_changes_rows_and_address_without_a_new_page(chromium: Browser, address: str, world: World) -> None:
    world.item(author_name="Bad", rating=1)
    world.item(author_name="Good", rating=5)
    page = enter(chromium, address)
    page.locator("summary.filter", has_text="Rating").click()
    page.locator(".filters .opt", has_text="4–5★").click()
    expect(page.locator("#rows .row")).to_have_count(1)
    expect(page.locator(".filter.is-on")).to_have_text("4–5★")
    assert "min_rating=3.5" in page.url


def test_without_scripts_one_reads_and_answers(chromium: Browser, address: str, world: World) -> None:
    item = world.item("The soup was cold.")
    page = enter(chromium, address, scripts=False)
    page.locator("[data-open-row]").click()
    expect(page.locator(".voice")).to_have_text("The soup was cold.")
    page.locator("#txt").fill("Marta, we are sorry. Write to us: anna@kafesaule.example")
    page.get_by_role("button", name="Approve & post").click()
    expect(page.locator(".composer")).to_contain_text("The reply is approved and will be posted.")
    page.get_by_role("button", name="Done").first.click()
    assert world.fresh(item).work_state is WorkState.DONE


def test_on_a_phone_one_pane_at_a_time_and_nothing_sticks_out(chromium: Browser, address: str, world: World) -> None:
    world.item("Word " * 400, author_name="A customer with a rather long name indeed")
    page = enter(chromium, address, width=390, height=844)
    expect(page.locator("#conversation")).to_be_hidden()
    page.locator("[data-open-row]").click()
    expect(page.locator("#list")).to_be_hidden()
    expect(page.locator("#txt")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("[data-back]").click()
    expect(page.locator("#list")).to_be_visible()


def test_the_palette_finds_a_page_by_name(chromium: Browser, address: str) -> None:
    page = enter(chromium, address)
    page.keyboard.press("Control+k")
    page.keyboard.type("overd")
    page.keyboard.press("Enter")
    expect(page.locator(".list h1")).to_have_text("Overdue")


def test_words_survive_a_lost_connection(chromium: Browser, address: str, world: World) -> None:
    item = world.item()
    page = enter(chromium, address, path=f"/c/{item.id}")
    page.context.set_offline(True)
    page.locator("#txt").fill("Marta, we are sorry for")
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#version")).not_to_have_value("0")
    page.goto(f"{address}/c/{item.id}")
    expect(page.locator("#txt")).to_have_value("Marta, we are sorry for")


def test_words_that_the_server_never_got_come_back_from_this_browser(chromium: Browser, address: str,
                                                                     world: World) -> None:
    item = world.item()
    page = enter(chromium, address, path=f"/c/{item.id}")
    page.route("**/draft", lambda route: route.abort())
    page.locator("#txt").fill("Marta, we are sorry for")
    expect(page.locator("#offline")).to_be_visible()
    page.reload()
    expect(page.locator("#txt")).to_have_value("Marta, we are sorry for")


def test_every_control_has_a_name_and_every_id_is_used_once(chromium: Browser, address: str, world: World) -> None:
    item = world.item()
    page = enter(chromium, address, path=f"/c/{item.id}")
    nameless = page.evaluate("""() => [...document.querySelectorAll('button, a, input, textarea, select')]
        .filter(one => one.type !== 'hidden')
        .filter(one => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels && one.labels.length))
        .map(one => one.outerHTML.slice(0, 120))""")
    twice = page.evaluate("""() => { const seen = [...document.querySelectorAll('[id]')].map(one => one.id);
        return seen.filter((id, at) => seen.indexOf(id) !== at) }""")
    assert (nameless, twice) == ([], [])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(chromium: Browser, address: str, world: World, theme: str) -> None:
    world.item(due_at=world.now + timedelta(hours=1))
    page = enter(chromium, address)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    weak = page.evaluate(CONTRAST)
    assert weak == []


CONTRAST = """() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => { const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * f(r) + .7152 * f(g) + .0722 * f(b) };
  const ground = node => { for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour; }
    return [255, 255, 255] };
  const written = node => [...node.childNodes].some(one => one.nodeType === 3 && one.textContent.trim());
  return [...document.querySelectorAll('.rail *, .list *')]
    .filter(node => node.checkVisibility() && written(node) && !node.closest('.tile, svg, .sr'))
    .map(node => { const one = light(parse(getComputedStyle(node).color)), two = light(ground(node));
      return [node.className + ' ' + node.textContent.trim().slice(0, 20),
              (Math.max(one, two) + .05) / (Math.min(one, two) + .05)] })
    .filter(([, ratio]) => ratio < 4.5) }"""
