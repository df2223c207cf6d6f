"""The public feed of the App Store: ten pages, odd shapes, and nothing ever taken for removed."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.app_store_rss import PAGES, AppStoreRss, AppStoreRssSettings
from connectors.base import Place
from connectors.errors import Gone, Surprise, TryLater
from tests.fakes.exchange import Exchange, batches_of, items_of

HOST = "itunes.apple.com"
PLACE = Place(external_id="1234567890@lv", name="Kettle")
NAMES = {"results": [{"trackId": 1234567890, "trackName": "Kettle Timer"}]}


def page(number: int) -> str:
    return f"{HOST}/lv/rss/customerreviews/page={number}/id=1234567890/sortBy=mostRecent/json"


def entry(number: int) -> dict[str, Any]:
    return {"id": {"label": str(number)}, "im:rating": {"label": "5"}, "content": {"label": "Good."},
            "updated": {"label": "2026-11-20T09:31:07-07:00"}}


def feed(entries: Any) -> dict[str, Any]:
    return {"feed": {"author": {}, **({"entry": entries} if entries is not None else {})}}


def connect(apple: Exchange, countries: str = "LV, us") -> AppStoreRss:
    made: AppStoreRss = apple.connect(AppStoreRss, {"apps": "id1234567890", "countries": countries})
    return made


async def test_an_app_is_a_place_in_each_country_that_has_it() -> None:
    apple = Exchange().on("GET", f"{HOST}/lookup", NAMES, {"results": []})
    places = await connect(apple).places()
    assert [(place.external_id, place.name, place.url) for place in places] == [
        ("1234567890@lv", "Kettle Timer (LV)", "https://apps.apple.com/lv/app/id1234567890")]


async def test_check_names_the_app() -> None:
    assert (await connect(Exchange().on("GET", f"{HOST}/lookup", NAMES)).check()).name == "Kettle Timer"


async def test_a_number_that_no_store_knows_is_told() -> None:
    with pytest.raises(Gone, match="Check the numbers"):
        await connect(Exchange().on("GET", f"{HOST}/lookup", {"results": []})).check()


async def test_pages_are_read_to_a_short_one_and_are_never_complete() -> None:
    apple = Exchange().on("GET", page(1), feed([entry(n) for n in range(50)])).on("GET", page(2), feed([entry(99)]))
    batches = await batches_of(connect(apple), PLACE)
    assert [len(batch.items) for batch in batches] == [50, 1]
    assert ([batch.complete for batch in batches], batches[-1].cursor) == ([False, False], {"read_whole": True})


async def test_page_eleven_is_never_asked_for() -> None:
    apple = Exchange()
    for number in range(1, PAGES + 1):
        apple.on("GET", page(number), feed([entry(number * 100 + n) for n in range(50)]))
    assert len(await items_of(connect(apple), PLACE)) == 500


async def test_a_feed_without_entries_is_neither_an_error_nor_a_finished_pass() -> None:
    [batch] = await batches_of(connect(Exchange().on("GET", page(1), feed(None))), PLACE)
    assert (batch.items, batch.complete, batch.cursor) == ((), False, None)


async def test_a_single_review_comes_as_an_object() -> None:
    assert len(await items_of(connect(Exchange().on("GET", page(1), feed(entry(1)))), PLACE)) == 1


async def test_the_app_itself_is_no_review() -> None:
    apple = Exchange().on("GET", page(1), feed([{"id": {"label": "app"}, "im:name": {"label": "Kettle"}}, entry(1)]))
    assert [item.external_id for item in await items_of(connect(apple), PLACE)] == ["1"]


async def test_an_old_full_page_with_the_app_in_it_is_not_the_last() -> None:
    full = [{"im:name": {"label": "Kettle"}}, *(entry(n) for n in range(49))]
    apple = Exchange().on("GET", page(1), feed(full)).on("GET", page(2), feed([entry(99)]))
    assert len(await items_of(connect(apple), PLACE)) == 50


async def test_a_block_is_waited_out() -> None:
    apple = Exchange().on("GET", page(1), (403, "<html>Forbidden</html>"))
    with pytest.raises(TryLater) as caught:
        await items_of(connect(apple), PLACE)
    assert caught.value.retry_after == 900


@pytest.mark.parametrize("body", ["<html>", {"feed": []}, []])
async def test_what_is_no_feed_is_a_surprise(body: Any) -> None:
    with pytest.raises(Surprise):
        await items_of(connect(Exchange().on("GET", page(1), (200, body))), PLACE)


async def test_a_place_without_a_country_is_never_asked() -> None:
    with pytest.raises(Surprise, match="not an app and a country"):
        await items_of(connect(Exchange()), Place(external_id="1234567890", name="x"))


@pytest.mark.parametrize(("apps", "countries"), [("kettle", "lv"), ("1234567890", "Latvia"), ("1234567890", " , ")])
def test_settings_that_cannot_work_are_refused(apps: str, countries: str) -> None:
    with pytest.raises(ValidationError):
        AppStoreRssSettings(apps=apps, countries=countries)
