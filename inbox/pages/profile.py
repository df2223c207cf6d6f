"""A member's own page: name, language, time zone, theme, letter keys, password, other browsers."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Form
from sqlmodel import col, func, select
from starlette.responses import Response

from connectors.errors import N_
from inbox import passwords
from inbox.access import Signed
from inbox.i18n import LANGUAGES
from inbox.models import Account, SignIn
from inbox.render import page, redirect
from inbox.sign_ins import set_password
from monitor.events import record
from monitor.models import TeamMember

router = APIRouter()
SAID = {"saved": N_("Saved."), "password": N_("The password was changed. Other browsers were signed out.")}


@router.get("/profile")
def show(visitor: Signed, said: str = "") -> Response:
    """The profile."""
    return _page(visitor, said=visitor.words._(SAID[said]) if said in SAID else "")


@router.post("/profile")
def save(visitor: Signed, name: Annotated[str, Form(max_length=120)], language: Annotated[str, Form()],
         timezone: Annotated[str, Form()], theme: Annotated[str, Form()] = "",
         letter_keys: Annotated[bool, Form()] = False, digest: Annotated[bool, Form()] = False) -> Response:
    """Keep the member's own settings."""
    if language not in LANGUAGES or timezone not in available_timezones() or not name.strip():
        return _page(visitor, problem=visitor.words._("Choose a language and a time zone from the list, and a name."),
                     status=422)
    with visitor.house.db.write() as session:
        member, account = session.get_one(TeamMember, visitor.id), session.get_one(Account, visitor.id)
        member.name, member.language, member.timezone = name.strip(), language, timezone
        member.digest = digest
        account.theme, account.letter_keys = theme if theme in {"light", "dark"} else "", letter_keys
        session.add_all([member, account])
        record(session, "member.changed", visitor.now, by_id=visitor.id)
    return redirect("/profile?said=saved")


@router.post("/profile/password")
def change_password(visitor: Signed, old: Annotated[str, Form(max_length=1000)],
                    new: Annotated[str, Form(max_length=1000)]) -> Response:
    """Take a new password; every other browser is signed out."""
    words = visitor.words
    if not passwords.is_right(visitor.account.password_hash, old):
        return _page(visitor, password_problem=words._("The present password is not right."), status=422)
    if weak := passwords.weakness(new, email=visitor.member.email):
        return _page(visitor, password_problem=words._(weak), status=422)
    with visitor.house.db.write() as session:
        set_password(session, visitor.id, new, visitor.now, keep=visitor.sign_in.id)
    return redirect("/profile?said=password")


def _page(visitor: Signed, *, said: str = "", problem: str = "", password_problem: str = "",
          status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        browsers = session.exec(select(func.count()).select_from(SignIn)
                                .where(col(SignIn.member_id) == visitor.id)).one()
    return page(visitor, "profile.html", status=status, nav="profile", told=said, problem=problem, browsers=browsers,
                password_problem=password_problem, member=visitor.member, account=visitor.account,
                timezones=sorted(available_timezones()))
