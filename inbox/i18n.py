"""Words in the reader's language: catalogues are read from their .po files once, when they are first needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

LANGUAGES = {"en": "English", "ru": "Русский", "lv": "Latviešu"}
DEFAULT_LANGUAGE = "en"
FOLDER = Path(__file__).parent / "locale"


class Translator:
    """The words of one language; a text without translation is shown in English."""

    def __init__(self, lang: str, catalog: Catalog) -> None:
        self.lang = lang
        self._one: dict[str, str] = {}
        self._many: dict[str, tuple[str, ...]] = {}
        for message in catalog:
            if not message.id or message.fuzzy:
                continue
            if isinstance(message.id, str):
                self._one[message.id] = str(message.string or message.id)
            else:
                self._many[message.id[0]] = tuple(message.string or ())

    def _(self, text: str, /, **facts: Any) -> str:
        """The text in this language with ``%(name)s`` filled in."""
        said = self._one.get(text, text)
        return said % facts if facts else said.replace("%%", "%")

    def ngettext(self, one: str, many: str, n: int, /, **facts: Any) -> str:
        """The form that goes with ``n``; ``%(n)s`` is the number itself unless given."""
        forms = self._many.get(one, ())
        said = forms[plural_index(self.lang, n)] if any(forms) else (one if n == 1 else many)
        return said % {"n": n, **facts}

    def says(self, key: str, facts: Mapping[str, Any] | None = None) -> str:
        """A sentence of a lower floor (marked with ``N_``), its ``{names}`` filled from ``facts``."""
        said = self._one.get(key, key)
        try:
            return said.format(**(facts or {})) if facts or "{" not in said else said
        except (KeyError, IndexError, ValueError):
            return said

    def html(self, text: str, /, **facts: Any) -> Markup:
        """Like ``_`` for templates: text and facts are escaped unless a fact is Markup already."""
        said = Markup(escape(self._one.get(text, text)))
        return said % facts if facts else Markup(said.replace("%%", "%"))

    def html_ngettext(self, one: str, many: str, n: int, /, **facts: Any) -> Markup:
        """Like ``ngettext`` for templates."""
        return Markup(escape(self.ngettext(one, many, n, **facts)))


@cache
def translator(lang: str) -> Translator:
    """The translator for ``en``, ``ru`` or ``lv``; any other language reads English."""
    known = lang if lang in LANGUAGES else DEFAULT_LANGUAGE
    path = FOLDER / known / "LC_MESSAGES" / "otklik.po"
    if not path.is_file():
        return Translator(known, Catalog(locale=known))
    with path.open("rb") as file:
        return Translator(known, read_po(file, locale=known))


def translate_says(lang: str, key: str, facts: Mapping[str, Any] | None = None) -> str:
    """A sentence of a lower floor in the given language."""
    return translator(lang).says(key, facts)


def plural_index(lang: str, n: int) -> int:
    """Which plural form ``n`` takes, by the formulas in the heads of our catalogues."""
    n = abs(n)
    if lang == "ru":
        if n % 10 == 1 and n % 100 != 11:
            return 0
        return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2
    if lang == "lv":
        if n % 10 == 1 and n % 100 != 11:
            return 0
        return 1 if n != 0 else 2
    return 0 if n == 1 else 1


def wanted_language(accept: str, offered: Iterable[str] = tuple(LANGUAGES)) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, section 12.5.4)."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept.split(",")[:20]):
        name, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1) if weight else 1.0
        except ValueError:
            quality = 0.0
        wishes.append((-quality, place, name.strip().lower().split("-")[0]))
    languages = set(offered)
    return next((lang for quality, _, lang in sorted(wishes) if lang in languages and quality < 0), DEFAULT_LANGUAGE)
