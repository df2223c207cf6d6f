"""Keep secrets out of logs and error texts: known values, credentials in headers, and key-like parameters.

``remember`` is called for every credential that passes the way out; ``SecretFilter`` on a log handler replaces them.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from urllib.parse import quote, quote_plus

HIDDEN = "***"
SHORTEST = 6
REMEMBERED = 3_000

_SECRET_NAME = re.compile(
    r"(?:^|[_.\-])(?:api|access|app|auth|client|private|refresh|secret|session)?[_.\-]?"
    r"(?:key|token|secret|password|passwd|pwd|sig|signature|credentials?|jwt|bearer|usg|sid)$", re.IGNORECASE)
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-auth", "x-api-key", "api-key"})

_PARAMETER = re.compile(
    r"(?P<name>[\w.\-]*(?:key|token|secret|password|passwd|pwd|signature|sig|jwt))(?P<is>=|%3D|[\"']?\s*:\s*[\"']?)"
    r"(?P<value>[^\s&\"'<>,;}\])]+)", re.IGNORECASE)
_SCHEME = re.compile(r"\b(?P<scheme>Basic|Bearer|OAuth|Digest)\s+(?P<value>[A-Za-z0-9._~+/=\-]{6,})", re.IGNORECASE)
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.\-]*://)[^/\s@\"'<>]+@", re.IGNORECASE)

_known: OrderedDict[str, None] = OrderedDict()
_lock = Lock()


def remember(*secrets: str) -> None:
    """Hide these values from now on; the shortest are left out, since they would hide ordinary words."""
    with _lock:
        for secret in secrets:
            for spelling in {secret, quote(secret, safe=""), quote_plus(secret)} if len(secret) >= SHORTEST else ():
                _known[spelling] = None
                _known.move_to_end(spelling)
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)


def remember_request(headers: Mapping[str, str], params: Iterable[tuple[str, str]]) -> None:
    """Hide what a request carries as credentials, in headers and in parameters with key-like names."""
    for name, value in headers.items():
        if name.lower() in _SECRET_HEADERS or _SECRET_NAME.search(name):
            remember(value, value.partition(" ")[2])
    remember(*(value for name, value in params if _SECRET_NAME.search(name)))


def without_known(text: str) -> str:
    """The text without the secrets that were remembered; the longest first, since one may contain another."""
    with _lock:
        known = list(_known)
    for secret in sorted((secret for secret in known if secret in text), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def masked(text: str) -> str:
    """The text without known secrets, credentials and the values of key-like parameters."""
    text = _USERINFO.sub(rf"\g<scheme>{HIDDEN}@", without_known(text))
    text = _SCHEME.sub(rf"\g<scheme> {HIDDEN}", text)
    return _PARAMETER.sub(rf"\g<name>\g<is>{HIDDEN}", text)


class SecretFilter(logging.Filter):
    """Put on every log handler: masks the message and the trace of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = masked(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if record.exc_text:
            record.exc_text = masked(record.exc_text)
        return True


def quiet() -> None:
    """Keep the libraries from logging whole addresses with their secrets, as httpx does at INFO."""
    for name in ("httpx", "httpcore", "aiohttp.access", "aiohttp.client"):
        logging.getLogger(name).setLevel(logging.WARNING)
