"""Look an address up: an ``IpPlace``, or the reason why nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from monitor.geo import mmdb
from monitor.geo.mmdb import IpPlace
from monitor.no_data import NoData

DEMO_DATABASE = Path(__file__).parent.parent / "data" / "demo_geo.mmdb"
DOCUMENTATION = tuple(ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",
                                                  "2001:db8::/32"))  # RFC 5737, RFC 3849
Address = IPv4Address | IPv6Address


def parse(ip: str) -> Address | None:
    """The address, an IPv4 one out of its IPv6 wrapping; None when it is none."""
    try:
        address = ip_address(ip.strip())
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _read(path: Path, address: Address) -> IpPlace | NoData:
    database = mmdb.reader(path)
    if database is None:
        return NoData("no_geo_database")
    if address.version == 6 and database.metadata().ip_version == 4:
        return NoData("ip_unknown")
    record = database.get(address)
    place = mmdb.read_record(record) if isinstance(record, Mapping) else IpPlace()
    return place if place != IpPlace() else NoData("ip_unknown")


def locate(ip: str, database: Path | None) -> IpPlace | NoData:
    """Where ``ip`` is by the file ``database``.

    Reasons for no data: ``no_ip``, ``ip_invalid``, ``ip_private``, ``ip_unknown`` (not in the database),
    ``no_geo_database``. Addresses reserved for documentation belong to nobody; the demo's own small file places them.
    Raises UnusableDatabase when the file cannot be read.
    """
    if not ip.strip():
        return NoData("no_ip")
    address = parse(ip)
    if address is None:
        return NoData("ip_invalid")
    if any(address in network for network in DOCUMENTATION):
        return _read(DEMO_DATABASE, address)
    if not address.is_global:
        return NoData("ip_private")
    return NoData("no_geo_database") if database is None else _read(database, address)


class GeoLookup:
    """``locate`` with one database; a damaged file counts as none, because a poll must go on without it."""

    def __init__(self, setting: str = "", var_dir: Path = Path("var")) -> None:
        """``setting``: path from config.yaml; empty means ``geo.mmdb`` in ``var_dir``."""
        self.database = Path(setting) if setting else var_dir / mmdb.FILE_NAME

    def __call__(self, ip: str) -> IpPlace | NoData:
        try:
            return locate(ip, self.database)
        except mmdb.UnusableDatabase:
            return NoData("geo_database_damaged")
