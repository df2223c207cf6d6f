"""The settings of the way out: section ``connectors`` of config.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ConnectorsSettings(BaseModel):
    """How we introduce ourselves, how long we wait and how much we read."""

    model_config = ConfigDict(extra="forbid")

    user_agent: str = Field(
        "Otklik/{version} (+https://otklik.example/bot)", description="How we introduce ourselves to websites."
    )
    timeout_seconds: float = Field(
        30, gt=0, le=600, description="Total time for one answer, from connecting to the last byte."
    )
    max_megabytes: float = Field(10, gt=0, le=500, description="Largest answer that is read, after unpacking.")
    seconds_between: float = Field(0.0, ge=0, le=600, description="Pause between two requests to the same host.")
    requests_per_host: int = Field(2, ge=1, le=50, description="Requests to the same host at the same time.")
    allow_hosts: list[str] = Field(
        default_factory=list,
        description="Private hosts that may be asked, by name or name:port, for platforms inside your own network.",
    )
    obey_robots: bool = Field(True, description="Obey robots.txt when web pages are read.")
