"""Find what does not belong in public: phones, e-mails, order and card numbers of the customer. Ours may stand."""

from __future__ import annotations

import re

from replies.guidance.facts import GuidanceFacts
from replies.guidance.wordlist import Wording

Span = tuple[int, int]
NEAR = 60
"""How many characters before a contact an invitation ("call us at") may stand."""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w.,:/@-])\+?\(?\d(?:[\d ().\u00a0-]{5,20})\d(?![\w:%€$]|\s?(?:EUR|USD|RUB|руб|евро|eiro))")
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_DATE = re.compile(r"\b(?:\d{1,2}[.-]\d{1,2}[.-](?:\d{4}|\d{2})|\d{4}[.-]\d{1,2}[.-]\d{1,2}|\d{4}\s?-\s?\d{4})\b")
_ORDER_NUMBER = re.compile(r"[A-ZА-Яa-zа-я]{0,4}-?\d[\d-]{3,20}")


def personal_data(text: str, facts: GuidanceFacts, wordings: tuple[Wording, ...]) -> list[Span]:
    """Places of personal data, in order and without overlaps."""
    found = [*_cards(text), *_known(text, facts), *_orders(text, wordings), *_emails(text, facts, wordings),
             *_phones(text, facts, wordings)]
    spans: list[Span] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def digits(text: str) -> str:
    """The digits alone."""
    return re.sub(r"\D", "", text)


def luhn(number: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _cards(text: str) -> list[Span]:
    return [match.span() for match in _CARD.finditer(text) if luhn(digits(match[0]))]


def _known(text: str, facts: GuidanceFacts) -> list[Span]:
    """What we know of this customer, however it is written."""
    spans = []
    for secret in facts.personal:
        pattern = re.escape(secret)
        number = digits(secret)
        if len(number) >= 7 and not re.search(r"[^\W\d_]", secret):
            pattern = r"[\s().-]{0,2}".join(number[-8:] if len(number) > 8 else number)
        spans += [match.span() for match in re.finditer(rf"(?<!\w){pattern}(?!\w)|{pattern}", text, re.IGNORECASE)]
    return spans


def _orders(text: str, wordings: tuple[Wording, ...]) -> list[Span]:
    spans = []
    for wording in wordings:
        for match in wording.order.finditer(text):
            if number := _ORDER_NUMBER.match(text, match.end()):
                spans.append(number.span())
    return spans


def _emails(text: str, facts: GuidanceFacts, wordings: tuple[Wording, ...]) -> list[Span]:
    ours = {match[0].split("@")[1].lower() for contact in facts.own_contacts for match in _EMAIL.finditer(contact)}
    return [match.span() for match in _EMAIL.finditer(text)
            if match[0].split("@")[1].lower().rstrip(".") not in ours and not _invited(text, match.start(), wordings)]


def _phones(text: str, facts: GuidanceFacts, wordings: tuple[Wording, ...]) -> list[Span]:
    ours = "|".join(digits(contact) for contact in facts.own_contacts)
    spans = []
    for match in _NUMBER.finditer(text):
        number = digits(match[0])
        if not 8 <= len(number) <= 15 or _DATE.search(match[0]) or number[-8:] in ours:
            continue
        if not _invited(text, match.start(), wordings):
            spans.append(match.span())
    return spans


def _invited(text: str, at: int, wordings: tuple[Wording, ...]) -> bool:
    """Whether the words just before, in the same sentence, invite to use a contact of ours."""
    before = re.split(r"(?<=[.!?])\s|\n", text[max(0, at - NEAR):at])[-1]
    return any(wording.invites.search(before) for wording in wordings)
