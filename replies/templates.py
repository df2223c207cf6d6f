"""Texts to start from: variables filled with facts, unknown ones named, use counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from monitor.models import Brand, Item, Location, TeamMember
from replies.models import Purpose, Template

VARIABLES = ("author", "brand", "location", "contact", "me", "order")
_VARIABLE = re.compile(r"\{([^{}\n]{1,40})\}")
_HOLE = "\x00"
_AT_START = re.compile(rf"(?m)^{_HOLE}[,:]?[ \t]*")
_INSIDE = re.compile(rf"[ \t]*{_HOLE}")


@dataclass(frozen=True)
class Filled:
    """A text with its variables filled; ``unknown`` are left in the text as they are, ``empty`` had no fact."""

    text: str
    unknown: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Fill ``{author}`` and its like. What is filled in is not filled again: a customer named ``{me}`` stays so."""
    unknown: list[str] = []
    empty: list[str] = []

    def one(match: re.Match[str]) -> str:
        name = match[1].strip().lower()
        if name not in VARIABLES:
            unknown.append(match[1])
            return match[0]
        value = " ".join(values.get(name, "").split())
        if value:
            return value
        empty.append(name)
        return _HOLE

    filled = _VARIABLE.sub(one, text.replace(_HOLE, ""))
    filled = _INSIDE.sub("", _AT_START.sub("", filled))
    return Filled(filled.strip(), tuple(unknown), tuple(empty))


def unknown_variables(text: str) -> tuple[str, ...]:
    """Names in braces that no reply can fill, for the editor of a template."""
    return fill(text, dict.fromkeys(VARIABLES, "x")).unknown


def values_for(session: Session, item: Item, member: TeamMember) -> dict[str, str]:
    """What the variables stand for under an item."""
    brand = session.get_one(Brand, item.brand_id)
    location = session.get(Location, item.location_id) if item.location_id else None
    return {"author": first_name(item.author_name), "brand": brand.name, "location": location.name if location else "",
            "contact": brand.contact, "me": member.name, "order": item.order_number}


def first_name(name: str) -> str:
    """How a person is addressed: "Marta" of "Marta K."; a nickname or a single word stays as it is."""
    words = name.split()
    return words[0] if len(words) > 1 and words[0].isalpha() else name.strip()


def listing(session: Session, brand_id: int, language: str = "", purpose: Purpose | None = None) -> list[Template]:
    """Templates of a brand, those of ``language`` only when one is given, the most used first."""
    wanted = select(Template).where(Template.brand_id == brand_id)
    if language:
        wanted = wanted.where(Template.language == language)
    if purpose is not None:
        wanted = wanted.where(Template.purpose == purpose)
    return list(session.exec(wanted.order_by(col(Template.used).desc(), col(Template.name), col(Template.id))))


def use(session: Session, template_id: int, item_id: int, member_id: int) -> Filled:
    """The template filled for an item, counted as used."""
    template = session.get_one(Template, template_id)
    session.execute(update(Template).where(col(Template.id) == template_id).values(used=col(Template.used) + 1))
    item, member = session.get_one(Item, item_id), session.get_one(TeamMember, member_id)
    return fill(template.text, values_for(session, item, member))
