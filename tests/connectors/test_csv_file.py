"""CSV files of any make: how they are written, what their columns mean, and which lines are refused and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.base import Item, ItemKind
from connectors.csv_columns import guess
from connectors.csv_file import CsvFile, CsvFileSettings, Defaults, RefusedLine, preview, read_rows, safe_cell
from connectors.csv_text import encoding_of
from connectors.errors import Surprise
from connectors.http import Http

RUSSIAN = "Автор;Оценка;Текст отзыва;Дата\nАнна;4,5;Хорошо, быстро;20.11.2026 10:00\n"
LATVIAN = "Autors;Vērtējums;Atsauksme;Datums\nLīga Ozola;5;Ļoti labi, ātri;20.11.2026 10:00\n"


def rows(text: str | bytes, defaults: Defaults | None = None, /, **mapping: str) -> list[Item | RefusedLine]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_rows(data, mapping or None, defaults))


def items(text: str | bytes, defaults: Defaults | None = None) -> list[Item]:
    return [row for row in rows(text, defaults) if isinstance(row, Item)]


def refused(text: str) -> list[tuple[int, str]]:
    return [(row.line_number, row.reason) for row in rows(text) if isinstance(row, RefusedLine)]


@pytest.mark.parametrize(("text", "encoding"), [
    (RUSSIAN, "utf-8"), (RUSSIAN, "utf-8-sig"), (RUSSIAN, "utf-16"), (RUSSIAN, "utf-16-le"), (RUSSIAN, "cp1251"),
    (LATVIAN, "utf-8"), (LATVIAN, "cp1257"), (LATVIAN, "utf-16-be"),
])
def test_every_usual_encoding_is_known(text: str, encoding: str) -> None:
    [item] = items(text.encode(encoding))
    assert item.author_name in ("Анна", "Līga Ozola")
    assert item.text in ("Хорошо, быстро", "Ļoti labi, ātri")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_known(delimiter: str) -> None:
    line = delimiter.join(["author", "text", "rating"]) + "\n" + delimiter.join(["Anna", '"a, b; c"', "4,5"]) + "\n"
    line = line.replace("4,5", '"4,5"')
    assert [(item.text, item.rating) for item in items(line)] == [("a, b; c", 4.5)]


def test_the_delimiter_may_be_named_in_the_first_line() -> None:
    assert [item.text for item in items("sep=;\ntext;x\na,b;1\n")] == ["a,b"]


def test_a_preview_shows_columns_guesses_and_first_rows() -> None:
    shown = preview(RUSSIAN.encode("cp1251"))
    assert shown.columns == ("Автор", "Оценка", "Текст отзыва", "Дата")
    assert shown.mapping == {"author_name": "Автор", "rating": "Оценка", "text": "Текст отзыва", "created_at": "Дата"}
    assert shown.rows == (("Анна", "4,5", "Хорошо, быстро", "20.11.2026 10:00"),)
    assert (shown.encoding, shown.delimiter) == ("cp1251", ";")


def test_a_preview_of_a_long_file_stays_short() -> None:
    assert len(preview(b"text\n" + b"x\n" * 5000).rows) == 10


@pytest.mark.parametrize(("column", "field"), [
    ("Review ID", "external_id"), ("E-mail", "author_email"), ("Номер заказа", "order_number"), ("Город", "city"),
    ("Pilsēta", "city"), ("IP-адрес", "ip"), ("Apstiprināts pirkums", "verified_purchase"), ("ДАТА", "created_at"),
    ("e-pasts", "author_email"), ("order_no", "order_number"),
])
def test_columns_are_known_in_three_languages(column: str, field: str) -> None:
    assert guess([column]) == {field: column}


def test_columns_without_a_name_and_with_the_same_name_stay_apart() -> None:
    assert preview(b"text,,text\na,b,c\n").columns == ("text", "Column 2", "text (2)")


def test_a_mapping_of_ones_own_counts_instead_of_the_guess() -> None:
    [row] = rows("text,what\na,b\n", text="what")
    assert isinstance(row, Item)
    assert row.text == "b"


@pytest.mark.parametrize("mapping", [{"text": "missing"}, {"secret": "text"}])
def test_a_mapping_to_what_is_not_there_is_refused(mapping: dict[str, str]) -> None:
    with pytest.raises(Surprise, match="is not in the file"):
        rows("text\na\n", **mapping)


def test_a_quoted_newline_belongs_to_the_text() -> None:
    assert [item.text for item in items('id,text\n1,"one\r\n""two"""\n2,three\n')] == ['one\n"two"', "three"]


