"""Fit the points to the team's verdicts and say how well they foretell those that they were not fitted to.

A logistic regression on which signals an item shows, drawn towards the points in force by a normal prior: a signal
seen in few verdicts stays where it is, one seen in many moves to what the team decided. Points are log-odds, so that
the coefficients are the points: 20 points double the odds. Nothing is changed here; a person puts the points into
config.yaml. Verdicts are usually given where suspicion was: that shifts the intercept of a logistic regression and
leaves its slopes alone (King and Zeng 2001), so the base is fitted beside the points, then put back to what it was.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, log1p

from sqlmodel import Session, col, select

from monitor.authenticity.facts import Signal
from monitor.authenticity.scorecard import DOUBLES_AT, EVEN_ODDS, SUSPICIOUS_FROM, add_up
from monitor.models import Assessment, Item, Verdict
from monitor.settings import Points

FEWEST_OF_EACH = 20
FOLDS = 5
PRIOR_SPREAD = 12.0  # points within which a signal moves easily; a doubling of the odds needs clear evidence
BASE_SPREAD = 200.0  # the base follows how many of the looked-at are fake, whatever it is
ROUNDS = 50
SHORTEST = 1e-6
A_POINT = log(2) / DOUBLES_AT
MOST_VERDICTS = 20_000


@dataclass(frozen=True)
class Example:
    """One decided item: the codes of its signals and whether a person found it fake."""

    codes: frozenset[str]
    fake: bool


@dataclass(frozen=True)
class Quality:
    """Of the items called suspicious how many were fake (precision), of the fakes how many were called so (recall).

    None where the share has no denominator. Measured on verdicts that the points were not fitted to.
    """

    precision: float | None
    recall: float | None
    called: int
    fakes: int

    def words(self) -> str:
        """``precision 0.98, recall 0.86 (223 called suspicious, 255 fake)``."""
        shares = ("unknown" if share is None else f"{share:.2f}" for share in (self.precision, self.recall))
        return "precision {}, recall {} ({} called suspicious, {} fake)".format(*shares, self.called, self.fakes)


@dataclass(frozen=True)
class Calibration:
    """``proposed``: signal -> points, only where they differ from those in force; ``seen``: in how many verdicts."""

    fake: int
    genuine: int
    needed: int
    points: Points
    before: Quality | None = None
    after: Quality | None = None
    proposed: Mapping[str, int] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        return min(self.fake, self.genuine) >= self.needed

    def rows(self) -> list[dict[str, str | int]]:
        """One row per signal seen: in how many verdicts, the points in force and those proposed."""
        return [{"signal": code, "seen": self.seen[code], "points": getattr(self.points, code),
                 "proposed": self.proposed.get(code, getattr(self.points, code))} for code in sorted(self.seen)]

    def summary(self) -> str:
        """What the figures say, in English, for the command line."""
        if not self.enough or self.before is None or self.after is None:
            return (f"Not enough verdicts: {self.fake} fake and {self.genuine} genuine; "
                    f"{self.needed} of each are needed. Nothing is proposed.")
        return (f"{self.fake} fake and {self.genuine} genuine verdicts.\n"
                f"Points in force: {self.before.words()}\nProposed, on verdicts they were not fitted to: "
                f"{self.after.words()}\nNothing was changed; the points are in config.yaml under monitor.points.")


def read_examples(session: Session, *, brand_id: int | None = None, most: int = MOST_VERDICTS) -> list[Example]:
    """The newest decided items with the signals they show; "unsure" teaches nothing."""
    statement = (select(Assessment.signals, Item.verdict).join(Item, col(Item.id) == col(Assessment.item_id))
                 .where(col(Item.verdict).in_((Verdict.FAKE, Verdict.GENUINE)))
                 .order_by(col(Item.verdict_at).desc()).limit(most))
    if brand_id is not None:
        statement = statement.where(col(Item.brand_id) == brand_id)
    known = set(Points.model_fields)
    return [Example(frozenset(signal["code"] for signal in signals if signal["code"] in known),
                    verdict == Verdict.FAKE) for signals, verdict in session.execute(statement)]


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a small symmetric positive definite system by Gaussian elimination; both arguments are used up."""
    size = len(right)
    for pivot in range(size):
        for row in range(pivot + 1, size):
            share = matrix[row][pivot] / matrix[pivot][pivot]
            if share:
                for column in range(pivot, size):
                    matrix[row][column] -= share * matrix[pivot][column]
                right[row] -= share * right[pivot]
    for row in reversed(range(size)):
        right[row] -= sum(matrix[row][column] * right[column] for column in range(row + 1, size))
        right[row] /= matrix[row][row]
    return right


def _sigmoid(value: float) -> float:
    return 1 / (1 + exp(-max(-40.0, min(40.0, value))))


