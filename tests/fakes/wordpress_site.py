"""A pretend WordPress behind httpx: comments, users/me and posts as the REST interface gives them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

PASSWORD = "abcd EFGH 1234"
ME = 3


def comment(number: int, **other: Any) -> dict[str, Any]:
    """A comment of ``context=edit``; higher numbers are newer."""
    text = other.pop("text", f"Comment {number}")
    return {"id": number, "post": 7, "parent": 0, "author": 0, "author_name": "Anna", "author_url": "",
            "author_email": "anna@example.org", "author_ip": "203.0.113.5", "type": "comment", "status": "approved",
            "date_gmt": f"2026-11-{1 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00",
            "content": {"raw": text, "rendered": f"<p>{text}</p>"}, "link": f"https://shop.example/#comment-{number}",
            "meta": [], **other}


def error(code: str, status: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": "It says why.", "data": {"status": status}})


@dataclass
class WordPressSite:
    """``root`` is where the interface stands; ``answers`` replaces the next answers to writes."""

    root: str = "/wp-json/"
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    answers: list[httpx.Response] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    after_page: Any = None

    def add(self, *comments: dict[str, Any]) -> None:
        self.comments.update({row["id"]: row for row in comments})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        route = self._route(request)
        if route is None:
            return self._page(request)
        sent = request.headers.get("authorization", "")
        if sent != "Basic " + base64.b64encode(f"reviews:{PASSWORD}".encode()).decode():
            return error("incorrect_password", 401)
        if request.method != "GET":
            return self.answers.pop(0) if self.answers else self._write(request, route)
        if route == "users/me":
            return httpx.Response(200, json={"id": ME, "name": "Kettle Shop"})
        if route == "comments":
            return self._list(dict(request.url.params))
        if route == "posts":
            return httpx.Response(200, json=[{"id": 7, "title": {"rendered": "Kettle &#038; tea"},
                                              "link": "https://shop.example/kettle/"}])
        return error("rest_no_route", 404)

    def _route(self, request: httpx.Request) -> str | None:
        if self.root == "/?rest_route=/":
            path = request.url.params.get("rest_route", "")
            return path.removeprefix("/wp/v2/") if path.startswith("/wp/v2/") else None
        start = f"{self.root}wp/v2/"
        return request.url.path.removeprefix(start) if request.url.path.startswith(start) else None

    def _page(self, request: httpx.Request) -> httpx.Response:
        """A page of the site; its header tells where the interface is."""
        link = {"Link": f'<https://shop.example{self.root}>; rel="https://api.w.org/"'} if self.root else {}
        status = 200 if request.url.path == "/" else 404
        return httpx.Response(status, html="<!doctype html><title>Shop</title>", headers=link)

    def _list(self, query: dict[str, str]) -> httpx.Response:
        shown = {"all": ("approved", "hold"), "hold": ("hold",), "spam": ("spam",)}.get(
            query.get("status", "all"), ("approved",))
        rows = [row for row in self.comments.values() if row.get("status", "approved") in shown
                and row["post"] == int(query.get("post", row["post"]))
                and row["parent"] == int(query.get("parent", row["parent"]))]
        rows.sort(key=lambda row: str(row.get("date_gmt")), reverse=query.get("order", "desc") == "desc")
        size, page = int(query["per_page"]), int(query.get("page", "1"))
        answer = httpx.Response(200, json=rows[size * (page - 1):size * page], headers={"X-WP-Total": str(len(rows))})
        if self.after_page:
            self.after_page()
        return answer

    def _write(self, request: httpx.Request, route: str) -> httpx.Response:
        number = int(route.partition("/")[2] or 0)
        if request.method == "DELETE":
            return httpx.Response(200, json=self.comments.pop(number)) if number in self.comments \
                else error("rest_comment_invalid_id", 404)
        sent = json.loads(request.content)
        if number:
            self.comments[number]["content"] = {"raw": sent["content"], "rendered": ""}
            return httpx.Response(200, json=self.comments[number])
        new = comment(max(self.comments) + 1, text=sent["content"], post=sent["post"], parent=sent["parent"],
                      author=ME, author_name="Kettle Shop")
        self.add(new)
        return httpx.Response(201, json=new)
