"""Keep the catalogues complete: collect sentences, merge translations, check that none is missing.

``python -m tools.strings`` collects and updates; ``--check`` changes nothing and fails when something is missing;
``--merge FILE...`` takes translations from JSON files: ``{"English": {"ru": "...", "lv": "..."}}``, with
``"one|many"`` as the key and lists of plural forms as values for sentences that count.
"""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from connectors import kinds

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("connectors", "monitor", "replies", "inbox")
LANGUAGES = ("en", "ru", "lv")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/emails/**.html", "jinja2"),
           ("**/emails/**.txt", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "say": None, "html": None, "gettext": None, "ngettext": (1, 2), "N_n": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def po_path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return ROOT / "inbox" / "locale" / language / "LC_MESSAGES" / "otklik.po"


def collect() -> Catalog:
    """All sentences of the sources and of the forms of platforms, without places, so that moving changes nothing."""
    catalog = Catalog(project="Otklik", charset="utf-8")
    for floor in FLOORS:
        found = extract_from_dir(ROOT / floor, METHODS, options_map={}, keywords=KEYWORDS)
        for _file, _line, message, _comments, _context in found:
            catalog.add(message)
    for platform in kinds().values():
        for field in platform.Settings.model_fields.values():
            for sentence in (field.title, field.description):
                if sentence:
                    catalog.add(sentence)
    return catalog


def load(language: str) -> Catalog:
    """The catalogue of a language as it is now; empty when there is none."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Otklik", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _rendered(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_output=True, omit_header=False, ignore_obsolete=True)
    unstable = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', "# FIRST AUTHOR", "# Copyright")
    stable = [line for line in out.getvalue().decode().splitlines() if not line.startswith(unstable)]
    return ("\n".join(stable).rstrip() + "\n").encode()


def save(language: str, catalog: Catalog) -> None:
    """Write a catalogue in a stable order, without dates."""
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_rendered(catalog))


def update() -> None:
    """Bring all catalogues to the sentences of the sources; English is its own translation."""
    for language in LANGUAGES:
        catalog = load(language)
        catalog.update(collect(), no_fuzzy_matching=True)
        catalog.fuzzy = False
        if language == "en":
            for message in catalog:
                if message.id:
                    message.string = message.id
        save(language, catalog)


def merge(files: list[Path]) -> None:
    """Take translations from JSON files into the catalogues; what is there already is replaced."""
    for language in ("ru", "lv"):
        catalog = load(language)
        for file in files:
            for key, translations in json.loads(file.read_text(encoding="utf-8")).items():
                _take(catalog, key, translations.get(language))
        save(language, catalog)


def _take(catalog: Catalog, key: str, translation: str | list[str] | None) -> None:
    message = catalog.get(key.split("|")[0]) if isinstance(translation, list) else catalog.get(key)
    if message is None or not translation:
        return
    plural = isinstance(message.id, tuple)
    if plural and isinstance(translation, list):
        message.string = tuple(translation)
    elif not plural and isinstance(translation, str):
        message.string = translation


def placeholders(text: str) -> set[str]:
    """The names that a sentence fills in."""
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def _faults(message: Message, language: str, forms: int) -> list[str]:
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    if len(ids) > 1 and len(strings) != forms:
        return [f"{language}: {ids[0]!r} needs {forms} plural forms and has {len(strings)}"]
    if not all(strings):
        return [f"{language}: {ids[0]!r} is not translated"]
    if language == "ru" and _has_words(str(ids[0])) and not re.search("[а-яё]", str(strings[0]), re.IGNORECASE):
        return [f"{language}: {ids[0]!r} is still English"]
    wanted = placeholders(str(ids[-1]))
    return [f"{language}: {ids[0]!r} fills {sorted(wanted)}, its translation {sorted(placeholders(str(text)))}"
            for text in strings if not _fits(wanted, placeholders(str(text)), plural=len(ids) > 1)]


def _has_words(sentence: str) -> bool:
    """Whether more than a name is left beside the placeholders."""
    return " " in sentence.strip() and re.search("[a-z]{2}", PLACEHOLDER.sub("", sentence), re.IGNORECASE) is not None


def _fits(wanted: set[str], given: set[str], *, plural: bool) -> bool:
    """A plural form may leave a number out ("one review"); nothing may fill what is not given."""
    return given <= wanted if plural else given == wanted


def faults() -> list[str]:
    """What is missing or wrong in the catalogues, one sentence each."""
    template = collect()
    found = []
    for language in LANGUAGES:
        catalog = load(language)
        for wanted in template:
            if not wanted.id:
                continue
            message = catalog.get(wanted.id[0] if isinstance(wanted.id, tuple) else wanted.id)
            if message is None:
                found.append(f"{language}: {wanted.id!r} is missing; run make strings")
            else:
                found += _faults(message, language, catalog.num_plurals)
    return found


def main(arguments: list[str]) -> int:
    """See the module's text for the arguments."""
    if arguments[:1] == ["--merge"]:
        merge([Path(name) for name in arguments[1:]])
        return 0
    if arguments != ["--check"]:
        update()
    missing = faults()
    print("\n".join(missing) if missing else "Catalogues are complete in en, ru, lv.")
    return 1 if missing and arguments == ["--check"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