@dataclass(frozen=True)
class _Task:
    """Distinct patterns with their counts, the names of the weights after the base, and the prior of all weights."""

    tally: Sequence[tuple[tuple[int, ...], bool, int]]
    prior: Sequence[float]
    strengths: Sequence[float]

    def loss(self, weights: Sequence[float]) -> float:
        """Minus the logarithm of likelihood times prior, up to a constant; smaller is better."""
        wrong = sum(count * log1p(exp(-max(-40.0, min(40.0, sum(weights[place] for place in here)
                                                      * (1 if fake else -1)))))
                    for here, fake, count in self.tally)
        return wrong + sum(strength * (weight - old) ** 2 / 2 for weight, old, strength
                           in zip(weights, self.prior, self.strengths, strict=True))

    def newton(self, weights: Sequence[float]) -> list[float]:
        """The Newton step from here; it may be too long and is then halved."""
        size = len(weights)
        gradient = [strength * (old - weight) for weight, old, strength
                    in zip(weights, self.prior, self.strengths, strict=True)]
        curve = [[self.strengths[row] * (row == column) for column in range(size)] for row in range(size)]
        for here, fake, count in self.tally:
            chance = _sigmoid(sum(weights[place] for place in here))
            for row in here:
                gradient[row] += count * (fake - chance)
                for column in here:
                    curve[row][column] += count * chance * (1 - chance)
        return solve(curve, gradient)

    def best(self) -> list[float]:
        """The weights of the smallest loss, by Newton steps that are halved until they help (the loss is convex)."""
        weights = list(self.prior)
        loss = self.loss(weights)
        for _ in range(ROUNDS):
            step, share = self.newton(weights), 1.0
            while share > SHORTEST:
                there = [weight + share * change for weight, change in zip(weights, step, strict=True)]
                if (found := self.loss(there)) < loss:
                    break
                share /= 2
            else:
                break
            weights, gained, loss = there, loss - found, found
            if gained < 1e-9:
                break
        return weights


def fit(examples: Sequence[Example], points: Points) -> Points:
    """The points that explain the verdicts best without straying from ``points`` for no reason; pure."""
    names = sorted({code for example in examples for code in example.codes})
    place = {name: number for number, name in enumerate(names, 1)}
    tally = [((0, *sorted(place[code] for code in example.codes)), example.fake, count)
             for example, count in Counter(examples).items()]
    prior = [(points.base - EVEN_ODDS) * A_POINT, *(getattr(points, name) * A_POINT for name in names)]
    strengths = [1 / (spread * A_POINT) ** 2 for spread in (BASE_SPREAD, *[PRIOR_SPREAD] * len(names))]
    weights = _Task(sorted(tally), prior, strengths).best()
    fitted = {name: round(weight / A_POINT) for name, weight in zip(names, weights[1:], strict=True)}
    return points.model_copy(update={**fitted, "base": round(weights[0] / A_POINT + EVEN_ODDS)})


def _score(example: Example, points: Points) -> int:
    return add_up((Signal(code, getattr(points, code)) for code in example.codes), points).score


def measure(scored: Sequence[tuple[Example, Points]]) -> Quality:
    """Precision and recall of "suspicious", each example by the points given with it; pure."""
    called = [example for example, points in scored if _score(example, points) >= SUSPICIOUS_FROM]
    fakes, hits = sum(example.fake for example, _ in scored), sum(example.fake for example in called)
    return Quality(round(hits / len(called), 3) if called else None, round(hits / fakes, 3) if fakes else None,
                   len(called), fakes)


def _folds(examples: Sequence[Example]) -> list[list[Example]]:
    """Shuffled the same way every time, fakes and genuine ones spread evenly."""
    shuffled = sorted(examples, key=lambda example: (example.fake, sorted(example.codes)))
    random.Random(1).shuffle(shuffled)  # noqa: S311 - repeatable, not secret
    shuffled.sort(key=lambda example: example.fake)
    return [shuffled[start::FOLDS] for start in range(FOLDS)]


def propose(examples: Sequence[Example], points: Points, needed: int = FEWEST_OF_EACH) -> Calibration:
    """Propose points; with fewer than ``needed`` verdicts of either kind say so and propose nothing. Pure."""
    fake = sum(example.fake for example in examples)
    bare = Calibration(fake, len(examples) - fake, needed, points)
    if not bare.enough:
        return bare
    folds = _folds(examples)
    held_out: list[tuple[Example, Points]] = []
    for fold in folds:
        learnt = fit([example for other in folds if other is not fold for example in other], points)
        held_out += [(example, learnt.model_copy(update={"base": points.base})) for example in fold]
    fitted = fit(examples, points)
    seen = Counter(code for example in examples for code in example.codes)
    proposed = {code: getattr(fitted, code) for code in sorted(seen) if getattr(fitted, code) != getattr(points, code)}
    return Calibration(fake, bare.genuine, needed, points, before=measure([(example, points) for example in examples]),
                       after=measure(held_out), proposed=proposed, seen=dict(seen))


def calibrate(session: Session, points: Points, *, brand_id: int | None = None,
              needed: int = FEWEST_OF_EACH) -> Calibration:
    """``propose`` from the verdicts of a brand, or of all."""
    return propose(read_examples(session, brand_id=brand_id), points, needed)
