"""Sources keep their secrets in the vault and tell a person what to do when they cannot be opened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from connectors.base import Place as Watchable
from connectors.demo_shop import DemoShop
from connectors.errors import AccessDenied
from monitor import sources
from monitor.models import Place, Source, SourceState
from monitor.vault import Vault, VaultLocked
from tests.monitor.watching import tools_for
from tests.world import World, id_of

VALUES = {"site": "http://127.0.0.1:8001", "key": "secret-key"}
VAULT = Vault(Fernet.generate_key().decode())


def add(world: World, **values: Any) -> Source:
    with world.db.write() as session:
        return sources.add(session, id_of(world.brand), "demo_shop", "Shop", VALUES | values, VAULT, world.now,
                           world.adam.id)


def change(world: World, source: Source, **values: Any) -> Source:
    with world.db.write() as session:
        return sources.update(session, session.get_one(Source, source.id), VALUES | values, VAULT, world.now,
                              world.adam.id)


def opened(source: Source) -> dict[str, Any]:
    return sources.settings_of(source, VAULT).model_dump()


def test_a_secret_is_kept_in_the_vault_and_shown_as_dots(world: World) -> None:
    source = world.fresh(add(world))
    assert "secret-key" not in source.model_dump_json()
    assert source.settings == {"site": "http://127.0.0.1:8001/"}
    assert sources.shown_settings(source) == {"site": "http://127.0.0.1:8001/", "key": sources.MASK}
    assert opened(source)["key"].get_secret_value() == "secret-key"


def test_a_source_opens_its_connector(sqlite_world: World) -> None:
    source = add(sqlite_world)
    tools = tools_for(sqlite_world.db)
    connector = sources.connect(source, type(tools)(tools.db, VAULT, tools.http, tools.settings))
    assert isinstance(connector, DemoShop)


@pytest.mark.parametrize("given", ["", sources.MASK, None])
def test_a_secret_left_alone_keeps_its_value(sqlite_world: World, given: str | None) -> None:
    source = change(sqlite_world, add(sqlite_world), key=given, site="http://127.0.0.1:9000")
    assert (opened(source)["key"].get_secret_value(), opened(source)["site"].port) == ("secret-key", 9000)


def test_a_change_is_history_without_its_values(sqlite_world: World) -> None:
    change(sqlite_world, add(sqlite_world), key="new-key", site="http://127.0.0.1:9000")
    event = sqlite_world.events("source.changed")[0]
    assert (event.data, event.by_id) == ({"changed": ["key", "site"]}, sqlite_world.adam.id)


def test_settings_that_do_not_fit_are_refused(sqlite_world: World) -> None:
    with pytest.raises(ValidationError):
        add(sqlite_world, site="not an address")
    with pytest.raises(ValidationError):
        add(sqlite_world, colour="red")


def test_an_unknown_kind_is_told_in_a_sentence(sqlite_world: World) -> None:
    with sqlite_world.db.write() as session, pytest.raises(sources.UnknownKind, match="No connector “nonsense”"):
        sources.add(session, id_of(sqlite_world.brand), "nonsense", "X", {}, VAULT, sqlite_world.now, None)


def test_stored_settings_that_do_not_fit_any_more_name_the_field_and_no_value(sqlite_world: World) -> None:
    source = add(sqlite_world)
    source.settings = {"site": "broken secret"}
    with pytest.raises(AccessDenied, match="do not fit any more: site") as found:
        sources.settings_of(source, VAULT)
    assert "broken secret" not in str(found.value)


def test_another_key_does_not_open_the_vault(sqlite_world: World) -> None:
    with pytest.raises(VaultLocked):
        sources.settings_of(add(sqlite_world), Vault(Fernet.generate_key().decode()))


def test_a_place_is_watched_once_and_taken_up_again(world: World) -> None:
    source = add(world)
    shop = Watchable(external_id="vecriga", name="Vecrīga", url="http://127.0.0.1:8001/vecriga")
    with world.db.write() as session:
        first = sources.watch(session, source, shop, world.now)
        sources.unwatch(session, source, first, world.now)
        again = sources.watch(session, source, shop, world.now + timedelta(days=1), competitor=True)
        assert sources.watch(session, source, shop, world.now) is again
    assert (again.id, again.watched, again.competitor, again.next_poll_at) == (
        first.id, True, True, world.now + timedelta(days=1))
    assert [event.kind for event in world.events()] == [
        "source.added", "place.watched", "place.unwatched", "place.watched"]


def test_pausing_and_resuming_is_history_and_resuming_polls_at_once(sqlite_world: World) -> None:
    world, later = sqlite_world, sqlite_world.now + timedelta(days=1)
    with world.db.write() as session:
        source = session.get_one(Source, world.source.id)
        for _ in range(2):
            sources.pause(session, source, world.now, None)
        assert source.state is SourceState.PAUSED
        sources.resume(session, source, later, None)
    with world.db.read() as session:
        assert session.get_one(Place, world.place.id).next_poll_at == later
    assert [event.kind for event in world.events()] == ["source.paused", "source.resumed"]


def test_new_settings_give_a_refused_source_another_try(sqlite_world: World) -> None:
    source = add(sqlite_world)
    with sqlite_world.db.write() as session:
        session.get_one(Source, source.id).state = SourceState.DENIED
    assert change(sqlite_world, source, key="new-key").state is SourceState.ACTIVE
