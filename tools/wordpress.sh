#!/usr/bin/env bash
# Try the WordPress connector on a real WordPress on loopback (Debian's packages, installed here when root).
set -euo pipefail
export OTKLIK_TEST_WORDPRESS=1
.venv/bin/python tools/wordpress.py --install
exec .venv/bin/python -m pytest -q -m wordpress tests/connectors/test_wordpress_real.py "$@"
