"""Live news: one stream of server-sent events for each open screen, which says only that something is new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from sqlmodel import col, func, select
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from inbox.access import Signed
from inbox.house import House
from monitor.models import Event
from replies.models import Presence

router = APIRouter()
MINUTES = 30
HEARTBEATS = 10


@router.get("/events")
async def events(request: Request, visitor: Signed, item: int = 0) -> Response:
    """``news`` whenever history grew; ends after half an hour, so that a lost sign-in is noticed on the next one."""
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(stream(request, visitor.house, item), media_type="text/event-stream", headers=headers)


def mark(house: House, item: int) -> tuple[int, str]:
    """What a screen looks at to know that something happened: the last event, and who is at the open item."""
    with house.db.read() as session:
        last = session.exec(select(func.max(Event.id))).one() or 0
        seen = session.exec(select(func.count(), func.max(Presence.doing))
                            .where(col(Presence.item_id) == item)).one() if item else ""
    return last, str(seen)


async def stream(request: Request, house: House, item: int) -> AsyncIterator[str]:
    """The text of the stream: a greeting, ``news`` events, and comments that keep proxies from closing it."""
    seconds = house.config.inbox.live_seconds
    known = await run_in_threadpool(mark, house, item)
    yield "retry: 5000\n\n: hello\n\n"
    for turn in range(int(MINUTES * 60 / seconds)):
        if await request.is_disconnected():
            return
        await asyncio.sleep(seconds)
        current = await run_in_threadpool(mark, house, item)
        if current != known:
            known = current
            yield f"event: news\ndata: {current[0]}\n\n"
        elif turn % HEARTBEATS == HEARTBEATS - 1:
            yield ": still here\n\n"
