"""Single values of a WordPress comment: its text, stars, purchase mark and time."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import Raw
from connectors.plain_text import clean, to_plain


def markup(text: str) -> str:
    """A reply is plain text: nothing in it may become markup on the site."""
    return html.escape(clean(text), quote=False)


def text_of(content: Mapping[str, Any]) -> str:
    """Line ends count in what the author typed (``raw``), not in what WordPress made of it (``rendered``)."""
    raw = content.get("raw")
    return to_plain(raw.replace("\n", "<br>")) if isinstance(raw, str) else to_plain(content["rendered"])


def rating(raw: Raw) -> float | None:
    """Stars that WooCommerce and review plugins keep beside the comment; 0 means that none were given."""
    meta = raw.get("meta")
    value = raw.get("rating") or (meta.get("rating") if isinstance(meta, dict) else None)
    value = value[0] if isinstance(value, list) and value else value
    stars = float(value) if value else 0.0
    return stars if 1 <= stars <= 5 else None


def verified(raw: Raw) -> bool | None:
    """Whether the shop knows a purchase of the author; None when the site does not tell."""
    meta = raw.get("meta")
    value = raw.get("verified", meta.get("verified") if isinstance(meta, dict) else None)
    value = value[0] if isinstance(value, list) and value else value
    return None if value is None or value == [] else str(value).lower() in ("1", "true", "yes")


def moment(value: str | None) -> datetime | None:
    """``date_gmt`` is universal time and does not say so."""
    if not value or value.startswith("0000"):
        return None
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
