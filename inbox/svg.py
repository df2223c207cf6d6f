"""Where the marks of charts stand, in units of their view box; pure geometry, the templates draw it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LABEL_EVERY = 6


@dataclass(frozen=True)
class Tick:
    """A line of the grid with its label."""

    at: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A rectangle of a series, counted from 1; ``height`` is at least a hair where there is something to show."""

    x: float
    y: float
    width: float
    height: float
    series: int


@dataclass(frozen=True)
class Column:
    """One stack of marks with the label below it, the number above it, and where it leads."""

    middle: float
    top: float
    label: str
    text: str
    href: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Columns:
    width: int
    height: int
    left: int
    base: float
    ticks: tuple[Tick, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Lines:
    """Two lines over time and the ground between them; the last points are marked and named."""

    width: int
    height: int
    left: float
    right: float
    ticks: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    ground: str
    upper: str
    lower: str
    upper_end: tuple[float, float]
    lower_end: tuple[float, float]
    upper_text: float
    lower_text: float


@dataclass(frozen=True)
class Dot:
    """One row: what is shown (a ring), what is left without fakes (a dot), and how far the undecided could move it."""

    y: float
    ring: float | None
    dot: float
    low: float
    high: float
    text_at: float


@dataclass(frozen=True)
class Dots:
    width: int
    height: int
    base: float
    ticks: tuple[Tick, ...]
    rows: tuple[Dot, ...]


def step_of(span: float, most: int) -> float:
    """A round step (1, 2 or 5 times a power of ten) that divides a span into at most ``most`` parts."""
    rough = max(span, 1e-9) / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough - 1e-12)


def scale(low: float, high: float, most: int) -> list[float]:
    """Round values from at or below ``low`` to at or above ``high``."""
    step = step_of(max(high - low, 0.1), most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 6) for number in range(first, max(last, first + 1) + 1)]


def columns(stacks: Sequence[Sequence[int]], labels: Sequence[str], texts: Sequence[str], hrefs: Sequence[str],
            width: int = 360, *, has_scale: bool = True) -> Columns:
    """Stacked columns; each stack holds the count of every series. Labels that would touch are left out."""
    left, base, top = (24 if has_scale else 0), 170.0, 20.0
    values = scale(0, max([1, *(sum(stack) for stack in stacks)]), 4)
    values = [value for value in values if value == int(value)]
    unit = (base - top) / values[-1]
    slot = (width - left) / max(1, len(stacks))
    every = 1 if len(stacks) <= LABEL_EVERY else math.ceil(len(stacks) * 52 / (width - left))
    found = []
    for number, stack in enumerate(stacks):
        x = left + slot * number
        marks, y = _stack(stack, x + slot * 0.16, slot * 0.68, base, unit)
        label = labels[number] if number % every == 0 else ""
        found.append(Column(round(x + slot / 2, 1), y, label, texts[number], hrefs[number], marks))
    ticks = tuple(Tick(round(base - value * unit, 1), f"{value:g}") for value in values) if has_scale else ()
    return Columns(width, 196, left, base, ticks, tuple(found))


def _stack(stack: Sequence[int], x: float, width: float, base: float, unit: float) -> tuple[tuple[Mark, ...], float]:
    marks, y = [], base
    for series, count in enumerate(stack, 1):
        if count:
            height = max(1.0, count * unit - 1)
            marks.append(Mark(round(x, 1), round(y - height, 1), round(width, 1), round(height, 1), series))
            y -= height + 1
    return tuple(marks), round(y, 1)


def lines(upper: Sequence[float | None], lower: Sequence[float | None], labels: Sequence[str],
          gap: float = 32.0) -> Lines | None:
    """Two lines over the same weeks; weeks without a value are crossed. None without any value."""
    known = [value for value in (*upper, *lower) if value is not None]
    if not known:
        return None
    left, right, top, base = 30.0, 636.0, 14.0, 210.0
    values = scale(min(known), max(known), 4)
    unit = (base - top) / (values[-1] - values[0])
    slot = (right - left) / max(1, len(labels) - 1)

    def points(row: Sequence[float | None]) -> list[tuple[float, float]]:
        return [(round(left + slot * number, 1), round(base - (value - values[0]) * unit, 1))
                for number, value in enumerate(row) if value is not None]

    above, below = points(upper), points(lower)
    every = math.ceil(len(labels) * 70 / (right - left))
    upper_text, lower_text = _apart(above[-1][1], below[-1][1], gap)
    return Lines(
        width=740, height=236, left=left, right=right,
        ticks=tuple(Tick(round(base - (value - values[0]) * unit, 1), f"{value:g}") for value in values),
        labels=tuple(Tick(round(left + slot * number, 1), label) for number, label in enumerate(labels)
                     if number % every == 0),
        ground=_path(above + below[::-1]), upper=_path(above), lower=_path(below),
        upper_end=above[-1], lower_end=below[-1], upper_text=upper_text, lower_text=lower_text)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _apart(one: float, other: float, gap: float) -> tuple[float, float]:
    """Heights of two texts beside two points, moved apart until both can be read."""
    missing = max(0.0, gap - abs(one - other)) / 2
    return (one - missing, other + missing) if one <= other else (one + missing, other - missing)


def dots(rows: Sequence[tuple[float, float, float, float]], width: int = 360, label: int = 128) -> Dots | None:
    """Rows of (published, without fakes, low, high) on one scale; None without rows."""
    if not rows:
        return None
    values = scale(min(min(row) for row in rows), max(max(row) for row in rows), 4)
    left, right, top, step = label + 12.0, width - 64.0, 26.0, 30.0
    unit = (right - left) / (values[-1] - values[0])

    def at(value: float) -> float:
        return round(left + (value - values[0]) * unit, 1)

    found = tuple(
        Dot(y=top + step * number, ring=at(published) if published != without else None, dot=at(without),
            low=at(low), high=at(high), text_at=max(at(one) for one in row) + 10)
        for number, row in enumerate(rows) for published, without, low, high in (row,))
    base = top + step * len(rows) - 8
    return Dots(width, round(base + 22), base, tuple(Tick(at(value), f"{value:g}") for value in values), found)


def spark(values: Sequence[float | None]) -> str:
    """Points of a small line in a box of 64 by 20; empty without two values that say something."""
    known = [(number, value) for number, value in enumerate(values) if value is not None]
    if len(known) < 2 or not any(value for _, value in known):
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    span, last = (high - low) or 1.0, max(1, len(values) - 1)
    return _path([(round(64 * number / last, 1), round(18 - 15 * (value - low) / span, 1)) for number, value in known])