def test_broken_lines_are_refused_with_number_and_reason_and_the_rest_go_on() -> None:
    text = ("id,text,rating,date,ip\n1,ok,5,2026-11-20,\n2,short\n3,,,,\n4,x,nine,,\n5,x,5,someday,\n6,x,5,,1.2.3\n"
            "7,ok,,,\n")
    assert [item.external_id for item in items(text)] == ["1", "7"]
    assert refused(text) == [
        (3, "The line has 2 cells instead of 5."), (4, "The line has neither a text nor a rating."),
        (5, "The rating “nine” is not a number from 1 to 5."),
        (6, "The date “someday” cannot be read; 2026-11-20 or 20.11.2026 can."), (7, "“1.2.3” is not an IP address.")]


def test_a_quote_that_never_closes_costs_its_own_line_only() -> None:
    text = 'id,text\n1,"open\n2,fine\n3,5" kettle\n'
    assert [(item.external_id, item.text) for item in items(text)] == [("2", "fine"), ("3", '5" kettle')]
    assert refused(text) == [(2, "A quotation mark opens and is never closed.")]


def test_line_numbers_count_the_lines_inside_quotes() -> None:
    assert refused('id,text\n1,"a\nb\nc"\n2\n') == [(5, "The line has 1 cells instead of 2.")]


def test_empty_lines_are_nothing() -> None:
    assert len(rows("text\n\na\n\n\n")) == 1


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_header_is_explained(data: bytes) -> None:
    with pytest.raises(Surprise, match="header"):
        rows(data)


def test_a_date_without_a_zone_is_taken_in_the_zone_of_the_settings() -> None:
    [item] = items(LATVIAN, Defaults(time_zone="Europe/Riga"))
    assert item.created_at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("cell", "rating", "best"), [("4,5", 4.5, 10), ("4/5", 4, 5), ("★★★☆☆", 3, 5), ("8", 8, 10)])
def test_ratings_keep_their_scale(cell: str, rating: float, best: float) -> None:
    [item] = items(f"text;rating\nx;{cell}\n", Defaults(rating_best=10))
    assert (item.rating, item.rating_best) == (rating, best)


@pytest.mark.parametrize(("cell", "verified"), [("да", True), ("Jā", True), ("no", False), ("нет", False), ("?", None)])
def test_yes_and_no_are_known_in_three_languages(cell: str, verified: bool | None) -> None:
    assert items(f"text,verified\nx,{cell}\n")[0].verified_purchase is verified


def test_the_same_line_again_is_the_same_item_and_another_is_not() -> None:
    text = "author,text,rating\nAnna,Good,5\nAnna,Good,4\nIvo,Good,5\n"
    first, edited, other = items(text)
    assert first.external_id == edited.external_id != other.external_id
    assert items(text)[0].external_id == first.external_id


def test_the_kind_is_that_of_the_settings() -> None:
    assert items("text\nx\n", Defaults(kind=ItemKind.COMPLAINT))[0].kind is ItemKind.COMPLAINT


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_no_exported_cell_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5", "+3,5", "text = more", "", "a@b.example"])
def test_what_is_no_formula_is_exported_as_it_is(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_settings_become_defaults_and_a_wrong_zone_is_named() -> None:
    settings = CsvFileSettings(origin="Old system", time_zone="Europe/Riga", rating_best=10)
    assert settings.defaults() == Defaults(ItemKind.REVIEW, "Europe/Riga", 10, 1)
    with pytest.raises(ValidationError, match="time_zone"):
        CsvFileSettings(origin="Old system", time_zone="Riga")


async def test_the_origin_is_the_place() -> None:
    platform = CsvFile(CsvFileSettings(origin="Old system"), Http())
    assert [place.name for place in await platform.places()] == ["Old system"]


@given(st.binary(max_size=300) | st.text(alphabet='",;\n\r\tab1', max_size=80).map(str.encode))
def test_any_file_is_read_line_by_line_or_explained(data: bytes) -> None:
    assert encoding_of(data)
    try:
        rows(b"text,rating\n" + data)
    except Surprise as error:
        assert "header" in error.says


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=5))
def test_every_text_written_by_csv_comes_back(texts: list[str]) -> None:
    body = "id,text\n" + "".join('{},"{}"\n'.format(n, text.replace('"', '""')) for n, text in enumerate(texts, 1))
    found = {row.external_id: row.text for row in items(body)}
    expected = {str(n): CsvFile.read({**vars(Defaults()), "text": f"x{text}"}).text[1:].strip()
                for n, text in enumerate(texts, 1)}
    assert {number: text for number, text in found.items() if text} == {n: t for n, t in expected.items() if t}
