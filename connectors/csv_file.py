"""CSV files: reviews that another system exported, with a preview of the columns and a report of refused lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.base import Can, Connector, Identity, Item, ItemKind, Place, Raw
from connectors.csv_columns import NAMES, guess, unique
from connectors.csv_text import DELIMITERS, Record, decoded, delimiter_of, encoding_of, records
from connectors.errors import N_, Surprise
from connectors.fields import ip_address, rating, web_address
from connectors.moments import read_moment
from connectors.plain_text import clean, one_line

PREVIEW_ROWS = 10
_YES = frozenset({"1", "yes", "y", "true", "+", "да", "истина", "jā", "ja", "patiess"})
_NO = frozenset({"0", "no", "n", "false", "-", "нет", "ложь", "nē", "ne", "aplams"})
_PLAIN = ("external_id", "thread_id", "author_name", "author_email", "author_phone", "city", "country", "order_number")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Preview:
    """What a file looks like: all its columns, ``mapping`` field -> column, first rows, how it is written."""

    columns: tuple[str, ...]
    mapping: dict[str, str]
    rows: tuple[tuple[str, ...], ...]
    encoding: str
    delimiter: str


@dataclass(frozen=True)
class RefusedLine:
    """A line that did not become an item. ``key`` and ``facts`` translate, ``reason`` is the English sentence."""

    line_number: int
    key: str
    raw: str
    facts: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The whole sentence in English."""
        return self.key.format(**self.facts) if self.facts else self.key


@dataclass(frozen=True)
class Defaults:
    """What the file does not say; ``time_zone`` is for dates without one."""

    kind: ItemKind = ItemKind.REVIEW
    time_zone: str = "UTC"
    rating_best: float = 5
    rating_worst: float = 1
    language: str = ""


class CsvFileSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    origin: str = Field(
        title=N_("Where the file comes from"), min_length=1, max_length=200, examples=["Old review system"],
        description=N_("A name for these reviews, shown as their source."))
    kind: ItemKind = Field(
        ItemKind.REVIEW, title=N_("What the lines are"), examples=["review"],
        description=N_("Kind of what each line holds."))
    time_zone: str = Field(
        "UTC", title=N_("Time zone"), examples=["Europe/Riga"],
        description=N_("Time zone of dates that name none, as in the list of IANA (Europe/Riga, Europe/Moscow)."))
    rating_best: float = Field(
        5, gt=0, title=N_("Best rating"), examples=[10], description=N_("The highest rating that the file may hold."))
    rating_worst: float = Field(1, ge=0, title=N_("Worst rating"), examples=[1], description=N_("The lowest rating."))

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("a time zone such as Europe/Riga") from error

    def defaults(self) -> Defaults:
        """What ``read_rows`` takes for granted."""
        return Defaults(self.kind, self.time_zone, self.rating_best, self.rating_worst)


class CsvFile(Connector):
    """Nothing is polled: a person gives the file, looks at the preview, and imports it, as often as needed."""

    kind: ClassVar[str] = "csv_file"
    label: ClassVar[str] = N_("CSV file")
    access: ClassVar[str] = N_("None: anyone who may add sources can import a file.")
    can: ClassVar[Can] = Can(
        polls=False, gives_ip=True, gives_city=True, gives_verified_purchase=True, manual_url=False)
    Settings: ClassVar[type[BaseModel]] = CsvFileSettings
    settings: CsvFileSettings

    async def check(self) -> Identity:
        """There is nobody to ask."""
        return Identity(name=self.settings.origin)

    async def places(self) -> list[Place]:
        """The files of this origin are one place."""
        return [Place(external_id="file", name=self.settings.origin)]

    @staticmethod
    def parse(raw: Raw) -> Item:
        """Cells by field, with the fields of ``Defaults``. Raises Surprise that names the cell and its problem."""
        cells = {name: str(raw.get(name, "")).strip() for name in NAMES}
        stars, best = _rating(cells["rating"], raw)
        text, title = clean(cells["text"]), one_line(cells["title"])
        pros, cons = clean(cells["pros"]), clean(cells["cons"])
        if stars is None and not (text or title or pros or cons):
            raise Surprise(N_("The line has neither a text nor a rating."))
        plain = {name: one_line(cells[name]) for name in _PLAIN}
        plain["external_id"] = plain["external_id"] or _identity(cells)
        return Item(
            **plain, kind=ItemKind(raw["kind"]), rating=stars, rating_best=best,
            rating_worst=raw["rating_worst"], title=title, text=text, pros=pros, cons=cons,
            url=_known(cells["url"], web_address, N_("“{value}” is not a web address.")),
            ip=_known(cells["ip"], ip_address, N_("“{value}” is not an IP address.")),
            verified_purchase=_yes_or_no(cells["verified_purchase"]),
            language=(cells["language"] or str(raw.get("language", "")))[:2].lower(),
            created_at=_moment(cells["created_at"], raw["time_zone"]))


