"""Points are fitted to verdicts, measured on verdicts held out, and never applied by themselves."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from monitor.authenticity.calibrate import Example, Quality, calibrate, fit, measure, propose, read_examples, solve
from monitor.models import Assessment, Verdict
from tests.monitor.authenticity.making import POINTS
from tests.world import World, id_of

SHARES = {"exact_copy": (0.7, 0.01), "ip_shared_by_many": (0.6, 0.05), "order_number_matches": (0.02, 0.5),
          "ip_other_country": (0.3, 0.3)}  # chance to see it on a fake, on a genuine one


def made(size: int, seed: int = 3) -> list[Example]:
    """Verdicts of a world in which we know what each sign is worth."""
    dice = random.Random(seed)
    fakes = [dice.random() < 0.4 for _ in range(size)]
    return [Example(frozenset(code for code, shares in SHARES.items() if dice.random() < shares[not fake]), fake)
            for fake in fakes]


def test_too_few_verdicts_propose_nothing_and_say_so() -> None:
    found = propose(made(30), POINTS)
    assert not found.enough
    assert (found.fake + found.genuine, found.needed, dict(found.proposed), found.after) == (30, 20, {}, None)


def test_a_sign_that_tells_nothing_loses_its_points() -> None:
    found = propose(made(6000), POINTS)
    assert abs(found.proposed["ip_other_country"]) <= 6
    assert found.proposed["exact_copy"] > POINTS.exact_copy
    assert found.proposed["order_number_matches"] < POINTS.order_number_matches


def test_recall_on_held_out_verdicts_rises_and_precision_stays() -> None:
    found = propose(made(800), POINTS)
    assert found.before is not None
    assert found.after is not None
    assert found.after.recall is not None
    assert found.after.recall > (found.before.recall or 0) + 0.3
    assert (found.after.precision or 0) > 0.9


def test_nothing_is_learnt_from_chance() -> None:
    dice = random.Random(5)
    examples = [Example(example.codes, dice.random() < 0.5) for example in made(6000)]
    fitted = fit(examples, POINTS)
    assert all(abs(getattr(fitted, code)) <= 8 for code in SHARES)


def test_a_rarely_seen_sign_stays_where_it_is() -> None:
    examples = [*made(300), Example(frozenset({"office_ip"}), False)]
    assert abs(fit(examples, POINTS).office_ip - POINTS.office_ip) <= 6


def test_the_points_given_are_not_touched() -> None:
    before = POINTS.model_dump()
    propose(made(400), POINTS)
    assert POINTS.model_dump() == before


def test_the_same_verdicts_propose_the_same_points() -> None:
    assert propose(made(300), POINTS) == propose(made(300)[::-1], POINTS)


def test_precision_and_recall_are_shares_or_unknown() -> None:
    caught, missed = Example(frozenset({"exact_copy", "ip_shared_by_many", "burst"}), True), Example(frozenset(), True)
    assert measure([(caught, POINTS), (missed, POINTS)]) == Quality(1.0, 0.5, 1, 2)
    assert measure([(Example(frozenset(), False), POINTS)]) == Quality(None, None, 0, 0)


def test_a_small_system_is_solved() -> None:
    assert solve([[4.0, 1.0], [1.0, 3.0]], [1.0, 2.0]) == pytest.approx([1 / 11, 7 / 11])


def test_examples_come_from_decided_items_only(world: World, now: datetime) -> None:
    for decided in (Verdict.FAKE, Verdict.GENUINE, Verdict.UNSURE, None):
        row = world.item(verdict=decided, verdict_at=now)
        world.add(Assessment(item_id=id_of(row), at=now, base=25, score=49, word="unclear", signals=[
            {"code": "exact_copy", "points": 24, "evidence": {}},
            {"code": "campaign_overlap", "points": -1, "evidence": {}}]))
    with world.db.read() as session:
        found = read_examples(session)
    assert sorted(found, key=lambda example: example.fake) == [
        Example(frozenset({"exact_copy"}), False), Example(frozenset({"exact_copy"}), True)]


def test_the_summary_says_that_verdicts_are_missing(world: World) -> None:
    with world.db.read() as session:
        found = calibrate(session, POINTS, brand_id=world.brand.id)
    assert "0 fake and 0 genuine" in found.summary()
    assert found.rows() == []


def test_the_rows_show_points_in_force_and_proposed() -> None:
    found = propose(made(800), POINTS)
    row = next(row for row in found.rows() if row["signal"] == "exact_copy")
    assert (row["points"], row["proposed"]) == (POINTS.exact_copy, found.proposed["exact_copy"])
    assert "precision" in found.summary()


def test_a_fit_far_from_the_start_still_converges() -> None:
    examples = [Example(frozenset({"exact_copy"}), number % 2 == 0) for number in range(4000)]
    assert abs(fit(examples, POINTS).exact_copy - POINTS.exact_copy) <= 12
