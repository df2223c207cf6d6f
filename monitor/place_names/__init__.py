"""City names as people write them: Latvian, Russian, English, colloquial, old and inflected, to one city with a point.

Flow: ``folding`` writes names one way -> ``forms`` guesses the nominative of inflected ones -> ``cities`` searches the
packaged file -> ``finding`` settles ambiguity by country, then by size.
"""

from monitor.place_names.cities import City
from monitor.place_names.finding import find

__all__ = ["City", "find"]
