"""Put the figures of a week into words and addresses, as the templates of the digest show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_interval
from babel.numbers import format_decimal

from inbox.figures import Count, Figures, Place
from inbox.formats import Formats
from inbox.week_sources import Trouble
from inbox.weeks import Week
from monitor.items import Filter
from monitor.models import Item, Source, TeamMember

LONGEST_TEXT = 280


@dataclass(frozen=True)
class Link:
    """A number and the address of the list that it counts."""

    n: int
    href: str


@dataclass(frozen=True)
class Change:
    """A difference with its sign, and whether it is good news (None: neither)."""

    text: str
    good: bool | None

    @property
    def tone(self) -> str:
        return "" if self.good is None else "good" if self.good else "bad"


@dataclass(frozen=True)
class Voice:
    """One review as it is quoted."""

    href: str
    author: str
    where: str
    text: str
    language: str
    rating: str
    full: int
    empty: int
    state: str
    tone: str


def address_of(base: str, filter: Filter) -> str:
    """Where the list of a filter opens; the queue is always named, because the inbox opens at what needs a reply."""
    others = [pair for pair in filter.to_query() if pair[0] != "queue"]
    return f"{base}/inbox?{urlencode([('queue', filter.queue.value), *others])}"


def link(base: str, count: Count) -> Link:
    """A count with its list."""
    return Link(count.value, address_of(base, count.filter))


def mean(value: float | None, f: Formats) -> str:
    """“4.42”, “4,42”, or a dash when nothing was rated."""
    return "–" if value is None else str(format_decimal(value, format="0.00", locale=f.locale))


def change(now: float | None, before: float | None, f: Formats) -> Change | None:
    """How a rating moved; None when one of the two weeks had none."""
    if now is None or before is None:
        return None
    difference = round(now - before, 2)
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return Change(sign + mean(abs(difference), f), None if not difference else difference > 0)


def days(week: Week, f: Formats) -> str:
    """“16–22 Nov”."""
    return str(format_interval(week.first, week.last, "MMMd", locale=f.locale)).replace(" ", " ").replace("\u2009", "")


def heading(figures: Figures, f: Formats) -> str:
    """The one sentence that the week comes down to."""
    _ = f.words._
    now, before = figures.rating.without_fakes, figures.rating_before.without_fakes
    rating = mean(now, f)
    if now is None:
        return _("A week without new ratings.")
    if before is None or now == before:
        return _("Rating is %(rating)s.", rating=rating)
    return _("Rating is up to %(rating)s.", rating=rating) if now > before else _(
        "Rating is down to %(rating)s.", rating=rating)


def needs_a_look(figures: Figures, f: Formats) -> str:
    """The location where most waits, in a sentence; "" when nothing is overdue at any."""
    worst = max(figures.places, key=lambda place: place.overdue.value, default=None)
    if worst is None or not worst.overdue.value:
        return ""
    return f.words._("%(location)s needs a look.", location=worst.name)


def summary(figures: Figures, f: Formats) -> str:
    """The week in one line: reviews, answered in time, overdue, to check."""
    words = f.words
    parts = [words.ngettext("%(n)s review", "%(n)s reviews", figures.reviews.value)]
    if figures.answered.percent is not None:
        parts.append(words._("%(n)s%% answered in time", n=figures.answered.percent))
    parts.append(words.ngettext("%(n)s overdue", "%(n)s overdue", figures.overdue.value))
    parts.append(words._("%(n)s to check for fakes", n=figures.suspicious.value))
    return ", ".join(parts) + "."


def voice(item: Item, source: Source, people: dict[int, TeamMember], base: str, f: Formats) -> Voice:
    """A review with its stars and what is to be done about it."""
    full = min(5, max(0, int((item.rating or 0) + 0.5)))
    text = " ".join(f"{item.title} {item.text} {item.pros} {item.cons}".split())
    state, tone = standing(item, people, f)
    return Voice(
        href=f"{base}/c/{item.id}", author=item.author_name or f.words._("Anonymous"), where=source.name,
        text=text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rsplit(" ", 1)[0] + " …",
        language=item.language, rating=f.number(item.rating or 0), full=full, empty=5 - full, state=state, tone=tone)


def standing(item: Item, people: dict[int, TeamMember], f: Formats) -> tuple[str, str]:
    """Whether an item waits, and for whom: a sentence and its tone."""
    _ = f.words._
    member = people.get(item.assignee_id or 0)
    who = f" {member.name}" if member else ""
    if item.replied_at is not None:
        return _("Answered %(time)s.", time=f.day(item.replied_at)) + who, "good"
    if item.due_at is None:
        return _("No reply yet.") + who, ""
    left = item.due_at - f.now
    if left < timedelta(0):
        return _("No reply yet, %(time)s overdue.", time=f.short(left)) + who, "bad"
    return _("%(time)s left.", time=f.short(left)) + who, "warn"


def _who(item: Item, source: Source, f: Formats) -> str:
    rating = "" if item.rating is None else f", {f.number(item.rating)}★"
    return f"{item.author_name or f.words._('Anonymous')}{rating}, {source.name}"


def waiting(item: Item, source: Source, people: dict[int, TeamMember], base: str, f: Formats) -> dict[str, Any]:
    """A row of those who wait: who, where, whose, how long."""
    member = people.get(item.assignee_id or 0)
    return {"href": f"{base}/c/{item.id}", "what": _who(item, source, f),
            "more": member.name if member else f.words._("Nobody is responsible yet"),
            "end": f.short(f.now - item.due_at) if item.due_at else "", "tone": "bad"}


def suspect(item: Item, source: Source, base: str, f: Formats) -> dict[str, Any]:
    """A row of those to judge."""
    text = " ".join(f"{item.title} {item.text}".split())
    return {"href": f"{base}/c/{item.id}", "what": _who(item, source, f),
            "more": text[:90].rsplit(" ", 1)[0] + " …" if len(text) > 90 else text,
            "end": f.words._("Score %(n)s", n=item.score), "tone": ""}


def place_row(place: Place, base: str, f: Formats) -> dict[str, Any]:
    """A row of the table of locations."""
    return {"name": place.name, "reviews": link(base, place.reviews), "rating": mean(place.rating, f),
            "change": change(place.rating, place.rating_before, f), "overdue": link(base, place.overdue)}


def trouble_row(trouble: Trouble, base: str, f: Formats) -> dict[str, Any]:
    """A row of a source that fails or is quiet."""
    words = f.words
    if trouble.usual:
        return {"href": f"{base}/sources/{trouble.source_id}", "what": trouble.name, "tone": "warn",
                "more": words._("Nothing new this week; usually %(n)s a week.", n=f.number(trouble.usual)),
                "end": words._("quiet")}
    since: datetime | None = trouble.failing_since
    return {"href": f"{base}/sources/{trouble.source_id}", "what": trouble.name, "tone": "bad",
            "more": words.says(trouble.key, trouble.facts or {}) or words._("The key is refused. Sign in again."),
            "end": words._("since %(time)s", time=f.day(since)) if since else words._("failing")}
