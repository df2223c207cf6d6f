"""The dialect of WordPress: ``wp/v2/comments`` as core answers it (class-wp-rest-comments-controller.php)."""

from __future__ import annotations

from base64 import b64encode
from math import ceil
from typing import Any

from connectors.base import Place
from tests.fakes.dialects import Dialect, Request, Response, in_json
from tests.fakes.pretend import GOOD_KEY, PretendPlatform, Said

_ROOT = "/wp-json/wp/v2"
_US = 7


class WordPressDialect(Dialect):
    kind = "wordpress"
    page_size = 100

    def settings(self, base: str) -> dict[str, Any]:
        return {"site_url": base, "username": "reviews", "application_password": GOOD_KEY}

    def place(self, base: str) -> Place:
        return Place(external_id="1", name="Kettle", url=f"{base}/kettle/")

    def lists(self, request: Request) -> bool:
        return request.method == "GET" and request.path == f"{_ROOT}/comments"

    def respond(self, request: Request, platform: PretendPlatform, base: str) -> Response:
        expected = "Basic " + b64encode(f"reviews:{platform.key}".encode()).decode()
        if request.headers.get("authorization") != expected:
            return _error("incorrect_password", "The provided password is an invalid application password.", 401)
        if request.path == f"{_ROOT}/users/me":
            return in_json({"id": _US, "name": "Our shop", "capabilities": {"moderate_comments": True}})
        if request.path != f"{_ROOT}/comments":
            return _error("rest_no_route", "No route was found matching the URL and request method.", 404)
        if request.method == "POST":
            body = request.json()
            return in_json(_comment(platform.reply(body["parent"], body["content"]), base), 201)
        return self._listing(request, platform, base)

    def _listing(self, request: Request, platform: PretendPlatform, base: str) -> Response:
        page, size = int(request.query.get("page", "1")), int(request.query["per_page"])
        if "parent" in request.query:
            children = platform.replies_to(int(request.query["parent"])) if page == 1 else []
            return in_json([_comment(said, base) for said in children])
        total = len(platform.reviews)
        return in_json([_comment(said, base) for said in platform.page(page, size)], X_WP_Total=str(total),
                       X_WP_TotalPages=str(ceil(total / size)))


def _error(code: str, message: str, status: int) -> Response:
    return in_json({"code": code, "message": message, "data": {"status": status}}, status)


def _comment(said: Said, base: str) -> dict[str, Any]:
    ours = said.parent_id is not None
    return {"id": said.id, "post": 1, "parent": said.parent_id or 0, "author": _US if ours else 0,
            "author_name": said.author, "author_email": "" if ours else f"u{said.id}@example.org", "author_url": "",
            "author_ip": "8.8.8.8", "author_user_agent": "Mozilla/5.0",
            "date_gmt": said.created_at.strftime("%Y-%m-%dT%H:%M:%S"),
            "content": {"rendered": f"<p>{said.text}</p>\n", "raw": said.text}, "status": "approved",
            "type": "comment", "link": f"{base}/kettle/#comment-{said.id}", "meta": []}
