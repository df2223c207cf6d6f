"""Tell whether two items come from one and the same author, as far as anything shows it."""

from __future__ import annotations

from typing import Protocol

from monitor.contacts import email_key
from monitor.wording import fold


class Written(Protocol):
    """What an item shows of its author."""

    @property
    def source_id(self) -> int: ...
    @property
    def author_id(self) -> str: ...
    @property
    def author_name(self) -> str: ...
    @property
    def author_email(self) -> str: ...
    @property
    def customer_id(self) -> int | None: ...


def _name(item: Written) -> str:
    return " ".join(fold(item.author_name).split())


def author_key(item: Written) -> str:
    """One author, one key, as far as the strongest mark goes: card, account, e-mail, name; "" when anonymous."""
    if item.customer_id is not None:
        return f"card {item.customer_id}"
    if item.author_id:
        return f"account {item.source_id} {item.author_id}"
    email = email_key(item.author_email)
    return f"email {email}" if email else (f"name {_name(item)}" if item.author_name else "")


def same_author(one: Written, other: Written) -> bool:
    """True when any mark is shared. Equal names count unless two accounts of one platform show two people."""
    if one.customer_id is not None and one.customer_id == other.customer_id:
        return True
    email = email_key(one.author_email)
    if email and email == email_key(other.author_email):
        return True
    if one.author_id and other.author_id and one.source_id == other.source_id:
        return one.author_id == other.author_id
    return bool(one.author_name) and _name(one) == _name(other)
