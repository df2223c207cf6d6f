"""Turn a mail folder of ``inbox/emails`` and its facts into a letter: subject, text, HTML with inlined styles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from inbox.formats import Formats
from inbox.i18n import translator

EMAILS = Path(__file__).parent / "emails"
_WIRE = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Letter:
    """A rendered mail; ``pictures`` are PNG files by the name that the HTML shows as ``cid:<name>``."""

    subject: str
    text: str
    html: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@pass_context
def _when(context: Context, moment: str | datetime) -> str:
    """A stored moment as the reader of this letter sees it."""
    formats: Formats = context["f"]
    return formats.when(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)


@cache
def _templates(lang: str, html: bool) -> Environment:
    words = translator(lang)
    env = Environment(loader=FileSystemLoader(EMAILS), autoescape=html, undefined=StrictUndefined,  # noqa: S701
                      trim_blocks=True, lstrip_blocks=True, auto_reload=False)
    env.filters |= {"when": _when}
    env.globals |= {"says": words.says, "lang": words.lang, "_": words.html if html else words._,
                    "ngettext": words.html_ngettext if html else words.ngettext}
    return env


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def write(mail: str, formats: Formats, facts: Mapping[str, Any],
          pictures: Mapping[str, bytes] | None = None) -> Letter:
    """The mail in the language, zone and formats of its reader; ``facts`` are the names its templates use."""
    known = {**facts, "f": formats}
    text, html = _templates(formats.lang, False), _templates(formats.lang, True)
    return Letter(
        subject=one_line(text.get_template(f"{mail}/subject.txt").render(known)),
        text=_tidy(text.get_template(f"{mail}/body.txt").render(known)),
        html=_inliner().inline(html.get_template(f"{mail}/body.html").render(known)),
        pictures=pictures or {},
    )


def one_line(text: str) -> str:
    """Text that is safe in a header: one line, no control or direction signs, at most 200 characters."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(plain.split())[:200]


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def address(written: str) -> Address:
    """“Name <mail@host>” for a header. Raises ValueError when there is no usable address in it."""
    name, spec = parseaddr(one_line(written))
    if "@" not in spec or not spec.isascii():
        raise ValueError(f"not a mail address: {written[:100]!r}")
    return Address(display_name=name, addr_spec=spec)


def message(letter: Letter, *, sender: str, recipient: str, message_id: str, at: datetime) -> EmailMessage:
    """The letter as it goes over the wire; pictures lie inside and are shown from there, nothing is loaded."""
    mail = EmailMessage(policy=_WIRE)
    mail["From"] = address(sender)
    mail["To"] = address(recipient)
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    page = mail.get_payload()[1]  # type: ignore[index]
    assert isinstance(page, MIMEPart)
    for name, picture in letter.pictures.items():
        page.add_related(picture, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
    return mail
