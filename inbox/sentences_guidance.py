"""Findings of guidance in words: what is good and what is missing, each with the one thing to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.errors import N_
from inbox.i18n import Translator
from replies.findings import Finding


@dataclass(frozen=True)
class Advice:
    """One line: kept or broken, whether it blocks, and the text that a click may add."""

    code: str
    text: str
    ok: bool
    blocks: bool
    fix: str = ""
    fix_label: str = ""


SENTENCES = {
    "apology": N_("Apologises first"),
    "name": N_("Addresses the customer by name"),
    "explains": N_("Explains what happened"),
    "next_step": N_("Offers a contact or a next step"),
    "arguing": N_("No arguing"),
    "blame": N_("No blaming"),
    "aggression": N_("No aggression"),
    "superiority": N_("Not from above"),
    "personal_data": N_("No personal data"),
    "copy": N_("Not a copy of a recent reply"),
    "limit": N_("Within the platform’s limit"),
    "forbidden": N_("No words that the brand never uses"),
    "tone": N_("In the brand’s tone"),
}


def advice(words: Translator, finding: Finding, contact: str = "") -> Advice:
    """A finding as a line; ``contact`` of the brand is what a missing next step can be mended with."""
    text = SENTENCES.get(finding.code)
    fix = contact if finding.code == "next_step" and not finding.ok else ""
    told = words._(text) if text else finding.code.replace("_", " ").capitalize()
    if finding.code == "forbidden" and not finding.ok:
        told = f"{told}: {', '.join(finding.data.get('words', []))}"
    return Advice(code=finding.code, text=told, ok=finding.ok, blocks=finding.blocks, fix=fix,
                  fix_label=words._("Add") if fix else "")
