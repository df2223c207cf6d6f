"""The dialect of ``tests/fakes/plain_platform.py``; with ``single`` a new reply replaces the one before."""

from __future__ import annotations

import re
from math import ceil
from typing import Any

from connectors.base import Place
from tests.fakes.dialects import Dialect, Request, Response, in_json
from tests.fakes.pretend import GOOD_KEY, PretendPlatform, Said

_REPLIES = re.compile(r"/api/reviews/(\d+)/replies(?:/(\d+))?")


class PlainDialect(Dialect):
    kind = "plain_platform"
    page_size = 10

    def __init__(self, single: bool = False) -> None:
        self.single = single

    def settings(self, base: str) -> dict[str, Any]:
        return {"url": base, "key": GOOD_KEY}

    def place(self, base: str) -> Place:
        return Place(external_id="1", name="Our shop", url=base)

    def lists(self, request: Request) -> bool:
        return request.path == "/api/reviews"

    def respond(self, request: Request, platform: PretendPlatform, base: str) -> Response:
        if request.headers.get("authorization") != f"Bearer {platform.key}":
            return in_json({"error": "key expired"}, 401)
        replies = _REPLIES.fullmatch(request.path)
        if replies:
            return self._replies(request, platform, int(replies[1]), replies[2])
        if self.lists(request):
            return self._listing(int(request.query.get("page", "1")), platform)
        known: dict[str, Any] = {"/api/me": {"name": "Our shop"}, "/api/places": [{"id": 1, "name": "Our shop"}]}
        return in_json(known[request.path]) if request.path in known else in_json({"error": "not found"}, 404)

    def _listing(self, page: int, platform: PretendPlatform) -> Response:
        total = len(platform.reviews)
        pages = 10**9 if platform.endless else max(1, ceil(total / self.page_size))
        return in_json({"total": total, "pages": pages,
                        "reviews": [_shown(said) for said in platform.page(page, self.page_size)]})

    def _replies(self, request: Request, platform: PretendPlatform, review: int, reply: str | None) -> Response:
        if review not in platform.reviews:
            return in_json({"error": "not found"}, 404)
        if request.method == "GET":
            return in_json([_shown(said) for said in platform.replies_to(review)])
        for old in platform.replies_to(review):
            if self.single or str(old.id) == reply:
                del platform.replies[old.id]
        return in_json(_shown(platform.reply(review, request.json()["text"])), 201)


def _shown(said: Said) -> dict[str, Any]:
    return {"id": said.id, "author": said.author, "rating": said.rating, "text": said.text,
            "created_at": said.created_at.isoformat(),
            "edited_at": said.edited_at.isoformat() if said.edited_at else None}
