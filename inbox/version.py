"""The version of Otklik; a test holds it equal to the newest heading of CHANGELOG.md."""

from __future__ import annotations

VERSION = "0.1.0"
