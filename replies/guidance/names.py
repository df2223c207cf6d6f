"""Find a person's name in a text in any of its forms: cases, vocatives, either alphabet.

Olga, Ольга, Ольге; Jānis, Jāni, Янис; Sergejs, Сергей. Names are compared as bare Latin stems: letters by sound,
without marks and without the endings that Russian and Latvian put on names.
"""

from __future__ import annotations

import re
import unicodedata

from replies.guidance import en, lv, ru

GENERIC = en.GENERIC | ru.GENERIC | lv.GENERIC
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_NICKNAME = re.compile(r"[\d_@/#]|https?:")
_CYRILLIC = dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True)) | {
    "ё": "e", "ж": "z", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ъ": "", "ь": "", "ю": "iu", "я": "ia"}
_SOUNDS = (("sh", "s"), ("ch", "c"), ("zh", "z"), ("kh", "h"), ("ph", "f"), ("ck", "k"), ("yu", "iu"), ("ya", "ia"),
           ("j", "i"), ("y", "i"), ("w", "v"), ("x", "ks"), ("q", "k"), ("th", "t"))
_ENDING = re.compile(r"(?:iem|ami|iam|iem|om|em|im|am|ai|oi|ei|iu|[aeiou]+)?s?$")


def skeleton(word: str) -> str:
    """A name by its sound in bare Latin letters, doubled ones once."""
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in unicodedata.normalize("NFC", word).lower())
    bare = "".join(letter for letter in unicodedata.normalize("NFD", latin) if not unicodedata.combining(letter))
    for heard, written in _SOUNDS:
        bare = bare.replace(heard, written)
    return re.sub(r"(.)\1+", r"\1", bare)


def stem(word: str) -> str:
    """The part of a name that no case changes."""
    whole = skeleton(word)
    short = _ENDING.sub("", whole)
    return short if len(short) >= 2 else whole


def names_of(author: str) -> list[str]:
    """The words of an author's name by which one may address them; none for nicknames, initials and "guest"."""
    if _NICKNAME.search(author):
        return []
    words = _WORD.findall(author)
    if not words or any(word.lower() in GENERIC for word in words):
        return []
    return [word for word in words if len(word) > 1 and word[0].isupper()]


def find_name(text: str, author: str) -> tuple[int, int] | None:
    """Where the text first calls the author by name; None when it does not."""
    wanted = [(stem(name), len(skeleton(name))) for name in names_of(author)]
    for match in _WORD.finditer(text):
        word = match[0]
        if not word[0].isupper() or len(word) < 3:
            continue
        own, length = stem(word), len(skeleton(word))
        if any(own == name and abs(length - size) <= 2 for name, size in wanted):
            return match.span()
    return None
