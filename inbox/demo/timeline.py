"""What happens on the pretend site and when, from a seed and a beginning alone: eight weeks behind it, no end ahead."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from inbox.demo import voices
from inbox.demo.shops import ACCOUNT, SHOPS, Shop
from inbox.demo.voices import Crowd
from inbox.demo.world import Happening

DAYS_BEHIND = 56
FRESH = 9
WEIGHTS = {"brivibas": 28, "vecriga": 22, "agenskalns": 20, "mezaparks": 14, "jurmala": 9, "liepaja": 9}
_BY_ID = {shop.id: shop for shop in SHOPS}


def plan(seed: int, start: datetime) -> Iterator[Happening]:
    """Everything that happens by itself, in order of time."""
    scripted = [*_scenes(start), *_guests(seed, start), *_everyday(seed, start)]
    yield from heapq.merge(sorted(scripted, key=_time), _live(seed, start), key=_time)


def _time(happening: Happening) -> datetime:
    return happening.at


def _back(start: datetime, hours: float) -> datetime:
    return start - timedelta(hours=hours)


def _published(entry_id: str, at: datetime, shop_id: str, created_at: datetime | None = None,
               **data: Any) -> Happening:
    return Happening(at, "published", entry_id,
                     {"shop_id": shop_id, "created_at": (created_at or at).isoformat(), **data})


def _scenes(start: datetime) -> Iterator[Happening]:
    """The scripted people, with what they change, add and are answered later."""
    for scene in voices.lines("scenes"):
        written = _back(start, scene["hours"])
        person = {"author_id": f"u-{scene['id']}", "author_name": scene["author"]}
        yield _published(
            scene["id"], written + timedelta(hours=scene.get("held_hours", 0)), scene["shop"], written, **person,
            rating=scene["rating"], text=scene["text"], language=scene["language"], city=scene["city"], ip=scene["ip"],
            verified_purchase=scene.get("verified"), order_number=scene.get("order", ""))
        for change in scene.get("changes", ()):
            data = {name: change[name] for name in ("rating", "text") if name in change}
            yield Happening(_back(start, change["hours"]), "edited" if data else "removed", scene["id"], data)
        for number, comment in enumerate(scene.get("comments", ()), 1):
            yield _published(f"{scene['id']}-c{number}", _back(start, comment["hours"]), scene["shop"], **person,
                             text=comment["text"], language=scene["language"], parent_id=scene["id"])
        for number, answer in enumerate(scene.get("answers", ()), 1):
            yield Happening(_back(start, answer["hours"]), "answered", scene["id"],
                            {"id": f"{scene['id']}-w{number}", "text": answer["text"], "author_name": ACCOUNT})


def _opening_hour(random: Random, day: datetime) -> datetime:
    """A moment between 8 and 22 o'clock in Riga, counted from midnight UTC."""
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=random.randint(6 * 60, 20 * 60))


def _everyday(seed: int, start: datetime) -> Iterator[Happening]:
    """The reviews of eight weeks, nine of the last hours; every twelfth is corrected within two days."""
    random = Random(f"{seed} everyday")  # noqa: S311 - a demo, not a secret
    crowd = Crowd(random, frozenset(scene["ip"] for scene in voices.lines("scenes")))
    said, short = voices.everyday(), [*voices.lines("short")]
    random.shuffle(said)
    said = said[:FRESH] + random.sample(said[FRESH:] + short, len(said) + len(short) - FRESH)
    for number, line in enumerate(said, 1):
        shop = _shop_of(random, line)
        at = _opening_hour(random, start - timedelta(days=random.uniform(1, DAYS_BEHIND)))
        if number <= FRESH:
            at = _back(start, random.uniform(0.4, 9))
        yield _published(f"r-{number:04d}", at, shop.id, **_said(line), **crowd.author(line["language"], shop))
        if number % 12 == 0 and line["text"]:
            later = at + timedelta(hours=random.uniform(2, 44))
            yield Happening(later, "edited", f"r-{number:04d}", {"text": _corrected(line)})


def _said(line: dict[str, Any]) -> dict[str, Any]:
    return {"rating": line["rating"], "text": line["text"], "title": line.get("title", ""),
            "language": line["language"] if line["text"] else ""}


def _corrected(line: dict[str, Any]) -> str:
    """The text with an afterthought in its language."""
    more = {"en": "Edit: went again, same story.", "ru": "Дополнено: зашли ещё раз, впечатления те же.",
            "lv": "Papildināts: bijām vēlreiz, iespaids tas pats."}
    return f"{line['text']}\n\n{more[line['language']]}"


def _shop_of(random: Random, line: dict[str, Any]) -> Shop:
    return _BY_ID[line.get("shop") or random.choices([*WEIGHTS], [*WEIGHTS.values()])[0]]


def _guests(seed: int, start: datetime) -> Iterator[Happening]:
    """The competitor's reviews and the guest book, which no key opens."""
    random = Random(f"{seed} guests")  # noqa: S311 - a demo, not a secret
    crowd = Crowd(random)
    for file, shop_id in (("rival", "rita-kafija"), ("guest_book", "guest-book")):
        for number, line in enumerate(voices.lines(file), 1):
            at = _opening_hour(random, start - timedelta(days=random.uniform(1, DAYS_BEHIND)))
            person = crowd.author(line["language"], _BY_ID[shop_id])["author_name"]
            yield _published(f"{shop_id}-{number:02d}", at, shop_id, **_said(line), author_name=person,
                             author_id=f"{shop_id}-u{number:02d}")


def _pause(random: Random, number: int) -> timedelta:
    """Time until the next review: the first comes at once, then every minute or two for half an hour, then slower."""
    if number == 0:
        return timedelta(seconds=20)
    if number < 20:
        return timedelta(seconds=random.uniform(60, 120))
    return timedelta(minutes=random.uniform(20, 45)) if number < 30 else timedelta(hours=random.uniform(3, 7))


def _live(seed: int, start: datetime) -> Iterator[Happening]:
    """What visitors write while the demo runs; once all has been said they leave ratings without a word."""
    random = Random(f"{seed} live")  # noqa: S311 - a demo, not a secret
    crowd = Crowd(random)
    said = list(voices.lines("live"))
    silent = [line for line in voices.lines("short") if not line["text"]]
    waiting: list[tuple[datetime, int, Happening]] = []
    at, number = start, 0
    while True:
        at += _pause(random, number)
        number += 1
        line = said[number - 1] if number <= len(said) else random.choice(silent)
        for happening in _told(random, crowd, line, number, at):
            heapq.heappush(waiting, (happening.at, len(waiting) + number * 10, happening))
        while waiting and waiting[0][0] <= at:
            yield heapq.heappop(waiting)[2]


def _told(random: Random, crowd: Crowd, line: dict[str, Any], number: int, at: datetime) -> Iterator[Happening]:
    """One live review: every 9th was held for 20 minutes, every 6th is corrected, every 13th taken down again."""
    entry_id, shop = f"n-{number:05d}", _shop_of(random, line)
    shown = at + timedelta(minutes=20) if number % 9 == 0 else at
    person = crowd.author(line["language"], shop)
    person["author_id"] = f"n{person['author_id']}"
    yield _published(entry_id, shown, shop.id, at, **_said(line), **person)
    if number % 6 == 0 and line["text"]:
        yield Happening(shown + timedelta(minutes=7), "edited", entry_id, {"text": _corrected(line)})
    if number % 13 == 0:
        yield Happening(shown + timedelta(minutes=15), "removed", entry_id)
