"""Who else looks at an item now, and what they are doing there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from monitor.db import upsert
from monitor.models import TeamMember
from replies.models import Presence
from replies.settings import RepliesSettings

DOINGS = ("reading", "reply", "note")


@dataclass(frozen=True)
class Here:
    """One colleague at an item; ``doing`` is reading, reply or note."""

    member_id: int
    name: str
    doing: str
    seen_at: datetime


def seen(session: Session, item_id: int, member_id: int, doing: str, now: datetime) -> None:
    """Note that a member is at the item; an unknown ``doing`` counts as reading."""
    doing = doing if doing in DOINGS else "reading"
    upsert(session, Presence, [{"item_id": item_id, "member_id": member_id, "doing": doing, "seen_at": now}],
           key=["item_id", "member_id"], change=["doing", "seen_at"])


def who(session: Session, item_id: int, now: datetime, settings: RepliesSettings) -> list[Here]:
    """Everybody who was at the item within the last ``presence_seconds``, those who write first."""
    since = now - timedelta(seconds=settings.presence_seconds)
    rows = session.exec(select(Presence, TeamMember).join(TeamMember, col(TeamMember.id) == col(Presence.member_id))
                        .where(Presence.item_id == item_id, col(Presence.seen_at) > since)).all()
    here = [Here(presence.member_id, member.name, presence.doing, presence.seen_at) for presence, member in rows]
    return sorted(here, key=lambda one: (one.doing == "reading", one.name))
