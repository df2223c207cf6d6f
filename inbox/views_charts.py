"""The charts of analytics: a sentence, the marks, and the same numbers as a table whose cells open their lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from babel import Locale as BabelLocale
from babel.dates import format_date
from sqlmodel import Session, col, select

from connectors.errors import N_
from inbox import analytics, analytics_cases, analytics_team, analytics_weeks, svg
from inbox.access import Reader
from inbox.analytics import Rated, Scope
from inbox.analytics_weeks import Series, Split
from inbox.behind import NOBODY, Behind
from inbox.digest_words import mean
from inbox.views_analytics import Cell, cell, seconds_text
from monitor.models import Location, Place, Source, TeamMember

WIDE, NARROW = 740, 360
SHOWN = 7
STEPS = (N_("Registered"), N_("Cause found"), N_("Corrected"), N_("Resolution posted"), N_("Customer confirmed"))


@dataclass(frozen=True)
class Table:
    heads: list[str]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Legend:
    series: int
    label: str
    total: Cell


@dataclass(frozen=True)
class Bar:
    """A labelled bar of ``width`` units out of 360; ``series`` is its colour."""

    y: int
    label: str
    note: str
    value: Cell
    width: float
    series: int


@dataclass(frozen=True)
class Chart:
    """``kind`` names the template ``_chart_<kind>.html`` that draws ``shape``; without one there is nothing to draw."""

    key: str
    kind: str
    title: str
    says: str
    description: str
    shape: Any
    table: Table
    is_wide: bool = False
    legend: list[Legend] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    nothing: str = ""


def charts(session: Session, reader: Reader, scope: Scope) -> list[Chart]:
    """All charts of the page in their order."""
    return [
        rating_by_week(session, reader, scope), funnel(session, reader, scope),
        volume(session, reader, scope, "source"), stars(session, reader, scope),
        response_times(session, reader, scope), causes(session, reader, scope), suspects(session, reader, scope),
        by_location(session, reader, scope), competitors(session, reader, scope),
        team(session, reader, scope), volume(session, reader, scope, "language")]


def _says(table: Table) -> str:
    """The rows of a table as one sentence, for those who do not see the marks."""
    return "; ".join(" ".join(one.text for one in row) for row in table.rows[:60])


def rating_by_week(session: Session, reader: Reader, scope: Scope) -> Chart:
    """The objective rating and the published one, week by week."""
    say, f = reader.words._, reader.formats
    weeks = analytics_weeks.ratings(session, scope)
    total = analytics.by_location(session, scope)[0].rating
    labels = [f.date(week.first) for week in scope.period.each()]
    without, published = mean(total.without_fakes, f), mean(total.published, f)
    title = say("Without fakes the rating is %(without)s, not %(published)s", without=without, published=published) \
        if without != published else say("The rating is %(rating)s, with and without fakes", rating=without)
    if total.published is None:
        title = say("Objective rating")
    rows = [[Cell(label), Cell(mean(one.rating.published, f)), Cell(mean(one.rating.without_fakes, f)),
             cell(one.rated, f), cell(one.fake, f)] for label, one in zip(labels, weeks, strict=True)]
    table = Table([say("Week of"), say("As published"), say("Without fakes"), say("Ratings"), say("Found fake")], rows)
    shape = svg.lines([one.rating.without_fakes for one in weeks], [one.rating.published for one in weeks],
                      _days(reader, scope))
    ends = [_last(weeks, "without_fakes"), _last(weeks, "published")]
    return Chart("rating", "lines", title, say("Average of each week. The shaded gap is what fakes cost."),
                 _says(Table([], [row[:3] for row in rows])), shape, table, is_wide=True,
                 names=[say("without fakes"), say("as published")], values=[mean(one, f) for one in ends])


def _days(reader: Reader, scope: Scope) -> list[str]:
    """The first day of each week, short enough to stand below a column."""
    return [str(format_date(week.first, "d MMM", locale=reader.formats.locale)).replace(".", "")
            for week in scope.period.each()]


def _last(weeks: Sequence[Rated], name: str) -> float | None:
    return next((value for one in reversed(weeks) if (value := getattr(one.rating, name)) is not None), None)


def volume(session: Session, reader: Reader, scope: Scope, split: Split) -> Chart:
    """Reviews by week, and by source or language."""
    say, f = reader.words._, reader.formats
    series = analytics_weeks.volume(session, scope, split)
    names = _names(session, reader, series, split)
    labels = [f.date(week.first) for week in scope.period.each()]
    sums = [sum(one.weeks[number].n for one in series) for number in range(scope.period.weeks)]
    weeks = [Behind(replace(scope.reviews, since=week.start, until=week.end)) for week in scope.period.each()]
    totals = [Cell(f.number(n), what.address, n) for n, what in zip(sums, weeks, strict=True)]
    rows = [[Cell(labels[number]), *[cell(one.weeks[number], f) for one in series], totals[number]]
            for number in range(scope.period.weeks)]
    stacks = [[one.weeks[number].n for one in series] for number in range(scope.period.weeks)]
    shape = svg.columns(stacks, _days(reader, scope), [f.number(n) for n in sums], [one.href for one in totals],
                        WIDE if split == "source" else NARROW)
    table = Table([say("Week of"), *names, say("Total")], rows)
    title, text = (N_("Reviews by source"), N_("Per week")) if split == "source" else (
        N_("Reviews by language"), N_("Per week"))
    leader = say("%(name)s leads", name=names[0]) if len(series) > 1 and series[0].key is not None else ""
    return Chart(f"volume-{split}", "columns", f"{say(title)}: {leader}" if leader else say(title), say(text),
                 _says(Table([], [[row[0], row[-1]] for row in rows])), shape if series else None, table,
                 is_wide=split == "source", nothing=say("No review in this period."),
                 legend=[Legend(place, name, cell(one.total, f)) for place, (name, one) in enumerate(
                     zip(names, series, strict=True), 1)])


def _names(session: Session, reader: Reader, series: Sequence[Series], split: Split) -> list[str]:
    other = reader.words._("Other")
    if split == "source":
        known: dict[Any, str] = {row.id: row.name for row in session.exec(select(Source).where(
            col(Source.id).in_([one.key for one in series if one.key is not None])))}
    else:
        words = BabelLocale.parse(reader.formats.locale).languages
        known = {one.key: _capital(words.get(str(one.key), str(one.key))) for one in series if one.key is not None}
    return [known.get(one.key, other) for one in series]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def stars(session: Session, reader: Reader, scope: Scope) -> Chart:
    """How many reviews gave how many stars."""
    say, f = reader.words._, reader.formats
    figures = analytics.reviews(session, scope).stars
    values = [cell(one, f) for one in figures]
    total = sum(one.n for one in figures)
    rows = [(f"{5 - place}★", _share(one.n or 0, total), one) for place, one in enumerate(values)]
    good = _share((figures[0].n + figures[1].n), total)
    title = say("%(share)s give four or five stars", share=good) if total else say("Ratings")
    return _bars("stars", reader, title, say("Reviews by stars, as published"), say("Stars"), rows, total)


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else "–"


def _bars(key: str, reader: Reader, title: str, says: str, head: str, rows: Sequence[tuple[str, str, Cell]],
          total: int, *, colours: Sequence[int] = (), note_head: str = "") -> Chart:
    say = reader.words._
    largest = max([1, *(value.n or 0 for _, _, value in rows)])
    shape = [Bar(45 * place, _clip(label), note, value, round(NARROW * (value.n or 0) / largest, 1),
                 colours[place] if colours else 1) for place, (label, note, value) in enumerate(rows)]
    table = Table([head, say("Number"), note_head or say("Share")],
                  [[Cell(label), value, Cell(note)] for label, note, value in rows])
    return Chart(key, "bars", title, says, _says(table), shape if total else None, table,
                 nothing=say("Nothing to show in this period."))


def _clip(text: str) -> str:
    return text if len(text) <= 40 else text[:39].rstrip() + "…"


def funnel(session: Session, reader: Reader, scope: Scope) -> Chart:
    """How far the cases of the period got."""
    say = reader.words._
    steps = analytics_cases.funnel(session, scope)
    rows = [(say(label), _of_step(reader, steps[place].n, steps[place - 1].n) if place else "",
             cell(steps[place], reader.formats)) for place, label in enumerate(STEPS)]
    share = _share(steps[-1].n, steps[0].n)
    title = say("%(share)s of the cases end with the customer’s word", share=share) if steps[0].n \
        else say("From registration to confirmation")
    text = reader.words.ngettext("%(n)s case opened in the period", "%(n)s cases opened in the period", steps[0].n)
    return _bars("funnel", reader, title, text, say("Step"), rows, steps[0].n, colours=(1, 1, 1, 1, 6),
                 note_head=say("Of the step before"))


def _of_step(reader: Reader, n: int, before: int) -> str:
    return reader.words._("%(share)s of the step before", share=_share(n, before)) if before else ""


def response_times(session: Session, reader: Reader, scope: Scope) -> Chart:
    """Reviews by the time to their first reply; what missed its deadline stands out."""
    say, f = reader.words._, reader.formats
    spans = analytics_team.spans(session, scope)
    total, late = sum(one.all.n for one in spans), sum(one.late for one in spans)
    labels = [_span_label(reader, one.least // 60, one.most) for one in spans]
    values = [cell(one.all, f) for one in spans]
    share = _share(sum(one.all.n for one in spans[:3]), total)
    title = say("%(share)s answered within four hours", share=share) if total else say("Time to first reply")
    text = reader.words.ngettext("Time to first reply, %(n)s review", "Time to first reply, %(n)s reviews", total)
    shape = svg.columns([[one.all.n - one.late, 0, one.late] for one in spans], labels,
                        [value.text for value in values], [value.href for value in values], has_scale=False)
    table = Table([say("First reply after"), say("Reviews"), say("Too late")],
                  [[Cell(label), value, Cell(f.number(one.late))] for label, value, one in zip(
                      labels, values, spans, strict=True)])
    legend = [Legend(1, say("In time"), Cell(f.number(total - late))), Legend(3, say("Too late"), Cell(f.number(late)))]
    return Chart("response", "columns", title, text, _says(table), shape if total else None, table,
                 legend=legend if total else [], nothing=say("No review of this period was answered yet."))


def _span_label(reader: Reader, hours: int, most: int | None) -> str:
    if most is None:
        return reader.words._("> %(n)s h", n=hours)
    return reader.words._("< %(n)s h", n=most // 60) if not hours else reader.words._(
        "%(least)s–%(most)s h", least=hours, most=most // 60)


def causes(session: Session, reader: Reader, scope: Scope) -> Chart:
    """What the cases of the period were about, with the running share."""
    say, f = reader.words._, reader.formats
    found = analytics_cases.causes(session, scope)
    total, running = sum(one.cases.n for one in found), 0
    rows = []
    for one in found:
        running += one.cases.n
        rows.append((one.name or say("Not named yet"), _share(running, total), cell(one.cases, f)))
    chart = _bars("causes", reader, say("Causes of complaints"), say("Cases by cause, with the running share"),
                  say("Cause"), rows, total, colours=[1 if one.name else 5 for one in found],
                  note_head=say("Running share"))
    more = len(rows) - SHOWN
    text = reader.words.ngettext("%(n)s more cause in the table", "%(n)s more causes in the table", max(0, more))
    return replace(chart, shape=chart.shape[:SHOWN] if chart.shape else None,
                   says=f"{chart.says}. {text}" if more > 0 else chart.says)


def suspects(session: Session, reader: Reader, scope: Scope) -> Chart:
    """What share of the ratings is fake, or may be."""
    say, f = reader.words._, reader.formats
    whole, before = analytics.by_location(session, scope)[0], analytics.by_location(session, scope.before)[0]
    total = whole.rated.n
    rows = [(say(label), _share(figure.n, total), cell(figure, f)) for label, figure in (
        (N_("Found fake"), whole.fake), (N_("Suspicious, not decided"), whole.undecided),
        (N_("Left open"), whole.unsure))]
    doubtful, doubtful_before = (one.fake.n + one.undecided.n + one.unsure.n for one in (whole, before))
    title = say("%(share)s of the ratings are fake or in doubt", share=_share(doubtful, total)) if total \
        else say("Suspicious ratings")
    text = say("Share of all ratings; %(share)s in the period before",
               share=_share(doubtful_before, before.rated.n))
    return _bars("suspects", reader, title, text, say("Finding"), rows, total, colours=(7, 3, 5))


def by_location(session: Session, reader: Reader, scope: Scope) -> Chart:
    """Each location's rating with and without fakes, and how far the undecided could move it."""
    say = reader.words._
    found = analytics.by_location(session, scope)[1]
    names = {row.id or 0: row.name for row in session.exec(select(Location).where(
        Location.brand_id == scope.brand_id))}
    rows = sorted(((names[number], rated) for number, rated in found.items() if number in names),
                  key=lambda row: (-(row[1].rating.without_fakes or 0), row[0]))
    return _dots("locations", reader, say("Objective rating by location"),
                 say("Ring: as published. Dot: without fakes. Line: what the undecided could change."), rows,
                 is_wide=True)


