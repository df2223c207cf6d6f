"""Who speaks and who answers: brands, locations, team members, customers and their orders."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.db import Document, UtcDateTime, text_of


class Role(StrEnum):
    ADMIN = "admin"
    LEAD = "lead"
    AGENT = "agent"
    VIEWER = "viewer"


class IdentityKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    PLATFORM = "platform"


class Brand(SQLModel, table=True):
    """A company or label whose reputation is looked after.

    ``terms`` is the mention query (AND, OR, NOT, phrases). ``calendar`` holds working hours and holidays:
    ``{"days": {"mon": ["09:00", "18:00"]}, "holidays": ["2026-12-24"]}``. ``tone`` is personal or businesslike.
    A reply is due within ``reply_hours`` working hours, within ``urgent_hours`` when the rating is low or
    ``urgent_terms`` (in the form of ``terms``) match.
    The weekly digest goes out on ``digest_weekday`` (0 is Monday) at ``digest_hour`` on the clock of each recipient.
    """

    __tablename__ = "brand"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    slug: str = Field(unique=True)
    timezone: str = "Europe/Riga"
    language: str = "en"
    terms: str = ""
    tone: str = "personal"
    forbidden_words: list[str] = Field(default_factory=list, sa_type=Document)
    contact: str = ""
    signature: str = ""
    colour: str = "#f2c14e"
    reply_hours: float = 8
    urgent_hours: float = 4
    urgent_terms: str = ""
    calendar: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    digest_weekday: int = 0
    digest_hour: int = 8


class Location(SQLModel, table=True):
    __tablename__ = "location"
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    name: str
    city: str = ""
    country: str = ""
    address: str = ""
    responsible_id: int | None = Field(default=None, foreign_key="team_member.id")


class TeamMember(SQLModel, table=True):
    """A colleague: who may do what, in which language and time zone they read. Signing in is the inbox's matter."""

    __tablename__ = "team_member"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    email: str = Field(unique=True)
    role: Role = Field(default=Role.AGENT, sa_type=text_of(Role))
    language: str = "en"
    timezone: str = "Europe/Riga"
    active: bool = True
    digest: bool = True


class Customer(SQLModel, table=True):
    """The card that joins one person's items, orders and contacts; a merged card points to the one that stays."""

    __tablename__ = "customer"
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    name: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    merged_into_id: int | None = Field(default=None, foreign_key="customer.id", index=True)


class CustomerIdentity(SQLModel, table=True):
    """One way to recognise a customer: a normalised e-mail, phone, or ``kind:author id`` of a platform."""

    __tablename__ = "customer_identity"
    __table_args__ = (UniqueConstraint("brand_id", "kind", "value"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    customer_id: int = Field(foreign_key="customer.id", index=True)
    kind: IdentityKind = Field(sa_type=text_of(IdentityKind))
    value: str


class CustomerMerge(SQLModel, table=True):
    """What a merge moved, so that it can be undone: ids of the identities, items and orders that changed card."""

    __tablename__ = "customer_merge"
    id: int | None = Field(default=None, primary_key=True)
    kept_id: int = Field(foreign_key="customer.id", index=True)
    merged_id: int = Field(foreign_key="customer.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by_id: int | None = Field(default=None, foreign_key="team_member.id")
    moved: dict[str, list[int]] = Field(default_factory=dict, sa_type=Document)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Order(SQLModel, table=True):
    """Proof of a purchase, imported or pushed; amounts are in the currency named."""

    __tablename__ = "customer_order"
    __table_args__ = (UniqueConstraint("brand_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    number: str
    placed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    name: str = ""
    email: str = Field(default="", index=True)
    phone: str = Field(default="", index=True)
    city: str = ""
    product: str = ""
    amount: float | None = None
    currency: str = ""
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
