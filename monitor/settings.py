"""The settings of the memory: section ``monitor`` of config.yaml."""

from __future__ import annotations

from ipaddress import ip_network

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Points(BaseModel):
    """Points of the authenticity scorecard: 20 points double the odds that a review is fake; minus speaks for it."""

    model_config = ConfigDict(extra="forbid")

    base: int = Field(25, description="Score that every review starts from, before any sign.")

    ip_same_city: int = Field(-8, description="The IP address is in the city that the author states.")
    ip_far: int = Field(6, description="The IP address is in another city of the same country.")
    ip_other_country: int = Field(22, description="The IP address is in another country than the stated city.")
    ip_hosting: int = Field(14, description="The IP address belongs to a hosting network.")
    ip_anonymous: int = Field(14, description="The IP address belongs to a VPN, proxy or Tor exit.")
    purchase_verified: int = Field(-30, description="The platform confirms the purchase.")
    purchase_unverified: int = Field(5, description="The platform knows of no purchase by this author.")
    order_number_matches: int = Field(-30, description="The order number given is one of ours.")
    order_contact_matches: int = Field(-25, description="An order of ours has the same e-mail or phone.")
    order_customer_matches: int = Field(-22, description="The customer card of the author has an order.")
    order_number_unknown: int = Field(16, description="The order number given is not one of ours.")
    order_missing: int = Field(14, description="No order under the author's e-mail or phone, though orders are known.")
    exact_copy: int = Field(24, description="The same text by another author.")
    near_copy: int = Field(18, description="Almost the same text by another author.")
    ip_shared_by_two: int = Field(6, description="One other author wrote from the same IP address.")
    ip_shared_by_many: int = Field(22, description="Two or more other authors wrote from the same IP address.")
    burst: int = Field(12, description="Far more ratings than usual at this place in these days.")
    author_new: int = Field(4, description="The author has written nothing else that we know of.")
    author_known: int = Field(-6, description="The author has been writing for a long time.")
    author_found_fake: int = Field(40, description="The team found other texts by this author fake.")
    author_found_genuine: int = Field(-15, description="The team found other texts by this author genuine.")
    rating_far: int = Field(4, description="The rating is far from what this place usually gets.")
    edited_after_reply: int = Field(-15, description="The author edited the review after our reply.")
    office_ip: int = Field(30, description="The IP address belongs to our own offices.")
    office_mail: int = Field(30, description="The author's e-mail is in one of our own domains.")
    competitor_mail: int = Field(30, description="The author's e-mail is in a competitor's domain.")
    no_experience: int = Field(4, description="The text praises or blames without telling of any experience.")
    language_unusual: int = Field(4, description="The language is almost never used at this place.")
    campaign_limit: int = Field(
        50, ge=0, description="Most points that copies, a shared IP address and a burst may add together, "
        "because they are often one and the same observation.")
    purchase_limit: int = Field(
        40, ge=0, description="Most points that purchase signs may take away together, for the same reason.")
    staff_limit: int = Field(
        40, ge=0, description="Most points that traces of staff and competitors may add together.")


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
    office_networks: list[str] = Field(
        default_factory=list, description="IP networks of our own offices, such as 198.51.100.0/28."
    )
    office_mail_domains: list[str] = Field(
        default_factory=list, description="Mail domains of our own staff, such as kafe-saule.example."
    )
    competitor_mail_domains: list[str] = Field(
        default_factory=list, description="Mail domains of competitors' staff."
    )
    points: Points = Field(default_factory=lambda: Points(), description="Points of the authenticity scorecard.")

    @field_validator("office_networks")
    @classmethod
    def are_networks(cls, networks: list[str]) -> list[str]:
        """Each is an IPv4 or IPv6 network; host bits after the mask are let pass."""
        for network in networks:
            ip_network(network, strict=False)
        return networks
