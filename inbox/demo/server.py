"""Run the pretend review site in a thread, beside the application or beside a test."""

from __future__ import annotations

import socket
import threading
from datetime import datetime
from pathlib import Path

import orjson
import uvicorn

from inbox.demo import timeline
from inbox.demo.journal import Journal
from inbox.demo.site import create_site
from inbox.demo.stage import Stage
from inbox.demo.world import World, moment

PORT = 8001
SEED = 2026


class PortTaken(Exception):
    """Another program listens where the pretend site should."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is in use. Stop the other program, or choose another one: "
                         "otklik inbox demo --fresh, then otklik serve --demo --demo-port 8011")


def open_world(folder: Path, start: datetime, seed: int = SEED) -> World:
    """The world kept in ``folder``; a new one begins at ``start``, a known one keeps its beginning and its actions."""
    birth = folder / "world.json"
    if birth.exists():
        known = orjson.loads(birth.read_bytes())
        seed, start = known["seed"], moment(known["start"])
    else:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = birth.with_suffix(".new")
        unfinished.write_bytes(orjson.dumps({"seed": seed, "start": start.isoformat()}))
        unfinished.replace(birth)
    return World(seed, start, plan=timeline.plan, journal=Journal(folder / "actions.jsonl"))


class DemoServer:
    """The site on a loopback port; ``port`` 0 takes a free one. ``url`` is known once it is made."""

    def __init__(self, world: Stage | World, host: str = "127.0.0.1", port: int = PORT) -> None:
        self.stage = world if isinstance(world, Stage) else Stage(world)
        # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms for an acknowledgement.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
        except OSError as error:
            self._socket.close()
            raise PortTaken(host, port) from error
        self.url = f"http://{host}:{self._socket.getsockname()[1]}"
        self.stage.url = self.url
        config = uvicorn.Config(create_site(self.stage), loop="asyncio", http="h11", ws="none", lifespan="off",
                                log_config=None, access_log=False, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]},
                                        name="demo-site", daemon=True)

    def start(self) -> None:
        """Answer from now on: the port listens already, so a request that comes early waits its turn."""
        self._socket.listen(64)
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests at hand and give the port back."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._socket.close()

    def __enter__(self) -> DemoServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
