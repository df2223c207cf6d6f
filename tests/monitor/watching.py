"""One watched place under test: the platform behind it, the memory before it, and polls at the word of a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import func, text
from sqlmodel import Session, SQLModel, col, select

from connectors.base import Connector
from connectors.http import Http, HttpPolicy
from monitor import poll
from monitor.db import Database
from monitor.models import Event, Item, Place, PollRun, Revision, SeenReply, Source
from monitor.settings import MonitorSettings
from monitor.tools import Tools
from monitor.vault import Vault
from tests.world import World, id_of

LOOPBACK = HttpPolicy(user_agent="Otklik/test", timeout=5, allow_hosts=("127.0.0.1",))


def tools_for(db: Database, http: Http | None = None, **settings: Any) -> Tools:
    """Tools over a database, with the way out given or one that reaches loopback only."""
    return Tools(db, Vault(Fernet.generate_key().decode()), http or Http(LOOPBACK), MonitorSettings(**settings))


class Watched:
    """The place of ``world`` asked through ``connect``; ``now`` moves on by an hour with every poll."""

    def __init__(self, world: World, connect: Callable[[Source, Tools], Connector], http: Http | None = None,
                 **settings: Any) -> None:
        self.world = world
        self.db = world.db
        self.connect = connect
        self.tools = tools_for(world.db, http, **settings)
        self.now = world.now
        self.place_id = id_of(world.place)

    async def poll(self, *, sweep: bool = False, **other: Any) -> PollRun:
        """Ask once."""
        self.now += timedelta(hours=1)
        return await poll.poll_place(self.place_id, self.tools, self.now, sweep=sweep, connect=self.connect, **other)

    def items(self, **where: Any) -> list[Item]:
        """Items in the order of their ids."""
        with self.db.read() as session:
            statement = select(Item).order_by(col(Item.id))
            for name, value in where.items():
                statement = statement.where(getattr(Item, name) == value)
            return list(session.exec(statement).all())

    def item(self, external_id: str) -> Item:
        """The one item with this id on the platform."""
        [found] = self.items(external_id=external_id)
        return found

    def place(self) -> Place:
        """The place as it stands."""
        with self.db.read() as session:
            return session.get_one(Place, self.place_id)

    def change(self, external_id: str, **columns: Any) -> None:
        """What the upper floors would write on an item."""
        with self.db.write() as session:
            row = session.exec(select(Item).where(Item.external_id == external_id)).one()
            for name, value in columns.items():
                setattr(row, name, value)
            session.add(row)

    def kinds(self) -> list[str]:
        """Kinds of all events, in order."""
        with self.db.read() as session:
            return list(session.exec(select(Event.kind).order_by(col(Event.id))).all())

    def rows(self) -> dict[str, int]:
        """How many rows each table of the memory holds, the log of polls aside."""
        tables: list[type[SQLModel]] = [Item, Revision, Event, SeenReply, Place]
        with self.db.read() as session:
            return {table.__name__: _count(session, table) for table in tables}


def _count(session: Session, table: type[SQLModel]) -> int:
    return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def refuse(db: Database, word: str) -> None:
    """Make the database refuse every item whose text contains ``word``."""
    with db.write() as session:
        if db.is_sqlite:
            session.execute(text(f"CREATE TRIGGER refuse_{word} BEFORE INSERT ON item WHEN NEW.text LIKE '%{word}%' "
                                 f"BEGIN SELECT RAISE(ABORT, 'refused by a rule'); END"))
        else:
            session.execute(text(f"ALTER TABLE item ADD CONSTRAINT refuse_{word} CHECK (text NOT LIKE '%{word}%')"))


def accept(db: Database, word: str) -> None:
    """Take ``refuse`` back."""
    with db.write() as session:
        session.execute(text(f"DROP TRIGGER refuse_{word}" if db.is_sqlite
                             else f"ALTER TABLE item DROP CONSTRAINT refuse_{word}"))
