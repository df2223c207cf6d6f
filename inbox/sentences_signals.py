"""Signs of authenticity in words: a short title, a sentence with the evidence, and why something could not be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from connectors.errors import N_

Evidence = Mapping[str, Any]
CITY, FAR = N_("IP is near the stated city"), N_("IP is not in the stated city")


class Gettext(Protocol):
    """The ``_`` of a Translator."""

    def __call__(self, text: str, /, **facts: Any) -> str: ...


@dataclass(frozen=True)
class Sentence:
    """``text`` is empty when the title says it all."""

    title: str
    text: str


IN_CITY = N_("%(ip)s is in %(ip_city)s, %(km)s km from the stated city %(city)s")
ABROAD = N_("%(ip)s is in %(ip_city)s, %(km)s km from the stated city %(city)s, in another country")
COPIES = N_("Items with it: %(count)s, of these on other pages: %(other_places)s. Authors: %(authors)s")
JUDGED = N_("Other texts by this author: found fake %(fake)s, found genuine %(genuine)s")
SHARED = N_("Other authors from %(ip)s: %(others)s (%(authors)s)")
ORDER = N_("Order %(number)s, found by %(by)s")
OVERLAP = N_("These signs often see one and the same thing, so together they count at most %(limit)s points: %(codes)s")

SENTENCES: dict[str, tuple[str, str]] = {
    "ip_same_city": (CITY, IN_CITY),
    "ip_far": (FAR, IN_CITY),
    "ip_other_country": (FAR, ABROAD),
    "ip_hosting": (N_("IP belongs to a hosting network"),
                   N_("%(ip)s: %(organization)s. People rarely write from there")),
    "ip_anonymous": (N_("IP hides its place"), N_("%(ip)s belongs to a VPN, a proxy or Tor")),
    "purchase_verified": (N_("Verified purchase"), N_("The platform confirms the purchase")),
    "purchase_unverified": (N_("No verified purchase"), N_("The platform knows of no purchase by this author")),
    "order_number_matches": (N_("Matching order"), ORDER),
    "order_contact_matches": (N_("Matching order"), ORDER),
    "order_customer_matches": (N_("Matching order"), ORDER),
    "order_number_unknown": (N_("Unknown order number"), N_("%(number)s is not among our orders of that time")),
    "order_missing": (N_("No matching order"), N_("Our orders of that time have none with this %(searched)s")),
    "exact_copy": (N_("Same text by another author"), COPIES),
    "near_copy": (N_("Almost the same text by another author"),
                  N_("Equal words: %(similarity)s%%. Items with it: %(count)s, of these on other pages: "
                     "%(other_places)s. Authors: %(authors)s")),
    "ip_shared_by_two": (N_("Another author from the same IP"), SHARED),
    "ip_shared_by_many": (N_("Several authors from the same IP"), SHARED),
    "burst": (N_("Far more than usual"),
              N_("Items here in %(days)s days: %(count)s. Usual in that time: %(expected)s")),
    "author_new": (N_("Author’s only text"),
                   N_("Nothing else by this author here since %(since)s, as far as we know")),
    "author_known": (N_("Long-standing author"), N_("Other texts by this author: %(others)s, since %(since)s")),
    "author_found_fake": (N_("Author found out before"), JUDGED),
    "author_found_genuine": (N_("Author found genuine before"), JUDGED),
    "rating_far": (N_("Rating far from the usual"),
                   N_("%(rating)s here, while the mean of %(ratings)s ratings is %(usual)s")),
    "edited_after_reply": (N_("Edited after our reply"),
                           N_("Replied on %(replied)s, edited on %(edited)s. Fakes are rarely corrected")),
    "office_ip": (N_("Written from our office"), N_("%(ip)s is in our network %(network)s")),
    "office_mail": (N_("Author’s e-mail is ours"), N_("The mail domain is %(domain)s")),
    "competitor_mail": (N_("Author’s e-mail is a competitor’s"), N_("The mail domain is %(domain)s")),
    "no_experience": (N_("No experience in the text"),
                      N_("Praise or blame in %(words)s words, without anything that happened")),
    "language_unusual": (N_("Unusual language"),
                         N_("Texts in this language (%(language)s) here: %(same)s of %(texts)s")),
    "campaign_overlap": (N_("Not counted twice"), OVERLAP),
    "purchase_overlap": (N_("Not counted twice"), OVERLAP),
    "staff_overlap": (N_("Not counted twice"), OVERLAP),
}
COUNTRY_ONLY = N_("%(ip)s is in the country %(ip_country)s, the stated city %(city)s in %(country)s")
DAYS_BEFORE = N_("Order %(number)s, found by %(by)s, days before the text: %(days_before)s")

FOUND_BY = {"number": N_("its number"), "email": N_("e-mail"), "phone": N_("phone"), "customer": N_("customer card")}
UNNAMED = N_("without a name")

SIGNS = {
    "ip_place": N_("Place of the IP"), "ip_network": N_("Network of the IP"),
    "verified_purchase": N_("Verified purchase"), "matching_order": N_("Matching order"),
    "near_copy": N_("Copies of the text"), "several_authors_one_ip": N_("Others from the same IP"),
    "burst": N_("Usual pace"),
    "author_history": N_("History of the author"),
    "author_verdicts": N_("Verdicts on the author"),
    "rating_far_from_place": N_("Usual rating"), "edited_after_reply": N_("Edit after our reply"),
    "office_ip": N_("Our offices"), "mail_domain": N_("Mail domain"),
    "no_experience": N_("Experience in the text"), "language_against_place": N_("Usual language"),
}

REASONS = {
    "no_ip": N_("the source gives no IP address"),
    "ip_invalid": N_("what the source gives is no IP address"),
    "ip_private": N_("the IP address is of a private network"),
    "ip_unknown": N_("the IP address is not in the place database"),
    "no_geo_database": N_("no place database is installed"),
    "geo_database_damaged": N_("the place database is damaged"),
    "no_city": N_("no city is stated"),
    "city_unknown": N_("the stated city is not known to us"),
    "ip_location_hidden": N_("the network hides where people are"),
    "ip_radius_large": N_("the place of the IP address is known too roughly"),
    "network_unknown": N_("the place database does not tell networks apart"),
    "platform_silent": N_("the platform does not say"),
    "no_orders": N_("no orders were imported"),
    "orders_not_covering": N_("our orders do not cover that time"),
    "nothing_to_match": N_("no order number, e-mail or phone to search by"),
    "text_short": N_("the text is too short"),
    "history_short": N_("this page has been watched for less than four weeks"),
    "no_author_id": N_("the platform does not tell authors apart"),
    "memory_short": N_("we know this source for less than three months"),
    "no_verdicts": N_("nothing else by this author has been decided"),
    "no_rating": N_("no rating was given"),
    "ratings_few": N_("there are too few ratings to compare with"),
    "no_reply": N_("we have not replied yet"),
    "no_office_networks": N_("our networks are not configured"),
    "no_mail_domains": N_("no mail domains are configured"),
    "no_email": N_("the author’s e-mail is not known"),
    "no_text": N_("there is no text"),
    "language_not_covered": N_("this language is not covered"),
    "no_language": N_("the language is not known"),
    "texts_few": N_("there are too few texts to compare with"),
}

WORDS = {"genuine": N_("looks genuine"), "unclear": N_("unclear"), "suspicious": N_("suspicious")}


def _km(evidence: Evidence) -> str:
    return f"{evidence['km']} ± {evidence['uncertainty_km']}" if "uncertainty_km" in evidence else str(evidence["km"])


def _day(value: str) -> str:
    return date.fromisoformat(value).isoformat()


def _facts(evidence: Evidence, _: Gettext, day: Callable[[str], str]) -> dict[str, Any]:
    """The evidence as it is shown: names joined, days in the reader's form, codes in the reader's words."""
    facts = dict(evidence)
    facts["organization"] = facts.get("organization") or facts.get("ip_country") or "?"
    facts["ip_city"] = facts.get("ip_city") or facts.get("ip_country") or "?"
    facts["authors"] = ", ".join(facts.get("authors") or ()) or _(UNNAMED)
    facts |= {name: day(str(facts[name])) for name in ("since", "replied", "edited") if name in facts}
    if "km" in facts:
        facts["km"] = _km(evidence)
    if "by" in facts:
        facts["by"] = _(FOUND_BY.get(str(facts["by"]), str(facts["by"])))
    if "searched" in facts:
        facts["searched"] = ", ".join(_(FOUND_BY.get(one, one)) for one in facts["searched"])
    if "codes" in facts:
        facts["codes"] = ", ".join(_(SENTENCES[one][0]) if one in SENTENCES else one for one in facts["codes"])
    return facts


def _template(code: str, evidence: Evidence) -> str:
    if code == "ip_other_country" and "km" not in evidence:
        return COUNTRY_ONLY
    return DAYS_BEFORE if "days_before" in evidence else SENTENCES[code][1]


def sentence(code: str, evidence: Evidence, _: Gettext, *, day: Callable[[str], str] = _day) -> Sentence:
    """A signal in the reader's words; ``day`` writes an ISO date in their form.

    An unknown code, or evidence that an older version stored otherwise, is shown plainly instead of failing the page.
    """
    if code not in SENTENCES:
        return Sentence(code.replace("_", " ").capitalize(), "")
    title = _(SENTENCES[code][0])
    try:
        return Sentence(title, _(_template(code, evidence), **_facts(evidence, _, day)))
    except (KeyError, ValueError, TypeError):
        return Sentence(title, "")


def no_data(code: str, reason: str, _: Gettext) -> str:
    """``Place of the IP: no city is stated``."""
    sign, why = SIGNS.get(code, code.replace("_", " ")), REASONS.get(reason, reason.replace("_", " "))
    return _("%(sign)s: %(reason)s", sign=_(sign), reason=_(why))


def word(code: str, _: Gettext) -> str:
    """``looks genuine``, ``unclear`` or ``suspicious`` in the reader's language."""
    return _(WORDS.get(code, code))
