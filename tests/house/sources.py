"""The project's own files, read as text and as syntax trees, for the tests that hold the house numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("connectors", "monitor", "replies", "inbox")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Python files of the folders, without migrations."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(path for path in found if "migrations/versions" not in path.as_posix())


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """All functions and methods of a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def lines(node: Function) -> int:
    """How long a function is."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def where(path: Path, node: ast.AST | None = None) -> str:
    """A place for a message: file and line."""
    name = path.relative_to(ROOT).as_posix()
    return f"{name}:{getattr(node, 'lineno', '')}" if node else name


def share(numbers: list[int], part: float) -> int:
    """The number that ``part`` of all are not above."""
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * part))]
