"""Signed-in browsers: opened with a password, renewed while used, ended by time or by hand."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_
from sqlmodel import Session, col, select

from inbox import passwords
from inbox.models import Account, LoginFailure, SignIn
from inbox.settings import InboxSettings
from monitor.db import Database, claim
from monitor.events import record
from monitor.models import TeamMember

# Requests that were on their way while the cookie changed still carry the old one.
GRACE = timedelta(minutes=2)
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Signed:
    """Who a cookie belongs to; ``new_token`` when the browser must store another cookie."""

    sign_in: SignIn
    member: TeamMember
    account: Account
    new_token: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why somebody may not sign in: tries left, or the minutes to wait when there are none."""

    tries_left: int
    wait_minutes: int = 0


def token_hash(token: str) -> str:
    """What is stored of a token of 256 random bits; no salt is needed for so many."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(db: Database, settings: InboxSettings, email: str, password: str, address: str,
            now: datetime) -> tuple[str, SignIn] | Refusal:
    """Check e-mail and password: a new token with its row, or the refusal; wrong tries are counted."""
    who = (email.strip().lower()[:200], f"address:{address}")
    with db.read() as session:
        refusal = _refusal(session, settings, who, now)
        member = session.exec(select(TeamMember).where(func.lower(TeamMember.email) == who[0])).first()
        account = session.get(Account, member.id) if member and member.active else None
    if refusal.tries_left <= 0:
        return refusal
    right = passwords.is_right(account.password_hash if account else "", password)
    with db.write() as session:
        if not right or account is None:
            session.add_all([LoginFailure(who=each, at=now) for each in who])
            session.flush()
            return _refusal(session, settings, who, now)
        session.execute(delete(LoginFailure).where(col(LoginFailure.who) == who[0]))
        return _open(session, settings, account, now)


def _refusal(session: Session, settings: InboxSettings, who: tuple[str, str], now: datetime) -> Refusal:
    window = timedelta(minutes=settings.login_window_minutes)
    left, waits = [], [0]
    for each, limit in zip(who, (settings.login_tries, settings.login_tries_per_address), strict=True):
        tries = session.exec(select(LoginFailure.at).where(LoginFailure.who == each, LoginFailure.at > now - window)
                             .order_by(col(LoginFailure.at).desc()).limit(limit)).all()
        left.append(limit - len(tries))
        if len(tries) >= limit:
            waits.append(int((min(tries) + window - now).total_seconds() // 60) + 1)
    return Refusal(tries_left=min(left), wait_minutes=max(waits))


def _open(session: Session, settings: InboxSettings, account: Account, now: datetime) -> tuple[str, SignIn]:
    token = secrets.token_urlsafe(32)
    row = SignIn(token_hash=token_hash(token), member_id=account.member_id, csrf=secrets.token_urlsafe(24),
                 created_at=now, rotated_at=now, seen_at=now, expires_at=now + timedelta(days=settings.session_days))
    session.add(row)
    session.merge(account).last_login_at = now
    record(session, "member.signed_in", now, by_id=account.member_id)
    session.execute(delete(SignIn).where(col(SignIn.expires_at) < now))
    session.execute(delete(LoginFailure).where(col(LoginFailure.at) < now - timedelta(days=1)))
    session.flush()
    return token, row


def recognise(db: Database, settings: InboxSettings, token: str, now: datetime) -> Signed | None:
    """Who the cookie belongs to, or None; renews it after ``rotate_minutes`` of use."""
    if not token:
        return None
    hashed = token_hash(token)
    with db.read() as session:
        found = session.exec(
            select(SignIn, TeamMember, Account).join(TeamMember, col(TeamMember.id) == SignIn.member_id)
            .join(Account, col(Account.member_id) == SignIn.member_id)
            .where(or_(col(SignIn.token_hash) == hashed, col(SignIn.previous_hash) == hashed))).first()
    if found is None or not _is_alive(found[0], found[1], settings, hashed, now):
        return None
    row, member, account = found
    new_token = _renew(db, settings, row, hashed, now)
    return Signed(sign_in=row, member=member, account=account, new_token=new_token)


def _is_alive(row: SignIn, member: TeamMember, settings: InboxSettings, hashed: str, now: datetime) -> bool:
    if not member.active or row.expires_at <= now or row.seen_at + timedelta(hours=settings.session_hours) <= now:
        return False
    return row.token_hash == hashed or now - row.rotated_at <= GRACE


def _renew(db: Database, settings: InboxSettings, row: SignIn, hashed: str, now: datetime) -> str:
    is_current = row.token_hash == hashed
    if is_current and now - row.rotated_at >= timedelta(minutes=settings.rotate_minutes):
        token = secrets.token_urlsafe(32)
        with db.write() as session:
            won = claim(session, SignIn, row.id or 0, where={"token_hash": hashed},
                        values={"token_hash": token_hash(token), "previous_hash": hashed, "rotated_at": now,
                                "seen_at": now})
        return token if won else ""
    if now - row.seen_at >= SEEN_EVERY:
        with db.write() as session:
            claim(session, SignIn, row.id or 0, where={"seen_at": row.seen_at}, values={"seen_at": now})
    return ""


def sign_out(db: Database, row: SignIn, now: datetime, *, everywhere: bool = False) -> None:
    """End this sign-in, or all of its member's."""
    with db.write() as session:
        mine = col(SignIn.member_id) == row.member_id if everywhere else col(SignIn.id) == row.id
        session.execute(delete(SignIn).where(mine))
        record(session, "member.signed_out", now, by_id=row.member_id, everywhere=everywhere)


def set_password(session: Session, member_id: int, password: str, now: datetime, *, keep: int | None = None,
                 by_id: int | None = None) -> Account:
    """Give a member a password, in the caller's transaction; every sign-in but ``keep`` ends."""
    account = session.get(Account, member_id) or Account(member_id=member_id, password_hash="")
    account.password_hash = passwords.hash_password(password)
    session.add(account)
    session.execute(delete(SignIn).where(col(SignIn.member_id) == member_id, col(SignIn.id) != (keep or 0)))
    record(session, "member.password_set", now, by_id=by_id or member_id, member_id=member_id)
    return account
