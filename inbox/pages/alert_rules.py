"""Alert rules: what is told at once, to whom, and how often at most."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from sqlmodel import Session, col, select
from starlette.datastructures import FormData
from starlette.responses import Response

from inbox import alerting
from inbox.access import Approver, Visitor
from inbox.pages.sources import brand_of
from inbox.render import page, redirect
from inbox.source_forms import sent, words_of
from monitor.events import record
from monitor.mentions import BadTerms, compile_terms
from monitor.models import Alert, AlertRule, Source, TeamMember
from monitor.vault import VaultLocked

router = APIRouter()
Sent = Annotated[FormData, Depends(sent)]
SHOWN = 30


@router.get("/settings/alerts")
def show(visitor: Approver, edit: int = 0) -> Response:
    """All rules, the form, and what was told last."""
    with visitor.house.db.read() as session:
        rule = session.get(AlertRule, edit) if edit else None
    return _page(visitor, rule)


def _page(visitor: Visitor, rule: AlertRule | None, *, problem: str = "", status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        brand = brand_of(session, visitor)
        brand_id = brand.id if brand else 0
        rules = list(session.exec(select(AlertRule).where(AlertRule.brand_id == brand_id).order_by(AlertRule.name)))
        sources = list(session.exec(select(Source).where(Source.brand_id == brand_id).order_by(Source.name)))
        team = list(session.exec(select(TeamMember).where(TeamMember.active).order_by(TeamMember.name)))
        told = list(session.exec(select(Alert, AlertRule.name).join(AlertRule).where(AlertRule.brand_id == brand_id)
                                 .order_by(col(Alert.id).desc()).limit(SHOWN)))
    return page(visitor, "settings_alerts.html", nav="settings", tab="alerts", status=status, rules=rules, rule=rule,
                sources=sources, team=team, told=told, problem=problem, targets=_masked(visitor, rule))


def _masked(visitor: Visitor, rule: AlertRule | None) -> list[str]:
    """The targets of a rule without their secrets."""
    try:
        opened: list[str] = visitor.house.vault.open(rule.targets) or [] if rule else []
    except VaultLocked as error:
        return [visitor.words._(error.says)]
    return [alerting.masked(target) or "?" for target in opened]


@router.post("/settings/alerts")
def save(visitor: Approver, form: Sent) -> Response:
    """Keep a rule, or say what is wrong with it."""
    given = words_of(form)
    number = int(given["id"]) if given.get("id", "").isdigit() else 0
    targets = [line.strip() for line in given.get("targets", "").splitlines() if line.strip()]
    if problem := _problem(visitor, given, targets):
        draft = AlertRule(id=number or None, brand_id=0, name="")
        return _page(visitor, _filled(draft, given, form), problem=problem, status=422)
    with visitor.house.db.write() as session:
        rule = _filled(_row(session, visitor, number), given, form)
        if targets or given.get("clear_targets") == "true":
            rule.targets = visitor.house.vault.lock(targets) if targets else ""
        session.add(rule)
        session.flush()
        record(session, "alert_rule.saved", visitor.now, by_id=visitor.id, brand_id=rule.brand_id, rule_id=rule.id)
    return redirect("/settings/alerts")


def _filled(rule: AlertRule, given: dict[str, str], form: FormData) -> AlertRule:
    """The rule with what the form says, all but its secret targets."""
    rule.name, rule.when = given.get("name", "").strip()[:120], conditions(given, form)
    rule.mail_to = [int(str(one)) for one in form.getlist("mail_to") if str(one).isdigit()]
    rule.repeat_minutes = int(given["repeat"]) if given.get("repeat", "").isdigit() else 60
    rule.active = given.get("active") == "true"
    return rule


def _problem(visitor: Visitor, given: dict[str, str], targets: list[str]) -> str:
    words = visitor.words
    if not given.get("name", "").strip():
        return words._("The rule needs a name.")
    try:
        compile_terms(given.get("words", ""))
    except BadTerms as error:
        return words.says(error.key, error.facts)
    for number, target in enumerate(targets, 1):
        if not alerting.masked(target):
            return words._("Line %(n)s is not an address that apprise knows, such as tgram://token/chat.", n=number)
    return ""


def conditions(given: dict[str, str], form: FormData) -> dict[str, Any]:
    """The conditions of a rule from its form; empty ones are left out. Pure."""
    if given.get("about") == "broken_source":
        return {"broken_source": True}
    found: dict[str, Any] = {}
    if given.get("max_rating", "").isdigit():
        found["max_rating"] = int(given["max_rating"])
    if given.get("min_score", "").isdigit():
        found["min_score"] = int(given["min_score"])
    if given.get("words", "").strip():
        found["words"] = given["words"].strip()
    chosen = [int(str(one)) for one in form.getlist("source") if str(one).isdigit()]
    return found | ({"sources": chosen} if chosen else {})


def _row(session: Session, visitor: Visitor, number: int) -> AlertRule:
    brand = brand_of(session, visitor)
    if brand is None or brand.id is None:
        raise HTTPException(404)
    if not number:
        return AlertRule(brand_id=brand.id, name="")
    found = session.get(AlertRule, number)
    if found is None or found.brand_id != brand.id:
        raise HTTPException(404)
    return found


@router.post("/settings/alerts/{rule_id:int}/test")
def try_out(visitor: Approver, rule_id: int) -> Response:
    """Send a trial message to the targets of a rule now."""
    with visitor.house.db.read() as session:
        rule = _row(session, visitor, rule_id)
    words = visitor.words
    targets: list[str] = visitor.house.vault.open(rule.targets) or []
    if alerting.send(targets, words._("A trial message of Otklik"), rule.name):
        return redirect("/settings/alerts")
    return _page(visitor, rule, status=422, problem=words._("The trial message did not go out. Check the addresses."))
