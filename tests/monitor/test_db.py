"""The door to the database keeps its promises on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import select

from monitor.db import Database, claim, upsert
from monitor.models import Brand, Source, SourceState

NAIVE = datetime(2026, 11, 18, 10, 0)  # noqa: DTZ001 - the point of the test


def brand(db: Database) -> int:
    with db.write() as session:
        row = Brand(name="Kafe Saule", slug="kafe-saule")
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def source(db: Database, created_at: datetime) -> int:
    brand_id = brand(db)
    with db.write() as session:
        row = Source(brand_id=brand_id, kind="feed", name="News", created_at=created_at)
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def test_a_time_without_zone_is_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="without zone"):
        source(db, NAIVE)


def test_a_time_comes_back_in_utc(db: Database, now: datetime) -> None:
    row_id = source(db, now)
    with db.read() as session:
        row = session.get(Source, row_id)
        assert row is not None
        assert row.created_at == now
        assert row.created_at.tzinfo is UTC


def test_only_the_first_of_two_claims_wins(db: Database, now: datetime) -> None:
    row_id = source(db, now)
    old, new = {"state": SourceState.ACTIVE}, {"state": SourceState.PAUSED}
    with db.write() as session:
        assert claim(session, Source, row_id, where=old, values=new)
    with db.write() as session:
        assert not claim(session, Source, row_id, where=old, values=new)


def test_an_error_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(RuntimeError), db.write() as session:
        session.add(Brand(name="Half", slug="half"))
        session.flush()
        raise RuntimeError
    with db.read() as session:
        assert session.exec(select(Brand)).first() is None


def test_upsert_changes_only_the_named_columns(db: Database) -> None:
    brand(db)
    row = Brand(name="New name", slug="kafe-saule", timezone="UTC").model_dump(exclude={"id"})
    with db.write() as session:
        upsert(session, Brand, [row], key=["slug"], change=["name"])
    with db.read() as session:
        found = session.exec(select(Brand)).one()
        assert (found.name, found.timezone) == ("New name", "Europe/Riga")