def competitors(session: Session, reader: Reader, scope: Scope) -> Chart:
    """The brand beside its competitors, over the same weeks."""
    say = reader.words._
    ours = analytics.by_location(session, scope)[0]
    theirs = analytics.by_competitor(session, scope)
    names = {row.id or 0: row.name for row in session.exec(select(Place).where(col(Place.id).in_(list(theirs))))}
    rows = [(names[number], rated) for number, rated in theirs.items() if number in names]
    rows = sorted([*rows, *([(say("We"), ours)] if rows else [])],
                  key=lambda row: (-(row[1].rating.without_fakes or 0), row[0]))
    return _dots("competitors", reader, say("Beside competitors"), say("Average rating of the period"), rows,
                 nothing=say("No place is marked as a competitor’s, or none was rated in this period."))


def _dots(key: str, reader: Reader, title: str, says: str, rows: Sequence[tuple[str, Rated]], *,
          is_wide: bool = False, nothing: str = "") -> Chart:
    say, f = reader.words._, reader.formats
    drawn = [(name, rated) for name, rated in rows if rated.rating.without_fakes is not None][:20]
    values = [(one.rating.published or 0, one.rating.without_fakes or 0, one.rating.low or one.rating.without_fakes
               or 0, one.rating.high or one.rating.without_fakes or 0) for _, one in drawn]
    cells = [[Cell(name), Cell(mean(one.rating.published, f)), Cell(mean(one.rating.without_fakes, f)),
              Cell(f"{mean(one.rating.low, f)}–{mean(one.rating.high, f)}"), cell(one.rated, f), cell(one.fake, f),
              cell(one.undecided, f)] for name, one in rows]
    table = Table([say("Name"), say("As published"), say("Without fakes"), say("Range"), say("Ratings"),
                   say("Found fake"), say("Not decided")], cells)
    return Chart(key, "dots", title, says, _says(table), svg.dots(values, WIDE if is_wide else NARROW,
                                                                  label=200 if is_wide else 116), table,
                 is_wide=is_wide, names=[_clip(name) if is_wide else _short(name) for name, _ in drawn],
                 values=[mean(one.rating.without_fakes, f) for _, one in drawn],
                 nothing=nothing or say("No rating in this period."))


def _short(text: str) -> str:
    return text if len(text) <= 18 else text[:17].rstrip() + "…"


def team(session: Session, reader: Reader, scope: Scope) -> Chart:
    """Who answered how many reviews, and how fast; a table as it is."""
    say, f = reader.words._, reader.formats
    found = analytics_team.team(session, scope)
    people = {row.id or 0: row.name for row in session.exec(select(TeamMember))}
    people[NOBODY] = say("On the platform itself")
    rows = [[Cell(people.get(one.member_id, "–")), cell(one.answered, f), Cell(seconds_text(one.seconds, f)),
             Cell(_share(one.in_time, one.judged))] for one in found]
    table = Table([say("Person"), say("Reviews answered"), say("Median first reply"), say("In time")], rows)
    named = [one for one in found if one.member_id != NOBODY]
    title = say("%(name)s answered the most reviews", name=people.get(named[0].member_id, "–")) if named \
        else say("Team")
    return Chart("team", "table", title, say("Reviews of this period with a reply of ours"), "", rows or None, table,
                 is_wide=True, nothing=say("No review of this period was answered yet."))
