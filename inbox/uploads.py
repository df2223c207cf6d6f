"""Keep an uploaded file between its preview and its import: under ``var``, unreadable to others, gone after a day."""

from __future__ import annotations

import os
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from inbox.config import Config

NAME = re.compile(r"[A-Za-z0-9_-]{20,64}")
KEPT = timedelta(days=1)


def folder(config: Config) -> Path:
    """Where uploads wait."""
    return config.var / "uploads"


def keep(config: Config, data: bytes) -> str:
    """Store the file; the name under which it is found again is a secret."""
    place = folder(config)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_urlsafe(24)
    handle = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    return name


def read(config: Config, name: str) -> bytes | None:
    """The file of that name; None when it is gone or was never there."""
    path = folder(config) / name
    return path.read_bytes() if NAME.fullmatch(name) and path.is_file() else None


def forget(config: Config, name: str) -> None:
    """Remove the file of that name."""
    if NAME.fullmatch(name):
        (folder(config) / name).unlink(missing_ok=True)


def tidy(config: Config, now: datetime) -> None:
    """Remove what nobody imported within a day."""
    for path in folder(config).glob("*"):
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)
