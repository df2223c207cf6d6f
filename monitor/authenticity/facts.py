"""What a signal may look at: the item itself and what is known around it, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.geo import IpPlace
from monitor.models import Verdict
from monitor.no_data import NoData
from monitor.place_names import City

Evidence = Mapping[str, str | int | float | bool | list[int] | list[str]]


@dataclass(frozen=True)
class Signal:
    """One piece of evidence; ``code`` is also the name of its points in the settings; minus speaks for the item."""

    code: str
    points: int
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class ItemFacts:
    """The item as heard; ``rating`` on the scale of 1 to 5; ``text`` is title, text, pros and cons together."""

    id: int
    brand_id: int
    source_id: int
    place_id: int
    published_at: datetime
    text: str = ""
    language: str = ""
    rating: float | None = None
    author_name: str = ""
    author_id: str = ""
    author_email: str = ""
    author_phone: str = ""
    customer_id: int | None = None
    city: str = ""
    country: str = ""
    ip: str = ""
    verified_purchase: bool | None = None
    order_number: str = ""
    replied_at: datetime | None = None
    edited_at: datetime | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Copy:
    """Another author's item with the same (100) or nearly the same text; ``similarity`` in percent of equal words."""

    item_id: int
    similarity: int
    author_name: str
    same_place: bool


@dataclass(frozen=True)
class Neighbour:
    """Another author's item from the same IP address."""

    item_id: int
    author: str
    author_name: str


@dataclass(frozen=True)
class OrderMatch:
    """An order of ours that fits; ``by``: ``number``, ``email``, ``phone`` or ``customer``."""

    number: str
    by: str
    placed_at: datetime | None = None


@dataclass(frozen=True)
class OrderCover:
    """Between which moments orders are known to us; outside of it a missing order means nothing."""

    first: datetime
    last: datetime


@dataclass(frozen=True)
class Pace:
    """Items per day at a place: ``window`` around the item, ``history`` for the days before it, oldest first."""

    window: int
    window_days: int
    history: tuple[int, ...]


@dataclass(frozen=True)
class Usual:
    """What a place usually gets within a year: ratings and languages, the item itself not counted."""

    ratings: int = 0
    mean: float = 0.0
    spread: float = 0.0
    languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Author:
    """What else the author wrote in this source and what the team found about it.

    ``source_since``: how far back our memory of the source goes.
    """

    others: int
    first_at: datetime | None
    source_since: datetime
    found_fake: int = 0
    found_genuine: int = 0


@dataclass(frozen=True)
class Team:
    """How our own people and competitors are recognised."""

    networks: tuple[str, ...] = ()
    mail_domains: tuple[str, ...] = ()
    competitor_domains: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What is known around an item. None always means "not known", and a signal answers it with NoData."""

    ip_place: IpPlace | NoData = field(default_factory=lambda: NoData("no_ip"))
    stated_city: City | None = None
    orders: tuple[OrderMatch, ...] = ()
    order_cover: OrderCover | None = None
    copies: tuple[Copy, ...] = ()
    comparable_words: int = 0
    same_ip: tuple[Neighbour, ...] = ()
    pace: Pace | None = None
    usual: Usual | None = None
    author: Author | None = None
    team: Team = field(default_factory=Team)
