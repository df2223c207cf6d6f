"""Read and install MMDB files: MaxMind's nested schema, the flat one of DB-IP's free edition, and their flags.

Schemas: MaxMind ``city.names.en``, ``country.iso_code``, ``location.latitude`` and ``location.accuracy_radius``
(kilometres), ``traits.is_hosting_provider``; flat ``city``, ``country_code``, ``latitude``, ``longitude``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import maxminddb

from connectors.errors import N_, ConnectorError

FILE_NAME = "geo.mmdb"
ANONYMOUS = ("is_anonymous", "is_anonymous_vpn", "is_anonymous_proxy", "is_public_proxy", "is_residential_proxy",
             "is_tor_exit_node", "is_vpn", "is_proxy", "is_tor")
HOSTING = ("is_hosting_provider", "is_hosting", "hosting")


class UnusableDatabase(ConnectorError, ValueError):
    """The file is not an MMDB file, or holds nothing that tells where an address is."""


@dataclass(frozen=True)
class IpPlace:
    """Where a database puts an address. None and "" mean that this database does not tell.

    ``radius_km``: the address is within it with the confidence the maker states (MaxMind: 67 %).
    """

    country: str = ""
    city: str = ""
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    hosting: bool | None = None
    anonymous: bool | None = None
    organization: str = ""

    @property
    def point(self) -> tuple[float, float] | None:
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _number(*values: Any) -> float | None:
    for value in values:
        try:
            if value not in (None, "") and not isinstance(value, bool):
                return float(value)
        except (TypeError, ValueError):
            continue
    return None


def _text(*values: Any) -> str:
    return next((value for value in values if isinstance(value, str) and value), "")


def _flag(names: tuple[str, ...], *parts: Mapping[str, Any]) -> bool | None:
    """True when any is set; False when a part carries such a flag and none is set; None when nothing tells."""
    told = [part[name] for part in parts for name in names if name in part]
    return any(value in (True, 1, "true", "1") for value in told) if told else None


def read_record(record: Mapping[str, Any]) -> IpPlace:
    """One record of either schema. Absent fields stay unknown; a country alone is a valid place."""
    location, traits = _part(record, "location"), _part(record, "traits")
    country = _part(record, "country") or _part(record, "registered_country")
    hosting = _flag(HOSTING, traits, record)
    if traits.get("user_type") == "hosting":
        hosting = True
    lat, lon = (_number(location.get("latitude"), record.get("latitude"), record.get("lat")),
                _number(location.get("longitude"), record.get("longitude"), record.get("lng")))
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        lat = lon = None
    return IpPlace(
        country=_text(country.get("iso_code"), record.get("country_code"), record.get("country"))[:2].upper(),
        city=_text(_part(_part(record, "city"), "names").get("en"), record.get("city")), lat=lat, lon=lon,
        radius_km=_number(location.get("accuracy_radius"), record.get("accuracy_radius")), hosting=hosting,
        anonymous=_flag(ANONYMOUS, traits, record),
        organization=_text(traits.get("organization"), traits.get("isp"), traits.get("autonomous_system_organization"),
                           record.get("organization"), record.get("as_organization"), record.get("as_name")))


@lru_cache(maxsize=4)
def _open(path: str, _stamp: tuple[int, int]) -> maxminddb.Reader:
    return maxminddb.open_database(path, maxminddb.MODE_AUTO)


def reader(path: Path) -> maxminddb.Reader | None:
    """An open reader, shared and re-opened when the file was replaced; None when there is no file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    try:
        return _open(str(path), (stat.st_mtime_ns, stat.st_size))
    except (maxminddb.InvalidDatabaseError, OSError, ValueError) as error:
        raise UnusableDatabase(N_("{file} is not a readable MMDB file."), file=path.name) from error


def check(path: Path) -> str:
    """Name of the database's type, when the file tells where addresses are. Raises UnusableDatabase."""
    try:
        database = maxminddb.open_database(str(path), maxminddb.MODE_AUTO)
    except (maxminddb.InvalidDatabaseError, OSError, ValueError) as error:
        raise UnusableDatabase(N_("{file} is not a readable MMDB file."), file=path.name) from error
    with database:
        try:
            places = [read_record(record) for _, record in islice(database, 200) if isinstance(record, Mapping)]
        except (maxminddb.InvalidDatabaseError, ValueError) as error:
            raise UnusableDatabase(N_("{file} is damaged."), file=path.name) from error
        if not any(place.country or place.point for place in places):
            raise UnusableDatabase(N_("{file} holds no places of addresses. A City edition is needed."),
                                   file=path.name)
        return str(database.metadata().database_type)


def install(file: Path, var_dir: Path) -> Path:
    """Check ``file`` and copy it to ``var_dir/geo.mmdb`` in one step that no reader can see half done.

    Raises UnusableDatabase, and leaves the database at work untouched, when the file is of no use.
    """
    check(file)
    var_dir.mkdir(parents=True, exist_ok=True)
    handle, half = tempfile.mkstemp(dir=var_dir, prefix=".geo-")
    os.close(handle)
    try:
        shutil.copyfile(file, half)
        check(Path(half))
        Path(half).chmod(0o644)
        return Path(half).replace(var_dir / FILE_NAME)
    finally:
        Path(half).unlink(missing_ok=True)
