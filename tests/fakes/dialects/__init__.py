"""How a pretend platform speaks: one small module per kind renders its reviews in the API of that platform."""

from __future__ import annotations

import importlib
import json
import pkgutil
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from connectors.base import Place
from tests.fakes.pretend import PretendPlatform


@dataclass(frozen=True)
class Request:
    """What came in; ``path`` without, ``query`` with the parameters (the last value of each)."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}

    def json(self) -> Any:
        return json.loads(self.body or b"{}")


@dataclass(frozen=True)
class Response:
    """What goes out when nothing goes wrong."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def in_json(value: Any, status: int = 200, **headers: str) -> Response:
    """A JSON answer; header names are given with underscores."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, json.dumps(value, ensure_ascii=False).encode(),
                    {"Content-Type": "application/json; charset=utf-8", **named})


class Dialect(ABC):
    """Renders a pretend platform for the connector of one kind."""

    kind: ClassVar[str]
    keyed: ClassVar[bool] = True  # a key can expire
    page_size: ClassVar[int] = 0  # 0: everything comes at once
    lists_all: ClassVar[bool] = True  # False: what falls off the end of the listing was not removed

    @abstractmethod
    def settings(self, base: str) -> dict[str, Any]:
        """Settings of the connector for the server at ``base``."""

    @abstractmethod
    def place(self, base: str) -> Place:
        """The place that the reviews are about."""

    @abstractmethod
    def lists(self, request: Request) -> bool:
        """Whether the request reads a listing, so that a fault may hit it."""

    @abstractmethod
    def respond(self, request: Request, platform: PretendPlatform, base: str) -> Response:
        """The answer of a platform in good health; a write changes ``platform``."""


@cache
def dialects() -> dict[str, Dialect]:
    """Every dialect by its kind."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    classes = [value for module in modules for value in vars(module).values()
               if isinstance(value, type) and issubclass(value, Dialect) and value.__module__ == module.__name__]
    return {dialect.kind: dialect() for dialect in classes}
