"""Items a second through ``monitor.ingest``, beside plain ``executemany`` of the same rows and the same full text.

    .venv/bin/python -m benchmarks.ingest --rows 20000 --full 1000000

Both write batches of ``--batch`` items, each in one transaction, in turns on databases of their own. The rows of the
plain side are made and bound beforehand; the words of the full text are made by both, because without them it would not
be the same index. ``--full`` fills both databases with that many rows first and measures
again. ``--url`` measures PostgreSQL (an empty database, its rows are lost) instead of SQLite.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import SQLModel

from benchmarks.texts import review
from connectors.base import Batch, Item, ItemKind
from monitor import bulk, ingest, search, storing
from monitor.db import Database
from monitor.mentions import Anything
from monitor.models import Brand, Place, Source
from monitor.routing import Rules

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
RULES = Rules(24, 4, Anything(), {}, ZoneInfo("Europe/Riga"))


class Side:
    """One database with one place."""

    def __init__(self, url: str) -> None:
        self.db = Database(url)
        with self.db.write() as session:
            SQLModel.metadata.drop_all(session.connection())
            session.execute(text("DROP TABLE IF EXISTS item_search"))
            SQLModel.metadata.create_all(session.connection())
            search.create(session.connection())
            self.brand = Brand(name="Kafe Saule", slug="kafe-saule")
            session.add(self.brand)
            session.flush()
            self.source = Source(brand_id=self.brand.id or 0, kind="demo_shop", name="Site", created_at=NOW)
            session.add(self.source)
            session.flush()
            self.place = Place(source_id=self.source.id or 0, external_id="p", name="Place", last_sweep_at=NOW)
            session.add(self.place)


def written(number: int, dice: random.Random) -> Item:
    """One review as a connector would give it."""
    language, words = review(dice)
    created_at = NOW - timedelta(minutes=dice.randrange(500_000))
    raw = {"id": number, "text": words, "rating": number % 5 + 1, "created_at": created_at.isoformat(),
           "author": {"name": f"Author {number % 9000}", "id": f"u{number % 9000}"}}
    return Item(external_id=f"r{number}", kind=ItemKind.REVIEW, text=words, rating=number % 5 + 1, language=language,
                author_name=f"Author {number % 9000}", author_id=f"u{number % 9000}", created_at=created_at, raw=raw,
                url=f"https://shop.example/reviews/{number}", ip=f"198.51.{number % 250}.{number % 199}", city="Rīga")


def batches(first: int, rows: int, size: int, seed: int) -> Iterator[list[Item]]:
    """``rows`` reviews from number ``first``, batch by batch as a poll reads them."""
    dice = random.Random(seed)
    for start in range(first, first + rows, size):
        yield [written(number, dice) for number in range(start, min(start + size, first + rows))]


def ours(side: Side, items: list[Item]) -> None:
    """The batch as a poll stores it: look, decide, write items, history, full text."""
    ingest.store(side.db, side.place, side.source, Batch(items=tuple(items)), NOW)


Prepared = tuple[str, list[tuple[Any, ...]], list[search.Searchable]]


def prepared(side: Side, items: list[Item], first_id: int) -> Prepared:
    """Statement, bound rows and texts of the plain side, made outside of the measured time."""
    ground = storing.Ground(side.source.brand_id, side.source.id, side.place.id, None, False, "", RULES, False)
    made = [storing.new_row(item, first_id + number, ground, NOW) for number, item in enumerate(items)]
    dialect = side.db.engine.dialect
    rows = [row for row, _ in made]
    ready = bulk.compiled(SQLModel.metadata.tables["item"], tuple(rows[0]), dialect)
    return ready.statement, bulk.bound(ready, rows), [searchable for _, searchable in made]


def plain(side: Side, batch: Prepared) -> None:
    """The same rows and full text, nothing else."""
    with side.db.write() as session:
        session.connection().exec_driver_sql(batch[0], batch[1])
        search.index(session, batch[2])


def timed(work: Callable[[], None]) -> float:
    """Seconds that the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(title: str, one: Side, other: Side, first: int, rows: int, size: int) -> None:
    """Both sides in turns, batch by batch; prints items a second and their ratio."""
    seconds = [0.0, 0.0]
    for number, items in enumerate(batches(first, rows, size, seed=first)):
        ready = prepared(other, items, first + number * size + 1)
        seconds[0] += timed(lambda items=items: ours(one, items))  # type: ignore[misc]
        seconds[1] += timed(lambda ready=ready: plain(other, ready))  # type: ignore[misc]
    known = batches(first, min(rows, 3000), size, seed=first)
    again = sum(timed(lambda items=items: ours(one, items)) for items in known)  # type: ignore[misc]
    print(f"{title:32} ours {rows / seconds[0]:9,.0f}/s   plain {rows / seconds[1]:9,.0f}/s   "
          f"ratio {seconds[1] / seconds[0]:.2f}   known again {min(rows, 3000) / again:9,.0f}/s")


def fill(side: Side, rows: int) -> None:
    """Rows beforehand, unmeasured, the plain way."""
    for start in range(0, rows, 10_000):
        for items in batches(10_000_000 + start, min(10_000, rows - start), 10_000, seed=start):
            plain(side, prepared(side, items, 10_000_000 + start))


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=20_000)
    asked.add_argument("--full", type=int, default=0, help="rows that are there before the second measurement")
    asked.add_argument("--batch", type=int, default=1000)
    asked.add_argument("--url", nargs=2, default=None, help="two empty PostgreSQL databases")
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        urls = chosen.url or [f"sqlite:///{Path(folder) / name}.db" for name in ("ours", "plain")]
        one, other = Side(urls[0]), Side(urls[1])
        measure("into an empty inbox", one, other, 1, chosen.rows, chosen.batch)
        if chosen.full:
            fill(one, chosen.full)
            fill(other, chosen.full)
            measure(f"into an inbox of {chosen.full:,}", one, other, 20_000_000 + chosen.full, chosen.rows,
                    chosen.batch)
        one.db.close()
        other.db.close()


if __name__ == "__main__":
    main()
