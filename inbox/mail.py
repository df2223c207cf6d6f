"""Send what lies in the outbox, each mail to its reader once, whatever breaks on the way.

A mail is claimed (``sending``), its whole content is sent, and only then, before the final dot that makes the server
take it, its row says ``in_doubt``. A clear answer turns that into ``sent`` or back into a try; without one it stays in
doubt, is shown, and never goes out again by itself. A worker that dies earlier leaves ``sending``, and since the server
cannot have taken that mail, it is tried again after ``LEASE``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox import deliveries, digest, letters
from inbox.formats import Formats
from inbox.house import House
from inbox.letters import Letter
from inbox.mail_server import NoAnswer, Notice, NotTaken, hand_over, unnoticed
from inbox.models import Delivery, DeliveryState
from monitor.db import claim
from monitor.models import TeamMember
from monitor.vault import VaultLocked

log = logging.getLogger("inbox.mail")
LEASE = timedelta(minutes=15)
AT_ONCE = 50
WAITING = (DeliveryState.PENDING, DeliveryState.SENDING)
IN_DOUBT = N_("The mail server gave no clear answer: {error}. The mail may have arrived.")


def send_due(house: House, now: datetime, notice: Notice = unnoticed) -> int:
    """Send what waits in the outbox; returns how many mails a server took. Without a mail server nothing is tried."""
    if not house.config.inbox.mail.host:
        return 0
    with house.db.read() as session:
        due = session.exec(select(Delivery.id).where(
            col(Delivery.state).in_(WAITING), col(Delivery.try_after) <= now,
        ).order_by(col(Delivery.try_after), col(Delivery.id)).limit(AT_ONCE)).all()
    return sum(send(house, row_id, now, notice) for row_id in due if row_id is not None)


def send(house: House, row_id: int, now: datetime, notice: Notice = unnoticed) -> bool:
    """Try one mail: 1. claim the row, 2. write the letter, 3. send it all but the end, 4. note the doubt, 5. end it,
    6. note the answer. True when the server took it."""
    with house.db.write() as session:
        row = session.get(Delivery, row_id)
        if row is None or not _claim(session, row, now):
            return False
    notice("claimed")
    letter = _letter(house, row, now)
    if letter is None:
        return False
    try:
        _talk(house, row, letter, notice)
    except NotTaken as error:
        _not_taken(house, row, error, now)
        return False
    except NoAnswer as error:
        log.warning("mail %s to %s is in doubt: %s", row.mail, row.recipient, error)
        _note(house, row, DeliveryState.IN_DOUBT, {"error": IN_DOUBT.format(error=error)})
        return False
    data = {} if "sealed" in row.data else row.data
    return _note(house, row, DeliveryState.SENT, {"sent_at": now, "error": "", "data": data})


def _claim(session: Session, row: Delivery, now: datetime) -> bool:
    """Take a waiting mail; the number of tries in the condition lets exactly one worker win."""
    assert row.id is not None
    if row.state not in WAITING or (row.try_after is not None and row.try_after > now):
        return False
    won = claim(session, Delivery, row.id, where={"state": row.state, "tries": row.tries},
                values={"state": DeliveryState.SENDING, "tries": row.tries + 1, "try_after": now + LEASE})
    session.refresh(row)
    return won


def _letter(house: House, row: Delivery, now: datetime) -> Letter | None:
    """The letter; None when it is not to be sent any more, which its row then tells."""
    with house.db.read() as session:
        member = session.get(TeamMember, row.member_id)
    if member is None or not member.active:
        _end(house, row, DeliveryState.SKIPPED, N_("This colleague no longer receives mails."))
        return None
    try:
        data = deliveries.opened(house.vault, row.data)
    except VaultLocked as error:
        _end(house, row, DeliveryState.FAILED, str(error))
        return None
    return compose(house, row.mail, data, member, now)


def compose(house: House, mail: str, data: Mapping[str, Any], member: TeamMember, now: datetime) -> Letter:
    """The mail as this member reads it: their language, their zone."""
    if mail == "digest":
        return digest.compose(house, data, member, now)
    formats = Formats(member.language, member.timezone, now)
    inbox = house.config.inbox
    return letters.write(mail, formats, {"product": inbox.name, "address": inbox.address, "name": member.name, **data})


def _talk(house: House, row: Delivery, letter: Letter, notice: Notice) -> None:
    settings = house.config.inbox.mail
    try:
        content = letters.message(letter, sender=settings.sender, recipient=row.recipient, message_id=row.message_id,
                                  at=row.created_at).as_bytes()
        sender = letters.address(settings.sender).addr_spec
        recipient = letters.address(row.recipient).addr_spec
    except ValueError as error:
        raise NotTaken(str(error), later=False) from error
    hand_over(settings, sender, recipient, content, lambda: _doubt(house, row), notice)


def _doubt(house: House, row: Delivery) -> bool:
    assert row.id is not None
    with house.db.write() as session:
        return claim(session, Delivery, row.id, where={"state": DeliveryState.SENDING, "tries": row.tries},
                     values={"state": DeliveryState.IN_DOUBT})


def _note(house: House, row: Delivery, state: DeliveryState, values: Mapping[str, Any]) -> bool:
    """Write what the server said about a mail in doubt."""
    assert row.id is not None
    with house.db.write() as session:
        return claim(session, Delivery, row.id, where={"state": DeliveryState.IN_DOUBT, "tries": row.tries},
                     values={"state": state, **values})


def _not_taken(house: House, row: Delivery, error: NotTaken, now: datetime) -> None:
    """Try again later, each wait twice as long; give up when it cannot help or was tried often enough."""
    settings = house.config.inbox.mail
    if not error.later or row.tries >= settings.max_tries:
        log.error("mail %s to %s is given up: %s", row.mail, row.recipient, error)
        _end(house, row, DeliveryState.FAILED, error.says)
        return
    wait = timedelta(minutes=settings.retry_minutes * 2 ** (row.tries - 1))
    log.warning("mail %s to %s waits %s: %s", row.mail, row.recipient, wait, error)
    _end(house, row, DeliveryState.PENDING, error.says, try_after=now + wait)


def _end(house: House, row: Delivery, state: DeliveryState, error: str, **values: Any) -> None:
    assert row.id is not None
    with house.db.write() as session:
        for before in (DeliveryState.SENDING, DeliveryState.IN_DOUBT):
            claim(session, Delivery, row.id, where={"state": before, "tries": row.tries},
                  values={"state": state, "error": error, **values})
