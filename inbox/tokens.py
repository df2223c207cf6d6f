"""Tokens of the API: shown once when they are made, kept as a hash, limited to scopes and to what the member may do."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox.models import ApiToken
from monitor import events
from monitor.db import Database
from monitor.models import Role, TeamMember

PREFIX = "otk_"
USE_NOTED_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token opens."""

    ITEMS_READ = "items:read"
    ITEMS_WRITE = "items:write"
    REPLIES_READ = "replies:read"
    SOURCES_READ = "sources:read"
    ORDERS_WRITE = "orders:write"


WRITING = frozenset({Scope.ITEMS_WRITE, Scope.ORDERS_WRITE})
WRITERS = frozenset({Role.ADMIN, Role.LEAD, Role.AGENT})


class BadScope(ValueError):
    """A scope that does not exist or that this member cannot give; ``key`` is a marked sentence with ``facts``."""

    def __init__(self, key: str, **facts: str) -> None:
        self.key, self.facts = key, facts
        super().__init__(key.format(**facts))


@dataclass(frozen=True)
class Bearer:
    """Who comes with a token, and what it opens for them today."""

    token_id: int
    member: TeamMember
    scopes: frozenset[Scope]


def token_hash(secret: str) -> str:
    """SHA-256: a token of 256 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def allowed(scopes: Iterable[str], role: Role) -> frozenset[Scope]:
    """The scopes that exist and that this role may use; a viewer never writes."""
    known = {Scope(scope) for scope in scopes if scope in set(Scope)}
    return frozenset(known if role in WRITERS else known - WRITING)


def create(session: Session, member_id: int, name: str, scopes: Iterable[str],
           now: datetime) -> tuple[str, ApiToken]:
    """A new token: the secret, which is never seen again, and its row. Raises BadScope and LookupError."""
    member = session.get(TeamMember, member_id)
    if member is None:
        raise LookupError(f"no team member {member_id}")
    wanted = list(dict.fromkeys(scopes))
    for scope in wanted:
        if scope not in set(Scope):
            raise BadScope(N_("There is no scope “{scope}”. There are: {known}."), scope=scope, known=", ".join(Scope))
        if not allowed([scope], member.role):
            raise BadScope(N_("A viewer cannot have the scope “{scope}”."), scope=scope)
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(member_id=member_id, name=name.strip()[:100], token_hash=token_hash(secret), scopes=wanted,
                   created_at=now)
    session.add(row)
    session.flush()
    events.record(session, "token.created", now, by_id=member_id, token_id=row.id, name=row.name, scopes=wanted)
    return secret, row


def revoke(session: Session, token_id: int, by_id: int | None, now: datetime) -> bool:
    """End a token at once; False when it does not exist or has ended before."""
    row = session.get(ApiToken, token_id)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at = now
    session.add(row)
    events.record(session, "token.revoked", now, by_id=by_id, token_id=token_id, name=row.name)
    return True


def of_member(session: Session, member_id: int) -> list[ApiToken]:
    """The tokens of a member that work, the newest first."""
    return list(session.exec(select(ApiToken).where(
        ApiToken.member_id == member_id, col(ApiToken.revoked_at).is_(None)).order_by(col(ApiToken.id).desc())))


def recognise(db: Database, secret: str, now: datetime) -> Bearer | None:
    """Who comes with this token; None when it is unknown, revoked, or its member is gone. Its use is noted."""
    if not secret.startswith(PREFIX):
        return None
    with db.read() as session:
        found = session.exec(select(ApiToken, TeamMember).join(TeamMember).where(
            ApiToken.token_hash == token_hash(secret), col(ApiToken.revoked_at).is_(None),
            col(TeamMember.active).is_(True))).first()
    if found is None:
        return None
    row, member = found
    assert row.id is not None
    if row.last_used_at is None or now - row.last_used_at >= USE_NOTED_EVERY:
        with db.write() as session:
            session.execute(update(ApiToken).where(col(ApiToken.id) == row.id).values(last_used_at=now))
    return Bearer(row.id, member, allowed(row.scopes, member.role))
