"""The settings of the application: section ``inbox`` of config.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class InboxSettings(BaseModel):
    """What the product is called here, where people reach it, how long they stay signed in."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("Otklik", min_length=1, max_length=60, description="Name shown in titles, mails, on sign-in.")
    address: str = Field(
        "http://127.0.0.1:8000",
        pattern=r"^https?://[^/\s]+$",
        description="Public address without a trailing slash; links in mails begin with it; https makes cookies safe.",
    )
    trusted_proxies: list[str] = Field(
        default_factory=list,
        description="Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    )
    session_hours: float = Field(12, gt=0, le=2160, description="Hours without use after which one signs in again.")
    session_days: float = Field(30, gt=0, le=365, description="Days after which one signs in again in any case.")
    rotate_minutes: float = Field(15, gt=0, le=1440, description="Minutes after which the sign-in cookie is renewed.")
    login_tries: int = Field(5, ge=1, le=100, description="Wrong passwords for one e-mail within the login window.")
    login_tries_per_address: int = Field(
        30, ge=1, le=10000, description="Wrong passwords from one network address within the login window."
    )
    login_window_minutes: int = Field(15, ge=1, le=1440, description="Minutes for which wrong passwords are counted.")
    max_request_megabytes: float = Field(20, gt=0, le=500, description="Largest upload or form that is taken.")
    page_size: int = Field(50, ge=5, le=200, description="Conversations that the list loads at once.")
    live_seconds: float = Field(2, ge=0.05, le=60, description="Seconds between two looks for news on open screens.")
    api_requests_per_minute: int = Field(
        600, ge=1, le=100000, description="Requests to the API that one token may make in a minute, per process."
    )
