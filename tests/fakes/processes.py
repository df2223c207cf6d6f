"""Real processes of otklik for tests: start them, wait for what they do, end them by their own process id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
GLANCE = 0.1


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Look again and again until ``holds`` is true, for at most ``seconds``; what it said last."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not holds():
        if time.monotonic() > deadline:
            return False
        pause.wait(GLANCE)
    return True


class Processes:
    """Processes that all end with the block; what they wrote is in ``log_of``."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._logs = logs
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        for _, process in self._running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for _, process in self._running:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start ``otklik`` with these arguments."""
        with (self._logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "inbox", *arguments], cwd=ROOT, stdout=log, stderr=log,
                                       env=self._environment)
        self._running.append((name, process))
        return process

    def log_of(self, name: str) -> str:
        """What a process wrote so far."""
        return (self._logs / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def logs(self) -> str:
        """The end of what each wrote, for the message of a failing test."""
        return "\n".join(f"== {name}\n{self.log_of(name)[-3000:]}" for name, _ in self._running)
