"""The pretend review site as one application: pages for people, an API for programs, feeds."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inbox.demo import api, feeds, pages
from inbox.demo.stage import Stage
from inbox.demo.world import World

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "
                               "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class _Protected:
    """Adds the headers that keep a page from loading or doing anything we did not write."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(raw=message["headers"]).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_protected)


def create_site(stage: Stage | World) -> FastAPI:
    """The application for a world; a Stage brings its own clock and faults."""
    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    site.state.stage = stage if isinstance(stage, Stage) else Stage(stage)
    for part in (api, pages, feeds):
        site.include_router(part.router)
    site.add_middleware(_Protected)

    @site.exception_handler(api.Problem)
    def problem(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the signature of a handler
        assert isinstance(error, api.Problem)
        return error.response

    return site
