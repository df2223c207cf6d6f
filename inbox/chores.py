"""The list of what is looked after, how often, and which verb of a lower floor does it."""

from __future__ import annotations

from datetime import datetime

from inbox import alerting, digest, housekeeping, mail, uploads
from inbox.house import House
from inbox.jobs import Chore, worker_name
from monitor import alerts, customers, poll
from monitor.authenticity import assess
from replies import adopt, follow_up, post, verify, work


async def poll_due(house: House, now: datetime) -> None:
    """Check the places that are due."""
    await poll.poll_due(house.tools, now, house.config.monitor.polls_at_once)


async def post_due(house: House, now: datetime) -> None:
    """Post the replies whose time to undo has ended."""
    await post.post_due(house.tools, house.config.replies, now, worker_name())


async def verify_due(house: House, now: datetime) -> None:
    """Look for posted and unsure replies on their pages."""
    await verify.verify_due(house.tools, house.config.replies, now)


def assess_due(house: House, now: datetime) -> None:
    """Give new items a customer card, then weigh their signs."""
    customers.join_due(house.db, now)
    assess.assess_due(house.tools, now)


def watch_replies(house: House, now: datetime) -> None:
    """Settle what dead workers left, adopt replies written on the platform, notice raised ratings and long silence."""
    post.recover(house.db, house.config.replies, now)
    adopt.adopt_due(house.db, now)
    follow_up.notice_ratings(house.db, now)
    follow_up.silent_due(house.db, now)
    work.wake_due(house.db, now)


def notice_alerts(house: House, now: datetime) -> None:
    """See what has to be told at once, and tell it."""
    alerts.notice(house.db, now, house.config.monitor)
    alerting.tell_due(house, now)


def send_mail(house: House, now: datetime) -> None:
    """Write the digests that are due, then send what waits."""
    digest.send_due(house, now)
    mail.send_due(house, now)


def tidy(house: House, now: datetime) -> None:
    """Remove what has expired: sign-ins, presence, answered requests, old poll runs."""
    housekeeping.tidy(house.db, now)
    uploads.tidy(house.config, now)


POLL = Chore("poll", 3, poll_due)
POST = Chore("post", 2, post_due)
VERIFY = Chore("verify", 5, verify_due)
OTHERS = (
    Chore("assess", 3, assess_due),
    Chore("watch-replies", 10, watch_replies),
    Chore("alerts", 5, notice_alerts),
    Chore("mail", 20, send_mail),
    Chore("tidy", 3600, tidy),
)
ALL = [POLL, POST, VERIFY, *OTHERS]
