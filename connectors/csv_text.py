"""The text of a CSV file of unknown make: its encoding, its delimiter, its records with their line numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.errors import N_

DELIMITERS = (",", ";", "\t", "|")
LONGEST_RECORD_LINES = 300
_SAMPLE_LINES = 50
_SAMPLE_CHARS = 500_000
_FIELD_ENDS = {delimiter: re.compile(rf" *(?:\n|$|{re.escape(delimiter)})") for delimiter in DELIMITERS}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Record:
    """One record; ``problem`` is an English sentence for the catalogues when it cannot be read, else empty."""

    line_number: int
    cells: tuple[str, ...]
    raw: str
    problem: str = ""


def encoding_of(data: bytes) -> str:
    """UTF-8 and UTF-16 by mark or content; else CP1251 (Cyrillic) or CP1257 (Baltic) by how the letters stand.

    Russian words are runs of high bytes; in Latvian single high bytes stand among ASCII letters.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    sample = data[:4000]
    if sample.count(0) > len(sample) / 20:  # UTF-16 without a mark: delimiters and line ends have a zero byte
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        runs = sum(len(run) for run in re.findall(rb"[\xa8\xb8\xc0-\xff]{3,}", data))
        mixed = len(re.findall(rb"[A-Za-z][\xa0-\xff]|[\xa0-\xff][A-Za-z]", data))
        return "cp1251" if runs > mixed else "cp1257"
    return "utf-8"


def decoded(data: bytes, encoding: str) -> str:
    """The whole text with newlines as they are; what does not fit the encoding becomes U+FFFD, NUL is removed."""
    return data.decode(encoding, "replace").replace("\x00", "")


def delimiter_of(text: str) -> str:
    """The delimiter by which the first records have most columns, and all the same number."""
    sample = "".join(text[:_SAMPLE_CHARS].splitlines(keepends=True)[:_SAMPLE_LINES])

    def evenness(delimiter: str) -> tuple[float, int]:
        widths = [len(record.cells) for record in records(sample, delimiter) if not record.problem]
        if not widths or widths[0] < 2:
            return 0.0, 0
        return widths.count(widths[0]) / len(widths), widths[0]

    return max(DELIMITERS, key=evenness)


def records(text: str, delimiter: str) -> Iterator[Record]:
    """Records with the number of their first line; newlines inside quotes belong to the record.

    A quote that never closes costs its own line only: reading goes on with the next one.
    """
    lines = io.StringIO(text, newline=None).readlines()
    start = 0
    while start < len(lines):
        taken = _lines_of_record(lines, start, delimiter)
        raw = "".join(lines[start:start + max(taken, 1)]).rstrip("\n")
        if not taken:
            yield Record(start + 1, (), raw, N_("A quotation mark opens and is never closed."))
        elif raw.strip(delimiter + " \n"):
            yield _read(start + 1, raw, delimiter)
        start += max(taken, 1)


def _lines_of_record(lines: list[str], start: int, delimiter: str) -> int:
    """How many lines the record takes, 0 when its quote stays open."""
    quoted = False
    for number, line in enumerate(lines[start:start + LONGEST_RECORD_LINES], 1):
        quoted = _stays_open(line, quoted, delimiter)
        if not quoted:
            return number
    return 0


def _stays_open(line: str, quoted: bool, delimiter: str) -> bool:
    """Whether a quoted field is open at the end of the line.

    A quote opens only at the start of a field and closes only at its end, so that ``5" kettle`` is a text.
    """
    at = 0
    while True:
        if quoted:
            end = line.find('"', at)
            if end < 0:
                return True
            doubled = line[end + 1:end + 2] == '"'
            quoted = doubled or not _FIELD_ENDS[delimiter].match(line, end + 1)
            at = end + 2 if doubled else end + 1
            continue
        if line[at:at + 1] == '"' and (at == 0 or line[at - 1] == delimiter):
            quoted, at = True, at + 1
            continue
        at = line.find(delimiter, at) + 1
        if at == 0:
            return False


def _read(line_number: int, raw: str, delimiter: str) -> Record:
    try:
        cells = next(csv.reader(io.StringIO(raw, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return Record(line_number, (), raw[:2000], N_("The line is not valid CSV, or a cell is larger than 128 KB."))
    return Record(line_number, tuple(cell.strip() for cell in cells), raw)
