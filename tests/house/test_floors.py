"""Imports go down only, and catalogues are complete: the same tools that `make check` runs."""

from __future__ import annotations

from importlinter.application.use_cases import SUCCESS, lint_imports
from importlinter.configuration import configure

from tests.house.sources import ROOT
from tools import strings


def test_imports_go_down_only() -> None:
    configure()
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == SUCCESS


def test_catalogues_are_complete_in_all_languages() -> None:
    assert strings.faults() == []
