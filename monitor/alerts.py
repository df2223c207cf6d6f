"""Who hears of it at once: read new history, compare it with the rules, write down what has to be told.

Telling is the inbox's matter (it knows languages and mails). A rule tells its first item at once and collects the rest
until its repeat window ends, so nobody is flooded and nothing is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from connectors.base import Channel
from monitor.db import Database, upsert
from monitor.mentions import BadTerms, compile_terms
from monitor.models import Alert, AlertRule, AlertState, Event, EventReader, Item, Place, Source
from monitor.settings import MonitorSettings

READER = "alerts"
OVERLAP = 1000
AT_ONCE = 2000
ITEM_EVENTS = ("item.heard", "item.edited", "item.assessed")
ITEM_COLUMNS = (Item.id, Item.brand_id, Item.source_id, Item.place_id, Item.rating, Item.score, Item.title, Item.text,
                Item.aside, Item.competitor, Item.published_at, Item.channel)


@dataclass(frozen=True)
class Heard:
    """What a rule looks at in an item."""

    item_id: int
    brand_id: int
    source_id: int
    place_id: int
    rating: float | None
    score: int | None
    title: str
    text: str
    aside: bool
    competitor: bool
    published_at: datetime
    channel: Channel


def wants(rule: AlertRule, heard: Heard) -> bool:
    """True when all conditions of an item rule hold; a rule about broken sources wants no item. Pure."""
    when = rule.when
    if when.get("broken_source") or heard.aside or heard.competitor or heard.brand_id != rule.brand_id:
        return False
    if when.get("sources") and heard.source_id not in when["sources"]:
        return False
    if when.get("max_rating") is not None and (heard.rating is None or heard.rating > when["max_rating"]):
        return False
    if when.get("min_score") is not None and (heard.score is None or heard.score < when["min_score"]):
        return False
    return _words_match(when.get("words", ""), f"{heard.title}\n{heard.text}")


def _words_match(terms: str, text: str) -> bool:
    try:
        return compile_terms(terms).matches(text)
    except BadTerms:
        return False


def broken_key(place: Place, now: datetime) -> str:
    """One alert when a place breaks and one on each further day; mended and broken again is a new story. Pure."""
    assert place.failing_since is not None
    days = (now - place.failing_since) // timedelta(days=1)
    return f"place:{place.id}:{place.failing_since.isoformat()}:{days}"


def notice(db: Database, now: datetime, settings: MonitorSettings) -> int:
    """Write down what has to be told; the number of new alerts. Safe to repeat: the key of an alert is unique."""
    with db.write() as session:
        rules = session.exec(select(AlertRule).where(AlertRule.active)).all()
        before = _count(session)
        _notice_items(session, rules, now)
        _notice_broken(session, [rule for rule in rules if rule.when.get("broken_source")], now, settings)
        return _count(session) - before


def _count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Alert)).one()


def _notice_items(session: Session, rules: Sequence[AlertRule], now: datetime) -> None:
    reader = session.get(EventReader, READER) or EventReader(name=READER)
    statement = select(Event.id, Event.item_id).where(
        # Events of transactions that were still open when we read last have lower numbers: look back a little.
        col(Event.id) > reader.event_id - OVERLAP, col(Event.kind).in_(ITEM_EVENTS)).order_by(col(Event.id))
    events = session.exec(statement.limit(AT_ONCE + OVERLAP)).all()
    if not events:
        return
    item_ids = {item_id for _event_id, item_id in events if item_id is not None}
    rows = session.execute(select(*ITEM_COLUMNS).where(col(Item.id).in_(item_ids)))  # type: ignore[call-overload]
    alerts = [_alert(rule, f"item:{heard.item_id}", now, item_id=heard.item_id)
              for heard in (Heard(*row) for row in rows) for rule in rules
              if wants(rule, heard) and heard.published_at > now - timedelta(days=7)]
    upsert(session, Alert, alerts, key=["rule_id", "key"])
    newest = max(event_id for event_id, _item_id in events if event_id is not None)
    reader.event_id = max(reader.event_id, newest)
    session.add(reader)


def _notice_broken(session: Session, rules: Sequence[AlertRule], now: datetime, settings: MonitorSettings) -> None:
    statement = select(Place, Source.brand_id).join(Source).where(
        Place.watched, col(Place.failing_since).is_not(None), Place.failures >= settings.alert_after_failures)
    broken = session.exec(statement).all()
    upsert(session, Alert, [_alert(rule, broken_key(place, now), now, place_id=place.id)
                            for place, brand_id in broken for rule in rules if rule.brand_id == brand_id],
           key=["rule_id", "key"])


def _alert(rule: AlertRule, key: str, now: datetime, *, item_id: int | None = None,
           place_id: int | None = None) -> dict[str, object]:
    return {"rule_id": rule.id, "key": key, "item_id": item_id, "place_id": place_id, "data": {},
            "state": AlertState.PENDING, "at": now, "error": ""}


def ready(session: Session, now: datetime) -> dict[int, list[Alert]]:
    """What may be told now, by rule: nothing within the repeat window of what the rule told last."""
    last_told = dict(session.exec(select(Alert.rule_id, func.max(Alert.sent_at)).group_by(col(Alert.rule_id))).all())
    waiting: dict[int, list[Alert]] = {}
    statement = select(Alert, AlertRule).join(AlertRule).where(Alert.state == AlertState.PENDING)
    for alert, rule in session.exec(statement.order_by(col(Alert.id)).limit(AT_ONCE)).all():
        told = last_told.get(alert.rule_id)
        if told is None or now >= told + timedelta(minutes=rule.repeat_minutes):
            waiting.setdefault(alert.rule_id, []).append(alert)
    return waiting
