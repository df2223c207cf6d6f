"""The dialect of the pretend review site: ``inbox/demo/api.py`` documents the API."""

from __future__ import annotations

import re
from typing import Any

from connectors.base import Place
from tests.fakes.dialects import Dialect, Request, Response, in_json
from tests.fakes.pretend import GOOD_KEY, PretendPlatform, Said

_REVIEW = re.compile(r"/api/reviews/(\d+)(/replies)?")


class DemoShopDialect(Dialect):
    kind = "demo_shop"
    page_size = 50

    def settings(self, base: str) -> dict[str, Any]:
        return {"site": base, "key": GOOD_KEY}

    def place(self, base: str) -> Place:
        return Place(external_id="old-town", name="Old Town", url=f"{base}/places/old-town")

    def lists(self, request: Request) -> bool:
        return request.path.endswith("/reviews")

    def respond(self, request: Request, platform: PretendPlatform, base: str) -> Response:
        if request.headers.get("authorization") != f"Bearer {platform.key}":
            return in_json({"error": "key_expired", "message": "The key has expired."}, 401)
        if self.lists(request):
            page, size = int(request.query["page"]), int(request.query["per_page"])
            return in_json({"total": 10**9 if platform.endless else len(platform.reviews), "page": page,
                            "reviews": [_entry(said, platform) for said in platform.page(page, size)]})
        if request.path == "/api/me":
            return in_json({"name": "Old Town", "account_id": "a1"})
        found = _REVIEW.fullmatch(request.path)
        if not found or int(found[1]) not in platform.reviews:
            return in_json({"error": "not_found", "message": "There is nothing here."}, 404)
        if request.method == "POST":
            return in_json(_reply(platform.reply(int(found[1]), request.json()["text"])), 201)
        return in_json(_entry(platform.reviews[int(found[1])], platform))


def _entry(said: Said, platform: PretendPlatform) -> dict[str, Any]:
    return {"id": said.id, "type": "review", "rating": said.rating, "text": said.text,
            "author": {"id": f"u{said.id}", "name": said.author, "city": "Rīga", "ip": "8.8.8.8"},
            "created_at": said.created_at.isoformat(),
            "edited_at": said.edited_at.isoformat() if said.edited_at else None,
            "replies": [_reply(reply) for reply in platform.replies_to(said.id)]}


def _reply(said: Said) -> dict[str, Any]:
    return {"id": said.id, "text": said.text, "author_name": said.author, "created_at": said.created_at.isoformat()}
