"""The IP address against the stated city, and the network it belongs to: table tests, no data included."""

from __future__ import annotations

import pytest

from monitor.authenticity.facts import Signal
from monitor.geo import IpPlace
from monitor.no_data import NoData
from tests.monitor.authenticity.making import POINTS, ask, city, item

BERLIN = IpPlace("DE", "Berlin", 52.5244, 13.4105, 20)
RIGA = IpPlace("LV", "Riga", 56.946, 24.106, 20)
JURMALA = IpPlace("LV", "Jurmala", 56.968, 23.770, 20)
DAUGAVPILS = IpPlace("LV", "Daugavpils", 55.883, 26.533, 20)
AUTHOR = item(ip="203.0.113.7", city="Рига")


@pytest.mark.parametrize(("place", "stated", "code"), [
    (RIGA, "Рига", "ip_same_city"),
    (JURMALA, "Рига", "ip_same_city"),
    (DAUGAVPILS, "Рига", "ip_far"),
    (BERLIN, "Рига", "ip_other_country"),
    (IpPlace("DE", "Berlin", 52.5244, 13.4105), "Рига", "ip_other_country"),
    (IpPlace("DE"), "Рига", "ip_other_country"),
    (IpPlace("LV", "Daugavpils", 55.883, 26.533, 250), "Рига", "ip_same_city"),
    (IpPlace("EE", "Valga", 57.776, 26.047, 20), "Valka", "ip_same_city"),
])
def test_the_place_is_weighed_by_distance_and_country(place: IpPlace, stated: str, code: str) -> None:
    answer = ask("ip_place", AUTHOR, ip_place=place, stated_city=city(stated))
    assert isinstance(answer, Signal)
    assert (answer.code, answer.points) == (code, getattr(POINTS, code))


@pytest.mark.parametrize(("place", "stated", "reason"), [
    (NoData("no_ip"), "Рига", "no_ip"),
    (NoData("ip_private"), "Рига", "ip_private"),
    (NoData("no_geo_database"), "Рига", "no_geo_database"),
    (IpPlace("DE", "Berlin", 52.5, 13.4, 1000), "Рига", "ip_radius_large"),
    (IpPlace("NL", "Amsterdam", 52.4, 4.9, 20, hosting=True), "Рига", "ip_location_hidden"),
    (IpPlace("NL", "Amsterdam", 52.4, 4.9, 20, anonymous=True), "Рига", "ip_location_hidden"),
    (IpPlace(organization="Example"), "Рига", "ip_unknown"),
])
def test_a_place_that_says_nothing_is_no_data(place: IpPlace | NoData, stated: str, reason: str) -> None:
    assert ask("ip_place", AUTHOR, ip_place=place, stated_city=city(stated)) == NoData(reason)


def test_a_city_not_stated_and_one_not_known_are_told_apart() -> None:
    assert ask("ip_place", item(ip="203.0.113.7"), ip_place=BERLIN) == NoData("no_city")
    assert ask("ip_place", item(city="Neverland"), ip_place=BERLIN) == NoData("city_unknown")


def test_the_same_country_without_a_point_is_unremarkable() -> None:
    assert ask("ip_place", AUTHOR, ip_place=IpPlace("LV"), stated_city=city("Рига")) is None


def test_the_evidence_tells_kilometres_and_their_uncertainty() -> None:
    answer = ask("ip_place", AUTHOR, ip_place=BERLIN, stated_city=city("Рига"))
    assert isinstance(answer, Signal)
    assert answer.evidence["km"] == 843
    assert answer.evidence["uncertainty_km"] == 34
    assert (answer.evidence["ip"], answer.evidence["ip_city"], answer.evidence["city"]) == (
        "203.0.113.7", "Berlin", "Riga")


def test_an_unknown_radius_leaves_the_uncertainty_out() -> None:
    answer = ask("ip_place", AUTHOR, ip_place=IpPlace("DE", "Berlin", 52.5, 13.4), stated_city=city("Рига"))
    assert isinstance(answer, Signal)
    assert "uncertainty_km" not in answer.evidence


@pytest.mark.parametrize(("place", "expected"), [
    (IpPlace("NL", hosting=True, organization="Example Hosting"), "ip_hosting"),
    (IpPlace("NL", anonymous=True), "ip_anonymous"),
    (IpPlace("NL", hosting=True, anonymous=True), "ip_anonymous"),
    (IpPlace("NL", hosting=False), None),
    (IpPlace("NL"), NoData("network_unknown")),
    (NoData("ip_unknown"), NoData("ip_unknown")),
])
def test_the_network_is_weighed(place: IpPlace | NoData, expected: str | NoData | None) -> None:
    answer = ask("ip_network", AUTHOR, ip_place=place)
    assert (answer.code if isinstance(answer, Signal) else answer) == expected
