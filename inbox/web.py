"""The application: every router of ``inbox/pages`` and ``inbox/api``, static files, guard, failures."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from fastapi import APIRouter, FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from inbox import failures, pages
from inbox.guard import Guard
from inbox.house import House
from inbox.render import STATIC, static_version
from inbox.version import VERSION


def clock() -> datetime:
    """The time now; a test gives the application a clock of its own."""
    return datetime.now(UTC)


class VersionedFiles(StaticFiles):
    """Static files under ``/static/<version>/``: kept by browsers for a year, as their address changes with them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, rest = path.partition("/")
        is_current = version == static_version()
        response = await super().get_response(rest if is_current else path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if is_current else "no-cache"
        return response


def routers(package: str) -> Iterator[APIRouter]:
    """The ``router`` of every module in a package, in the order of their names."""
    folder = importlib.import_module(package)
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda each: each.name):
        router = getattr(importlib.import_module(f"{package}.{module.name}"), "router", None)
        if isinstance(router, APIRouter):
            yield router


def create_app(house: House, clock: Callable[[], datetime] = clock) -> FastAPI:
    """The web application of this house."""
    app = FastAPI(title="Otklik", version=VERSION, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.house = house
    app.state.clock = clock
    for router in routers(pages.__name__):
        app.include_router(router, include_in_schema=False)
    for router in routers("inbox.api") if importlib.util.find_spec("inbox.api") else ():
        app.include_router(router)
    app.mount("/static", VersionedFiles(directory=STATIC), name="static")
    failures.install(app)
    app.add_middleware(Guard, settings=house.config.inbox)
    return app
