"""Run web, schedule, workers and, in the demo, the pretend platform, until somebody says stop."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import uvicorn

from inbox import chores, web
from inbox.house import House
from inbox.jobs import Ticker, clock

log = logging.getLogger("inbox.serving")


def start_logging(level: int = logging.INFO) -> None:
    """Lines with time, level and floor; the libraries below stay quiet unless something is wrong."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    for name in ("httpx", "apscheduler", "procrastinate", "alembic", "uvicorn.access", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


def serve(house: House, host: str, port: int, *, jobs: bool, demo: bool, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM, then let running work come to its end. Raises OSError when the port is taken."""
    start_logging()
    config = uvicorn.Config(web.create_app(house), host=host, port=port, log_config=None, access_log=False,
                            server_header=False, proxy_headers=False, timeout_graceful_shutdown=5)
    with listening(host, port) as taken, ExitStack() as stack:
        if demo:
            say(stack.enter_context(demonstration(house, f"http://{host}:{port}", say)))
        else:
            say(f"Otklik is at http://{host}:{port} (stop with Ctrl-C)")
        if jobs:
            stack.enter_context(working(house))
        uvicorn.Server(config).run(sockets=[taken])


def listening(host: str, port: int) -> socket.socket:
    """The socket of the application; with its protocol named, because only then asyncio switches Nagle's delay off.

    Raises OSError when the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


@contextmanager
def working(house: House) -> Iterator[None]:
    """The schedule and the workers beside the pages: here over SQLite, through the queue over PostgreSQL."""
    if house.db.is_sqlite:
        ticker = Ticker(house, chores.ALL)
        ticker.start()
        try:
            yield
        finally:
            ticker.stop()
        return
    with queue_working(house):
        yield


@contextmanager
def queue_working(house: House) -> Iterator[None]:
    """One worker of the queue in a thread of this process."""
    from inbox import queue

    loop = asyncio.new_event_loop()
    task = loop.create_task(queue.work(house, signals=False))

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            log.info("worker stopped")

    thread = threading.Thread(target=run, name="otklik-queue", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(30)


@contextmanager
def demonstration(house: House, address: str, say: Callable[[str], None]) -> Iterator[str]:
    """The pretend platform beside us, and the demo filled on the first start; gives the welcome text."""
    from inbox.demo import start

    with start.platform(house, clock()) as site:
        password = start.filled(house, site, clock(), say)
        yield start.welcome(address, site.url, password)
