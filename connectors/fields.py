"""Single values from outside, read strictly or not at all."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_RATING = re.compile(r"(\d+(?:[.,]\d+)?)(?:\s*(?:/|of|out of|из|no)\s*(\d+(?:[.,]\d+)?))?")


def web_address(value: object) -> str:
    """The value when it is an http(s) address that may become a link, else empty."""
    text = str(value or "").strip()
    if not text.lower().startswith(("https://", "http://")) or len(text) > 4000 or any(c in text for c in "\n\r\t\"<>"):
        return ""
    try:
        return text if urlsplit(text).hostname else ""
    except ValueError:
        return ""


def ip_address(value: object) -> str:
    """The value in its usual spelling when it is an IPv4 or IPv6 address, else empty."""
    try:
        return str(ipaddress.ip_address(str(value or "").strip()))
    except ValueError:
        return ""


def language(tag: str) -> str:
    """The language of a tag such as ``en-US``, as two or three small letters; empty when it is none."""
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    return primary if re.fullmatch("[a-z]{2,3}", primary) else ""


def rating(text: str) -> tuple[float, float | None] | None:
    """A rating and the best one where the text names it: ``4,5``, ``4/5``, ``4 out of 5``, ``★★★☆☆``, ``80%``."""
    text = text.strip()[:60]
    full, empty = text.count("★") + text.count("⭐"), text.count("☆")
    if full:
        return float(full), float(full + empty) if empty or full == 5 else None
    found = _RATING.search(text)
    if found is None:
        return None
    best = _number(found[2]) if found[2] else 100.0 if text.endswith("%") else None
    return _number(found[1]), best


def _number(text: str) -> float:
    return float(text.replace(",", "."))
