#!/usr/bin/env bash
# Every check. What is missing is installed when possible, else named with the command that mends it; nothing is skipped.
set -euo pipefail
bin=.venv/bin
if [ ! -x /usr/bin/chromium ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests ..."
    apt-get update -qq && apt-get install -y -qq chromium >/dev/null
  else
    echo "Chromium is missing. On Debian: sudo apt-get install chromium" >&2; exit 1
  fi
fi
tools/check.sh
echo "== pytest (SQLite and PostgreSQL, browser)"
exec $bin/python -m tools.postgresql -- $bin/python -m pytest -n 2 --dist loadgroup -m "not wordpress and not live" "$@"
