"""Set up an empty Otklik: configuration file, first brand, first administrator; add people later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel
from sqlmodel import Session, select

from connectors.errors import N_
from inbox import passwords, sign_ins
from inbox.config import Settings
from inbox.house import House
from monitor.models import Brand, Role, TeamMember

LANGUAGES = ("en", "ru", "lv")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Wrong(ValueError):
    """An answer that cannot be taken; ``key`` is a marked sentence filled from ``facts``."""

    def __init__(self, key: str, **facts: str) -> None:
        self.key, self.facts = key, facts
        super().__init__(key.format(**facts) if facts else key)


def set_up(house: House, now: datetime, *, brand: str, name: str, email: str, password: str, language: str,
           timezone: str) -> Iterator[str]:
    """Do what is not done yet and tell each step. Raises Wrong with what is wrong with an answer."""
    check_zone(timezone)
    with house.db.write() as session:
        if session.exec(select(TeamMember).limit(1)).first() is not None:
            raise Wrong(N_("Otklik is set up already. Add people with: otklik inbox add-member"))
        session.add(Brand(name=brand.strip(), slug=slug(brand), timezone=timezone, language=language))
        add_member(session, now, name=name, email=email, role=Role.ADMIN, language=language, password=password,
                   timezone=timezone)
    yield f"Brand “{brand}” and administrator {email} are there."
    path = Path("config.yaml")
    if not path.exists():
        path.write_text(sample(), encoding="utf-8")
        yield f"{path} is written; every setting in it is explained."


def add_member(session: Session, now: datetime, *, name: str, email: str, role: Role, language: str, password: str,
               timezone: str = "Europe/Riga") -> TeamMember:
    """A team member who can sign in. Raises Wrong with what is wrong."""
    if not EMAIL.fullmatch(email.strip()):
        raise Wrong(N_("“{email}” is not an e-mail address."), email=email)
    if language not in LANGUAGES:
        raise Wrong(N_("The language “{language}” is not known. Choose one of: {known}."), language=language,
                    known=", ".join(LANGUAGES))
    address = email.strip().lower()
    if session.exec(select(TeamMember).where(TeamMember.email == address)).first() is not None:
        raise Wrong(N_("Somebody with the e-mail {email} is in the team already."), email=address)
    member = TeamMember(name=name.strip(), email=address, role=role, language=language, timezone=timezone)
    session.add(member)
    session.flush()
    new_password(session, member.id or 0, password, now)
    return member


def new_password(session: Session, member_id: int, password: str, now: datetime) -> None:
    """A new password; whoever is signed in as this member is signed out. Raises Wrong when it is weak."""
    if weak := passwords.weakness(password):
        raise Wrong(weak)
    sign_ins.set_password(session, member_id, password, now)


def check_zone(name: str) -> None:
    """Raises Wrong unless the time zone is known."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Wrong(N_("The time zone “{zone}” is not known. Example: Europe/Riga."), zone=name) from error


def slug(name: str) -> str:
    """A short name for addresses, from letters and digits of the brand's name."""
    words = re.findall(r"\w+", name.lower())
    return "-".join(words)[:60] or "brand"


def sample() -> str:
    """config.yaml with every setting, its meaning and its default, commented out."""
    lines = ["# Settings of Otklik. What is commented out shows the default."]
    for section, field in Settings.model_fields.items():
        model = field.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        lines += ["", f"{section}:", *_described(model, "  ")]
    return "\n".join(lines) + "\n"


def _described(model: type[BaseModel], indent: str) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        lines.append(f"{indent}# {field.description}")
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            lines += [f"{indent}{name}:", *_described(inner, indent + "  ")]
        else:
            default = field.get_default(call_default_factory=True)
            lines.append(f"{indent}# {name}: {_shown(default)}")
    return lines


def _shown(value: object) -> str:
    if hasattr(value, "get_secret_value"):
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
