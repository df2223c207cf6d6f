"""Write e-mail addresses and phone numbers one way only, so that the same contact is recognised wherever it appears."""

from __future__ import annotations

import re
import unicodedata

_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}", re.ASCII)
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")
_EXTENSION = re.compile(r"(?:ext|доб|iekš)\.?\s*\d+\s*$|[x#]\s*\d+\s*$", re.IGNORECASE)
_SHORTEST, _LONGEST = 8, 15


def email_key(text: str) -> str:
    """The address in small letters, its domain in ASCII; "" when the text is no single address.

    Letters of the mailbox count as equal in either case, which no provider in use contradicts (RFC 5321 2.4 allows it).
    """
    plain = unicodedata.normalize("NFKC", text).strip().strip("<>").removeprefix("mailto:").strip().lower()
    local, at, host = plain.rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        return ""
    try:
        ascii_host = host.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return f"{local}@{ascii_host}" if _HOST.fullmatch(ascii_host) else ""


def phone_key(text: str) -> str:
    """The number as ``+`` and 8 to 15 digits (E.164); "" when it cannot be told.

    Without a country code it is read as people in Latvia and Russia write it: eight digits from 2 or 6 are Latvian,
    eleven from 8 or ten from 9 Russian. Anything else without a plus or 00 is left alone rather than guessed.
    """
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", text).strip().removeprefix("tel:"))
    plain = plain.replace("(0)", "")
    digits = "".join(str(unicodedata.digit(sign)) for sign in plain if sign.isdigit())
    if re.search(r"[^\d\s()+./\-\u2010-\u2015]", plain):
        return ""
    if plain.lstrip("( ").startswith("+"):
        return _international(digits)
    if digits.startswith("00"):
        return _international(digits[2:])
    return _local(digits)


def _international(digits: str) -> str:
    fits = _SHORTEST <= len(digits) <= _LONGEST and not digits.startswith("0")
    return f"+{digits}" if fits else ""


def _local(digits: str) -> str:
    if len(digits) == 8 and digits[0] in "26":
        return f"+371{digits}"
    if len(digits) == 11 and digits.startswith("371") and digits[3] in "26":
        return f"+{digits}"
    if len(digits) == 11 and digits[0] in "78":
        return f"+7{digits[1:]}"
    return f"+7{digits}" if len(digits) == 10 and digits[0] == "9" else ""
