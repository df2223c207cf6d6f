"""Dates as platforms write them, read as moments; what names no time zone counts only where one is given."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})(?!\d)")
_TIME = re.compile(r"[T ,]\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*(?:Z$|UTC$)?")
_WORDY = re.compile(r"^(?:\w+,\s*)?(\d{1,2})\.?\s+([^\W\d]{3,})\.?,?\s+(?:gada\s+)?(\d{4})|"
                    r"^([^\W\d]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})|"
                    r"^(\d{4})\.?\s*(?:gada|g\.)\s+(\d{1,2})\.\s*([^\W\d]{3,})")
# First letters that tell the months apart, in English, Russian and Latvian.
_MONTHS = (("jan", "янв", "jan"), ("feb", "фев", "feb"), ("mar", "мар", "mar"), ("apr", "апр", "apr"),
           ("may", "мая", "май", "mai"), ("jun", "июн", "jūn"), ("jul", "июл", "jūl"), ("aug", "авг"),
           ("sep", "сен"), ("oct", "окт", "okt"), ("nov", "ноя"), ("dec", "дек"))


def read_moment(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The moment that ``text`` names, or None when it names none.

    Reads ISO 8601, RFC 822 (mail and RSS), ``dd.mm.yyyy`` with or without a time, and day, month by name and year in
    English, Russian and Latvian. Without a zone in the text ``zone`` is taken; without that the answer is None.
    A day alone is its midnight.
    """
    text = text.strip()[:80]
    if not text:
        return None
    for read in (_iso, _mail, _numeric, _wordy):
        try:
            moment = read(text)
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
        if moment is not None:
            return _aware(moment, zone)
    return None


def _aware(moment: datetime, zone: tzinfo | None) -> datetime | None:
    if moment.tzinfo is None:
        if zone is None:
            return None
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d", text) or re.fullmatch(r"\d+", text):
        return None
    return datetime.fromisoformat(text)


def _mail(text: str) -> datetime | None:
    if not re.match(r"(?:\w{3,9},?\s+)?\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}\s+\d", text):
        return None
    moment = parsedate_to_datetime(text)
    # RFC 5322: "-0000" is universal time of which the local zone is not told.
    return moment.replace(tzinfo=UTC) if text.endswith("-0000") else moment


def _numeric(text: str) -> datetime | None:
    date = _DATE.match(text)
    if date is None:
        return None
    if date[1]:
        year, month, day = int(date[1]), int(date[2]), int(date[3])
    else:
        year, month, day = int(date[6]), int(date[5]), int(date[4])
        year += 2000 if year < 100 else 0
    rest = text[date.end():]
    if not rest.strip():
        return datetime(year, month, day)  # noqa: DTZ001 - the caller gives the zone
    time = _TIME.fullmatch(rest) or _TIME.fullmatch(" " + rest.strip())
    if time is None:
        return None
    moment = datetime(year, month, day, int(time[1]), int(time[2]), int(time[3] or 0))  # noqa: DTZ001
    return moment.replace(tzinfo=UTC) if rest.rstrip().endswith(("Z", "UTC")) else moment


def _wordy(text: str) -> datetime | None:
    found = _WORDY.match(text.lower())
    if found is None:
        return None
    if found[1]:
        day, name, year = found[1], found[2], found[3]
    elif found[4]:
        day, name, year = found[5], found[4], found[6]
    else:
        day, name, year = found[8], found[9], found[7]
    month = next((n for n, names in enumerate(_MONTHS, 1) if name.startswith(names)), None)
    return datetime(int(year), month, int(day)) if month else None  # noqa: DTZ001
