"""The small things that screens show again and again: people, moments, stars, chips, platform tiles, brand tiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors import kinds
from inbox.formats import Formats
from inbox.i18n import Translator
from monitor.models import Brand, Source, TeamMember

TILES = {
    "google": "p-google", "demo_shop": "p-wolt", "wordpress": "p-fb", "feed": "p-form", "web_page": "p-trip",
    "own_site": "p-site", "csv_file": "p-booking", "telegram": "p-google", "mastodon": "p-site",
}


@dataclass(frozen=True)
class Person:
    name: str
    initials: str
    hue: int
    label: str


@dataclass(frozen=True)
class Moment:
    """A point in time: what is read, the machine's form, the whole date for the tooltip."""

    text: str
    iso: str
    full: str


@dataclass(frozen=True)
class Stars:
    marks: tuple[bool, ...]
    label: str


@dataclass(frozen=True)
class Chip:
    """``tone`` is the claim (danger, warn, ok, violet, accent, q quiet); ``mood`` colours the icon of a quiet one."""

    text: str
    tone: str = ""
    icon: str = ""
    mood: str = ""
    title: str = ""


@dataclass(frozen=True)
class Platform:
    letter: str
    style: str
    label: str


@dataclass(frozen=True)
class BrandTile:
    id: int
    name: str
    note: str
    letter: str
    colour: str
    ink: str


def initials(name: str) -> str:
    """Two letters of a name; “?” when it has none."""
    words = [word for word in name.replace(".", " ").split() if word[0].isalnum()]
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper() or "?"


def person(member: TeamMember, words: Translator) -> Person:
    """A colleague as an avatar; the hue is theirs for ever."""
    return Person(name=member.name, initials=initials(member.name), hue=(member.id or 0) % 4 + 1,
                  label=words._("Assigned to %(name)s", name=member.name))


def moment(at: datetime, text: str, formats: Formats) -> Moment:
    """A moment with the text that is read."""
    return Moment(text=text, iso=at.isoformat(timespec="seconds"), full=formats.full(at))


def stars(rating: float | None, words: Translator, was: float | None = None) -> Stars | None:
    """Five stars for a rating on the scale of 1 to 5, with words for those who do not see them."""
    if rating is None:
        return None
    shown = f"{rating:g}"
    label = words._("%(n)s of 5 stars", n=shown)
    if was is not None and was != rating:
        label = words._("%(n)s of 5 stars, was %(was)s", n=shown, was=f"{was:g}")
    return Stars(marks=tuple(round(rating) >= place for place in range(1, 6)), label=label)


def platform(source: Source) -> Platform:
    """The tile of a source: a letter of its name and the colour of its kind."""
    letter = next((sign for sign in source.name if sign.isalnum()), "?").upper()
    return Platform(letter=letter, style=TILES.get(source.kind, "p-form"), label=source.name)


def platform_label(kind: str) -> str:
    """What the platform calls itself; the kind when no connector of that name is installed."""
    found = kinds().get(kind)
    return found.label if found is not None else kind


def brand_tile(brand: Brand, note: str = "") -> BrandTile:
    """A brand as a coloured letter that can be read on its colour."""
    colour = brand.colour if _is_colour(brand.colour) else "#f2c14e"
    red, green, blue = (int(colour[place:place + 2], 16) for place in (1, 3, 5))
    is_light = 0.299 * red + 0.587 * green + 0.114 * blue > 140
    return BrandTile(id=brand.id or 0, name=brand.name, note=note, letter=initials(brand.name)[:1], colour=colour,
                     ink="#4a3300" if is_light else "#ffffff")


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(sign in "0123456789abcdefABCDEF" for sign in text[1:])
