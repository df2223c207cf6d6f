"""Hand one mail to a mail server (RFC 5321) and tell whether it has been taken, has not, or cannot be known."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from connectors.errors import N_
from inbox.settings_mail import MailSecurity, MailSettings


@dataclass
class NotTaken(Exception):
    """The server certainly does not have the mail. ``later``: another try may succeed."""

    says: str
    later: bool

    def __str__(self) -> str:
        return self.says


class NoAnswer(Exception):
    """The whole mail was sent and no clear answer came: it may have been taken, so it is never sent again."""


UNREACHABLE = N_("The mail server cannot be reached: {error}")
NO_SIGN_IN = N_("The mail server refuses our user name or password: {error}")
REFUSED = N_("The mail server refuses the mail: {error}")

Notice = Callable[[str], None]


def unnoticed(step: str) -> None:
    """What happens at each step of the talk when nobody watches."""


def hand_over(settings: MailSettings, sender: str, recipient: str, content: bytes, before_end: Callable[[], bool],
              notice: Notice = unnoticed) -> str:
    """Send ``content`` to one recipient; the server's words of acceptance.

    Everything but the final dot is sent first; until then the server cannot have taken the mail. ``before_end`` is
    called right before that dot and says whether it may still go out. Raises NotTaken or NoAnswer.
    """
    notice("connect")
    with _connected(settings) as server:
        _envelope(server, sender, recipient)
        notice("body")
        _body(server, content)
        if not before_end():
            raise NotTaken("another worker took over", later=True)
        notice("end")
        code, words = _end(server)
        notice("answered")
    if code == 250:
        return words
    raise NotTaken(REFUSED.format(error=f"{code} {words}"), later=400 <= code < 500)


class _Server:
    """An open talk that ends without a word when anything goes wrong."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self.smtp = smtp

    def __enter__(self) -> smtplib.SMTP:
        return self.smtp

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            try:
                self.smtp.quit()
            except (OSError, smtplib.SMTPException):
                self.smtp.close()
        else:
            self.smtp.close()


def _connected(settings: MailSettings) -> _Server:
    try:
        smtp = _connect(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(UNREACHABLE.format(error=_words(error)), later=True) from error
    try:
        _greet(smtp, settings)
    except smtplib.SMTPAuthenticationError as error:
        smtp.close()
        raise NotTaken(NO_SIGN_IN.format(error=_words(error)), later=True) from error
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise NotTaken(UNREACHABLE.format(error=_words(error)), later=True) from error
    return _Server(smtp)


def _connect(settings: MailSettings) -> smtplib.SMTP:
    seconds = settings.timeout_seconds
    if settings.security is MailSecurity.TLS:
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=seconds, context=ssl.create_default_context())
    return smtplib.SMTP(settings.host, settings.port, timeout=seconds)


def _greet(smtp: smtplib.SMTP, settings: MailSettings) -> None:
    smtp.ehlo()
    if settings.security is MailSecurity.STARTTLS:
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    if settings.user:
        smtp.login(settings.user, settings.password.get_secret_value())


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> None:
    """From and to, then DATA; nothing is taken yet."""
    steps: list[Callable[[], tuple[int, bytes]]] = [
        lambda: server.mail(sender), lambda: server.rcpt(recipient), lambda: server.docmd("DATA")]
    for say in steps:
        try:
            code, words = say()
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(UNREACHABLE.format(error=_words(error)), later=True) from error
        if code not in (250, 251, 354):
            says = REFUSED.format(error=f"{code} {_text(words)}")
            raise NotTaken(says, later=not 500 <= code < 600)


def _body(server: smtplib.SMTP, content: bytes) -> None:
    lines = re.sub(rb"\r?\n|\r", b"\r\n", content)
    try:
        server.send(re.sub(rb"(?m)^\.", b"..", lines).removesuffix(b"\r\n") + b"\r\n")
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(UNREACHABLE.format(error=_words(error)), later=True) from error


def _end(server: smtplib.SMTP) -> tuple[int, str]:
    try:
        server.send(b".\r\n")
        code, words = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise NoAnswer(_words(error)) from error
    return code, _text(words)


def _text(words: bytes | str) -> str:
    plain = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(plain.split())[:300]


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return _text(str(error)) or type(error).__name__
