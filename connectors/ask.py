"""One request as a connector wants it, checked before anything is sent, and what a redirect makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import httpx

from connectors import masking
from connectors.addresses import AllowedHosts, checked, host_of, port_of
from connectors.errors import N_, AccessDenied, Surprise

Auth: TypeAlias = tuple[str, str]
Params: TypeAlias = Mapping[str, str | int | float | bool | list[str]]

_KEPT_ACROSS_HOSTS = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True)
class Ask:
    """A request to an address that was checked; ``page`` obeys robots.txt, ``write`` is sent once."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: Auth | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    page: bool = False
    write: bool = False


def ask(
    method: str, url: str, allowed: AllowedHosts, *, params: Params | None = None,
    headers: Mapping[str, str] | None = None, auth: Auth | None = None, body: Mapping[str, Any] | None = None,
    page: bool = False, write: bool = False,
) -> Ask:
    """Check a request and hide its credentials from the log. Raises AccessDenied or Surprise when it cannot be sent."""
    target = checked(url, allowed)
    if params:
        target = target.copy_merge_params(dict(params))
    given = {name: value for name, value in (body or {}).items() if value is not None}
    made = Ask(method, target, _checked_headers(headers or {}, target), auth, given, page, write)
    masking.remember_request(made.headers, [*target.params.multi_items(), *_fields(given)])
    if auth:
        masking.remember(auth[1], httpx.BasicAuth(*auth)._auth_header.partition(" ")[2])
    return made


def _fields(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Named texts of a form or a JSON object, where sign-ins carry their secrets."""
    parts = [part for part in (body.get("data"), body.get("json")) if isinstance(part, Mapping)]
    return [(str(name), value) for part in parts for name, value in part.items() if isinstance(value, str)]


def redirected(made: Ask, target: str, allowed: AllowedHosts) -> Ask:
    """The next request of a redirected read; credentials stay with the host they were meant for."""
    old = made.url
    try:
        new = checked(str(old.join(target)), allowed)
    except (httpx.InvalidURL, ValueError) as error:
        raise Surprise(N_("{site} sends us on to an address that cannot be read."), site=host_of(old)) from error
    if _same_host(old, new):
        return replace(made, url=new)
    kept = {name: value for name, value in made.headers.items() if name.lower() in _KEPT_ACROSS_HOSTS}
    return replace(made, url=new, headers=kept, auth=None)


def _checked_headers(headers: Mapping[str, str], url: httpx.URL) -> Mapping[str, str]:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise AccessDenied(
                N_("The key for {site} contains characters that no key has, such as a line break. "
                   "Copy it again without them."), site=host_of(url))
    return headers


def _same_host(old: httpx.URL, new: httpx.URL) -> bool:
    """Same host and port, or the same host's step from http to https."""
    if host_of(old) != host_of(new):
        return False
    upgrade = (old.scheme, port_of(old), new.scheme, port_of(new)) == ("http", 80, "https", 443)
    return upgrade or (old.scheme, port_of(old)) == (new.scheme, port_of(new))
