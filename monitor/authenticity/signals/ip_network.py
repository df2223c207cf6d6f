"""Does the IP address belong to a network that hides where people are: a hosting company, a VPN, a proxy, Tor?"""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``ip_anonymous`` or ``ip_hosting``; no data when the database does not tell networks apart."""
    place = context.ip_place
    if isinstance(place, NoData):
        return place
    if place.hosting is None and place.anonymous is None:
        return NoData("network_unknown")
    evidence = {"ip": item.ip, "organization": place.organization, "ip_city": place.city, "ip_country": place.country}
    if place.anonymous:
        return Signal("ip_anonymous", points.ip_anonymous, evidence)
    return Signal("ip_hosting", points.ip_hosting, evidence) if place.hosting else None
