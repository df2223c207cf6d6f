"""The café chain of the demo: brand, locations, team, templates, orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from dateutil.easter import easter
from sqlmodel import Session, SQLModel

from inbox.demo import voices
from inbox.demo.shops import ACCOUNT, SHOPS
from inbox.demo.world import Happening, moment
from monitor import orders
from monitor.models import Brand, Location, Role, TeamMember
from monitor.orders import OrderRow
from replies.models import Purpose, Template

SetPassword = Callable[[Session, int], None]
FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 4), (6, 23), (6, 24), (11, 18), (12, 24), (12, 25), (12, 26), (12, 31))
ORDERS = 200
PRODUCTS = ("Lunch of the day", "Apple cake", "Breakfast set", "Soup and sandwich", "Catering box", "Coffee, 6 cups")
TEAM = {
    "anna": ("Anna L.", Role.LEAD, "en"), "edgars": ("Edgars V.", Role.AGENT, "lv"),
    "dace": ("Dace R.", Role.AGENT, "lv"), "pavels": ("Pāvels S.", Role.AGENT, "ru"),
    "ieva": ("Ieva M.", Role.ADMIN, "lv"), "roberts": ("Roberts K.", Role.VIEWER, "en"),
}


@dataclass
class Cafe:
    """Ids of what was set up: ``team`` by first name, ``locations`` by shop."""

    brand_id: int
    team: dict[str, int] = field(default_factory=dict)
    locations: dict[str, int] = field(default_factory=dict)


def holidays(year: int) -> list[str]:
    """Public holidays of Latvia in a year, by the law „Par svētku, atceres un atzīmējamām dienām”, without Sundays."""
    sunday = easter(year)
    moving = [sunday - timedelta(days=2), sunday + timedelta(days=1)]
    return sorted(day.isoformat() for day in (*moving, *(date(year, month, day) for month, day in FIXED_HOLIDAYS)))


def _calendar(now: datetime) -> dict[str, Any]:
    days = {day: ["09:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    return {"days": days | {"sat": ["10:00", "15:00"]},
            "holidays": [day for year in range(now.year - 1, now.year + 2) for day in holidays(year)]}


def _stored(session: Session, row: SQLModel) -> int:
    session.add(row)
    session.flush()
    number: int = row.id  # type: ignore[attr-defined]
    return number


def set_up(session: Session, now: datetime, set_password: SetPassword) -> Cafe:
    """Brand, locations, team and templates in the caller's transaction."""
    cafe = Cafe(_stored(session, Brand(
        name=ACCOUNT, slug="kafe-saule", terms='"Kafe Saule" OR "Кафе Сауле"', contact="anna@kafesaule.example",
        signature="Anna, Kafe Saule", forbidden_words=["compensation", "компенсация", "kompensācija"],
        reply_hours=9, calendar=_calendar(now))))
    for shop in SHOPS:
        if shop.owned and shop.listed:
            cafe.locations[shop.id] = _stored(session, Location(
                brand_id=cafe.brand_id, name=shop.name.removeprefix(f"{ACCOUNT}, "), city=shop.city, country="LV",
                address=shop.address))
    for key, (name, role, language) in TEAM.items():
        cafe.team[key] = _stored(session, TeamMember(
            name=name, email=f"{key}@kafesaule.example", role=role, language=language))
        set_password(session, cafe.team[key])
    for line in voices.lines("templates"):
        session.add(Template(brand_id=cafe.brand_id, name=line["name"], language=line["language"], text=line["text"],
                             purpose=Purpose(line.get("purpose", "reply"))))
    return cafe


def add_orders(session: Session, brand_id: int, said: Iterable[Happening], now: datetime) -> None:
    """Orders of the till: those that reviewers named, but for every seventh, and those of guests who wrote nothing."""
    random = Random("orders")  # noqa: S311 - a demo, not a secret
    named = [happening.data for happening in said if happening.data.get("order_number")]
    rows = [_order(random, data["order_number"], data["author_name"],
                   moment(data["created_at"]) - timedelta(hours=random.uniform(1, 20)))
            for number, data in enumerate(named, 1) if number % 7]
    names = [name for language in voices.LANGUAGES for name in voices.names()[language]]
    for number in range(ORDERS - len(rows)):
        placed_at = now - timedelta(hours=random.uniform(2, 56 * 24))
        rows.append(_order(random, f"K-{18000 + number}", random.choice(names), placed_at))
    orders.save(session, brand_id, rows, now)


def _order(random: Random, number: str, name: str, placed_at: datetime) -> OrderRow:
    return OrderRow(number=number, placed_at=placed_at, name=name, email=f"guest-{number.lower()}@example.com",
                    city="Rīga", product=random.choice(PRODUCTS), amount=round(random.uniform(4, 48), 2),
                    currency="EUR")
