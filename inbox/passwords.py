"""Passwords: argon2id hashes, a rule for new ones, and the same work for an unknown e-mail as for a known one."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from connectors.errors import N_

MIN_LENGTH = 10
MAX_LENGTH = 200
# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters and salt."""
    return _HASHER.hash(password)


def is_right(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash; an empty hash costs the same time and is never right."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password[:MAX_LENGTH]) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def weakness(password: str, *, email: str = "") -> str:
    """Why a new password is refused (an ``N_`` sentence), or "" when it is fine."""
    if len(password) < MIN_LENGTH:
        return N_("Use at least 10 characters.")
    if len(password) > MAX_LENGTH:
        return N_("Use at most 200 characters.")
    if len(set(password)) < 4 or (email and password.lower() == email.lower()):
        return N_("This password is easy to guess. Use a few words that do not belong together.")
    return ""
