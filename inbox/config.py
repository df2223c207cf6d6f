"""Read config.yaml and the environment, once; say which line is wrong and what is allowed there."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cryptography.fernet import Fernet
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from connectors.settings import ConnectorsSettings
from inbox.settings import InboxSettings
from inbox.settings_mail import MailSettings
from monitor.settings import MonitorSettings
from replies.settings import RepliesSettings


class ConfigError(Exception):
    """config.yaml or the environment is wrong; the text says where, what, and what is allowed."""


class InboxSection(InboxSettings):
    """Section ``inbox``: the application, and within it how mails go out."""

    mail: MailSettings = Field(default_factory=lambda: MailSettings(), description="How mails go out.")


class Settings(BaseModel):
    """The whole of config.yaml: one section for each floor."""

    model_config = ConfigDict(extra="forbid")

    connectors: ConnectorsSettings = Field(default_factory=lambda: ConnectorsSettings(), description="The way out.")
    monitor: MonitorSettings = Field(default_factory=lambda: MonitorSettings(), description="The memory.")
    replies: RepliesSettings = Field(default_factory=lambda: RepliesSettings(), description="Our words.")
    inbox: InboxSection = Field(default_factory=lambda: InboxSection(), description="The application.")


ENVIRONMENT = {
    "OTKLIK_CONFIG": "Path of config.yaml; default: config.yaml in the current folder, if there.",
    "OTKLIK_VAR": "Folder of everything Otklik writes (SQLite, key, backups); default: var.",
    "OTKLIK_DATABASE_URL": "Database address, postgresql+psycopg://user:password@host/name; default: SQLite in var.",
    "OTKLIK_SECRET_KEY": "Key that encrypts stored secrets; default: var/secret.key, made when missing.",
    "OTKLIK_MAIL_PASSWORD": "Password of the mail server, instead of writing it into config.yaml.",
    "OTKLIK_FAULT": "For failure tests: stop at a named point of posting, for example post.claimed:kill.",
}
SECRET_NAMES = ("OTKLIK_DATABASE_URL", "OTKLIK_SECRET_KEY", "OTKLIK_MAIL_PASSWORD")


@dataclass(frozen=True)
class Config:
    """Everything that was configured; read once, never changed."""

    settings: Settings
    var: Path
    database_url: str
    secret_key: str = ""
    fault: str = ""
    path: Path | None = None

    @property
    def connectors(self) -> ConnectorsSettings:
        return self.settings.connectors

    @property
    def monitor(self) -> MonitorSettings:
        return self.settings.monitor

    @property
    def replies(self) -> RepliesSettings:
        return self.settings.replies

    @property
    def inbox(self) -> InboxSection:
        return self.settings.inbox


def load(environment: Mapping[str, str] | None = None) -> Config:
    """The configuration of this process.

    A secret may come as ``NAME`` or as ``NAME_FILE`` with the path of a file that holds it.
    Raises ConfigError with a sentence that says where, what, and what is allowed.
    """
    given = _with_files(dict(os.environ if environment is None else environment))
    var = Path(given.get("OTKLIK_VAR") or "var").absolute()
    path = Path(given.get("OTKLIK_CONFIG") or "config.yaml")
    if "OTKLIK_CONFIG" in given and not path.is_file():
        raise ConfigError(f"OTKLIK_CONFIG names {path}, and there is no such file.")
    document = read(path) if path.is_file() else {}
    if password := given.get("OTKLIK_MAIL_PASSWORD"):
        document.setdefault("inbox", {}).setdefault("mail", {})["password"] = password
    return Config(
        settings=check(document, path),
        var=var,
        database_url=given.get("OTKLIK_DATABASE_URL") or f"sqlite:///{var / 'otklik.db'}",
        secret_key=_checked_key(given.get("OTKLIK_SECRET_KEY", "")),
        fault=given.get("OTKLIK_FAULT", ""),
        path=path if path.is_file() else None,
    )


def _with_files(given: dict[str, str]) -> dict[str, str]:
    for name in SECRET_NAMES:
        file = given.get(f"{name}_FILE")
        if not file:
            continue
        if given.get(name):
            raise ConfigError(f"Both {name} and {name}_FILE are set. Keep one of them.")
        try:
            given[name] = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}_FILE names {file}, which cannot be read: {error}.") from error
    return given


def _checked_key(key: str) -> str:
    """Raises ConfigError unless every key (several are separated by spaces, the newest first) is one of ours."""
    for one in key.split():
        try:
            Fernet(one)
        except ValueError as error:
            raise ConfigError("OTKLIK_SECRET_KEY is not a key. Make one with: python -c 'from cryptography.fernet "
                              "import Fernet; print(Fernet.generate_key().decode())', or leave it out and Otklik "
                              "makes var/secret.key.") from error
    return key


def read(path: Path) -> dict[str, Any]:
    """The file as nested dictionaries. Raises ConfigError with the line of a mistake in the YAML itself."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(path)
        raise ConfigError(f"{where}: {error.problem or 'this is not valid YAML'}.") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigError(f"{path}: sections are expected: {', '.join(Settings.model_fields)}.")
    return document


def check(document: Mapping[str, Any], path: Path) -> Settings:
    """The settings, or a ConfigError with one line for each mistake."""
    try:
        return Settings.model_validate(_filled(document, Settings))
    except ValidationError as error:
        raise ConfigError("\n".join(_tell(detail, path) for detail in error.errors())) from error


def _filled(document: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """The document with sections that hold nothing but comments (YAML reads them as null) as empty ones."""
    found = dict(document)
    for name, field in model.model_fields.items():
        inner = field.annotation
        if name in found and isinstance(inner, type) and issubclass(inner, BaseModel):
            given = found[name]
            found[name] = {} if given is None else _filled(given, inner) if isinstance(given, Mapping) else given
    return found


def _tell(detail: ErrorDetails, path: Path) -> str:
    place = [part for part in detail["loc"] if isinstance(part, str | int)]
    name = ".".join(str(part) for part in place)
    line = line_of(path, place)
    where = f"{path}, line {line}" if line else str(path)
    if detail["type"] == "extra_forbidden":
        return f"{where}: there is no setting “{name}”. {_allowed(place)}"
    return f"{where}: {name} is {detail['input']!r}. {detail['msg']}."


def _allowed(place: list[str | int]) -> str:
    model: type[BaseModel] = Settings
    for part in place[:-1]:
        inner = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return ""
        model = inner
    names = sorted(model.model_fields)
    close = difflib.get_close_matches(str(place[-1]), names, n=1)
    hint = f"Did you mean “{close[0]}”? " if close else ""
    return f"{hint}Allowed here: {', '.join(names)}."


def line_of(path: Path, place: list[str | int]) -> int:
    """The line of a key in a YAML file, counted from 1; that of its nearest parent when it is missing; 0: no file."""
    if not path.is_file():
        return 0
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = 0
    for part in place:
        step = _step(node, part)
        if step is None:
            break
        line, node = step
    return line


def _step(node: yaml.Node | None, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item = node.value[part]
        return item.start_mark.line + 1, item
    return None
