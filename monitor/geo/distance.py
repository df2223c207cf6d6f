"""Kilometres between two points on the globe, with what is not known about them."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius of the WGS 84 ellipsoid (IUGG)


@dataclass(frozen=True)
class Distance:
    """``km`` between the two centres; the true figure is within ``uncertainty_km`` of it when that is known."""

    km: float
    uncertainty_km: float | None

    @property
    def at_least_km(self) -> float:
        """The smallest distance that the uncertainty leaves open."""
        return max(0.0, self.km - (self.uncertainty_km or 0.0))


def haversine_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance by the haversine formula; exact within 0.5 % on the real, flattened earth."""
    north = sin(radians(lat2 - lat1) / 2) ** 2
    east = sin(radians(lon2 - lon1) / 2) ** 2
    share = north + cos(radians(lat1)) * cos(radians(lat2)) * east
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(share)))


def between(here: tuple[float, float], there: tuple[float, float], *radii_km: float | None) -> Distance:
    """Distance of two (latitude, longitude) pairs; one unknown radius makes the whole uncertainty unknown."""
    km = haversine_km(*here, *there)
    known = [radius for radius in radii_km if radius is not None]
    return Distance(round(km, 1), round(sum(known), 1) if radii_km and len(known) == len(radii_km) else None)