def preview(data: bytes, mapping: Mapping[str, str] | None = None) -> Preview:
    """How the file is written and what its columns may mean. Raises Surprise for a file without a header."""
    text, encoding, delimiter = _opened(data)
    every = records(text, delimiter)
    columns = _header(every)
    rows: list[tuple[str, ...]] = []
    for record in every:
        if len(rows) == PREVIEW_ROWS:
            break
        if not record.problem:
            rows.append(record.cells)
    return Preview(columns, _checked(mapping, columns), tuple(rows), encoding, delimiter)


def read_rows(
    data: bytes, mapping: Mapping[str, str] | None, defaults: Defaults | None = None,
) -> Iterator[Item | RefusedLine]:
    """Every line as an item, or refused with its number and the reason; the rest go on.

    ``mapping`` is field -> column (None: as guessed). Raises Surprise for a file without a header.
    """
    text, _, delimiter = _opened(data)
    every = records(text, delimiter)
    columns = _header(every)
    where = {name: columns.index(column) for name, column in _checked(mapping, columns).items()}
    for record in every:
        yield _row(record, len(columns), where, defaults or Defaults())


def safe_cell(text: str) -> str:
    """A cell for export that no spreadsheet takes for a formula (OWASP: CSV injection); plain numbers stay numbers."""
    if not text.lstrip(" ").startswith(_FORMULA):
        return text
    try:
        float(text.replace(",", "."))
    except ValueError:
        return f"'{text}"
    return text


def _opened(data: bytes) -> tuple[str, str, str]:
    encoding = encoding_of(data)
    text = decoded(data, encoding)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and (named := first.strip("\r\n")[4:]) in DELIMITERS:
        return rest, encoding, named
    return text, encoding, delimiter_of(text)


def _header(every: Iterator[Record]) -> tuple[str, ...]:
    first = next(every, None)
    if first is None or first.problem:
        raise Surprise(N_("The file is empty, or its first line is not a header with the names of the columns."))
    return unique(first.cells)


def _checked(mapping: Mapping[str, str] | None, columns: tuple[str, ...]) -> dict[str, str]:
    """Only fields that exist and columns that the file has."""
    if mapping is None:
        return guess(columns)
    for name, column in mapping.items():
        if name not in NAMES or column not in columns:
            raise Surprise(N_("The column “{column}” for “{field}” is not in the file."), column=column, field=name)
    return dict(mapping)


def _row(record: Record, width: int, where: Mapping[str, int], defaults: Defaults) -> Item | RefusedLine:
    raw = record.raw[:2000]
    if record.problem:
        return RefusedLine(record.line_number, record.problem, raw)
    if len(record.cells) != width:
        return RefusedLine(record.line_number, N_("The line has {found} cells instead of {expected}."), raw,
                           {"found": len(record.cells), "expected": width})
    try:
        return CsvFile.read({**vars(defaults), **{name: record.cells[at] for name, at in where.items()}})
    except Surprise as error:
        return RefusedLine(record.line_number, error.key, raw, dict(error.facts))


def _rating(cell: str, raw: Raw) -> tuple[float | None, float]:
    """The rating and the best one, which the cell may name itself as in ``4/5``."""
    usual: float = raw["rating_best"]
    if not cell:
        return None, usual
    value = rating(cell)
    best = value[1] or usual if value else usual
    if value is None or not raw["rating_worst"] <= value[0] <= best:
        raise Surprise(N_("The rating “{value}” is not a number from {worst} to {best}."), value=cell[:50],
                       worst=raw["rating_worst"], best=best)
    return value[0], best


def _moment(cell: str, zone: str) -> Any:
    moment = read_moment(cell, ZoneInfo(zone)) if cell else None
    if cell and moment is None:
        raise Surprise(N_("The date “{value}” cannot be read; 2026-11-20 or 20.11.2026 can."), value=cell[:50])
    return moment


def _known(cell: str, read: Any, problem: str) -> str:
    value: str = read(cell)
    if cell and not value:
        raise Surprise(problem, value=cell[:100])
    return value


def _yes_or_no(cell: str) -> bool | None:
    word = cell.casefold()
    return True if word in _YES else False if word in _NO else None


def _identity(cells: Mapping[str, str]) -> str:
    """A digest of who said what and when, so that the same file again brings nothing new."""
    said = (cells["author_name"], cells["author_email"], cells["created_at"], cells["thread_id"], cells["title"],
            cells["text"], cells["pros"], cells["cons"])
    return "digest:" + hashlib.blake2b("\n".join(said).encode(), digest_size=20).hexdigest()
