"""Where addresses are: both schemas of MMDB files, installing one, distances, and every reason for no data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import maxminddb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from monitor.geo import GeoLookup, IpPlace, UnusableDatabase, between, haversine_km, install, locate
from monitor.geo.lookup import DEMO_DATABASE
from monitor.geo.mmdb import read_record
from monitor.no_data import NoData

FLAT = Path(__file__).parent / "demo_geo_flat.mmdb"
POINT = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def database(path: Path, record: dict[str, Any], network: str = "8.8.8.0/24", version: int = 4) -> Path:
    """An MMDB file with one record."""
    writer = MMDBWriter(ip_version=version, database_type="Test-City")
    writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return path


def test_the_nested_schema_is_read_with_its_radius() -> None:
    assert locate("203.0.113.7", None) == IpPlace("DE", "Berlin", 52.5244, 13.4105, 20)


@pytest.mark.parametrize(("ip", "country", "city"), [
    ("203.0.113.200", "LV", "Riga"), ("198.51.100.1", "RU", "Moscow"), ("192.0.2.1", "LV", "Riga"),
    ("192.0.2.130", "LV", "Jurmala"), ("192.0.2.200", "LV", "Liepaja"), ("2001:db8:1::1", "LV", "Riga"),
    ("::ffff:203.0.113.7", "DE", "Berlin")])
def test_the_demo_places_documentation_addresses(ip: str, country: str, city: str) -> None:
    place = locate(ip, None)
    assert isinstance(place, IpPlace)
    assert (place.country, place.city) == (country, city)


def test_a_hosting_network_is_marked() -> None:
    place = locate("198.51.100.200", None)
    assert isinstance(place, IpPlace)
    assert (place.hosting, place.organization) == (True, "Example Hosting")


def test_the_flat_schema_is_read_without_a_radius(tmp_path: Path) -> None:
    flat = {"city": "Riga", "country_code": "LV", "latitude": 56.9, "longitude": 24.1, "state1": "", "timezone": ""}
    assert locate("8.8.8.8", database(tmp_path / "flat.mmdb", flat)) == IpPlace("LV", "Riga", 56.9, 24.1)


@pytest.mark.parametrize(("traits", "hosting", "anonymous"), [
    ({"is_anonymous_vpn": True}, None, True), ({"is_hosting_provider": True, "is_anonymous": True}, True, True),
    ({"is_tor_exit_node": False}, None, False), ({"user_type": "hosting"}, True, None), ({}, None, None)])
def test_flags_are_true_false_or_not_told(tmp_path: Path, traits: dict[str, Any], hosting: bool | None,
                                          anonymous: bool | None) -> None:
    record = {"country": {"iso_code": "NL"}, "traits": traits}
    place = locate("8.8.8.8", database(tmp_path / "traits.mmdb", record))
    assert isinstance(place, IpPlace)
    assert (place.hosting, place.anonymous) == (hosting, anonymous)


@pytest.mark.parametrize("record", [
    {"location": {"latitude": "x", "longitude": 999}}, {"city": 7, "country": "", "location": []}, {}])
def test_a_record_of_nonsense_is_no_data(tmp_path: Path, record: dict[str, Any]) -> None:
    assert locate("8.8.8.8", database(tmp_path / "odd.mmdb", record)) == NoData("ip_unknown")


@pytest.mark.parametrize(("ip", "reason"), [
    ("", "no_ip"), ("  ", "no_ip"), ("300.1.1.1", "ip_invalid"), ("<script>", "ip_invalid"), ("10.1.2.3", "ip_private"),
    ("127.0.0.1", "ip_private"), ("100.64.0.1", "ip_private"), ("::1", "ip_private"), ("fe80::1", "ip_private"),
    ("8.8.8.8", "no_geo_database"), ("2001:db8:9::1", "ip_unknown")])
def test_every_reason_for_no_data_is_told(ip: str, reason: str) -> None:
    assert locate(ip, None) == NoData(reason)


def test_an_address_outside_the_database_is_unknown(tmp_path: Path) -> None:
    path = database(tmp_path / "small.mmdb", {"country_code": "LV"})
    assert locate("9.9.9.9", path) == NoData("ip_unknown")
    assert locate("2a00::1", path) == NoData("ip_unknown")


def test_a_database_is_installed_and_then_used(tmp_path: Path) -> None:
    source = database(tmp_path / "bought.mmdb", {"country_code": "LV", "city": "Riga"})
    assert install(source, tmp_path / "var") == tmp_path / "var" / "geo.mmdb"
    assert GeoLookup("", tmp_path / "var")("8.8.8.8") == IpPlace("LV", "Riga")


def test_an_installed_database_is_replaced_while_it_is_read(tmp_path: Path) -> None:
    look_up = GeoLookup("", tmp_path)
    install(database(tmp_path / "old.mmdb", {"country_code": "LV", "city": "Riga"}), tmp_path)
    assert look_up("8.8.8.8") == IpPlace("LV", "Riga")
    install(database(tmp_path / "new.mmdb", {"country_code": "LV", "city": "Daugavpils"}), tmp_path)
    assert look_up("8.8.8.8") == IpPlace("LV", "Daugavpils")


def test_a_useless_file_is_refused_and_the_old_database_stays(tmp_path: Path) -> None:
    install(DEMO_DATABASE, tmp_path)
    before = (tmp_path / "geo.mmdb").read_bytes()
    text = tmp_path / "text.mmdb"
    text.write_text("not a database")
    networks = database(tmp_path / "networks.mmdb", {"autonomous_system_number": 64500})
    for useless in (text, networks, tmp_path / "absent.mmdb", tmp_path):
        with pytest.raises(UnusableDatabase):
            install(useless, tmp_path)
    assert (tmp_path / "geo.mmdb").read_bytes() == before
    assert [path.name for path in tmp_path.glob(".geo-*")] == []


def test_a_damaged_database_is_no_data_not_a_stop(tmp_path: Path) -> None:
    (tmp_path / "geo.mmdb").write_bytes(b"broken")
    assert GeoLookup("", tmp_path)("8.8.8.8") == NoData("geo_database_damaged")


@pytest.mark.parametrize("ip", ["203.0.113.7", "198.51.100.200", "192.0.2.130", "2001:db8:1::1"])
def test_the_flat_twin_of_the_demo_holds_the_same_places(ip: str) -> None:
    with maxminddb.open_database(str(FLAT)) as flat:
        record = flat.get(ip)
    assert isinstance(record, dict)
    twin, place = read_record(record), locate(ip, None)
    assert isinstance(place, IpPlace)
    assert (twin.country, twin.city, twin.point) == (place.country, place.city, place.point)
    assert (twin.radius_km, twin.hosting) == (None, None)


def test_berlin_is_843_km_from_riga() -> None:
    assert haversine_km(56.946, 24.106, 52.5244, 13.4105) == pytest.approx(843, abs=1)


@given(POINT, POINT)
def test_distance_is_symmetric_and_within_half_the_globe(here: tuple[float, float],
                                                         there: tuple[float, float]) -> None:
    assert haversine_km(*here, *there) == pytest.approx(haversine_km(*there, *here), abs=1e-6)
    assert 0 <= haversine_km(*here, *there) <= 20_016


def test_an_unknown_radius_makes_the_uncertainty_unknown() -> None:
    assert between((0, 0), (0, 1), 20, None).uncertainty_km is None
    distance = between((0, 0), (0, 1), 20, 100)
    assert (distance.uncertainty_km, distance.at_least_km) == (120, 0)
