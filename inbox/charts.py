"""Small pictures for mails, drawn at twice their size: the stars of a week as one bar."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence

from PIL import Image, ImageDraw

WIDTH, HEIGHT, SCALE = 536, 8, 2
COLOURS = ("#1b6b3e", "#7fb694", "#b9c3c8", "#e09a92", "#b3261e")
EMPTY = "#e6eaec"
GAP = 2


def star_bar(counts: Sequence[int]) -> bytes:
    """PNG of ``WIDTH`` by ``HEIGHT`` CSS pixels: a segment for each count, from five stars to one, by its share."""
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "#ffffff")
    draw = ImageDraw.Draw(picture)
    total = sum(counts)
    if not total:
        draw.rectangle((0, 0, WIDTH * SCALE, HEIGHT * SCALE), fill=EMPTY)
    for (left, right), colour in zip(segments(counts, WIDTH * SCALE), COLOURS, strict=True):
        if right > left:
            draw.rectangle((left, 0, max(left, right - GAP - 1), HEIGHT * SCALE), fill=colour)
    kept = io.BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def segments(counts: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Where each share begins and ends on a line of ``width``; together they fill it exactly. Pure."""
    total = sum(counts)
    edges = [0]
    for number in range(1, len(counts) + 1):
        edges.append(round(width * sum(counts[:number]) / total) if total else 0)
    return list(itertools.pairwise(edges))
