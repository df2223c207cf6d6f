"""Tell the language of a short text: by its letters where they decide, else by the model of ``py3langid``."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("en", "ru", "lv", "lt", "et", "uk", "be", "pl", "de")
NOISE = re.compile(r"https?://\S+|[@#]\w+|\d+")
LETTERS = re.compile(r"[^\W\d_]")
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)
BELARUSIAN = re.compile(r"ў", re.IGNORECASE)
ONLY_LATVIAN = re.compile(r"[āēīļņģķ]", re.IGNORECASE)
ONLY_LITHUANIAN = re.compile(r"[ąęėįų]", re.IGNORECASE)
LONGEST = 2000


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
    identifier.set_languages(list(LANGUAGES))
    return identifier


@lru_cache(maxsize=4096)
def detect(text: str) -> str:
    """ISO 639-1 code of the text's language, or "" when it holds fewer than two letters.

    Cyrillic is Ukrainian or Belarusian by their own letters, else Russian; macrons and cedillas are Latvian.
    """
    plain = NOISE.sub(" ", text[:LONGEST])
    letters = len(LETTERS.findall(plain))
    if letters < 2:
        return ""
    if len(CYRILLIC.findall(plain)) * 2 > letters:
        return _cyrillic(plain)
    if ONLY_LATVIAN.search(plain) and not ONLY_LITHUANIAN.search(plain):
        return "lv"
    code, _score = _identifier().classify(plain)
    return str(code)


def _cyrillic(text: str) -> str:
    if BELARUSIAN.search(text):
        return "be"
    return "uk" if UKRAINIAN.search(text) else "ru"
