"""How long the inbox waits for its lists: page, filters, counts, search; p50, p95 and p99 in milliseconds.

    .venv/bin/python -m benchmarks.inbox --rows 10000 1000000

Fills a database of each size with reviews of 3 brands and 60 places (about 1 in 50 open), then asks each question
``--times`` times, with cursors and words drawn by a seeded die. ``--url`` measures PostgreSQL (an empty database, its
rows are lost; one size only).
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from benchmarks.ingest import NOW, RULES, Side, written
from benchmarks.texts import COMMON
from monitor import bulk, item_order, items, search, storing
from monitor.db import Database
from monitor.filters import Filter, Queue, Sort
from monitor.models import Brand, Place, Source, WorkState

BRANDS, PLACES = 3, 20
Question = Callable[[Session, random.Random], object]


def fill(side: Side, rows: int) -> None:
    """``rows`` reviews, most of them done."""
    dice = random.Random(7)
    grounds = _grounds(side)
    table = SQLModel.metadata.tables["item"]
    for start in range(0, rows, 10_000):
        made = [storing.new_row(written(n, dice), n + 1, dice.choice(grounds), NOW)
                for n in range(start, min(rows, start + 10_000))]
        for row, _ in made:
            _work(row, dice)
        with side.db.write() as session:
            bulk.insert_many(session, table, [row for row, _ in made])
            search.index(session, [found for _, found in made])
    with side.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _grounds(side: Side) -> list[storing.Ground]:
    grounds = []
    with side.db.write() as session:
        for number in range(BRANDS):
            brand = Brand(name=f"Brand {number}", slug=f"brand-{number}")
            session.add(brand)
            session.flush()
            source = Source(brand_id=brand.id or 0, kind="demo_shop", name="Site", created_at=NOW)
            session.add(source)
            session.flush()
            for one in range(PLACES):
                place = Place(source_id=source.id or 0, external_id=f"{one}", name=f"Place {one}")
                session.add(place)
                session.flush()
                grounds.append(storing.Ground(brand.id or 0, source.id, place.id, None, False, "", RULES, False))
    return grounds


def _work(row: dict[str, object], dice: random.Random) -> None:
    luck = dice.random()
    row["work_state"] = WorkState.DONE if luck > 0.02 else WorkState.OPEN if luck > 0.01 else WorkState.NEW
    row["due_at"] = NOW + timedelta(hours=dice.randrange(-48, 48)) if luck < 0.02 else None
    row["score"] = dice.randrange(100) if dice.random() < 0.3 else 20
    row["external_id"] = f"x{row['id']}"


def _cursor(session: Session, filter: Filter, dice: random.Random) -> str:
    """A place somewhere in the list, as a reader who has scrolled far."""
    item_id = dice.randrange(1, 2**31)
    last = session.execute(text("SELECT max(id) FROM item")).scalar_one()
    found = item_order.position_of(session, filter, item_id % last + 1)
    return found.write(filter) if found else ""


def questions() -> dict[str, Question]:
    """What people ask of the inbox all day."""
    def page(filter: Filter, deep: bool = False) -> Question:
        def ask(session: Session, dice: random.Random) -> object:
            after = _cursor(session, filter, dice) if deep else ""
            return items.page(session, filter, now=NOW, after=after)
        return ask

    def searching(prefix: bool) -> Question:
        def ask(session: Session, dice: random.Random) -> object:
            word = dice.choice(COMMON[dice.choice(("en", "ru", "lv"))])
            return items.page(session, Filter(brand_id=2, search=word[:3] if prefix else word), now=NOW)
        return ask

    brand = Filter(brand_id=2)
    open_ = Filter(brand_id=2, queue=Queue.NEEDS_REPLY)
    return {
        "inbox page (needs reply, deadline)": page(Filter(brand_id=2, queue=Queue.NEEDS_REPLY, sort=Sort.DEADLINE)),
        "inbox page (needs reply, newest)": page(open_),
        "all, newest": page(brand), "all, newest, far down": page(brand, deep=True),
        "all brands, newest": page(Filter()),
        "all, worst rating first": page(Filter(brand_id=2, sort=Sort.RATING)),
        "suspicious": page(Filter(brand_id=2, queue=Queue.SUSPICIOUS)),
        "one place": page(Filter(brand_id=2, place_ids=(25,))),
        "language and stars": page(Filter(brand_id=2, languages=("ru", "lv"), max_rating=2)),
        "last week": page(Filter(brand_id=2, since=NOW - timedelta(days=7))),
        "counts of all queues": lambda session, dice: items.counts(session, 2, 1, NOW),
        "search, a common word": searching(prefix=False), "search, a beginning": searching(prefix=True),
    }


def measure(db: Database, times: int) -> dict[str, list[float]]:
    """Milliseconds of every question, sorted."""
    found: dict[str, list[float]] = {}
    for name, ask in questions().items():
        dice, spent = random.Random(1), []
        for _ in range(times):
            with db.read() as session:
                start = time.perf_counter()
                ask(session, dice)
                spent.append((time.perf_counter() - start) * 1000)
        found[name] = sorted(spent)
    return found


def show(rows: int, found: dict[str, list[float]]) -> None:
    """One line a question."""
    print(f"\n{rows:,} items" + " " * 26 + "p50      p95      p99   ms")
    for name, spent in found.items():
        p50, p95, p99 = (spent[min(len(spent) - 1, len(spent) * percent // 100)] for percent in (50, 95, 99))
        print(f"{name:36} {p50:7.2f}  {p95:7.2f}  {p99:7.2f}")


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, nargs="+", default=[10_000])
    asked.add_argument("--times", type=int, default=200)
    asked.add_argument("--url", default="", help="an empty PostgreSQL database")
    chosen = asked.parse_args()
    for rows in chosen.rows:
        with tempfile.TemporaryDirectory() as folder:
            side = Side(chosen.url or f"sqlite:///{Path(folder) / 'inbox.db'}")
            fill(side, rows)
            show(rows, measure(side.db, chosen.times))
            side.db.close()


if __name__ == "__main__":
    main()
