#!/usr/bin/env bash
# The quick checks: style, types, floors, catalogues.
set -euo pipefail
bin=.venv/bin
echo "== ruff";         $bin/ruff check .
echo "== mypy";         $bin/mypy
echo "== lint-imports"; $bin/lint-imports --no-logo 2>/dev/null || $bin/lint-imports
echo "== catalogues";   $bin/python -m tools.strings --check
