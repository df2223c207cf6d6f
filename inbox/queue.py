"""Hand the same work to any number of workers, through Procrastinate on the PostgreSQL that holds the rows.

A ticker in every worker finds what is due and defers a job for it in the transaction that found it: a queueing lock
keeps a place or reply from being queued twice, a lock for each host keeps us polite. Our rows decide, jobs only carry:
a lost or repeated job does no harm, because a poll holds a lease and a post is claimed by compare-and-set.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import update
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

from inbox import chores
from inbox.house import House
from inbox.jobs import Chore, Ticker, clock, run_chore, worker_name
from monitor import poll
from monitor.models import Place, Source
from replies import post

log = logging.getLogger("inbox.queue")
QUEUES = ["post", "poll", "mail"]
QUEUE_OF = {"post": "post", "poll": "poll", "chore": "mail"}
AT_ONCE = 200
STALLED_SECONDS = 30


def conninfo(url: str) -> str:
    """The database address in the form that libpq reads."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def build(house: House) -> procrastinate.App:
    """The queue of this house with its three tasks."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo(house.config.database_url)))
    by_name = {chore.name: chore for chore in chores.ALL}

    @app.task(name="poll", queue="poll")
    async def poll_place(place_id: int) -> None:
        await poll.poll_place(place_id, house.tools, clock())

    @app.task(name="post", queue="post")
    async def post_reply(reply_id: int) -> None:
        await post.post(reply_id, house.tools, house.config.replies, clock(), worker_name())

    @app.task(name="chore", queue="mail")
    async def do_chore(name: str) -> None:
        await run_chore(by_name[name], house)

    return app


def counter(house: House) -> procrastinate.App:
    """Where jobs are handed in: only ever on the connection of a transaction of ours, so it opens none itself."""
    return procrastinate.App(connector=procrastinate.SyncPsycopgConnector(
        conninfo=conninfo(house.config.database_url)))


@dataclass(frozen=True)
class Parcel:
    """One piece of work to hand out: the task, what it is about, and the locks that keep it single and polite."""

    task: str
    about: dict[str, Any]
    single: str
    polite: str | None = None


def hand_out(session: Session, app: procrastinate.App, parcels: Iterable[Parcel]) -> int:
    """Defer a job for each parcel inside the caller's transaction; one that waits already is left alone."""
    connection: Any = session.connection().connection.driver_connection
    handed = 0
    for parcel in parcels:
        task = app.configure_task(parcel.task, queue=QUEUE_OF[parcel.task], queueing_lock=parcel.single,
                                  lock=parcel.polite, connection=connection)
        try:
            with connection.transaction():
                task.defer(**parcel.about)
            handed += 1
        except AlreadyEnqueued:
            continue
    return handed


def poll_parcels(session: Session, now: datetime) -> list[Parcel]:
    """A parcel for each place that is due, with the host it asks as the polite lock."""
    due = poll.due_places(session, now, AT_ONCE)
    rows = session.exec(select(Place.id, Source).join(Source).where(Place.id.in_(due))).all()  # type: ignore[union-attr]
    return [Parcel("poll", {"place_id": place_id}, f"poll:{place_id}", f"host:{host_of(source)}")
            for place_id, source in rows]


def host_of(source: Source) -> str:
    """The host that a source asks, from the first address among its settings; else its kind."""
    for value in source.settings.values():
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            return urlsplit(value).hostname or source.kind
    return source.kind


def post_parcels(house: House, now: datetime) -> list[Parcel]:
    """A parcel for each reply whose time to undo has ended."""
    return [Parcel("post", {"reply_id": reply_id}, f"post:{reply_id}") for reply_id in post.due(house.db, now, AT_ONCE)]


def ticking(app: procrastinate.App) -> list[Chore]:
    """The chores of the ticker beside a worker: all of them only hand out."""

    def polls(house: House, now: datetime) -> None:
        with house.db.write() as session:
            hand_out(session, app, poll_parcels(session, now))

    def posts(house: House, now: datetime) -> None:
        parcels = post_parcels(house, now)
        with house.db.write() as session:
            hand_out(session, app, parcels)

    def chore(name: str) -> Any:
        def hand(house: House, _now: datetime) -> None:
            with house.db.write() as session:
                hand_out(session, app, [Parcel("chore", {"name": name}, f"chore:{name}", f"chore:{name}")])
        return hand

    return [
        Chore("polls", chores.POLL.every, polls),
        Chore("posts", chores.POST.every, posts),
        *(Chore(one.name, one.every, chore(one.name)) for one in (chores.VERIFY, *chores.OTHERS)),
    ]


def free_place(house: House, place_id: int) -> None:
    """End the lease of a check whose worker is dead, so that the place is due again at once."""
    with house.db.write() as session:
        session.execute(update(Place).where(col(Place.id) == place_id).values(polling_until=None))


async def rescue(house: House, app: procrastinate.App) -> None:
    """Close the jobs that a dead worker left behind, so that their locks are free; the rows are found due again."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            log.warning("a worker died during %s %s; its locks are freed", job.task_name, job.task_kwargs)
            if job.task_name == "poll":
                await asyncio.to_thread(free_place, house, int(str(job.task_kwargs["place_id"])))
            await app.job_manager.finish_job(job, status=procrastinate.jobs.Status.FAILED, delete_job=True)
        await asyncio.sleep(STALLED_SECONDS / 3)


async def work(house: House, *, signals: bool = True) -> None:
    """Tick and work until told to stop: what ``otklik work`` runs, as often as there are machines."""
    app = build(house)
    ticker = Ticker(house, ticking(counter(house)))
    async with app.open_async():
        ticker.start()
        rescuer = asyncio.create_task(rescue(house, app))
        try:
            await app.run_worker_async(
                queues=QUEUES, name=worker_name(), concurrency=house.config.monitor.polls_at_once,
                fetch_job_polling_interval=1, delete_jobs="successful", install_signal_handlers=signals,
                shutdown_graceful_timeout=20, update_heartbeat_interval=5)
        finally:
            rescuer.cancel()
            await asyncio.to_thread(ticker.stop)
            await house.http.aclose()

