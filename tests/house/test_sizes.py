"""Functions, files, tests and templates stay small enough to be read at one sitting."""

from __future__ import annotations

import statistics

import pytest

from tests.house.sources import FLOORS, ROOT, files, functions, lines, share, where

OURS = files(*FLOORS)
TESTS = files("tests")


def test_functions_are_short() -> None:
    sizes = [lines(node) for path in OURS for node in functions(path)]
    assert statistics.median(sizes) <= 9
    assert share(sizes, 0.9) <= 35


def test_no_function_is_longer_than_80_lines() -> None:
    assert [where(path, node) for path in OURS for node in functions(path) if lines(node) > 80] == []


def test_files_are_short() -> None:
    sizes = [path.read_text(encoding="utf-8").count("\n") for path in OURS]
    assert statistics.median(sizes) <= 120
    assert share(sizes, 0.9) <= 300


def test_no_file_is_longer_than_400_lines() -> None:
    assert [where(path) for path in OURS if path.read_text(encoding="utf-8").count("\n") > 400] == []


def test_tests_are_short() -> None:
    sizes = [lines(node) for path in TESTS for node in functions(path) if node.name.startswith("test_")]
    assert share(sizes, 0.9) <= 30


def test_no_test_sleeps() -> None:
    sleeping = [where(path, node) for path in TESTS for node in functions(path)
                if node.name.startswith("test_") and ".sleep(" in path.read_text(encoding="utf-8").split("\n")[
                    node.lineno - 1]]
    assert sleeping == []


def test_templates_are_short() -> None:
    templates = [*ROOT.glob("inbox/**/templates/**/*.html"), *ROOT.glob("inbox/emails/**/*.html")]
    assert templates
    assert [where(path) for path in templates if path.read_text(encoding="utf-8").count("\n") >= 150] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("connectors/*.py")), ids=lambda path: path.name)
def test_a_platform_fits_into_280_lines(path: object) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= 280  # type: ignore[attr-defined]
