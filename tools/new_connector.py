"""Write the skeleton of a new connector: one module, one folder with a first sample."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE = '''"""{label}: say in one sentence what is read here and what may be said there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors.base import Batch, Can, Connector, Cursor, Identity, Item, ItemKind, Place, Raw


class Settings(BaseModel):
    """What a person fills in; a SecretStr is encrypted at rest and never shown again."""

    model_config = ConfigDict(extra="forbid")

    site: str = Field(description="Address of the platform.", examples=["https://platform.example"])
    key: SecretStr = Field(description="Key for reading; say where a person finds it.")


class {name}(Connector):
    """Say how the platform pages, what it tells and what it hides."""

    kind: ClassVar[str] = "{kind}"
    label: ClassVar[str] = "{label}"
    access: ClassVar[str] = "Say which access is needed and who may have it."
    can: ClassVar[Can] = Can()
    Settings: ClassVar[type[BaseModel]] = Settings
    settings: Settings

    async def check(self) -> Identity:
        answer = await self.http.get(f"{{self.settings.site}}/me")
        return Identity(name=answer.json()["name"])

    async def places(self) -> list[Place]:
        return [Place(external_id="all", name="Everything", url=self.settings.site)]

    async def fetch(self, place: Place, cursor: Cursor | None) -> AsyncIterator[Batch]:
        answer = await self.http.get(f"{{self.settings.site}}/reviews")
        items, unreadable = self.read_all(answer.json()["reviews"])
        yield Batch(items=items, unreadable=unreadable, cursor={{}}, complete=cursor is None)

    @staticmethod
    def parse(raw: Raw) -> Item:
        return Item(external_id=str(raw["id"]), kind=ItemKind.REVIEW, text=raw["text"], raw=dict(raw))
'''
SAMPLE = {"why": "The least that the platform gives.", "raw": {"id": 1, "text": "Good soup."},
          "item": {"external_id": "1", "kind": "review", "text": "Good soup."}}


def main(kind: str) -> int:
    """Write the files for ``kind``; refuses a bad name or one that is taken."""
    module = ROOT / "connectors" / f"{kind}.py"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
        print(f"“{kind}” cannot be a module name. Use small letters, digits and _, for example my_platform.")
        return 2
    if module.exists():
        print(f"{module} is there already.")
        return 2
    label = kind.replace("_", " ").title()
    module.write_text(MODULE.format(kind=kind, label=label, name=label.replace(" ", "")), encoding="utf-8")
    samples = ROOT / "tests" / "connectors" / kind
    samples.mkdir(parents=True, exist_ok=True)
    (samples / "least.json").write_text(json.dumps(SAMPLE, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"Begun: {module.relative_to(ROOT)} and {samples.relative_to(ROOT)}/least.json. "
          "Now make the conformance suite pass: .venv/bin/pytest tests/connectors -k " + kind)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
