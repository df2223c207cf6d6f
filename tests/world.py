"""Our cast: a café brand, its location, its team and one watched place, in a given database at a fixed moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from connectors.base import ItemKind
from monitor.db import Database
from monitor.models import (
    Brand,
    Customer,
    Event,
    Item,
    Location,
    Order,
    Place,
    Role,
    Source,
    TeamMember,
)

Row = TypeVar("Row", bound=SQLModel)

CALENDAR = {"days": {day: ["09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
            "holidays": ["2026-12-24", "2026-12-25"]}


def id_of(row: SQLModel) -> int:
    """The id of a stored row, which is certain and which its type only allows."""
    number = row.id  # type: ignore[attr-defined]
    assert isinstance(number, int), f"{type(row).__name__} is not stored"
    return number


class World:
    """The cast. Every row is as it stood when it was made; ``world.fresh(row)`` reads it again.

    ``anna`` is the lead, ``edgars`` the agent, ``vera`` the viewer, ``adam`` the admin.
    """

    def __init__(self, db: Database, now: datetime) -> None:
        self.db = db
        self.now = now
        self._numbers = count(1)
        with db.write() as session:
            self.brand = self._add(session, Brand(
                name="Kafe Saule", slug="kafe-saule", terms='"Kafe Saule" OR "Кафе Сауле"',
                contact="anna@kafesaule.example", signature="Anna", forbidden_words=["idiot"], calendar=CALENDAR))
            self.location = self._add(session, Location(
                brand_id=id_of(self.brand), name="Brīvības 76", city="Rīga", country="LV", address="Brīvības iela 76"))
            self.anna = self._add(session, self._member("Anna L.", Role.LEAD))
            self.edgars = self._add(session, self._member("Edgars V.", Role.AGENT))
            self.vera = self._add(session, self._member("Vera N.", Role.VIEWER))
            self.adam = self._add(session, self._member("Adam B.", Role.ADMIN))
            self.source = self._add(session, Source(
                brand_id=id_of(self.brand), kind="demo_shop", name="Atsauksmes", created_at=now - timedelta(days=90),
                settings={"site": "http://127.0.0.1:8001"}, responsible_id=self.anna.id))
            self.place = self._add(session, Place(
                source_id=id_of(self.source), location_id=self.location.id, external_id="brivibas", name="Brīvības 76"))

    @staticmethod
    def _member(name: str, role: Role) -> TeamMember:
        return TeamMember(name=name, email=f"{name.split()[0].lower()}@kafesaule.example", role=role)

    @staticmethod
    def _add(session: Session, row: Row) -> Row:
        session.add(row)
        session.flush()
        return row

    def add(self, row: Row) -> Row:
        """Store one row of any table and give it back with its id."""
        with self.db.write() as session:
            return self._add(session, row)

    def item(self, text: str = "The soup was cold.", rating: float | None = 2, *, ago: timedelta = timedelta(hours=3),
             **other: Any) -> Item:
        """A review of our place, ``ago`` before now; any column of Item may be given."""
        number = next(self._numbers)
        published_at = self.now - ago
        values: dict[str, Any] = {
            "brand_id": self.brand.id, "source_id": self.source.id, "place_id": self.place.id,
            "location_id": self.location.id, "external_id": f"r-{number}", "kind": ItemKind.REVIEW,
            "url": f"http://127.0.0.1:8001/reviews/r-{number}", "author_name": "Marta K.",
            "author_id": f"author-{number}", "rating": rating, "rating_given": rating, "text": text, "language": "en",
            "published_at": published_at, "first_seen_at": published_at, "changed_at": published_at}
        return self.add(Item(**(values | other)))

    def member(self, name: str, role: Role = Role.AGENT, **other: Any) -> TeamMember:
        """One more colleague."""
        row = self._member(name, role)
        for column, value in other.items():
            setattr(row, column, value)
        return self.add(row)

    def other_source(self, kind: str = "web_page", **other: Any) -> tuple[Source, Place]:
        """One more source of the brand with one place."""
        number = next(self._numbers)
        values: dict[str, Any] = {"brand_id": self.brand.id, "kind": kind, "name": f"{kind} {number}",
                                  "created_at": self.now - timedelta(days=30)}
        source = self.add(Source(**(values | other)))
        place = self.add(Place(source_id=id_of(source), external_id=f"place-{number}", name=f"Place {number}",
                               location_id=self.location.id))
        return source, place

    def customer(self, name: str = "Marta Kalniņa", **other: Any) -> Customer:
        """A customer card."""
        return self.add(Customer(brand_id=id_of(self.brand), name=name, created_at=self.now, **other))

    def order(self, number: str = "K-20418", **other: Any) -> Order:
        """Proof of a purchase the day before."""
        values: dict[str, Any] = {"placed_at": self.now - timedelta(days=1), "name": "Marta Kalniņa",
                                  "email": "marta@example.com", "amount": 12.4, "currency": "EUR"}
        return self.add(Order(brand_id=id_of(self.brand), number=number, **(values | other)))

    def fresh(self, row: Row) -> Row:
        """The row as it stands now."""
        with self.db.read() as session:
            found = session.get(type(row), id_of(row))
        assert found is not None, f"{type(row).__name__} {id_of(row)} is gone"
        return found

    def events(self, kind: str = "", **where: Any) -> list[Event]:
        """The history, oldest first; ``kind`` and columns narrow it (``item_id=7``)."""
        statement = select(Event).order_by(Event.id)  # type: ignore[arg-type]
        for column, value in (where | ({"kind": kind} if kind else {})).items():
            statement = statement.where(getattr(Event, column) == value)
        with self.db.read() as session:
            return list(session.exec(statement))
