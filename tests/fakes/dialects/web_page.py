"""The dialect of a page with reviews: JSON-LD of schema.org, twenty to a page, next pages by ``rel=next``."""

from __future__ import annotations

import json
from typing import Any

from connectors.base import Place
from tests.fakes.dialects import Dialect, Request, Response
from tests.fakes.pretend import PretendPlatform, Said


class WebPageDialect(Dialect):
    kind = "web_page"
    keyed = False
    page_size = 20

    def settings(self, base: str) -> dict[str, Any]:
        return {"page_urls": [f"{base}/kettle"], "max_pages": 20}

    def place(self, base: str) -> Place:
        return Place(external_id=f"{base}/kettle", name="Kettle", url=f"{base}/kettle")

    def lists(self, request: Request) -> bool:
        return request.path == "/kettle"

    def respond(self, request: Request, platform: PretendPlatform, base: str) -> Response:
        if not self.lists(request):
            return Response(404, b"not found", {"Content-Type": "text/plain"})
        page = int(request.query.get("page", "1"))
        reviews = [_review(said, base) for said in platform.page(page, self.page_size)]
        more = platform.endless or page * self.page_size < len(platform.reviews)
        following = f'<a rel="next" href="/kettle?page={page + 1}">Next</a>' if more else ""
        product = {"@context": "https://schema.org", "@type": "Product", "name": "Kettle", "review": reviews}
        marked = json.dumps(product).replace("<", "\\u003c")
        return Response(200, (f'<!doctype html><html lang="en"><head><title>Kettle</title></head><body>{following}'
                              f'<script type="application/ld+json">{marked}</script></body></html>').encode(),
                        {"Content-Type": "text/html; charset=utf-8"})


def _review(said: Said, base: str) -> dict[str, Any]:
    return {"@type": "Review", "@id": f"{base}/kettle#review-{said.id}", "reviewBody": said.text,
            "author": {"@type": "Person", "name": said.author}, "datePublished": said.created_at.isoformat(),
            "reviewRating": {"@type": "Rating", "ratingValue": said.rating, "bestRating": 5}}
