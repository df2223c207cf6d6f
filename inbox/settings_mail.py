"""The settings of the post office: section ``inbox.mail`` of config.yaml."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class MailSecurity(StrEnum):
    """How the talk with the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailSettings(BaseModel):
    """Which server takes our mails, and as whom we write. Without a host no mail goes out."""

    model_config = ConfigDict(extra="forbid")

    host: str = Field("", description="Mail server that takes our mails. Empty: mails are kept and not sent.")
    port: int = Field(587, ge=1, le=65535, description="Port of the mail server: 587 for starttls, 465 for tls.")
    security: MailSecurity = Field(
        MailSecurity.STARTTLS, description="Protection of the connection: starttls, tls, or none inside one machine."
    )
    user: str = Field("", description="User name at the mail server. Empty: no sign-in.")
    password: SecretStr = Field(SecretStr(""), description="Password at the mail server, or OTKLIK_MAIL_PASSWORD.")
    sender: str = Field("Otklik <otklik@localhost>", description="Name and address that mails come from.")
    timeout_seconds: float = Field(30, gt=0, le=300, description="Longest wait for one answer of the mail server.")
    max_tries: int = Field(8, ge=1, le=50, description="Tries after which a mail that no server took is given up.")
    retry_minutes: float = Field(
        5, gt=0, le=1440, description="Minutes before the second try; every further wait is twice as long."
    )
