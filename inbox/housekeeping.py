"""Remove what has expired; nothing that was heard or said is ever removed here."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col

from inbox.models import AnsweredRequest, LoginFailure, SignIn
from monitor.db import Database
from monitor.models import PollRun
from replies.models import DraftLock, Presence

POLL_RUNS_KEPT = timedelta(days=90)
REQUESTS_KEPT = timedelta(days=7)
FAILURES_KEPT = timedelta(days=1)


def tidy(db: Database, now: datetime) -> None:
    """Delete expired sign-ins, presence and locks, requests answered a week ago, poll runs older than 90 days."""
    with db.write() as session:
        session.execute(delete(SignIn).where(col(SignIn.expires_at) < now))
        session.execute(delete(LoginFailure).where(col(LoginFailure.at) < now - FAILURES_KEPT))
        session.execute(delete(AnsweredRequest).where(col(AnsweredRequest.at) < now - REQUESTS_KEPT))
        session.execute(delete(PollRun).where(col(PollRun.started_at) < now - POLL_RUNS_KEPT))
        session.execute(delete(DraftLock).where(col(DraftLock.until) < now))
        session.execute(delete(Presence).where(col(Presence.seen_at) < now - FAILURES_KEPT))
