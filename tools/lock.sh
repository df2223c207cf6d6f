#!/usr/bin/env bash
# Pin the newest allowed versions for Python 3.11 to 3.13, with hashes, in requirements.lock and requirements-dev.lock.
set -euo pipefail
place="$(mktemp -d)"; trap 'rm -rf "$place"' EXIT
python3 -m venv "$place" && "$place/bin/pip" -q install uv
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header)
"$place/bin/uv" pip compile "${options[@]}" pyproject.toml -o requirements.lock
"$place/bin/uv" pip compile "${options[@]}" --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
