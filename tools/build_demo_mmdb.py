"""Build the demo's small MMDB (documentation addresses only) in MaxMind's nested schema, and a flat twin for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

ROOT = Path(__file__).parent.parent
NESTED = ROOT / "monitor" / "data" / "demo_geo.mmdb"
FLAT = ROOT / "tests" / "monitor" / "authenticity" / "demo_geo_flat.mmdb"
BUILD_EPOCH = 1_790_000_000

# network, country, city in English and Russian, latitude, longitude, radius in km, hosting
PLACES = [
    ("203.0.113.0/25", "DE", "Berlin", "Берлин", 52.5244, 13.4105, 20, False),
    ("203.0.113.128/25", "LV", "Riga", "Рига", 56.946, 24.1059, 20, False),
    ("198.51.100.0/25", "RU", "Moscow", "Москва", 55.7522, 37.6156, 20, False),
    ("198.51.100.128/25", "NL", "Amsterdam", "Амстердам", 52.374, 4.8897, 50, True),
    ("192.0.2.0/25", "LV", "Riga", "Рига", 56.946, 24.1059, 20, False),
    ("192.0.2.128/26", "LV", "Jurmala", "Юрмала", 56.968, 23.7704, 20, False),
    ("192.0.2.192/26", "LV", "Liepaja", "Лиепая", 56.5047, 21.0109, 20, False),
    ("2001:db8:1::/48", "LV", "Riga", "Рига", 56.946, 24.1059, 100, False),
    ("2001:db8:2::/48", "LV", "Daugavpils", "Даугавпилс", 55.8833, 26.5333, 1000, False),
]


def _nested(country: str, en: str, ru: str, lat: float, lon: float, radius: int, hosting: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "country": {"iso_code": country},
        "city": {"names": {"en": en, "ru": ru}},
        "location": {"latitude": lat, "longitude": lon, "accuracy_radius": radius},
    }
    if hosting:
        record["traits"] = {"is_hosting_provider": True, "organization": "Example Hosting"}
    return record


def _flat(country: str, en: str, _ru: str, lat: float, lon: float, _radius: int, _hosting: bool) -> dict[str, Any]:
    return {"country_code": country, "city": en, "latitude": lat, "longitude": lon, "postcode": "", "state1": ""}


def write(path: Path, schema: Any, database_type: str) -> None:
    """One file with all places; same input, same bytes."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type=database_type, languages=["en", "ru"],
                        description="Documentation addresses of the Otklik demo")
    for network, *fields in PLACES:
        writer.insert_network(IPSet([network]), schema(*fields))
    path.parent.mkdir(parents=True, exist_ok=True)
    writer.to_db_file(str(path))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    write(NESTED, _nested, "Otklik-Demo-City")
    write(FLAT, _flat, "Otklik-Demo-Flat-City")
