"""Sources and the places watched inside them: add, change, pause, open the connector; secrets stay in the vault."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError
from sqlalchemy import update as update_rows
from sqlmodel import Session, col, select

import connectors
from connectors import base
from connectors.errors import N_, AccessDenied, NotSupported
from monitor import events
from monitor.models import Place, Source, SourceState
from monitor.tools import Tools
from monitor.vault import Vault

MASK = "••••••••"


class UnknownKind(NotSupported):
    """No connector of this kind is installed."""


def platform(kind: str) -> type[base.Connector]:
    """The connector class of a kind. Raises UnknownKind."""
    found = connectors.kinds().get(kind)
    if found is None:
        raise UnknownKind(N_("No connector “{kind}” is installed here. Install it again or remove the source."),
                          kind=kind)
    return found


def secret_names(settings: type[BaseModel]) -> set[str]:
    """The fields of a settings class that only the vault may hold."""
    return {name for name, field in settings.model_fields.items()
            if {SecretStr, SecretBytes} & {field.annotation, *get_args(field.annotation)}}


def checked(kind: str, values: Mapping[str, Any]) -> BaseModel:
    """The values as the settings of the kind. Raises UnknownKind, and pydantic's ValidationError for the form."""
    return platform(kind).Settings.model_validate(dict(values))


def _apart(settings: BaseModel, vault: Vault) -> tuple[dict[str, Any], str]:
    """Plain settings as JSON, and the secret ones locked away."""
    secret = secret_names(type(settings))
    values = {name: getattr(settings, name) for name in secret}
    opened = {name: value.get_secret_value() for name, value in values.items() if isinstance(value, SecretStr)}
    return settings.model_dump(mode="json", exclude=secret), vault.lock(opened) if opened else ""


def add(session: Session, brand_id: int, kind: str, name: str, values: Mapping[str, Any], vault: Vault, now: datetime,
        by_id: int | None, *, interval_minutes: int | None = None, cron: str = "",
        responsible_id: int | None = None) -> Source:
    """A new source, watched from now on. Raises UnknownKind and pydantic's ValidationError."""
    plain, locked = _apart(checked(kind, values), vault)
    source = Source(brand_id=brand_id, kind=kind, name=name, settings=plain, secrets=locked, cron=cron,
                    responsible_id=responsible_id, created_at=now)
    if interval_minutes is not None:
        source.interval_minutes = interval_minutes
    session.add(source)
    session.flush()
    events.record(session, "source.added", now, by_id=by_id, brand_id=brand_id, source_id=source.id, kind_of=kind)
    return source


def update(session: Session, source: Source, values: Mapping[str, Any], vault: Vault, now: datetime,
           by_id: int | None, *, name: str | None = None) -> Source:
    """New settings; a secret left empty or masked keeps its old value. A source whose key was refused is tried again.

    Raises UnknownKind, VaultLocked and pydantic's ValidationError.
    """
    secret = secret_names(platform(source.kind).Settings)
    kept = vault.open(source.secrets) or {} if any(values.get(one) in (None, "", MASK) for one in secret) else {}
    given = {key: value for key, value in values.items() if key not in secret or value not in (None, "", MASK)}
    old = source.settings
    source.settings, source.secrets = _apart(checked(source.kind, {**kept, **given}), vault)
    source.name = name or source.name
    if source.state is SourceState.DENIED:
        source.state = SourceState.ACTIVE
        _poll_soon(session, source, now)
    changed = sorted({key for key in {*old, *source.settings} if old.get(key) != source.settings.get(key)}
                     | (secret & set(given)))
    session.add(source)
    events.record(session, "source.changed", now, by_id=by_id, brand_id=source.brand_id, source_id=source.id,
                  changed=changed)
    return source


def pause(session: Session, source: Source, now: datetime, by_id: int | None) -> None:
    """Stop asking the platform until a person resumes it; what was heard stays."""
    _turn(session, source, SourceState.PAUSED, "source.paused", now, by_id)


def resume(session: Session, source: Source, now: datetime, by_id: int | None) -> None:
    """Ask the platform again, at the next tick."""
    if _turn(session, source, SourceState.ACTIVE, "source.resumed", now, by_id):
        _poll_soon(session, source, now)


def _turn(session: Session, source: Source, state: SourceState, kind: str, now: datetime, by_id: int | None) -> bool:
    if source.state is state:
        return False
    source.state = state
    session.add(source)
    events.record(session, kind, now, by_id=by_id, brand_id=source.brand_id, source_id=source.id)
    return True


def _poll_soon(session: Session, source: Source, now: datetime) -> None:
    session.flush()
    session.execute(update_rows(Place).where(col(Place.source_id) == source.id).values(next_poll_at=now))


def settings_of(source: Source, vault: Vault) -> BaseModel:
    """The whole settings of a source, secrets opened.

    Raises UnknownKind, VaultLocked, and AccessDenied when the stored settings no longer fit the connector.
    """
    kind = platform(source.kind)
    values = {**source.settings, **(vault.open(source.secrets) or {})}
    try:
        return kind.Settings.model_validate(values)
    except ValidationError as error:
        fields = ", ".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})) or kind.label
        raise AccessDenied(N_("The settings of this source do not fit any more: {fields}. Open the source and save "
                              "them again."), fields=fields) from None


def shown_settings(source: Source) -> dict[str, Any]:
    """The settings for a page: secrets that are set appear as dots, and never leave the server."""
    secret = secret_names(platform(source.kind).Settings)
    return {**source.settings, **dict.fromkeys(sorted(secret), MASK if source.secrets else "")}


def connect(source: Source, tools: Tools) -> base.Connector:
    """The connector of a source, ready to ask. Raises what ``settings_of`` raises."""
    return platform(source.kind)(settings_of(source, tools.vault), tools.http)


def watch(session: Session, source: Source, place: base.Place, now: datetime, by_id: int | None = None, *,
          location_id: int | None = None, competitor: bool = False) -> Place:
    """Watch a place of the source from now on; one that is known already is taken up again."""
    assert source.id is not None
    known = select(Place).where(Place.source_id == source.id, Place.external_id == place.external_id)
    row = session.exec(known).first()
    if row is not None and row.watched:
        return row
    if row is None:
        row = Place(source_id=source.id, external_id=place.external_id, name=place.name, url=place.url)
    row.name, row.url, row.watched, row.next_poll_at = place.name, place.url, True, now
    row.location_id, row.competitor = location_id or row.location_id, competitor or row.competitor
    session.add(row)
    session.flush()
    events.record(session, "place.watched", now, by_id=by_id, brand_id=source.brand_id, source_id=source.id,
                  place_id=row.id, name=place.name)
    return row


def unwatch(session: Session, source: Source, place: Place, now: datetime, by_id: int | None = None) -> None:
    """Stop watching a place; its items stay."""
    if not place.watched:
        return
    place.watched = False
    session.add(place)
    events.record(session, "place.unwatched", now, by_id=by_id, brand_id=source.brand_id, source_id=source.id,
                  place_id=place.id, name=place.name)


def as_place(row: Place) -> base.Place:
    """The place as its connector knows it."""
    return base.Place(external_id=row.external_id, name=row.name, url=row.url)
