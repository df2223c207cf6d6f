"""Import reviews and orders from CSV files: what comes in, what is refused and why, or a dry run of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import select

from connectors.base import Batch, Item
from connectors.csv_file import CsvFileSettings, RefusedLine, read_rows
from connectors.errors import N_, NotSupported
from inbox import finding
from inbox.house import House
from monitor import ingest, order_file, orders, sources
from monitor.authenticity import assess
from monitor.models import Place, Source

AT_ONCE = 1000
SHOWN = 20


@dataclass
class Report:
    """Counts and refused lines; ``dry_run`` means that nothing was stored."""

    dry_run: bool = False
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    examples: list[Item] = field(default_factory=list)

    def rows(self) -> list[dict[str, Any]]:
        """The report as a table: counts first, then each refused line."""
        counts = [("would come in" if self.dry_run else "new", self.new), ("changed", self.changed),
                  ("known already", self.same), ("refused", len(self.refused))]
        return [{"what": what, "number": number, "why": ""} for what, number in counts] + [
            {"what": "line refused", "number": line.line_number, "why": line.reason} for line in self.refused]


def items(house: House, source_word: str, data: bytes, now: datetime, *, dry_run: bool = False,
          mapping: Mapping[str, str] | None = None) -> Report:
    """Read a file into the place of a ``csv_file`` source. Raises LookupError, Surprise, NotSupported."""
    with house.db.read() as session:
        source = finding.source(session, source_word)
        place = session.exec(select(Place).where(Place.source_id == source.id)).first()
    settings = sources.settings_of(source, house.vault)
    if not isinstance(settings, CsvFileSettings) or place is None:
        raise NotSupported(N_("“{source}” is not a source for CSV files."), source=source.name)
    report = Report(dry_run=dry_run)
    batch: list[Item] = []
    for found in read_rows(data, mapping, settings.defaults()):
        if isinstance(found, RefusedLine):
            report.refused.append(found)
            continue
        batch.append(found)
        if len(batch) == AT_ONCE:
            _store(house, source, place, batch, now, report)
            batch = []
    _store(house, source, place, batch, now, report)
    return report


def _store(house: House, source: Source, place: Place, batch: Sequence[Item], now: datetime, report: Report) -> None:
    report.examples += batch[:SHOWN - len(report.examples)]
    if report.dry_run:
        report.new += len(batch)
        return
    if not batch:
        return
    stored = ingest.store(house.db, place, source, Batch(items=tuple(batch), newest_first=False), now)
    report.new += len(stored.new)
    report.changed += len(stored.edited)
    report.same += stored.same


class _OnlyAskedError(Exception):
    """Ends the transaction of a dry run, so that nothing of it stays."""


def import_orders(house: House, brand_word: str, data: bytes, now: datetime, *, dry_run: bool = False,
                  mapping: Mapping[str, str] | None = None, by_id: int | None = None) -> Report:
    """Read a file of orders into a brand; dates without a zone are the brand's. Raises LookupError and Surprise."""
    with suppress(_OnlyAskedError), house.db.write() as session:
        brand = finding.brand(session, brand_word)
        assert brand.id is not None
        read = order_file.read_csv(data, mapping, brand.timezone)
        saved = orders.save(session, brand.id, read.rows, now, by_id)
        if dry_run:
            raise _OnlyAskedError
        assess.again_after_orders(session, brand.id, now)
    refused = [*read.refused, *(RefusedLine(read.line_numbers[row.index], row.key, row.number, dict(row.facts))
                                for row in saved.refused)]
    return Report(dry_run=dry_run, new=len(saved.created), changed=len(saved.changed), same=len(saved.same),
                  refused=refused)
