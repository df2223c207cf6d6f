"""Put mails into the outbox: one row per mail, written before anything is sent, its key unique for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from sqlmodel import Session, select

from inbox.models import Delivery, DeliveryState
from inbox.settings_mail import MailSettings
from monitor.db import upsert
from monitor.models import TeamMember
from monitor.vault import Vault


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a mail: the same at every try, so that a mail program can drop a double by itself."""
    host = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"


def write(session: Session, settings: MailSettings, mail: str, member: TeamMember, key: str, now: datetime,
          data: Mapping[str, Any]) -> bool:
    """Queue the mail ``mail`` (a folder of ``inbox/emails``) for a member; False when ``key`` was queued before.

    ``data`` is what its templates show, as JSON. What must not be read from the database belongs through ``sealed``.
    """
    assert member.id is not None
    return _insert(session, settings, mail, key, now, data, member.email, member.id)


def sealed(vault: Vault, data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` for a mail that carries a secret, such as a link to choose a password."""
    return {"sealed": vault.lock(dict(data))}


def opened(vault: Vault, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a delivery, whether sealed or not."""
    return dict(vault.open(data["sealed"])) if "sealed" in data else dict(data)


def _insert(session: Session, settings: MailSettings, mail: str, key: str, now: datetime, data: Mapping[str, Any],
            recipient: str, member_id: int) -> bool:
    if session.exec(select(Delivery.id).where(Delivery.key == key)).first() is not None:
        return False
    row = {"key": key, "mail": mail, "member_id": member_id, "recipient": recipient, "data": dict(data),
           "message_id": message_id(key, settings.sender), "created_at": now, "try_after": now,
           "state": DeliveryState.PENDING, "tries": 0, "error": ""}
    upsert(session, Delivery, [row], key=("key",))
    return True
