"""Fixtures that stand on the world of our cast; each floor adds its own below its heading."""

from __future__ import annotations
