"""Where an IP address is, as far as an installed MMDB file knows, and how far that is from somewhere else.

Flow: ``install`` checks a file and puts it beside the database -> ``locate`` looks an address up in it and answers
with an ``IpPlace`` or with the reason why there is nothing to say -> ``distance`` puts kilometres and their
uncertainty on two points.
"""

from monitor.geo.distance import Distance, between, haversine_km
from monitor.geo.lookup import GeoLookup, locate
from monitor.geo.mmdb import IpPlace, UnusableDatabase, install

__all__ = ["Distance", "GeoLookup", "IpPlace", "UnusableDatabase", "between", "haversine_km", "install", "locate"]
