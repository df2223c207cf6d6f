"""The dialect of feeds: one RSS 2.0 file with everything in it, with ETag."""

from __future__ import annotations

import hashlib
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from connectors.base import Place
from tests.fakes.dialects import Dialect, Request, Response
from tests.fakes.pretend import PretendPlatform, Said


class FeedDialect(Dialect):
    kind = "feed"
    keyed = False
    lists_all = False

    def settings(self, base: str) -> dict[str, Any]:
        return {"feed_url": f"{base}/feed.xml"}

    def place(self, base: str) -> Place:
        return Place(external_id="feed", name="Blog", url=f"{base}/feed.xml")

    def lists(self, request: Request) -> bool:
        return request.path == "/feed.xml"

    def respond(self, request: Request, platform: PretendPlatform, base: str) -> Response:
        if not self.lists(request):
            return Response(404, b"")
        items = "".join(_item(said, base) for said in platform.newest_first())
        body = (f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Blog</title>'
                f"<link>{base}/</link><description>All posts</description>{items}</channel></rss>").encode()
        mark = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == mark:
            return Response(304, b"", {"ETag": mark})
        return Response(200, body, {"Content-Type": "application/rss+xml", "ETag": mark})


def _item(said: Said, base: str) -> str:
    text = escape(said.text.replace("\x00", ""))
    return (f'<item><guid isPermaLink="false">post-{said.id}</guid><title>Post {said.id}</title>'
            f"<link>{base}/posts/{said.id}</link><description>{text}</description>"
            f"<pubDate>{format_datetime(said.created_at)}</pubDate></item>")
