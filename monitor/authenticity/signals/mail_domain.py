"""Is the author's e-mail in a domain of our own or of a competitor?"""

from __future__ import annotations

from monitor.authenticity.facts import Context, ItemFacts, Signal
from monitor.no_data import NoData
from monitor.settings import Points


def _within(domain: str, domains: tuple[str, ...]) -> bool:
    return any(domain == known or domain.endswith("." + known)
               for known in (name.strip().lower().lstrip("@") for name in domains) if known)


def weigh(item: ItemFacts, context: Context, points: Points) -> Signal | NoData | None:
    """``office_mail`` or ``competitor_mail`` with the domain; the address itself stays out of the evidence."""
    team = context.team
    if not team.mail_domains and not team.competitor_domains:
        return NoData("no_mail_domains")
    domain = item.author_email.rpartition("@")[2].strip().lower()
    if not domain:
        return NoData("no_email")
    if _within(domain, team.mail_domains):
        return Signal("office_mail", points.office_mail, {"domain": domain})
    if _within(domain, team.competitor_domains):
        return Signal("competitor_mail", points.competitor_mail, {"domain": domain})
    return None
