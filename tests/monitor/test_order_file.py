"""A file of orders is read line by line, whoever wrote it; what cannot be read is named with its line and reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.errors import Surprise
from monitor.orders import OrderFile, read_csv


def reasons(file: OrderFile) -> list[tuple[int, str]]:
    return [(line.line_number, line.reason) for line in file.refused]


def test_columns_are_known_by_their_names_in_three_languages() -> None:
    assert read_csv("Номер заказа;Дата;Сумма\nK-1;20.11.2026;12,40\n".encode()).rows[0].amount == 12.4
    assert read_csv("Pasūtījuma numurs,E-pasts\nK-1,a@b.lv\n".encode()).rows[0].email == "a@b.lv"
    assert read_csv(b"order_id\tcustomer\nK-1\tMarta\n").rows[0].name == "Marta"


def test_a_file_in_an_old_encoding_is_read() -> None:
    file = read_csv("Номер;Имя;Город\nК-1;Ольга Тимофеева;Рига\n".encode("cp1251"))
    assert (file.rows[0].name, file.encoding) == ("Ольга Тимофеева", "cp1251")


def test_a_date_without_zone_is_in_the_zone_given() -> None:
    [row] = read_csv(b"order,date\nK-1,2026-11-20 12:00\n", time_zone="Europe/Riga").rows
    assert row.placed_at == datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def test_a_broken_line_costs_itself_only() -> None:
    file = read_csv(b'order,name\nK-1,Marta\nK-2,"never closed\nK-3,Ilze\nK-4\n')
    assert [row.number for row in file.rows] == ["K-1", "K-3"]
    assert reasons(file) == [(3, "A quotation mark opens and is never closed."),
                             (5, "The line has 1 cells instead of 2.")]


def test_a_number_that_is_there_already_names_the_first_line() -> None:
    file = read_csv(b"order,amount\nK-1,5\nK-1,6\n")
    assert file.rows[0].amount == 5
    assert reasons(file) == [(3, "Order K-1 is in line 2 already.")]


@pytest.mark.parametrize(("line", "reason"), [
    (b",2026-11-20,5", "An order needs a number."),
    (b"K-1,yesterday,5", "The date \u201cyesterday\u201d cannot be read; 2026-11-20 or 20.11.2026 can."),
    (b"K-1,2026-11-20,free", "The amount \u201cfree\u201d is not a number."),
    (b"K" * 101 + b",2026-11-20,5", "\u201c" + "K" * 50 + "\u201d does not fit into number."),
])
def test_a_refused_line_says_why(line: bytes, reason: str) -> None:
    assert reasons(read_csv(b"order,date,amount\n" + line)) == [(2, reason)]


@pytest.mark.parametrize(("written", "amount"), [
    ("1 234,50 €", 1234.5), ("1,234.50", 1234.5), ("12.4", 12.4), ("", None)])
def test_an_amount_is_read_as_people_write_it(written: str, amount: float | None) -> None:
    assert read_csv(f"order;amount\nK-1;{written}\n".encode()).rows[0].amount == amount


def test_a_file_without_order_numbers_names_its_columns() -> None:
    with pytest.raises(Surprise, match="Name one of these for it: name, town"):
        read_csv(b"name,town\nMarta,Riga\n")


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(Surprise, match="The file is empty"):
        read_csv(b"")


def test_a_mapping_names_the_columns_itself() -> None:
    file = read_csv(b"a,b\nK-1,Marta\n", {"number": "a", "name": "b"})
    assert (file.rows[0].number, file.rows[0].name) == ("K-1", "Marta")
    with pytest.raises(Surprise, match="is not in the file"):
        read_csv(b"a,b\n", {"number": "c"})
