"""Templates: texts to start from, by language and purpose."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from sqlmodel import Session, select
from starlette.responses import Response

from connectors.errors import N_
from inbox.access import Signed, Visitor, Writer
from inbox.i18n import LANGUAGES
from inbox.pages.sources import brand_of
from inbox.render import page, redirect
from monitor.events import record
from replies.models import Purpose, Template
from replies.templates import unknown_variables

router = APIRouter()
PURPOSES = {Purpose.REPLY: N_("Reply"), Purpose.FOLLOW_UP: N_("Resolution follow-up")}
VARIABLES = ("{author}", "{brand}", "{location}", "{contact}", "{me}", "{order}")
Words = Annotated[str, Form(max_length=5000)]


@router.get("/settings/templates")
def show(visitor: Signed, edit: int = 0) -> Response:
    """All templates of the brand; ``edit`` opens one in the form."""
    with visitor.house.db.read() as session:
        row = session.get(Template, edit) if edit else None
    return _page(visitor, row)


def _page(visitor: Visitor, row: Template | None, *, problem: str = "", status: int = 200) -> Response:
    with visitor.house.db.read() as session:
        brand = brand_of(session, visitor)
        rows = list(session.exec(select(Template).where(Template.brand_id == (brand.id if brand else 0)).order_by(
            Template.language, Template.name)))
    purposes = [(purpose.value, visitor.words._(label)) for purpose, label in PURPOSES.items()]
    return page(visitor, "settings_templates.html", nav="settings", tab="templates", status=status, rows=rows, row=row,
                purposes=purposes, names=LANGUAGES, variables=VARIABLES, problem=problem)


@router.post("/settings/templates")
def save(visitor: Writer, name: Words, language: Words, text: Words, purpose: Words = "reply",
         template_id: Annotated[int, Form(alias="id")] = 0) -> Response:
    """Keep a new or changed template; an unknown variable is told and not stored."""
    if language not in LANGUAGES or purpose not in list(Purpose):
        raise HTTPException(422)
    draft = Template(id=template_id or None, brand_id=0, name=name.strip()[:120], language=language,
                     purpose=Purpose(purpose), text=text.strip())
    if problem := _problem(visitor, draft):
        return _page(visitor, draft, problem=problem, status=422)
    with visitor.house.db.write() as session:
        row = _row(session, visitor, template_id)
        row.name, row.language, row.purpose, row.text = draft.name, draft.language, draft.purpose, draft.text
        session.add(row)
        session.flush()
        record(session, "template.saved", visitor.now, by_id=visitor.id, brand_id=row.brand_id, template_id=row.id)
    return redirect("/settings/templates")


def _problem(visitor: Visitor, draft: Template) -> str:
    if not draft.name or not draft.text:
        return visitor.words._("A template needs a name and a text.")
    unknown = unknown_variables(draft.text)
    return visitor.words._("These variables are not known: %(names)s", names=", ".join(unknown)) if unknown else ""


def _row(session: Session, visitor: Visitor, template_id: int) -> Template:
    brand = brand_of(session, visitor)
    if brand is None or brand.id is None:
        raise HTTPException(404)
    if not template_id:
        return Template(brand_id=brand.id, name="", language="", text="")
    found = session.get(Template, template_id)
    if found is None or found.brand_id != brand.id:
        raise HTTPException(404)
    return found


@router.post("/settings/templates/{template_id:int}/delete")
def delete(visitor: Writer, template_id: int) -> Response:
    """Remove a template."""
    with visitor.house.db.write() as session:
        row = _row(session, visitor, template_id)
        session.delete(row)
        record(session, "template.removed", visitor.now, by_id=visitor.id, brand_id=row.brand_id, name=row.name)
    return redirect("/settings/templates")
