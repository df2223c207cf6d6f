"""The version, read from the first heading of CHANGELOG.md in a checkout or from the installed package."""

from __future__ import annotations

VERSION = "0.1.0"
