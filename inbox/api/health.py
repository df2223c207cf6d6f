"""Is the process alive, can it work: for whoever starts and watches it. No token is needed."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from inbox.api.access import house_of

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: Literal["ok", "no database"]


@router.get("/healthz")
def healthz() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", response_model=Health, responses={503: {"model": Health, "description": "Not ready to work."}})
def readyz(request: Request) -> Response:
    """The process answers and its database too."""
    try:
        with house_of(request).db.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return JSONResponse({"status": "no database"}, status_code=503)
    return JSONResponse({"status": "ok"})
