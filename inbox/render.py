"""Templates into answers: a whole page, or one of its parts for htmx, from the same files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from inbox.access import Reader, Visitor
from inbox.i18n import LANGUAGES, translator

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def static_version() -> str:
    """A mark that changes when any static file changes, so that browsers may keep them for ever."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def static(name: str) -> str:
    """Address of a static file."""
    return f"/static/{static_version()}/{name}"


@cache
def environment(lang: str) -> Environment:
    """Templates that speak one language; everything is escaped, an unknown name is an error."""
    words = translator(lang)
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                            trim_blocks=True, lstrip_blocks=True, auto_reload=False)
    templates.globals |= {"_": words.html, "ngettext": words.html_ngettext, "says": words.says, "static": static,
                          "icons": static("icons.svg"), "languages": LANGUAGES, "query": urlencode}
    return templates


def template(reader: Reader, name: str, /, **context: Any) -> Markup:
    """One template as text, with what every template may use: reader, formats, csrf."""
    config = reader.house.config.inbox
    known = {"reader": reader, "f": reader.formats, "lang": reader.lang, "csrf": reader.csrf, "product": config.name}
    return Markup(environment(reader.lang).get_template(name).render(known | context))


def page(reader: Reader, name: str, /, *, status: int = 200, nav: str = "", headers: Mapping[str, str] | None = None,
         **context: Any) -> HTMLResponse:
    """A whole page. ``nav`` says which entry of the rail is lit; a member's page gets the rail's counts by itself."""
    if isinstance(reader, Visitor) and "rail" not in context:
        from inbox.views_rail import rail

        context["rail"] = rail(reader, nav)
    elif not isinstance(reader, Visitor):
        reader.request.state.guest_shown = reader.csrf
    return HTMLResponse(template(reader, name, nav=nav, **context), status_code=status, headers=dict(headers or {}))


def part(reader: Reader, name: str, /, *more: str, status: int = 200, headers: Mapping[str, str] | None = None,
         **context: Any) -> HTMLResponse:
    """One part of a page for htmx, and after it parts that swap out of band (they get ``oob=True``)."""
    pieces = [template(reader, name, **{"oob": False, **context})]
    pieces += [template(reader, other, **{**context, "oob": True}) for other in more]
    return HTMLResponse(Markup("\n").join(pieces), status_code=status, headers=dict(headers or {}))


def redirect(address: str, *, query: Iterable[tuple[str, str]] = ()) -> Response:
    """After a form: look at the result with GET."""
    extra = urlencode(list(query))
    joined = f"{address}{'&' if '?' in address else '?'}{extra}" if extra else address
    return RedirectResponse(joined, status_code=303)


def go(reader: Reader, address: str) -> Response:
    """Lead a browser on: a redirect for forms, ``HX-Redirect`` for htmx."""
    return Response(status_code=204, headers={"HX-Redirect": address}) if reader.is_htmx else redirect(address)
