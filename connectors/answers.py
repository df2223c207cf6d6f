"""What a platform answered: status, headers, unpacked body; readable as JSON or as text, whatever it contains."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from connectors import masking
from connectors.errors import N_, ConnectorError, Surprise, Unsure

EXCERPT = 2_000

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:\-]+)", re.IGNORECASE)
_CHARSET_IN_BODY = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([\w.:\-]+)", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TROUBLE = re.compile(rb"\\u(?:0000|d[89a-f])", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Answer:
    """One complete answer. ``headers`` finds names in any case; ``written`` marks the answer to a write."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    written: bool = False

    @property
    def site(self) -> str:
        """Host that answered, for sentences; never the whole address, which may carry a secret."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]

    @property
    def is_html(self) -> bool:
        """Whether a web page came, whatever its content type says."""
        start = self.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<!--"))

    def json(self) -> Any:
        """The body as JSON, without NUL and half surrogate pairs, which no database takes.

        Raises Surprise for a web page or broken JSON; Unsure instead when it answers a write.
        """
        try:
            return _read_json(self.body)
        except ValueError as error:
            if self.is_html or self.body.lstrip()[:1] == b"<":
                raise self._unclear(N_("{site} sent a web page instead of data: a sign-in page, an error page or a "
                                       "protection against robots. Check the key and the address.")) from error
            raise self._unclear(N_("{site} sent data that breaks off or cannot be read. It is tried again at the next "
                                   "check; if it stays so, the platform has changed.")) from error

    def text(self) -> str:
        """The body as text by its mark, declared charset, or UTF-8; what does not fit is replaced, NUL removed."""
        return self.body.decode(self._charset(), "replace").replace("\x00", "")

    def validators(self) -> dict[str, str]:
        """Headers for a conditional request next time (RFC 9110 section 13): pass them and ``ok={200, 304}``."""
        pairs = (("If-None-Match", self.headers.get("etag", "")),
                 ("If-Modified-Since", self.headers.get("last-modified", "")))
        return {name: value for name, value in pairs if value}

    def excerpt(self) -> str:
        """The beginning of the body for quarantine and for us, without the credentials that were sent."""
        return masking.without_known(self.body[:EXCERPT].decode("utf-8", "replace").replace("\x00", ""))

    def _charset(self) -> str:
        for mark, name in _MARKS:
            if self.body.startswith(mark):
                return name
        declared = _CHARSET.search(self.headers.get("content-type", ""))
        inside = _CHARSET_IN_BODY.search(self.body[:2048])
        names = [declared[1]] if declared else []
        names += [inside[1].decode("ascii", "replace")] if inside else []
        return next((name for name in names if _decodes_text(name)), "utf-8")

    def _unclear(self, key: str) -> ConnectorError:
        error = Unsure if self.written else Surprise
        return error(key, raw=self.excerpt(), site=self.site)


def _decodes_text(charset: str) -> bool:
    try:
        return isinstance(b"a".decode(charset), str)
    except (LookupError, ValueError):
        return False


def _read_json(body: bytes) -> Any:
    """Fast and strict first; then tolerant, so that one odd character does not cost the whole page."""
    if not _TROUBLE.search(body):
        try:
            return orjson.loads(body)
        except ValueError:
            pass
    try:
        return _cleaned(json.loads(_json_text(body), parse_constant=_no_constant, strict=False))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _json_text(body: bytes) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name)
    return body.decode("utf-8", "replace")


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value.replace("\x00", ""))
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(part) for name, part in value.items()}
    return value
