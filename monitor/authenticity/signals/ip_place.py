"""Is the IP address where the author says to be? Another country counts, another city a little, a wide radius nothing.

Two good databases disagree by more than 100 km for 15 % (Latvia) to 26 % (Russia) of addresses, so that nearer than
that, or nearer than the radius the database itself gives, two places count as the same.
"""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.geo import IpPlace, between
from monitor.no_data import NoData
from monitor.place_names import City
from monitor.settings import Points

SAME_KM = 100.0
USELESS_RADIUS_KM = 500.0


def _with_distance(item: ItemFacts, place: IpPlace, city: City, points: Points) -> Signal:
    assert place.point is not None
    distance = between(place.point, city.point, place.radius_km, city.radius_km)
    evidence: dict[str, str | int] = {
        "ip": item.ip, "ip_city": place.city, "ip_country": place.country, "city": city.name,
        "country": city.country, "km": round(distance.km)}
    if distance.uncertainty_km is not None:
        evidence["uncertainty_km"] = round(distance.uncertainty_km)
    if distance.km <= max(SAME_KM, place.radius_km or 0.0):
        return Signal("ip_same_city", points.ip_same_city, evidence)
    if place.country and place.country != city.country:
        return Signal("ip_other_country", points.ip_other_country, evidence)
    return Signal("ip_far", points.ip_far, evidence)


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``ip_same_city``, ``ip_far`` or ``ip_other_country``."""
    place, city = context.ip_place, context.stated_city
    if isinstance(place, NoData):
        return place
    if city is None:
        return NoData("city_unknown" if item.city else "no_city")
    if place.hosting or place.anonymous:
        return NoData("ip_location_hidden")
    if place.radius_km is not None and place.radius_km > USELESS_RADIUS_KM:
        return NoData("ip_radius_large")
    if place.point is not None:
        return _with_distance(item, place, city, points)
    if not place.country:
        return NoData("ip_unknown")
    if place.country == city.country:
        return None
    return Signal("ip_other_country", points.ip_other_country,
                  {"ip": item.ip, "ip_country": place.country, "city": city.name, "country": city.country})
