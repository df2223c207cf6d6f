"""Which addresses may be asked: public ones, and private hosts that the configuration names.

Every check here is pure. ``doors.py`` repeats the check at the moment a socket is made, so that the address that was
checked is the address that is connected, whatever DNS answers in between.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import httpx

from connectors.errors import N_, AccessDenied, Surprise

Address = IPv4Address | IPv6Address

PORTS = {"http": 80, "https": 443}

# IANA special-purpose registries (RFC 6890 and successors), multicast, and the one public address that is a cloud's
# inside: Azure's 168.63.129.16. The metadata address 192.0.0.192 (Oracle) lies in 192.0.0.0/24.
_CLOSED_4 = tuple(ipaddress.IPv4Network(network) for network in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
))

# Only 2000::/3 is handed out to the public; fc00::/7, fe80::/10, fec0::/10, ff00::/8, ::1 and the rest lie outside.
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_6 = tuple(ipaddress.IPv6Network(network) for network in (
    "2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20",
))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)

_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029]")
_LOOKS_NUMERIC = re.compile(r"(?:^|\.)(?:0x[0-9a-f]*|[0-9]+)\.?$", re.IGNORECASE)


class PrivateAddress(OSError):
    """A name leads to an address that is not public; raised while connecting, so that nothing is sent."""


def is_public(address: Address) -> bool:
    """Whether the address belongs to the public internet, looking also at an IPv4 address inside an IPv6 one."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    if address.scope_id is not None:
        return False
    inner = _ipv4_inside(address)
    if inner is not None and not is_public(inner):
        return False
    if inner is not None and (address.ipv4_mapped or address in _NAT64):
        return True
    return address in _OPEN_6 and not any(address in network for network in _CLOSED_6)


def _ipv4_inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, NAT64 (RFC 6052), 6to4 (RFC 3056) or ISATAP (RFC 5214) address carries."""
    number = int(address)
    if address.ipv4_mapped or address in _NAT64 or (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address((number >> 80) & 0xFFFFFFFF)
    return None


@dataclass(frozen=True)
class AllowedHosts:
    """Private hosts that the configuration names, as ``name`` (any port) or ``name:port``; ``[::1]:8080`` for IPv6."""

    entries: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str]) -> AllowedHosts:
        """The list as the configuration gives it; case, blanks and a closing dot do not matter."""
        return cls(frozenset(name.strip().lower().rstrip(".") for name in names if name.strip()))

    def __contains__(self, target: object) -> bool:
        if not isinstance(target, httpx.URL):
            return False
        host = host_of(target)
        bracketed = f"[{host}]" if ":" in host else host
        return bool({host, bracketed, f"{bracketed}:{port_of(target)}"} & self.entries)


def host_of(url: httpx.URL) -> str:
    """Host of an address in small letters, punycode, without a closing dot."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def port_of(url: httpx.URL) -> int:
    """Port of an address, by its scheme where it names none."""
    return url.port or PORTS.get(url.scheme, 0)


def origin_of(url: httpx.URL) -> str:
    """Host and port for pace and robots.txt; the port is left out where it is the usual one."""
    usual = url.port is None or url.port == PORTS.get(url.scheme)
    return host_of(url) if usual else f"{host_of(url)}:{url.port}"


def checked(address: str, allowed: AllowedHosts) -> httpx.URL:
    """The address when it may be asked as far as its spelling tells; names are checked again when they are resolved.

    Raises AccessDenied for a private host, Surprise for what is not a web address.
    """
    url = _parsed(address)
    host = host_of(url)
    if url in allowed:
        return url
    literal = _literal(host)
    if literal is not None and not is_public(literal):
        raise private(origin_of(url))
    return url


def private(site: str) -> AccessDenied:
    """The error for a host inside a private network."""
    return AccessDenied(
        N_("{site} is inside a private network and is not asked. "
           "If it is yours, add it to connectors.allow_hosts in config.yaml."), site=site)


def _parsed(address: str) -> httpx.URL:
    if _NOT_IN_A_URL.search(address):
        raise Surprise(N_("The address contains characters that no web address has. Check how it is written."))
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Surprise(N_("The address cannot be read. It should look like https://example.org/page.")) from error
    if url.scheme not in PORTS or not url.raw_host:
        raise Surprise(N_("Only addresses that begin with http:// or https:// can be asked. Check the address."))
    if url.userinfo:
        raise Surprise(
            N_("The address of {site} carries a name or password. Put them into their own fields instead."),
            site=host_of(url))
    return url


def _literal(host: str) -> Address | None:
    """The IP address that a host spells, None for a name; raises Surprise for spellings that only some parsers read."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    if ":" in host or _LOOKS_NUMERIC.search(host):
        raise Surprise(N_("{site} is not a usual spelling of an address. Write it as a name or as four numbers."),
                       site=host)
    return None
