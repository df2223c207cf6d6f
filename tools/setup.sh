#!/usr/bin/env bash
# Make .venv and install exactly what the lock file names. Usage: tools/setup.sh requirements.lock
set -euo pipefail
lock="$1"

pick_python() {
  local name
  for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue
    echo "$name"; return 0
  done
  echo "Python 3.11, 3.12 or 3.13 is needed. On Debian: apt-get install python3 python3-venv" >&2
  return 1
}

make_venv() {
  local python="$1"
  "$python" -m venv .venv >/tmp/otklik-venv.log 2>&1 && return 0
  rm -rf .venv
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing python3-venv ..."
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    "$python" -m venv .venv && return 0
  fi
  cat /tmp/otklik-venv.log >&2
  echo "The module venv is missing. On Debian: apt-get install python3-venv" >&2
  return 1
}

if [ ! -x .venv/bin/python ]; then
  python="$(pick_python)"
  echo "Making .venv with $("$python" --version) ..."
  make_venv "$python"
fi
echo "Installing what $lock names ..."
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock" 2> >(grep -v "is ignored: it is" >&2)
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -e . 2> >(grep -v "is ignored: it is" >&2)
