"""Every polled connector against a platform that misbehaves: nothing heard is lost, nothing is made up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

import connectors
from connectors.base import Batch, Connector, Cursor, Item, ReplyMode
from connectors.errors import AccessDenied, ConnectorError, Unsure
from connectors.http import Http
from tests.fakes import faults
from tests.fakes.dialects import Dialect, dialects
from tests.fakes.plain_platform import Plain
from tests.fakes.platform import MisbehavingServer
from tests.fakes.timing import Stopwatch

KINDS: dict[str, type[Connector]] = {**connectors.kinds(), Plain.kind: Plain}
SPOKEN = sorted(kind for kind, platform in KINDS.items() if platform.can.polls and kind in dialects())
REPLYING = [kind for kind in SPOKEN if KINDS[kind].can.reply is not ReplyMode.NONE]
KEYED = [kind for kind in SPOKEN if dialects()[kind].keyed]
LISTING_ALL = [kind for kind in SPOKEN if dialects()[kind].lists_all]
PAGED = [kind for kind in SPOKEN if dialects()[kind].page_size]
MANY = 130


@dataclass
class Read:
    """What one pass brought; ``error`` when it broke off."""

    batches: list[Batch] = field(default_factory=list)
    error: ConnectorError | None = None

    @property
    def items(self) -> list[Item]:
        return [item for batch in self.batches for item in batch.items]

    @property
    def texts(self) -> set[str]:
        return {item.text for item in self.items}

    @property
    def complete(self) -> bool:
        return any(batch.complete for batch in self.batches)

    @property
    def cursor(self) -> Cursor | None:
        return next((batch.cursor for batch in reversed(self.batches) if batch.cursor is not None), None)


@dataclass
class Stage:
    """A running platform, the connector of its kind, and the world behind it."""

    server: MisbehavingServer
    connector: Connector
    http: Http

    @property
    def dialect(self) -> Dialect:
        return self.server.dialect

    async def read(self, cursor: Cursor | None = None, most: int = 1000) -> Read:
        """One pass, as the poller would read it."""
        read = Read()
        try:
            async for batch in self.connector.fetch(self.dialect.place(self.server.url), cursor):
                read.batches.append(batch)
                if len(read.batches) >= most:
                    break
        except ConnectorError as error:
            read.error = error
        return read

    def there(self) -> set[str]:
        """The texts of all that stands on the platform now."""
        return {said.text for said in self.server.platform.reviews.values()}


@pytest.fixture
def server(kind: str) -> Iterator[MisbehavingServer]:
    """The platform of one kind, with more reviews than fit on a page."""
    with MisbehavingServer(dialects()[kind]) as running:
        for number in range(MANY):
            running.platform.publish(f"Review number {number} of the kettle.", author=f"Author {number}")
        yield running


@pytest.fixture
async def stage(server: MisbehavingServer, watch: Stopwatch, kind: str) -> AsyncIterator[Stage]:
    """The connector at work on that platform."""
    http = server.http(watch.timing)
    yield Stage(server, server.connect(KINDS[kind], http), http)
    await http.aclose()


def of(kinds: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds)


# The faults of these platforms are stubbed in their own tests until the misbehaving server speaks their dialect.
# The list may only shrink: a new connector brings its dialect.
NOT_SPOKEN_YET = {
    "app_store", "app_store_rss", "bluesky", "discourse", "google_business_profile", "google_play", "judge_me",
    "mastodon", "ozon", "trustpilot", "wildberries", "woocommerce", "yandex_market",
}


def test_every_polled_connector_has_a_dialect() -> None:
    ours = {kind for kind, platform in KINDS.items()
            if platform.can.polls and platform.__module__.startswith("connectors.")}
    assert ours - set(SPOKEN) == NOT_SPOKEN_YET


@of(SPOKEN)
async def test_a_healthy_platform_is_heard_whole(stage: Stage) -> None:
    read = await stage.read()
    assert (read.error, read.texts) == (None, stage.there())
    assert read.complete is stage.dialect.lists_all
    assert not any(batch.unreadable for batch in read.batches)


@of(SPOKEN)
async def test_its_places_can_be_polled_and_its_key_checked(stage: Stage) -> None:
    assert (await stage.connector.check()).name


@of(SPOKEN)
@pytest.mark.parametrize("status", [429, 500])
async def test_a_platform_that_is_busy_and_then_fine_is_heard_whole(
    stage: Stage, watch: Stopwatch, status: int
) -> None:
    stage.server.fail(faults.status(status, Retry_After="7"))
    assert (await stage.read()).texts == stage.there()
    assert max(watch.pauses) >= 7


@of(SPOKEN)
@pytest.mark.parametrize("fault", [faults.cut_json, faults.cut_body, faults.cut_gzip, faults.gzip_bomb(20)])
async def test_after_a_cut_answer_the_next_pass_misses_nothing(stage: Stage, fault: faults.Fault) -> None:
    stage.server.fail(fault, times=3)
    broken = await stage.read()
    assert broken.error or not broken.complete
    stage.server.recover()
    after = await stage.read(broken.cursor)
    assert after.error is None
    assert broken.texts | after.texts >= stage.there()


@of([kind for kind in SPOKEN if kind not in ("feed", "web_page")])
async def test_data_that_breaks_off_is_an_error(stage: Stage) -> None:
    stage.server.fail(faults.cut_json)
    assert (await stage.read()).error is not None


@of(SPOKEN)
async def test_a_sign_in_page_with_200_is_an_error_and_removes_nothing(stage: Stage) -> None:
    cursor = (await stage.read()).cursor
    stage.server.platform.publish("The page would have changed.")
    stage.server.fail(faults.sign_in_page, times=9)
    assert (await stage.read(cursor)).error is not None
    stage.server.fail(faults.sign_in_page, times=9)
    assert not (await stage.read()).complete


@of(PAGED)
async def test_a_new_review_that_shifts_the_pages_loses_and_doubles_nothing(stage: Stage) -> None:
    before = stage.there()
    stage.server.after_next_page(lambda: stage.server.platform.publish("Came in between."))
    read = await stage.read()
    assert read.texts >= before
    assert len({item.external_id for item in read.items}) == len(read.texts)


@of(PAGED)
async def test_a_removal_that_shifts_the_pages_never_makes_others_look_removed(stage: Stage) -> None:
    newest = stage.server.platform.newest_first()[0].id
    stage.server.after_next_page(lambda: stage.server.platform.remove(newest))
    read = await stage.read()
    assert not read.complete or read.texts >= stage.there()


@of(PAGED)
async def test_endless_pages_come_one_by_one_and_are_never_complete(stage: Stage) -> None:
    stage.server.platform.endless = True
    read = await stage.read(most=20)
    assert not read.complete
    assert read.texts >= stage.there() or read.error


@of([kind for kind in SPOKEN if KINDS[kind].can.sees_edits])
async def test_an_edited_review_is_seen_with_its_new_text(stage: Stage) -> None:
    first = await stage.read()
    stage.server.platform.edit(1, "It broke after a week.", rating=1)
    read = await stage.read()
    assert read.texts == stage.there()
    assert {item.external_id for item in read.items} == {item.external_id for item in first.items}


@of(LISTING_ALL)
async def test_a_removed_review_is_missing_from_a_complete_pass(stage: Stage) -> None:
    stage.server.platform.remove(3)
    read = await stage.read()
    assert read.complete
    assert len(read.texts) == MANY - 1


@of(SPOKEN)
async def test_a_review_that_appears_late_with_an_old_date_is_found_by_a_sweep(stage: Stage) -> None:
    await stage.read()
    stage.server.platform.publish("Held back for a month.", at=datetime(2026, 9, 1, tzinfo=UTC))
    assert "Held back for a month." in (await stage.read()).texts


@of(KEYED)
async def test_an_expired_key_pauses_the_source_and_says_what_to_do(stage: Stage) -> None:
    stage.server.platform.expire_key()
    read = await stage.read()
    assert isinstance(read.error, AccessDenied)
    assert read.items == []
    with pytest.raises(AccessDenied):
        await stage.connector.check()


@of(SPOKEN)
async def test_odd_characters_reach_us_without_nul_and_harm_no_neighbour(stage: Stage) -> None:
    stage.server.platform.publish("NUL \x00 mark \u202eright to left \U0001f600 and " + "long " * 20_000)
    read = await stage.read()
    assert len(read.items) == MANY + 1
    assert not any("\x00" in item.text for item in read.items)
    assert any("\U0001f600" in item.text for item in read.items)


async def replied_to(stage: Stage) -> Item:
    read = await stage.read()
    return read.items[0]


@of(REPLYING)
async def test_a_reply_appears_once_and_is_proved_by_reading_back(stage: Stage) -> None:
    item = await replied_to(stage)
    posted = await stage.connector.reply(item, "Thank you, Author.", key="k1")
    found = await stage.connector.find_replies(item)
    assert [(reply.external_id, reply.text) for reply in found] == [(posted.external_id, "Thank you, Author.")]


@of(REPLYING)
@pytest.mark.parametrize("fault", [
    faults.saved_without_answer, faults.saved_and_500, faults.cut_body, faults.cut_json, faults.sign_in_page])
async def test_a_reply_without_a_clear_answer_is_unsure_and_sent_once(stage: Stage, fault: faults.Fault) -> None:
    item = await replied_to(stage)
    stage.server.fail_writes(fault, times=9)
    with pytest.raises(Unsure):
        await stage.connector.reply(item, "Thank you, Author.", key="k1")
    assert stage.server.written() == 1
    assert len(await stage.connector.find_replies(item)) == len(stage.server.platform.replies)


@of(REPLYING)
async def test_a_slow_reply_is_unsure(stage: Stage, watch: Stopwatch, kind: str) -> None:
    item = await replied_to(stage)
    stage.server.fail_writes(faults.saved_and_slow, times=9)
    hasty = stage.server.http(watch.timing, timeout=0.3)
    with pytest.raises(Unsure):
        await stage.server.connect(KINDS[kind], hasty).reply(item, "Thank you, Author.", key="k1")
    assert len(stage.server.platform.replies) == 1
    await hasty.aclose()
