"""Keep secrets unreadable at rest: the keys of platforms and the addresses of alerts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connectors.errors import N_


class VaultLocked(Exception):
    """A secret cannot be read with the key at hand; ``says`` tells a person what to do."""

    says = N_("A stored secret cannot be read with this key. Put back the secret key that was in use when it was saved "
              "(OTKLIK_SECRET_KEY or var/secret.key), or enter the secret again.")

    def __str__(self) -> str:
        return self.says


class Vault:
    """Encrypts with the first key, decrypts with any of them, so that a key can be replaced without a gap."""

    def __init__(self, *keys: str) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def at(cls, path: Path) -> Vault:
        """The vault whose key lies in a file of mode 600; the file is made when missing."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key())
        return cls(path.read_text(encoding="ascii").strip())

    def lock(self, secret: Any) -> str:
        """Any JSON value as an unreadable token."""
        return self._fernet.encrypt(json.dumps(secret, ensure_ascii=False).encode()).decode()

    def open(self, token: str) -> Any:
        """The value behind a token; None for an empty one. Raises VaultLocked when the key does not fit."""
        if not token:
            return None
        try:
            return json.loads(self._fernet.decrypt(token.encode()))
        except InvalidToken as error:
            raise VaultLocked from error
