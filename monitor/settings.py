"""The settings of the memory: section ``monitor`` of config.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Points(BaseModel):
    """Points of the authenticity scorecard: 20 points double the odds that a review is fake; minus speaks for it."""

    model_config = ConfigDict(extra="forbid")

    base: int = Field(25, description="Score that every review starts from, before any sign.")


class MonitorSettings(BaseModel):
    """How often and how politely platforms are asked, and when we worry."""

    model_config = ConfigDict(extra="forbid")

    poll_minutes: int = Field(
        60, ge=1, le=10080, description="Minutes between two checks of a place, unless its source says otherwise."
    )
    sweep_hours: int = Field(
        24, ge=1, le=720, description="Hours between two full checks that find late, edited and removed items."
    )
    jitter_share: float = Field(
        0.1,
        ge=0,
        le=0.5,
        description="Share of the interval by which a check may be moved at random, so that not all start at once.",
    )
    polls_at_once: int = Field(20, ge=1, le=500, description="Places that one worker checks at the same time.")
    lease_minutes: int = Field(
        30, ge=1, le=1440, description="Minutes after which a check that a dead worker left behind may be taken over."
    )
    max_backoff_hours: int = Field(
        24, ge=1, le=168, description="Longest wait between two tries of a failing place; it never gives up."
    )
    alert_after_failures: int = Field(
        3, ge=1, le=100, description="Failed checks in a row after which the responsible person is told."
    )
    max_pages: int = Field(2000, ge=1, description="Pages after which an endless listing is stopped as an error.")
    geo_database: str = Field(
        "",
        description="MMDB file that places IP addresses (MaxMind or DB-IP City). Empty: var/geo.mmdb when it is there.",
    )
    near_copy_similarity: int = Field(
        80, ge=50, le=100, description="Percent of equal words from which two texts count as near-copies."
    )
    points: Points = Field(default_factory=lambda: Points(), description="Points of the authenticity scorecard.")
