"""Feeds of the pretend site: mentions in the press and in forums, a feed that is none, and a door without a key."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

from fastapi import APIRouter, Request
from fastapi.responses import Response

from inbox.demo.mentions import Mention, mentions
from inbox.demo.stage import stage_of

router = APIRouter()
ATOM = "http://www.w3.org/2005/Atom"


def _add(parent: Tree.Element, name: str, text: str = "", **attributes: str) -> Tree.Element:
    element = Tree.SubElement(parent, name, attributes)
    element.text = text or None
    return element


def _entry(feed: Tree.Element, url: str, mention: Mention) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"tag:kur-est.example,2026:{mention.id}")
    _add(entry, "title", mention.title)
    _add(entry, "link", href=f"{url}/mentions#{mention.id}")
    _add(_add(entry, "author"), "name", mention.author)
    for name in ("published", "updated"):
        _add(entry, name, mention.at.isoformat())
    _add(entry, "content", mention.text, type="html")


@router.get("/mentions.xml")
async def atom(request: Request) -> Response:
    """The mentions as Atom (RFC 4287), newest first."""
    stage = stage_of(request)
    now = stage.clock()
    feed = Tree.Element("feed", xmlns=ATOM)
    _add(feed, "title", "Cafés in Latvia: press and forums")
    _add(feed, "id", "tag:kur-est.example,2026:mentions")
    found = [mention for mention in mentions(stage.world.start) if mention.at <= now]
    _add(feed, "updated", (found[0].at if found else stage.world.start).isoformat())
    for mention in found:
        _entry(feed, stage.url, mention)
    return Response(Tree.tostring(feed, encoding="utf-8", xml_declaration=True), media_type="application/atom+xml")


@router.get("/broken.xml")
async def broken() -> Response:
    """What a forum answers whose feed was switched off: a page for people, with status 200."""
    return Response("<!doctype html><html><head><title>Forum is closed</title></head><body><p>The forum has moved. "
                    "Please sign in.</p><form><input name=user></form></body></html>", media_type="text/html")


@router.get("/members.xml")
async def members() -> Response:
    """A feed for members only."""
    return Response("Members only.", 401, {"WWW-Authenticate": 'Basic realm="members"'}, media_type="text/plain")
