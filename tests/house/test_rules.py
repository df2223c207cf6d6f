"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast

from tests.house.sources import FLOORS, ROOT, files, functions, tree, where

OURS = files(*FLOORS)
BANNED_NAMES = {"utils", "helpers", "common", "core", "manager", "misc", "util", "helper"}
BROAD_ALLOWED = {"inbox/jobs.py", "monitor/poll.py"}
CLOCKLESS = ("connectors", "monitor", "replies")
CLOCKS = {"now", "utcnow", "today"}
CLOCKS_ALLOWED = {"connectors/pace.py"}  # the default of an argument: how long a server told us to wait


def test_there_are_four_packages_and_no_fifth() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages <= {*FLOORS, "tests", "tools", "benchmarks"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [where(path) for path in OURS if path.stem in BANNED_NAMES] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [where(path) for path in (*OURS, *files("tests", "tools", "benchmarks"))
              if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))]
    assert silent == []


def test_every_public_function_of_a_module_has_a_docstring() -> None:
    silent = [where(path, node) for path in OURS for node in tree(path).body
              if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
              and not ast.get_docstring(node)]
    assert silent == []


def test_broad_excepts_stand_only_where_one_row_must_not_stop_the_rest() -> None:
    broad = [where(path, node) for path in OURS for node in ast.walk(tree(path))
             if isinstance(node, ast.ExceptHandler)
             and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
             and path.relative_to(ROOT).as_posix() not in BROAD_ALLOWED]
    assert broad == []


def test_lower_floors_never_read_the_clock() -> None:
    reading = [where(path, node) for path in files(*CLOCKLESS) for node in ast.walk(tree(path))
               if isinstance(node, ast.Attribute) and node.attr in CLOCKS
               and isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date")
               and path.relative_to(ROOT).as_posix() not in CLOCKS_ALLOWED]
    assert reading == []


def test_only_the_configuration_reads_the_environment() -> None:
    reading = [where(path, node) for path in OURS for node in ast.walk(tree(path))
               if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
               and isinstance(node.value, ast.Name) and node.value.id == "os"
               and path.name not in ("config.py", "backups.py")]
    assert reading == []


def test_patches_are_rare() -> None:
    tests = files("tests")
    count = sum(node.name.startswith("test_") for path in tests for node in functions(path))
    patched = sum(path.read_text(encoding="utf-8").count(word) for path in tests if path.name != "test_rules.py"
                  for word in ("monkeypatch.", "mock.patch", "unittest.mock"))
    assert patched < 0.05 * count


def test_nothing_is_left_to_do_later() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X ", "HA" + "CK")
    left = [where(path) for path in OURS if any(word in path.read_text(encoding="utf-8") for word in words)]
    assert left == []
