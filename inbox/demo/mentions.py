"""What the press and the forums of the demo say: some of it about us, some about suns and cafés of other kinds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import orjson

FILE = Path(__file__).parent / "texts" / "mentions.jsonl"


@dataclass(frozen=True)
class Mention:
    """An article or a post; ``text`` may hold HTML, as feeds do."""

    id: str
    at: datetime
    author: str
    title: str
    text: str


@cache
def mentions(start: datetime) -> tuple[Mention, ...]:
    """All of them, newest first; ``hours`` in the file count back from ``start``, and forward when below zero."""
    lines = [orjson.loads(line) for line in FILE.read_bytes().splitlines() if line]
    found = [Mention(f"m-{number:02d}", start - timedelta(hours=line["hours"]), line["author"], line["title"],
                     line["text"]) for number, line in enumerate(lines, 1)]
    return tuple(sorted(found, key=lambda mention: mention.at, reverse=True))
