"""The form of a source, drawn from its connector's ``Settings``: no platform has a form of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData
from starlette.requests import Request

from inbox.i18n import Translator

Posted = Mapping[str, str]


async def sent(request: Request) -> FormData:
    """The form that a browser sent, for pages whose fields are not known beforehand."""
    return await request.form()


def words_of(form: FormData) -> dict[str, str]:
    """The last value of each field that is text."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


@dataclass(frozen=True)
class Field:
    """One line of the form; ``kind`` is text, secret, number, flag, choice or lines."""

    name: str
    label: str
    help: str
    kind: str
    value: str = ""
    example: str = ""
    needed: bool = False
    choices: tuple[str, ...] = ()
    problem: str = ""

    @property
    def on(self) -> bool:
        """Whether a flag is set."""
        return self.value == "true"


def fields(settings: type[BaseModel], words: Translator, values: Mapping[str, Any] | None = None) -> list[Field]:
    """The form for a settings class, filled with ``values``; a secret that is set arrives as dots."""
    given = values or {}
    return [_field(name, field, words, given.get(name, _default(field)), known=bool(given))
            for name, field in settings.model_fields.items()]


def _field(name: str, field: FieldInfo, words: Translator, value: Any, *, known: bool) -> Field:
    kind = _kind(field)
    example = field.examples[0] if field.examples else ""
    return Field(
        name=name, label=words._(field.title) if field.title else name.replace("_", " ").capitalize(),
        help=words._(field.description) if field.description else "", kind=kind,
        value="" if kind == "secret" else _shown(value),
        example=words._("set; leave empty to keep it") if kind == "secret" and known and value else _shown(example),
        needed=field.is_required() and not (kind == "secret" and known), choices=_choices(field))


def _types(field: FieldInfo) -> tuple[Any, ...]:
    inner = field.annotation
    return get_args(inner) if get_origin(inner) in (Union, UnionType) else (inner,)


def _kind(field: FieldInfo) -> str:
    kinds = _types(field)
    if SecretStr in kinds:
        return "secret"
    if bool in kinds:
        return "flag"
    if _choices(field):
        return "choice"
    if any(get_origin(kind) in (list, tuple) for kind in kinds):
        return "lines"
    return "number" if int in kinds or float in kinds else "text"


def _choices(field: FieldInfo) -> tuple[str, ...]:
    for kind in _types(field):
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return tuple(word.value for word in kind)
    return ()


def _default(field: FieldInfo) -> Any:
    return "" if field.is_required() else field.get_default(call_default_factory=True)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list | tuple):
        return "\n".join(str(one) for one in value)
    return str(getattr(value, "value", value))


def posted(settings: type[BaseModel], form: Posted) -> dict[str, Any]:
    """The values of a sent form by setting; an empty optional one is left out, so that its default holds."""
    found: dict[str, Any] = {}
    for name, field in settings.model_fields.items():
        text = form.get(name, "").strip()
        kind = _kind(field)
        if kind == "flag":
            found[name] = text == "true"
        elif kind == "lines":
            found[name] = [line.strip() for line in text.splitlines() if line.strip()]
        elif text or field.is_required():
            found[name] = text
    return found


def with_problems(form: list[Field], error: ValidationError, sent: Posted, words: Translator) -> list[Field]:
    """The form again as it was sent, each wrong field with what is wrong; secrets have to be typed again."""
    wrong = {str(detail["loc"][0]): _says(detail, words) for detail in error.errors() if detail["loc"]}
    return [replace(field, value="" if field.kind == "secret" else sent.get(field.name, field.value),
                    problem=wrong.get(field.name, "")) for field in form]


def _says(detail: Mapping[str, Any], words: Translator) -> str:
    if detail["type"] in ("missing", "string_too_short", "too_short"):
        return words._("This is needed.")
    if detail["type"] == "value_error":
        return words._("Expected: %(form)s.", form=str(detail["msg"]).removeprefix("Value error, "))
    return str(detail["msg"])
