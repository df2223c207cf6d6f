"""Analytics as its page shows it: the headline figures with their change, and the charts below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel.dates import format_interval
from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox import analytics, analytics_cases, analytics_team, analytics_weeks, svg
from inbox.access import Reader
from inbox.analytics import Rated, Reviews, Scope
from inbox.analytics_cases import CaseFigure
from inbox.behind import Figure
from inbox.digest_words import change, mean
from inbox.formats import Formats
from inbox.periods import CHOICES, Period
from monitor.models import Location

PERIODS = {4: N_("4 weeks"), 12: N_("12 weeks"), 52: N_("12 months")}


@dataclass(frozen=True)
class Cell:
    """A text; with ``href`` it opens what ``n`` counts."""

    text: str
    href: str = ""
    n: int | None = None


@dataclass(frozen=True)
class Kpi:
    """``tone`` of the change: ok, danger or muted. ``spark`` are the points of a small line, "" for none."""

    label: str
    value: Cell
    change: str
    tone: str
    sub: tuple[Cell, ...]
    spark: str = ""


@dataclass(frozen=True)
class Choice:
    label: str
    href: str
    current: bool


def cell(figure: Figure | CaseFigure, f: Formats) -> Cell:
    """A count that opens its list."""
    return Cell(f.number(figure.n), figure.behind.address, figure.n)


def span(period: Period, f: Formats) -> str:
    """“31 Aug – 21 Nov”."""
    skeleton = "MMMd" if period.first.year == period.last.year else "yMMMd"
    return str(format_interval(period.first, period.last, skeleton, locale=f.locale))


def seconds_text(seconds: float | None, f: Formats) -> str:
    """“1 h 22 min”; a dash when nothing was answered."""
    return "–" if seconds is None else f.long(timedelta(seconds=seconds))


def choices(reader: Reader, weeks: int, location_id: int | None) -> list[Choice]:
    """The periods to choose from; the location stays."""
    tail = f"&location={location_id}" if location_id else ""
    return [Choice(reader.words._(PERIODS[one]), f"/analytics?weeks={one}{tail}", one == weeks) for one in CHOICES]


def locations(session: Session, reader: Reader, brand_id: int | None, weeks: int,
              location_id: int | None) -> list[Choice]:
    """All locations, then each; the period stays."""
    rows = session.exec(select(Location).where(Location.brand_id == brand_id).order_by(col(Location.name)).limit(500))
    every = Choice(reader.words._("All locations"), f"/analytics?weeks={weeks}", location_id is None)
    return [every] + [Choice(row.name, f"/analytics?weeks={weeks}&location={row.id}", row.id == location_id)
                      for row in rows]


def headline(session: Session, reader: Reader, scope: Scope) -> list[Kpi]:
    """The six figures on top, each beside what it was in the period before."""
    now, before = analytics.reviews(session, scope), analytics.reviews(session, scope.before)
    weeks = analytics_team.by_week(session, scope)
    rated, rated_before = analytics.by_location(session, scope)[0], analytics.by_location(session, scope.before)[0]
    funnel, funnel_before = (analytics_cases.funnel(session, one) for one in (scope, scope.before))
    series = analytics_weeks.volume(session, scope, "source")
    sums = [sum(one.weeks[number].n for one in series) for number in range(scope.period.weeks)]
    return [
        _rating(reader, rated, rated_before, analytics_weeks.ratings(session, scope)),
        _reviews(reader, now, before, scope.period.weeks, sums), _in_time(reader, now, before, weeks),
        _first_reply(reader, now, analytics_team.median_seconds(session, scope),
                     analytics_team.median_seconds(session, scope.before), weeks),
        _confirmed(reader, funnel, funnel_before),
        _overdue(reader, analytics.overdue(session, scope))]


def _rating(reader: Reader, now: Rated, before: Rated, weeks: Sequence[Rated]) -> Kpi:
    say, f = reader.words._, reader.formats
    moved = change(now.rating.without_fakes, before.rating.without_fakes, f)
    tone = "muted" if moved is None or moved.good is None else "ok" if moved.good else "danger"
    value = Cell(mean(now.rating.without_fakes, f), now.rated.behind.address, now.rated.n)
    sub = Cell(say("%(rating)s as published", rating=mean(now.rating.published, f)))
    return Kpi(say("Average rating without fakes"), value, moved.text if moved else "", tone, (sub,),
               svg.spark([one.rating.without_fakes for one in weeks]))


def _reviews(reader: Reader, now: Reviews, before: Reviews, weeks: int, sums: Sequence[int]) -> Kpi:
    say, f = reader.words._, reader.formats
    moved = f"{signed(round(100 * (now.all.n - before.all.n) / before.all.n), f)}%" if before.all.n else ""
    average = say("%(n)s a week", n=f.number(round(now.all.n / weeks, 1)))
    return Kpi(say("Reviews"), cell(now.all, f), moved, "muted", (Cell(average),), svg.spark(sums))


def _in_time(reader: Reader, now: Reviews, before: Reviews, weeks: Sequence[tuple[int | None, float | None]]) -> Kpi:
    say, f = reader.words._, reader.formats
    share, was = now.percent_in_time, before.percent_in_time
    moved = say("%(n)s pt", n=signed(share - was, f)) if share is not None and was is not None else ""
    value = Cell("–" if share is None else f"{share}%", now.judged.behind.address, now.judged.n)
    sub = (cell(now.in_time, f), Cell(say("of %(n)s", n=f.number(now.judged.n))))
    return Kpi(say("Answered in time"), value, moved, tone_of((share or 0) - (was or 0)), sub,
               svg.spark([percent for percent, _ in weeks]))


def _first_reply(reader: Reader, now: Reviews, seconds: float | None, was: float | None,
                 weeks: Sequence[tuple[int | None, float | None]]) -> Kpi:
    say, f = reader.words._, reader.formats
    moved, tone = "", "muted"
    if seconds is not None and was is not None:
        moved = ("−" if seconds < was else "+") + f.long(timedelta(seconds=abs(seconds - was)))
        tone = tone_of(was - seconds)
    sub = (cell(now.replied, f), Cell(reader.words.ngettext("review answered", "reviews answered", now.replied.n)))
    return Kpi(say("Median time to first reply"), Cell(seconds_text(seconds, f), now.replied.behind.address,
                                                        now.replied.n), moved, tone, sub,
               svg.spark([one for _, one in weeks]))


def _confirmed(reader: Reader, now: Sequence[CaseFigure], before: Sequence[CaseFigure]) -> Kpi:
    say, f = reader.words._, reader.formats
    difference = now[-1].n - before[-1].n
    moved = signed(difference, f) if before[0].n else ""
    sub = (Cell(say("of")), cell(now[0], f), Cell(reader.words.ngettext("case", "cases", now[0].n)))
    return Kpi(say("Confirmed solved"), cell(now[-1], f), moved, tone_of(difference), sub)


def _overdue(reader: Reader, now: Figure) -> Kpi:
    say = reader.words._
    return Kpi(say("Overdue"), cell(now, reader.formats), "", "muted", (Cell(say("as of now")),))


def signed(number: float, f: Formats) -> str:
    """“+9”, “−3”, “0”."""
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return f"{sign}{f.number(abs(number))}"


def tone_of(difference: Any) -> str:
    """Green for better, red for worse."""
    return "ok" if difference > 0 else "danger" if difference < 0 else "muted"
