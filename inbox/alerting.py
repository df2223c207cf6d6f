"""Tell what ``monitor.alerts`` wrote down: by mail to team members, through ``apprise`` to any of its targets.

At least once: a worker that dies while telling leaves its alerts to the next one after ``LEASE``; mails are queued in
the transaction that marks the alerts, so they go out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from inbox import deliveries
from inbox.formats import Formats
from inbox.house import House
from inbox.i18n import translator
from monitor import alerts
from monitor.models import Alert, AlertRule, AlertState, Brand, Item, Place, Source, TeamMember

LEASE = timedelta(minutes=10)
MOST_TRIES = 6
SHOWN = 10
LONGEST_TEXT = 280
Facts = dict[str, Any]


def tell_due(house: House, now: datetime) -> int:
    """Tell what waits, each rule in one message; the number of alerts told."""
    with house.db.write() as session:
        _take_up_again(session, now)
        waiting = alerts.ready(session, now)
        told = [told for rule_id, rows in waiting.items() if (told := _begin(session, house, rule_id, rows, now))]
    for rule, brand, rows, facts in told:
        _finish(house, rows, notify(house, rule, brand, facts, now), now)
    return sum(len(rows) for _rule, _brand, rows, _facts in told)


def _take_up_again(session: Session, now: datetime) -> None:
    """What a dead worker left, and what failed, waits again; failures with growing pauses, not for ever."""
    statement = select(Alert).where(col(Alert.state).in_((AlertState.SENDING, AlertState.FAILED)))
    for row in session.exec(statement.where(col(Alert.sent_at) < now - timedelta(minutes=1)).limit(500)).all():
        assert row.sent_at is not None
        tries = int(row.data.get("tries", 1))
        pause = LEASE if row.state == AlertState.SENDING else timedelta(minutes=2**tries)
        if tries < MOST_TRIES and row.sent_at < now - pause:
            row.state, row.sent_at = AlertState.PENDING, None
            session.add(row)


def _begin(session: Session, house: House, rule_id: int, rows: Sequence[Alert],
           now: datetime) -> tuple[AlertRule, Brand, Sequence[Alert], list[Facts]] | None:
    rule = session.get(AlertRule, rule_id)
    brand = session.get(Brand, rule.brand_id) if rule else None
    if rule is None or brand is None:
        return None
    facts = _facts(session, rule, brand, rows)
    for member_id in rule.mail_to:
        member = session.get(TeamMember, member_id)
        if member is not None and member.active:
            _queue_mails(session, house, rule, member, rows, facts, now)
    tries = {row.id: int(row.data.get("tries", 0)) + 1 for row in rows}
    for row in rows:
        row.state, row.sent_at, row.data = AlertState.SENDING, now, {"tries": tries[row.id]}
        session.add(row)
    return rule, brand, rows, facts


def _facts(session: Session, rule: AlertRule, brand: Brand, rows: Sequence[Alert]) -> list[Facts]:
    """What the message shows, as JSON: broken places one by one, items together."""
    places = [row.place_id for row in rows if row.place_id is not None]
    items = [row.item_id for row in rows if row.item_id is not None]
    found = [_broken(place, source) for place, source in session.exec(
        select(Place, Source).join(Source).where(col(Place.id).in_(places))).all()]
    if items:
        found.append(_heard(session, rule, brand, items))
    return found


def _broken(place: Place, source: Source) -> Facts:
    return {"mail": "source_broken", "place": f"{source.name}: {place.name}", "failures": place.failures,
            "key": place.last_error, "facts": place.last_facts, "path": f"/sources/{source.id}",
            "source": source.name,
            "since": (place.failing_since or place.last_poll_at or source.created_at).isoformat()}


def _heard(session: Session, rule: AlertRule, brand: Brand, item_ids: Sequence[int]) -> Facts:
    statement = select(Item, Source.name).join(Source).where(col(Item.id).in_(item_ids))
    rows = session.exec(statement.order_by(col(Item.published_at).desc()).limit(SHOWN)).all()
    items = [{"author": item.author_name, "rating": item.rating, "source": source, "language": item.language,
              "published_at": item.published_at.isoformat(), "path": f"/c/{item.id}",
              "text": f"{item.title} {item.text}".strip()[:LONGEST_TEXT]} for item, source in rows]
    return {"mail": "alert", "brand": brand.name, "rule": rule.name, "items": items, "total": len(item_ids),
            "path": f"/inbox?brand={brand.id}"}


def _queue_mails(session: Session, house: House, rule: AlertRule, member: TeamMember, rows: Sequence[Alert],
                 facts: Sequence[Facts], now: datetime) -> None:
    for number, one in enumerate(facts):
        data = {name: value for name, value in one.items() if name != "mail"}
        deliveries.write(session, house.config.inbox.mail, one["mail"], member,
                         f"{one['mail']}:{rule.id}:{rows[0].id}:{number}:{member.id}", now, data)


def notify(house: House, rule: AlertRule, brand: Brand, facts: Sequence[Facts], now: datetime) -> str:
    """Send to the rule's apprise targets, in the brand's language; "" or what failed, without addresses."""
    targets: list[str] = house.vault.open(rule.targets) or []
    for one in facts if targets else ():
        if not send(targets, *worded(house, brand, one, now)):
            return "a target did not take the message"
    return ""


def send(targets: Sequence[str], title: str, body: str) -> bool:
    """Send a plain text to apprise targets; True when every one of them took it."""
    import apprise

    service = apprise.Apprise()
    known = [service.add(target) for target in targets]
    return bool(known) and all(known) and bool(service.notify(
        title=title, body=body, notify_type=apprise.NotifyType.WARNING, body_format=apprise.NotifyFormat.TEXT))


def masked(target: str) -> str:
    """An apprise address without its secrets, for a page; "" when apprise does not know such an address."""
    import apprise

    known: Any = apprise.Apprise.instantiate(target)
    return str(known.url(privacy=True)) if known else ""


def worded(house: House, brand: Brand, facts: Facts, now: datetime) -> tuple[str, str]:
    """Title and plain text of one message in the brand's language."""
    words = translator(brand.language)
    address = house.config.inbox.address
    if facts["mail"] == "source_broken":
        title = words.ngettext("%(n)s check of %(place)s failed.", "%(n)s checks of %(place)s in a row failed.",
                               facts["failures"], place=facts["place"])
        return title, f"{words.says(facts['key'], facts['facts'])}\n{address}{facts['path']}"
    title = words.ngettext("%(n)s new item under “%(rule)s”", "%(n)s new items under “%(rule)s”", facts["total"],
                           rule=facts["rule"])
    shown = Formats(brand.language, brand.timezone, now)
    lines = [f"{_stars(shown, item['rating'])}{item['author'] or words._('Anonymous')}, {item['source']}: "
             f"{item['text']}\n{address}{item['path']}" for item in facts["items"]]
    return f"{brand.name}: {title}", "\n\n".join(lines)


def _stars(shown: Formats, rating: float | None) -> str:
    return "" if rating is None else f"{shown.number(rating)}★ "


def _finish(house: House, rows: Sequence[Alert], error: str, now: datetime) -> None:
    state = AlertState.FAILED if error else AlertState.SENT
    with house.db.write() as session:
        session.execute(update(Alert).where(col(Alert.id).in_([row.id for row in rows])).values(
            state=state, sent_at=now, error=error))
