"""Find rows by what a person types on the command line: a number or a name."""

from __future__ import annotations

from sqlmodel import Session, SQLModel, select

from connectors.base import Connector
from inbox.house import House
from monitor import sources
from monitor.models import Brand, Place, Source, TeamMember


def one(session: Session, table: type[SQLModel], word: str, *, called: str) -> SQLModel:
    """The row with that number or name. Raises LookupError that names what there is."""
    rows = list(session.exec(select(table)).all())
    for row in rows:
        names = (str(getattr(row, "id", "")), getattr(row, "name", ""), getattr(row, "slug", ""),
                 getattr(row, "email", ""))
        if word in [name for name in names if name]:
            return row
    there = ", ".join(f"{getattr(row, 'id', '')} {getattr(row, 'name', '')}" for row in rows[:30])
    raise LookupError(f"There is no {called} “{word}”. There are: {there or 'none'}.")


def source(session: Session, word: str) -> Source:
    """The source with that number or name."""
    found = one(session, Source, word, called="source")
    assert isinstance(found, Source)
    return found


def brand(session: Session, word: str) -> Brand:
    """The brand with that number, name or slug; the only one when the word is empty."""
    if not word:
        brands = session.exec(select(Brand)).all()
        if len(brands) == 1:
            return brands[0]
        raise LookupError(f"Say which brand: {', '.join(row.slug for row in brands) or 'there is none yet'}.")
    found = one(session, Brand, word, called="brand")
    assert isinstance(found, Brand)
    return found


def member(session: Session, word: str) -> TeamMember:
    """The team member with that number, name or e-mail."""
    found = one(session, TeamMember, word, called="team member")
    assert isinstance(found, TeamMember)
    return found


def places(session: Session, word: str) -> list[int]:
    """The numbers of the watched places of a source, or of all sources when the word is empty."""
    statement = select(Place.id).where(Place.watched)
    if word:
        statement = statement.where(Place.source_id == source(session, word).id)
    return [number for number in session.exec(statement).all() if number is not None]


def connector(house: House, word: str) -> Connector:
    """The connector of a source, with its key."""
    with house.db.read() as session:
        row = source(session, word)
    return sources.connect(row, house.tools)
