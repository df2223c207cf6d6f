"""Make what came from outside storable: no NUL, no half characters, no endless text, no impossible date."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

import orjson

from connectors.base import Item, PostedReply

LONGEST_TEXT = 1_000_000
LONGEST_FIELD = 2_000
LARGEST_RAW = 1_000_000
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
_LONG = ("text", "pros", "cons")
_TEXTS = ("external_id", "thread_id", "parent_id", "url", "author_name", "author_id", "author_email", "author_phone",
          "author_url", "city", "country", "ip", "order_number", "title", "language", *_LONG)


_VALUES: Callable[[dict[str, Any]], tuple[str, ...]] = itemgetter(*_TEXTS)


def clean_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text without NUL and lone surrogates, cut at ``longest`` characters."""
    kept = text[:longest].replace("\x00", "")
    return kept.encode("utf-8", "replace").decode("utf-8")


def is_clean(text: str) -> bool:
    """Whether both databases take the text as it is."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clean_item(item: Item) -> Item:
    """The item as it can be stored; the very same object in the usual case that nothing is wrong with it."""
    values = _VALUES(vars(item))
    joined = "\x1f".join((*values, *item.photos))
    good_rating = item.rating is None or math.isfinite(item.rating)
    replies = tuple(map(clean_reply, item.replies)) if item.replies else ()
    if is_clean(joined) and good_rating and _short(values) and replies == item.replies:
        return item
    cut = {name: len(value) for name, value in zip(_TEXTS, values, strict=True) if len(value) > _longest(name)}
    changes: dict[str, Any] = {name: clean_text(value, _longest(name))
                               for name, value in zip(_TEXTS, values, strict=True)}
    changes["photos"] = tuple(clean_text(photo, LONGEST_FIELD) for photo in item.photos)
    changes["replies"] = replies
    changes["rating"] = item.rating if good_rating else None
    if cut:
        changes["raw"] = {**item.raw, "otklik_cut": cut}
    return item.model_copy(update=changes)


def clean_reply(reply: PostedReply) -> PostedReply:
    """A reply as it can be stored; the very same object when nothing is wrong with it."""
    if is_clean("".join((reply.external_id, reply.text, reply.url, reply.author_name, reply.parent_id))) and (
            len(reply.text) + len(reply.url) <= LONGEST_FIELD):
        return reply
    texts = {"external_id": 500, "text": LONGEST_TEXT, "url": LONGEST_FIELD, "author_name": LONGEST_FIELD,
             "parent_id": 500}
    changes = {name: clean_text(getattr(reply, name), longest) for name, longest in texts.items()}
    return reply.model_copy(update=changes)


def _longest(name: str) -> int:
    return LONGEST_TEXT if name in _LONG else LONGEST_FIELD


def _short(values: tuple[str, ...]) -> bool:
    # The joined length bounds every single one, so that the usual item is decided by one comparison.
    if sum(map(len, values)) <= LONGEST_FIELD:
        return True
    return all(len(value) <= _longest(name) for name, value in zip(_TEXTS, values, strict=True))


def storable(raw: Any) -> Any:
    """A raw answer as JSON that both databases take; an over-long one keeps its beginning."""
    try:
        packed = orjson.dumps(raw, option=orjson.OPT_NON_STR_KEYS, default=str)
    except (TypeError, ValueError, RecursionError):
        raw = _clean_tree(raw, 60)
        packed = orjson.dumps(raw, option=orjson.OPT_NON_STR_KEYS, default=str)
    if len(packed) > LARGEST_RAW:
        return {"otklik_cut": {"raw": len(packed)}, "start": packed[:100_000].decode("utf-8", "ignore")}
    return _clean_tree(raw, 60) if b"\\u0000" in packed else raw


def _clean_tree(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if depth == 0:
        return clean_text(repr(value)[:1000])
    if isinstance(value, dict):
        return {clean_text(str(key)): _clean_tree(one, depth - 1) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean_tree(one, depth - 1) for one in value]
    if isinstance(value, bytes):
        return clean_text(value.decode("utf-8", "replace"))
    if isinstance(value, int) and abs(value) >= 2**63:
        return str(value)
    return value if isinstance(value, int | float | bool | None) else clean_text(str(value))


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment unless it is missing, absurdly old or in the future: then first sight is the better date."""
    return moment if moment is not None and OLDEST <= moment <= now + AHEAD else None
