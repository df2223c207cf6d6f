"""Compact GeoNames' cities (CC BY 4.0) and our own additions into the packaged ``monitor/data/cities.txt.gz``.

Usage: python tools/build_cities.py CITIES.jsonl.gz
Two parts divided by an empty line, both sorted, so that the reader searches the bytes and builds no objects:
``number TAB name TAB country TAB lat TAB lon TAB population`` and ``folded name TAB numbers, the likeliest first``.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from monitor.place_names.folding import fold  # noqa: E402

OUT = ROOT / "monitor" / "data" / "cities.txt.gz"
TOWNS = ROOT / "tools" / "towns.tsv"
OTHER_NAMES = ROOT / "tools" / "other_names.tsv"
AIRPORT = re.compile(r"^[A-Z]{3}$")
SCRIPTS = re.compile(r"^[\w\s.'’ʼ`-]*$")
LATIN_OR_CYRILLIC = re.compile(r"^[a-zA-Z\u00c0-\u024f\u1e00-\u1eff\u0400-\u04ff\s.'’ʼ`-]+$")
NAMES_FROM = 50_000  # inhabitants from which a place outside our region keeps its other Latin names
OTHER_NAME_COUNTS = 50  # a city is as likely meant by another name of it as one so much smaller by its main name
OUR_REGION = frozenset((
    "LV", "LT", "EE", "RU", "BY", "UA", "PL", "DE", "FI", "SE", "NO", "DK", "GE", "AM", "AZ", "KZ", "KG", "MD",
    "UZ", "TJ", "TM", "GB", "IE", "IL",
))


def useful(name: str) -> bool:
    """No airport code, no machine transliteration (those begin with a small letter), only Latin or Cyrillic."""
    return (len(name) > 2 and not AIRPORT.match(name) and name[0].isupper() and bool(LATIN_OR_CYRILLIC.match(name)))


def keeps(city: dict[str, Any], name: str) -> bool:
    """Cyrillic names always; other Latin names where readers of ours are likely to write them."""
    cyrillic = "\u0400" <= name[0] <= "\u04ff"
    return cyrillic or city["country"] in OUR_REGION or city["population"] >= NAMES_FROM


def rows_of(path: Path) -> Iterator[list[str]]:
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def read_cities(path: Path) -> list[dict[str, Any]]:
    """GeoNames' places and ours, with the names that are of use."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        cities: list[dict[str, Any]] = [json.loads(line) for line in lines]
    for city in cities:
        city["names"] = [name for name in city["names"] if useful(name) and keeps(city, name)]
    for name, country, lat, lon, population, *names in rows_of(TOWNS):
        cities.append({"name": name, "country": country, "lat": float(lat), "lon": float(lon),
                       "population": int(population), "names": names})
    known = {(city["name"], city["country"]): city for city in reversed(cities)}
    for name, country, *names in rows_of(OTHER_NAMES):
        known[name, country].setdefault("ours", []).extend(names)
    return cities


def likeliest_first(cities: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Folded name -> numbers of cities: ours before main names before other names, then the larger."""
    found: dict[str, dict[int, int]] = {}
    for number, city in enumerate(cities):
        for rank, names in enumerate((city.get("ours", []), [city["name"]], city["names"])):
            for name in names:
                found.setdefault(fold(name), {}).setdefault(number, rank)
    def weight(number: int, rank: int) -> tuple[int, float]:
        return (0 if rank == 0 else 1, -cities[number]["population"] / (1 if rank == 1 else OTHER_NAME_COUNTS))
    return {key: sorted(ranks, key=lambda n: weight(n, ranks[n]))[:6] for key, ranks in found.items() if key}


def main(source: Path) -> None:
    cities = sorted(read_cities(source), key=lambda city: (-city["population"], city["name"]))
    lines = [f"{number:06d}\t{city['name']}\t{city['country']}\t{city['lat']:.3f}\t{city['lon']:.3f}"
             f"\t{city['population']}" for number, city in enumerate(cities)]
    names = sorted(f"{key}\t{' '.join(map(str, numbers))}".encode() for key, numbers in likeliest_first(cities).items())
    text = "\n".join(lines).encode() + b"\n\n" + b"\n".join(names) + b"\n"
    OUT.write_bytes(gzip.compress(text, 9, mtime=0))
    print(f"{OUT.relative_to(ROOT)}: {len(cities)} places, {len(names)} names, {OUT.stat().st_size} bytes, "
          f"{len(text)} unpacked")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
