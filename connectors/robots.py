"""robots.txt as RFC 9309 defines it: the most specific group, the longest rule, ``*`` and ``$``; plus Crawl-delay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote_to_bytes

LARGEST = 512_000
DAY = 86_400.0

_TOKEN = re.compile(r"[A-Za-z_-]+")
_DELAY = re.compile(r"\d{1,6}(\.\d{1,3})?")
_KEPT_ESCAPES = re.compile(r"(%2[Ff]|%2[Aa]|%24)")
_LITERAL = "/?&=~:@!,;+"


@dataclass(frozen=True)
class Rule:
    """``pattern`` is a path pattern in one spelling of its percent-encoding."""

    allow: bool
    pattern: str


@dataclass(frozen=True)
class Robots:
    """The rules that concern us; no rules allow everything."""

    rules: tuple[Rule, ...] = ()
    crawl_delay: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether a path with its query may be read: the longest matching rule decides, Allow on a tie."""
        path = _one_spelling(path, _LITERAL)
        fitting = [rule for rule in self.rules if _matches(rule.pattern, path)]
        return max(fitting, key=lambda rule: (len(rule.pattern), rule.allow)).allow if fitting else True


@dataclass
class _Group:
    named: bool = False
    rules: list[Rule] = field(default_factory=list)
    delay: float = 0.0

    def add(self, name: str, value: str) -> None:
        if name in ("allow", "disallow") and value:
            self.rules.append(Rule(name == "allow", _one_spelling(value, _LITERAL + "*$")))
        elif name == "crawl-delay" and _DELAY.fullmatch(value):
            self.delay = float(value)


def parse(text: str, agent: str) -> Robots:
    """The rules for ``agent`` (its product name, in any case), else those for everyone."""
    token = _token(agent)
    ours, everyone, others = _Group(), _Group(), _Group()
    current: list[_Group] = []
    naming = False
    for name, value in _lines(text):
        if name == "user-agent":
            group = everyone if value == "*" else ours if token and _token(value) == token else others
            group.named = True
            current = [*current, group] if naming else [group]
            naming = True
        elif name in ("allow", "disallow", "crawl-delay"):
            naming = False
            for group in current:
                group.add(name, value)
    group = ours if ours.named else everyone
    return Robots(tuple(group.rules), group.delay)


def _token(agent: str) -> str:
    found = _TOKEN.match(agent)
    return found[0].lower() if found else ""


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text[:LARGEST].lstrip("\ufeff").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _one_spelling(path: str, literal: str) -> str:
    """``/a%7Eb`` and ``/a~b``, ``/ж`` and ``/%D0%B6`` become the same; an escaped slash, star or dollar stays so."""
    parts = _KEPT_ESCAPES.split(path)
    return "".join(part.upper() if index % 2 else quote(unquote_to_bytes(part), safe=literal)
                   for index, part in enumerate(parts))


def _matches(pattern: str, path: str) -> bool:
    """Match without a regular expression: in one, a hostile pattern of many stars would never end."""
    ends = pattern.endswith("$")
    first, *rest = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not ends or at == len(path)
    for part in rest[:-1]:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    last = rest[-1]
    return (path.endswith(last) and len(path) - len(last) >= at) if ends else path.find(last, at) >= 0
