"""Named points at which a test may kill the process; in production a point costs one comparison.

Armed once at the start from ``OTKLIK_FAULT`` (``post.claimed:kill``) by whoever reads the configuration.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

POINTS = frozenset({"post.due", "post.claimed", "post.sent", "post.stored", "verify.found"})
_armed: dict[str, Callable[[], None]] = {}


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(spec: str) -> None:
    """Arm ``<point>:kill``, or disarm with an empty string. Raises ValueError for a point or an act unknown here."""
    _armed.clear()
    if not spec:
        return
    name, _, act = spec.partition(":")
    if name not in POINTS or act != "kill":
        raise ValueError(f"unknown fault {spec!r}; points are {', '.join(sorted(POINTS))}, the act is kill")
    _armed[name] = _kill


def point(name: str) -> None:
    """Pass a named point of the code; nothing happens unless it is armed."""
    if _armed and name in _armed:
        _armed[name]()
