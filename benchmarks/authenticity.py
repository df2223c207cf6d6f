"""Measure the authenticity signals: near-copies on made texts, speed of assessing, and what labelled data allow.

Usage: python benchmarks/authenticity.py [--items 4000] [--data FOLDER]

Made texts and a made inbox need nothing. With ``--data`` (folders of JSON lines, see docs) three more are measured:
``fake_llm_hotels``: how often different guests of hotels are called copies of each other, and how often a text is
said to lack experience; ``fake_yelpchi_graph``: how well an author's history and verdicts tell filtered reviews.
Not measured for want of labelled data: places against IP, purchases, orders, bursts, staff. ``fake_amazon_reviewers``
names none of its columns, so that no signal of ours can be mapped to it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).parent.parent))

from connectors.base import ItemKind
from connectors.http import Http
from monitor.authenticity import assess, near_copies
from monitor.authenticity.facts import Author, Context, ItemFacts, Signal
from monitor.authenticity.scorecard import add_up
from monitor.authenticity.signals import all_signs, weigh_all
from monitor.db import Database, upsert
from monitor.models import Brand, Item, Place, Source
from monitor.settings import MonitorSettings, Points
from monitor.tools import Tools
from monitor.vault import Vault
from tests.databases import build

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
POINTS = Points()
SYLLABLES = ["ka", "lo", "mi", "ru", "ste", "vo", "pa", "ne", "gri", "zu", "ta", "bel", "son", "der"]


def made_words(dice: random.Random, length: int) -> list[str]:
    """Words of a language that does not exist; a fifth of them are common to all texts."""
    return [dice.choice(SYLLABLES) if dice.random() < 0.2 else "".join(dice.choices(SYLLABLES, k=3))
            for _ in range(length)]


def changed(dice: random.Random, words: list[str], share: float) -> list[str]:
    return [made_words(dice, 1)[0] if dice.random() < share else word for word in words]


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def auc(scored: Sequence[tuple[float, bool]]) -> float:
    """Area under the ROC curve by ranks, ties counted half."""
    ordered = sorted(scored)
    positives = sum(label for _, label in ordered)
    ranks, place = 0.0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ranks += sum(label for _, label in ordered[place:end]) * (place + 1 + end) / 2
        place = end
    return (ranks - positives * (positives + 1) / 2) / (positives * (len(ordered) - positives))


def filled(folder: Path, texts: Sequence[list[str]]) -> Database:
    """An inbox with these texts, by as many authors, at one place, over two years."""
    build(f"sqlite:///{folder / 'bench.db'}")
    db = Database(f"sqlite:///{folder / 'bench.db'}")
    with db.write() as session:
        session.add(Brand(id=1, name="Bench", slug="bench"))
        session.flush()
        session.add(Source(id=1, brand_id=1, kind="feed", name="Bench", created_at=NOW))
        session.flush()
        session.add(Place(id=1, source_id=1, external_id="1", name="Bench"))
        session.flush()
        rows = [row(number, words) for number, words in enumerate(texts)]
        upsert(session, Item, rows, key=("source_id", "external_id"))
    return db


def row(number: int, words: list[str]) -> dict[str, Any]:
    at = NOW - timedelta(minutes=number * 250)
    item = Item(brand_id=1, source_id=1, place_id=1, external_id=str(number), kind=ItemKind.REVIEW,
                author_id=f"a{number}", author_name=f"Author {number}", text=" ".join(words), rating=1 + number % 5,
                ip=f"192.0.2.{number % 250}", city="Rīga", language="lv", published_at=at, first_seen_at=at,
                changed_at=at)
    return item.model_dump(exclude={"id"})


def recall(count: int) -> None:
    """Share of changed copies that the whole way (bands, candidates, comparison) finds again."""
    for share in (0.05, 0.1, 0.15):
        dice = random.Random(5)
        originals = [made_words(dice, dice.randrange(12, 120)) for _ in range(count)]
        found = compared = 0
        index: dict[int, list[int]] = defaultdict(list)
        for number, words in enumerate(originals):
            for band in near_copies.bands(words):
                index[band].append(number)
        started = time.perf_counter()
        for number, words in enumerate(originals):
            copy = changed(dice, words, share)
            others = {other for band in near_copies.bands(copy) for other in index[band]}
            compared += len(others)
            found += number in others and near_copies.similarity(copy, words) >= 65
        each = (time.perf_counter() - started) / count
        print(f"near-copies, {share:.0%} of words changed: recall {found / count:.3f}, "
              f"{compared / count:.2f} comparisons and {each * 1000:.2f} ms each")


def speed(count: int) -> None:
    """Items assessed in a second, at the beginning and when ten times as many are known."""
    dice = random.Random(6)
    texts = [made_words(dice, dice.randrange(8, 80)) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        db = filled(Path(folder), texts)
        tools = Tools(db=db, vault=cast(Vault, None), http=cast(Http, None), settings=MonitorSettings())
        for part in (count // 10, count - 2 * (count // 10), count // 10):
            started = time.perf_counter()
            done = assess.assess_due(tools, NOW, part)
            print(f"assessed {done} items: {done / (time.perf_counter() - started):.0f} a second")
        db.close()


def hotels(path: Path) -> None:
    """False copies among different guests, and texts said to lack experience, by label (1: machine-written)."""
    rows = list(rows_of(path))
    words = [near_copies.comparable(one["text"]) for one in rows]
    index: dict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(words):
        for band in near_copies.bands(own):
            index[band].append(number)
    totals, copies, bare = Counter[int](), Counter[int](), Counter[int]()
    for number, one in enumerate(rows):
        label = int(one["label"])
        totals[label] += 1
        others = {other for band in near_copies.bands(words[number]) for other in index[band]} - {number}
        copies[label] += len(words[number]) >= 5 and any(
            near_copies.similarity(words[number], words[other]) >= 80 for other in others)
        facts = ItemFacts(1, 1, 1, 1, NOW, text=one["text"], language=one["lang"])
        bare[label] += isinstance(all_signs()["no_experience"](facts, Context(), POINTS), Signal)
    for label, name in ((0, "real"), (1, "machine-written")):
        print(f"hotels, {name}: {copies[label] / totals[label]:.4f} called copies, "
              f"{bare[label] / totals[label]:.4f} said to lack experience ({totals[label]} texts)")


def yelp(folder: Path) -> None:
    """AUC of the score from the author's history alone, without verdicts and with those on a random half."""
    rows = list(rows_of(folder / "reviews.jsonl.gz"))
    labels = {one["id"]: bool(one["label"]) for one in rows_of(folder / "labels_train.jsonl.gz")}
    dice = random.Random(8)
    judged = {number for number in labels if dice.random() < 0.5}
    reviews = Counter(one["user"] for one in rows)
    verdicts: dict[str, Counter[bool]] = defaultdict(Counter)
    for one in rows:
        if one["id"] in judged:
            verdicts[one["user"]][labels[one["id"]]] += 1
    for name, known in (("no verdicts", {}), ("verdicts on half of the reviews", verdicts)):
        scored = [(score(reviews[one["user"]], known.get(one["user"], Counter())), labels[one["id"]])
                  for one in rows if one["id"] in labels and one["id"] not in judged]
        print(f"yelp, author's history with {name}: AUC {auc(scored):.3f} ({len(scored)} reviews)")


def score(reviews: int, verdicts: Counter[bool]) -> float:
    author = Author(reviews - 1, NOW - timedelta(days=300), NOW - timedelta(days=400), verdicts[True], verdicts[False])
    signals, _ = weigh_all(ItemFacts(1, 1, 1, 1, NOW), Context(author=author), POINTS)
    return float(add_up(signals, POINTS).total)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=4000, help="made items and texts")
    parser.add_argument("--data", type=Path, help="folder with the labelled data sets")
    given = parser.parse_args()
    recall(given.items)
    speed(given.items)
    for name, measure in (("fake_llm_hotels/train.jsonl.gz", hotels), ("fake_yelpchi_graph", yelp)):
        if given.data is not None and (given.data / name).exists():
            measure(given.data / name)
        else:
            print(f"{name}: not given, not measured")


if __name__ == "__main__":
    main()
