"""The misbehaving server: a real HTTP server on loopback that speaks any dialect and breaks in any way on request."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast

from connectors.base import Connector
from connectors.http import Http, HttpPolicy, Timing
from tests.fakes.dialects import Dialect, Request, Response
from tests.fakes.faults import Fault
from tests.fakes.pretend import PretendPlatform

Chosen = Callable[[Request], bool]


@dataclass
class _Trouble:
    fault: Fault
    times: int
    hits: Chosen


class MisbehavingServer:
    """Serves ``platform`` in one dialect while the ``with`` block lasts; ``requests`` is all that came in."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.platform = PretendPlatform()
        self.requests: list[Request] = []
        self.connections = 0
        self.closing = threading.Event()
        self._troubles: list[_Trouble] = []
        self._between: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.ours = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def host(self) -> str:
        """Name and port as ``allow_hosts`` takes them."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fail(self, fault: Fault, times: int = 1, on: Chosen | None = None) -> None:
        """The next ``times`` requests that ``on`` chooses (listings without it) meet the fault."""
        self._troubles.append(_Trouble(fault, times, on or self.dialect.lists))

    def fail_writes(self, fault: Fault, times: int = 1) -> None:
        """The next ``times`` requests that write meet the fault."""
        self.fail(fault, times, writes)

    def recover(self) -> None:
        """All troubles are over."""
        self._troubles.clear()

    def after_next_page(self, change: Callable[[], object]) -> None:
        """Change the world once, right after the next listing was answered: pages shift under the reader."""
        self._between.append(change)

    def listed(self) -> int:
        """How many requests read a listing."""
        return sum(self.dialect.lists(request) for request in self.requests)

    def written(self) -> int:
        """How many requests wrote."""
        return sum(writes(request) for request in self.requests)

    def connect(self, platform: type[Connector], http: Http) -> Connector:
        """The connector of the dialect's kind, configured for this server."""
        return platform(platform.Settings.model_validate(self.dialect.settings(self.url)), http)

    def http(self, timing: Timing, *, timeout: float = 5.0, max_bytes: int = 10_000_000) -> Http:
        """A way out that may reach this server."""
        return Http(HttpPolicy(user_agent="Otklik/test", timeout=timeout, max_bytes=max_bytes,
                               allow_hosts=(self.host,)), timing=timing)

    def answer(self, line: _Line) -> None:
        """One request: note it, meet the fault that waits for it, or answer well."""
        self.requests.append(line.request)
        fault = self._trouble_for(line.request)
        if fault:
            fault(line)
            return
        line.send(line.good())
        if self._between and self.dialect.lists(line.request):
            self._between.pop(0)()

    def good(self, request: Request) -> Response:
        """The answer of the platform in good health."""
        with self._lock:
            return self.dialect.respond(request, self.platform, self.url)

    def _trouble_for(self, request: Request) -> Fault | None:
        with self._lock:
            for trouble in self._troubles:
                if trouble.times > 0 and trouble.hits(request):
                    trouble.times -= 1
                    return trouble.fault
        return None


def writes(request: Request) -> bool:
    """Whether a request changes something."""
    return request.method in ("POST", "PUT", "PATCH", "DELETE")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    ours: MisbehavingServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is what many of these tests want."""


class _Line:
    """One request on its connection; see ``faults.Line``."""

    def __init__(self, handler: _Handler, request: Request) -> None:
        self.request = request
        self._handler = handler
        self._server = cast(_Server, handler.server).ours

    def good(self) -> Response:
        return self._server.good(self.request)

    def head(self, status: int, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def write(self, data: bytes) -> None:
        self._handler.wfile.write(data)

    def send(self, response: Response) -> None:
        self.head(response.status, {**response.headers, "Content-Length": str(len(response.body))})
        if self.request.method != "HEAD":
            self.write(response.body)

    def hang_up(self) -> None:
        self._handler.close_connection = True
        with contextlib.suppress(OSError):
            self._handler.connection.shutdown(socket.SHUT_RDWR)

    def until_left(self, seconds: float) -> bool:
        return self._server.closing.wait(seconds)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else headers and body, written apart, cost 40 ms together

    def setup(self) -> None:
        super().setup()
        cast(_Server, self.server).ours.connections += 1

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        cast(_Server, self.server).ours.answer(_Line(self, request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _handle

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
