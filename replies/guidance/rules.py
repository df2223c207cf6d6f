"""All rules in the order in which a person reads them; each is pure and says where it looked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from monitor.wording import fold, wanted, words
from replies.findings import Finding, Level
from replies.guidance import en, lv, names, ru
from replies.guidance.facts import GuidanceFacts
from replies.guidance.language import language_of
from replies.guidance.personal import personal_data
from replies.guidance.wordlist import Wording

WORDINGS: dict[str, Wording] = {"en": en.WORDING, "ru": ru.WORDING, "lv": lv.WORDING}
OPENING_SENTENCES = 2
OPENING_CHARS = 160
READ_CHARS = 4_000
"""How far wording is read: no platform takes more, and a pasted megabyte must not hold up who types."""
SHORTEST_COPY = 6
"""Words; a shorter thank-you may well be the same twice."""
_SAME_LENGTH = str.maketrans({"ё": "е", "Ё": "Е", "’": "'", "ʼ": "'", "`": "'", "\u00a0": " ", "\t": " ", "\n": " "})
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n\s*\n")
_WORD = re.compile(r"[^\W_]+")
_SHOUT = re.compile(r"(?<!\w)[^\W\d_a-zа-яёāčēģīķļņšūž]{4,}(?:\s+[^\W\d_a-zа-яёāčēģīķļņšūž]{4,})+(?!\w)|[!?]{2,}")
_SMILE = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]|(?<!\w)[:;]-?[)D(P](?!\w)|!{2,}|\){2,}")


def check(text: str, facts: GuidanceFacts) -> list[Finding]:
    """Findings on a text, kept and broken rules alike; none for an empty text.

    Rules about wording speak en, ru and lv, after the language of the text; a text in another language is checked for
    the rest. Places count characters of the text as given.
    """
    if not text.strip():
        return []
    read = text[:READ_CHARS].translate(_SAME_LENGTH)
    wording = WORDINGS.get(language_of(text) or facts.language)
    return [*_manners(read, facts, wording), *_conduct(read, wording), _personal(read, facts, wording),
            _copy(text, facts), *_limit(text, facts), *_forbidden(text, facts), *_tone(read, facts, wording)]


def _manners(text: str, facts: GuidanceFacts, wording: Wording | None) -> Iterator[Finding]:
    if wording and facts.negative:
        yield _apology(text, wording)
    if names.names_of(facts.author_name):
        span = names.find_name(text, facts.author_name)
        yield Finding("name", span is not None, where=[span] if span else [], data={"name": facts.author_name})
    if wording and facts.negative:
        yield _present("explains", text, wording.explains)
        own = [found.span() for contact in facts.own_contacts if contact
               for found in re.finditer(re.escape(contact), text, re.IGNORECASE)]
        next_step = _present("next_step", text, wording.next_step)
        yield next_step if next_step.ok or not own else Finding("next_step", True, where=own)


def _apology(text: str, wording: Wording) -> Finding:
    """An apology, and not one that takes itself back, within the first sentences."""
    hollow = _spans(wording.not_apology, text)
    real = [span for span in _spans(wording.apology, text)
            if not any(span[0] < end and start < span[1] for start, end in hollow)]
    early = [span for span in real if span[0] < _opening(text)]
    return Finding("apology", bool(early), where=early[:1] or real[:1], data={"late": bool(real and not early)})


def _opening(text: str) -> int:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    sentences = ends[OPENING_SENTENCES - 1] if len(ends) >= OPENING_SENTENCES else len(text)
    return max(sentences, OPENING_CHARS)


def _present(code: str, text: str, pattern: re.Pattern[str]) -> Finding:
    spans = _spans(pattern, text)
    return Finding(code, bool(spans), where=spans[:1])


def _conduct(text: str, wording: Wording | None) -> Iterator[Finding]:
    """What must not be there, in the order of the heat it makes."""
    if wording is None:
        return
    for code, pattern in (("arguing", wording.arguing), ("blame", wording.blame)):
        spans = _spans(pattern, text)
        yield Finding(code, not spans, where=spans)
    heat = sorted(_spans(wording.aggression, text) + [match.span() for match in _SHOUT.finditer(text)])
    yield Finding("aggression", not heat, where=heat)
    spans = _spans(wording.superiority, text)
    yield Finding("superiority", not spans, where=spans)


def _personal(text: str, facts: GuidanceFacts, wording: Wording | None) -> Finding:
    spans = personal_data(text, facts, (wording,) if wording else tuple(WORDINGS.values()))
    return Finding("personal_data", not spans, where=spans)


def _copy(text: str, facts: GuidanceFacts) -> Finding:
    mine = " ".join(words(text[:READ_CHARS]))
    if mine.count(" ") + 1 < SHORTEST_COPY or not facts.recent:
        return Finding("copy", True)
    best = process.extractOne(mine, [" ".join(words(other)) for other in facts.recent], scorer=fuzz.ratio,
                              score_cutoff=facts.similar_percent)
    if best is None:
        return Finding("copy", True)
    return Finding("copy", False, data={"percent": round(best[1]), "text": facts.recent[best[2]][:200]})


def _limit(text: str, facts: GuidanceFacts) -> Iterator[Finding]:
    if facts.limit is None:
        return
    length = facts.length(text)
    data = {"length": length, "limit": facts.limit, "over": max(0, length - facts.limit)}
    yield Finding("limit", length <= facts.limit, Level.BLOCK, data=data)


def _forbidden(text: str, facts: GuidanceFacts) -> Iterator[Finding]:
    """The brand's forbidden words and phrases in any of their forms."""
    if not facts.forbidden_words:
        return
    spoken = [(match.span(), _forms(match[0])) for match in _WORD.finditer(unicodedata.normalize("NFC", text))]
    spans, hit = [], []
    for phrase in facts.forbidden_words:
        parts = [_forms(part) for part in _WORD.findall(unicodedata.normalize("NFC", phrase))]
        for at in range(len(spoken) - len(parts) + 1 if parts else 0):
            if all(spoken[at + offset][1] & part for offset, part in enumerate(parts)):
                spans.append((spoken[at][0][0], spoken[at + len(parts) - 1][0][1]))
                hit.append(phrase)
    yield Finding("forbidden", not spans, Level.BLOCK, where=sorted(set(spans)), data={"words": sorted(set(hit))})


def _forms(word: str) -> frozenset[str]:
    return frozenset({fold(word)}.union(*(set(one.words) for one in wanted(word))))


def _tone(text: str, facts: GuidanceFacts, wording: Wording | None) -> Iterator[Finding]:
    if wording is None:
        return
    if facts.tone == "businesslike":
        spans = sorted(_spans(wording.casual, text) + [match.span() for match in _SMILE.finditer(text)])
    else:
        spans = _spans(wording.cliches, text)
    yield Finding("tone", not spans, where=spans, data={"tone": facts.tone})


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]
