"""The tables of the application: signing in, tokens, mails sent, requests already answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.db import Document, UtcDateTime, text_of


class Account(SQLModel, table=True):
    """How a team member signs in: an argon2id hash, and the settings of their screen."""

    __tablename__ = "account"
    member_id: int = Field(foreign_key="team_member.id", primary_key=True)
    password_hash: str
    theme: str = ""
    letter_keys: bool = True
    last_login_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignIn(SQLModel, table=True):
    """One signed-in browser; only the hash of its cookie is kept, and the cookie changes while it is used."""

    __tablename__ = "sign_in"
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    previous_hash: str = Field(default="", index=True)
    member_id: int = Field(foreign_key="team_member.id", index=True)
    csrf: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    rotated_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class LoginFailure(SQLModel, table=True):
    """A wrong password, counted per e-mail and per address to slow guessing down."""

    __tablename__ = "login_failure"
    id: int | None = Field(default=None, primary_key=True)
    who: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ApiToken(SQLModel, table=True):
    """A token of a team member for the API; ``scopes`` as ``items:read``, ``items:write``, ``orders:write``."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="team_member.id", index=True)
    name: str
    token_hash: str = Field(unique=True)
    scopes: list[str] = Field(default_factory=list, sa_type=Document)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AnsweredRequest(SQLModel, table=True):
    """The answer to a request with an idempotency key, given again when the request comes again."""

    __tablename__ = "answered_request"
    __table_args__ = (UniqueConstraint("scope", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    scope: str
    key: str
    body_hash: str
    status: int
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    at: datetime = Field(sa_type=UtcDateTime)


class SavedView(SQLModel, table=True):
    """A named set of filters of a member; ``query`` is the part of the address after the question mark."""

    __tablename__ = "saved_view"
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="team_member.id", index=True)
    name: str
    query: str


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    SKIPPED = "skipped"


class Delivery(SQLModel, table=True):
    """One mail to one person, once: the row exists before anything is sent and ``key`` is unique."""

    __tablename__ = "delivery"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    mail: str
    member_id: int | None = Field(default=None, foreign_key="team_member.id")
    recipient: str
    message_id: str
    state: DeliveryState = Field(default=DeliveryState.PENDING, sa_type=text_of(DeliveryState))
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    created_at: datetime = Field(sa_type=UtcDateTime)
    try_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""
