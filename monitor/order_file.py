"""Read orders from a CSV file of unknown make: what each column is, each line an order, or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from connectors.csv_columns import unique
from connectors.csv_file import RefusedLine
from connectors.csv_text import Record, decoded, delimiter_of, encoding_of, records
from connectors.errors import N_, Surprise
from connectors.moments import read_moment

# Column of an order -> what it is called in exports, in small letters without anything but letters and digits.
NAMES: dict[str, tuple[str, ...]] = {
    "number": ("number", "order", "ordernumber", "orderid", "orderno", "id", "nr", "номер", "заказ", "номерзаказа",
               "pasūtījums", "pasūtījumanumurs", "pasūtījumanr", "numurs"),
    "placed_at": ("date", "placedat", "orderdate", "createdat", "created", "time", "дата", "датазаказа", "datums",
                  "pasūtījumadatums", "laiks"),
    "name": ("name", "customer", "buyer", "client", "customername", "имя", "клиент", "покупатель", "фио", "vārds",
             "klients", "pircējs"),
    "email": ("email", "mail", "customeremail", "почта", "эпочта", "электроннаяпочта", "epasts", "epastaadrese"),
    "phone": ("phone", "telephone", "mobile", "phonenumber", "телефон", "мобильный", "tālrunis", "telefons"),
    "city": ("city", "town", "город", "pilsēta"),
    "product": ("product", "item", "sku", "title", "товар", "артикул", "продукт", "prece", "produkts"),
    "amount": ("amount", "total", "sum", "price", "сумма", "итого", "цена", "summa", "kopā", "cena"),
    "currency": ("currency", "валюта", "valūta"),
}
_COLUMN_OF = {name: column for column, names in NAMES.items() for name in names}


class OrderRow(BaseModel):
    """One order as somebody gave it; ``number`` is what the shop calls it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    number: str = Field(min_length=1, max_length=100)
    placed_at: AwareDatetime | None = None
    name: str = Field("", max_length=300)
    email: str = Field("", max_length=320)
    phone: str = Field("", max_length=60)
    city: str = Field("", max_length=200)
    product: str = Field("", max_length=1000)
    amount: float | None = Field(None, allow_inf_nan=False)
    currency: str = Field("", max_length=10)


@dataclass(frozen=True)
class OrderFile:
    """What a file holds: orders with the line each stands on, refused lines, and how the file was understood."""

    rows: list[OrderRow] = field(default_factory=list)
    line_numbers: list[int] = field(default_factory=list)
    refused: list[RefusedLine] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    mapping: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Column of an order -> column of the file, for those whose names are known; the first of several wins."""
    found: dict[str, str] = {}
    for column in columns:
        name = _COLUMN_OF.get(re.sub(r"[\W_]+", "", column.casefold()))
        if name:
            found.setdefault(name, column)
    return found


def read_csv(data: bytes, mapping: Mapping[str, str] | None = None, time_zone: str = "UTC") -> OrderFile:
    """Every line as an order, or refused with its number and the reason; the rest go on.

    ``mapping`` names the file's column for each column of an order (None: as guessed); ``time_zone`` is that of dates
    that name none. Raises Surprise for a file without a header or without a column of order numbers.
    """
    encoding = encoding_of(data)
    text = decoded(data, encoding)
    every = records(text, delimiter_of(text))
    first = next(every, None)
    if first is None or first.problem:
        raise Surprise(N_("The file is empty, or its first line is not a header with the names of the columns."))
    columns = unique(first.cells)
    chosen = _checked(guess(columns) if mapping is None else dict(mapping), columns)
    file = OrderFile(columns=columns, mapping=chosen, encoding=encoding)
    where = {name: columns.index(column) for name, column in chosen.items()}
    seen: dict[str, int] = {}
    for record in every:
        _take(record, where, ZoneInfo(time_zone), file, seen)
    return file


def _checked(mapping: dict[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    for name, column in mapping.items():
        if name not in NAMES or column not in columns:
            raise Surprise(N_("The column “{column}” for “{field}” is not in the file."), column=column, field=name)
    if "number" not in mapping:
        raise Surprise(N_("No column holds the order number. Name one of these for it: {columns}."),
                       columns=", ".join(columns)[:500])
    return mapping


def _take(record: Record, where: Mapping[str, int], zone: ZoneInfo, file: OrderFile, seen: dict[str, int]) -> None:
    """One line into the rows or the refused lines of ``file``; ``seen`` is the line of each number so far."""
    try:
        row = _order(record, len(file.columns), where, zone)
        if row.number in seen:
            raise Surprise(N_("Order {number} is in line {line} already."), number=row.number, line=seen[row.number])
    except Surprise as error:
        file.refused.append(RefusedLine(record.line_number, error.key, record.raw[:2000], dict(error.facts)))
        return
    seen[row.number] = record.line_number
    file.rows.append(row)
    file.line_numbers.append(record.line_number)


def _order(record: Record, width: int, where: Mapping[str, int], zone: ZoneInfo) -> OrderRow:
    if record.problem:
        raise Surprise(record.problem)
    if len(record.cells) != width:
        raise Surprise(N_("The line has {found} cells instead of {expected}."), found=len(record.cells),
                       expected=width)
    values: dict[str, Any] = {name: record.cells[at].strip() for name, at in where.items()}
    if any("\ufffd" in value for value in values.values()):
        raise Surprise(N_("The line holds bytes that are no letters. Save the file as UTF-8 and import it again."))
    if not values["number"]:
        raise Surprise(N_("An order needs a number."))
    values["placed_at"] = _moment(values.get("placed_at", ""), zone)
    values["amount"] = _amount(values.get("amount", ""))
    try:
        return OrderRow.model_validate(values)
    except ValidationError as error:
        raise Surprise(N_("“{value}” does not fit into {field}."), field=str(error.errors()[0]["loc"][0]),
                       value=str(error.errors()[0]["input"])[:50]) from error


def _moment(cell: str, zone: ZoneInfo) -> Any:
    moment = read_moment(cell, zone) if cell else None
    if cell and moment is None:
        raise Surprise(N_("The date “{value}” cannot be read; 2026-11-20 or 20.11.2026 can."), value=cell[:50])
    return moment


def _amount(cell: str) -> float | None:
    """“1 234,50 €”, “1,234.50” or “12.4” as a number; the last of two different marks is the decimal one."""
    plain = re.sub(r"[^\d.,+-]", "", cell)
    if not cell:
        return None
    if "," in plain and "." in plain:
        plain = plain.replace("." if plain.rfind(",") > plain.rfind(".") else ",", "")
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        raise Surprise(N_("The amount “{value}” is not a number."), value=cell[:50]) from None
