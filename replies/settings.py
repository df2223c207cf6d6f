"""The settings of our words: section ``replies`` of config.yaml."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class RepliesSettings(BaseModel):
    """How long we wait, for whom, and when silence is an answer."""

    model_config = ConfigDict(extra="forbid")

    undo_seconds: int = Field(120, ge=0, le=3600, description="Time to take a reply back before it goes out.")
    lock_minutes: int = Field(10, ge=1, le=240, description="Minutes after which an idle colleague's draft lock ends.")
    presence_seconds: int = Field(
        30, ge=5, le=600, description="Seconds after which a colleague who left is no longer shown."
    )
    verify_after_seconds: list[int] = Field(
        [30, 300, 3600, 21600, 86400],
        description="When a posted reply is looked for on its page, counted from the post.",
    )
    silent_after_days: int = Field(
        30, ge=1, le=365, description="Days without a word after which a follow-up counts as unanswered."
    )
    similar_reply_percent: int = Field(
        85, ge=50, le=100, description="Likeness from which a reply counts as a copy of a recent one."
    )
    case_hours: float = Field(16, gt=0, description="Working hours within which a new case is due.")
    posting_lease_minutes: int = Field(
        15, ge=1, le=240,
        description="Minutes after which a post that a dead worker left behind counts as unsure and is looked for.",
    )
    recheck_hours: int = Field(
        24, ge=1, le=720, description="Hours between two looks at a posted reply after the first ones."
    )
    recheck_days: int = Field(90, ge=1, le=3650, description="Days for which a posted reply is looked after.")
    absent_minutes: int = Field(
        30, ge=1, le=1440,
        description="How fresh the look must be that shows an unsure reply absent before it may be posted again.",
    )
    agents_may_post: list[str] = Field(
        default_factory=list, description="Brands, by slug, whose agents may post their own words without a lead."
    )
    recent_replies: int = Field(
        200, ge=0, le=5000, description="How many of the brand's latest replies a new one is compared with."
    )
