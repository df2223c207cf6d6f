"""Does it come from one of our own offices?"""

from __future__ import annotations

from ipaddress import ip_network

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.geo.lookup import parse
from monitor.no_data import NoData
from monitor.settings import Points


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``office_ip`` with the network it is in."""
    if not context.team.networks:
        return NoData("no_office_networks")
    if not item.ip:
        return NoData("no_ip")
    address = parse(item.ip)
    if address is None:
        return NoData("ip_invalid")
    networks = (ip_network(network, strict=False) for network in context.team.networks)
    found = next((network for network in networks if address in network), None)
    return None if found is None else Signal("office_ip", points.office_ip, {"ip": item.ip, "network": str(found)})
