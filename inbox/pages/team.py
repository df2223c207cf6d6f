"""The team: who may sign in, in which role; inviting, changing, letting go."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from sqlalchemy import delete
from sqlmodel import Session, col, select
from starlette.responses import Response

from connectors.errors import N_
from inbox import setting_up
from inbox.access import Admin, Visitor
from inbox.i18n import LANGUAGES
from inbox.models import SignIn
from inbox.render import page, redirect
from inbox.views_rail import ROLES
from monitor.events import record
from monitor.models import Role, TeamMember

router = APIRouter()
Text = Annotated[str, Form(max_length=200)]
ADDED = N_("Added. Give the first password over a safe way; it is shown only now.")
RESET = N_("A new password is set. Give it over a safe way; it is shown only now.")


@router.get("/settings/team")
def show(visitor: Admin, said: str = "") -> Response:
    """All members."""
    return _page(visitor, told=visitor.words._("Saved.") if said == "saved" else "")


def _page(visitor: Visitor, *, told: str = "", problem: str = "", password: str = "", status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        team = list(session.exec(select(TeamMember).order_by(TeamMember.name)))
    roles = [(role.value, visitor.words._(label)) for role, label in ROLES.items()]
    return page(visitor, "settings_team.html", nav="settings", tab="team", status=status, team=team, roles=roles,
                told=told, problem=problem, password=password, languages_known=LANGUAGES)


@router.post("/settings/team")
def add(visitor: Admin, name: Text, email: Text, role: Text, language: Text = "en") -> Response:
    """A new member with a first password, which is shown once."""
    password = secrets.token_urlsafe(12)
    if role not in list(Role) or not name.strip():
        raise HTTPException(422)
    try:
        with visitor.house.db.write() as session:
            member = setting_up.add_member(session, visitor.now, name=name, email=email, role=Role(role),
                                           language=language, password=password, timezone=visitor.timezone)
            record(session, "member.added", visitor.now, by_id=visitor.id, member_id=member.id, role=role)
    except setting_up.Wrong as error:
        return _page(visitor, problem=visitor.words.says(error.key, error.facts), status=422)
    return _page(visitor, told=visitor.words._(ADDED), password=password)


@router.post("/settings/team/{member_id:int}")
def change(visitor: Admin, member_id: int, role: Text, active: Annotated[bool, Form()] = False) -> Response:
    """Another role, or no access any more; the last administrator stays."""
    with visitor.house.db.write() as session:
        member = _of(session, member_id)
        if role not in list(Role):
            raise HTTPException(422)
        if member.role is Role.ADMIN and (role != Role.ADMIN or not active) and _last_admin(session, member_id):
            problem = visitor.words._("Somebody has to stay administrator. Make another one first.")
        else:
            problem = ""
            member.role, member.active = Role(role), active
            session.add(member)
            if not active:
                session.execute(delete(SignIn).where(col(SignIn.member_id) == member_id))
            record(session, "member.changed", visitor.now, by_id=visitor.id, member_id=member_id, role=role,
                   active=active)
    return _page(visitor, problem=problem, status=409) if problem else redirect("/settings/team?said=saved")


@router.post("/settings/team/{member_id:int}/password")
def reset(visitor: Admin, member_id: int) -> Response:
    """A new password, shown once; the member is signed out everywhere."""
    password = secrets.token_urlsafe(12)
    with visitor.house.db.write() as session:
        _of(session, member_id)
        setting_up.new_password(session, member_id, password, visitor.now)
    return _page(visitor, told=visitor.words._(RESET), password=password)


def _of(session: Session, member_id: int) -> TeamMember:
    found = session.get(TeamMember, member_id)
    if found is None:
        raise HTTPException(404)
    return found


def _last_admin(session: Session, member_id: int) -> bool:
    others = session.exec(select(TeamMember.id).where(
        TeamMember.role == Role.ADMIN, TeamMember.active, TeamMember.id != member_id)).first()
    return others is None
