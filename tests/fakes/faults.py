"""What can go wrong on the wire: each fault takes one request on a line and misbehaves in its own way."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import Protocol

from tests.fakes.dialects import Request, Response

Fault = Callable[["Line"], None]

SIGN_IN = (b"<!doctype html><html><head><title>Sign in</title></head><body><form action=/login method=post>"
           b"<input name=user><input name=password type=password></form></body></html>")


class Line(Protocol):
    """One request and the raw connection that it came on."""

    request: Request

    def good(self) -> Response:
        """Do what was asked and give the answer of a healthy platform, without sending it."""

    def head(self, status: int, headers: dict[str, str]) -> None:
        """Send the status and the headers as they are given."""

    def write(self, data: bytes) -> None:
        """Send bytes of the body."""

    def send(self, response: Response) -> None:
        """Send a whole answer."""

    def hang_up(self) -> None:
        """Close the connection at once."""

    def until_left(self, seconds: float) -> bool:
        """Wait at most so long; True when the server is being closed."""


def status(code: int, body: bytes = b"", **headers: str) -> Fault:
    """An answer with this status; header names with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda line: line.send(Response(code, body, named))


def instead(body: bytes, content_type: str, code: int = 200) -> Fault:
    """Something else than what was asked for."""
    return lambda line: line.send(Response(code, body, {"Content-Type": content_type}))


def sign_in_page(line: Line) -> None:
    """A page to sign in, with status 200, as portals and expired sessions do."""
    instead(SIGN_IN, "text/html; charset=utf-8")(line)


def cut_body(line: Line) -> None:
    """The connection ends in the middle of the body that the headers promised."""
    good = line.good()
    line.head(good.status, {**good.headers, "Content-Length": str(len(good.body))})
    line.write(good.body[:len(good.body) // 2])
    line.hang_up()


def cut_json(line: Line) -> None:
    """Half of the body as if it were all of it, as a broken proxy does."""
    good = line.good()
    line.send(Response(good.status, good.body[:len(good.body) // 2], good.headers))


def gzipped(line: Line) -> None:
    """The right answer, packed: no fault at all."""
    good = line.good()
    line.send(Response(good.status, gzip.compress(good.body), {**good.headers, "Content-Encoding": "gzip"}))


def cut_gzip(line: Line) -> None:
    """A packed body without its end, with the right length of what is left."""
    good = line.good()
    packed = gzip.compress(good.body)
    line.send(Response(good.status, packed[:-12], {**good.headers, "Content-Encoding": "gzip"}))


def gzip_bomb(megabytes: int) -> Fault:
    """A small packed body that unpacks to ``megabytes`` of zeros."""
    def blow(line: Line) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()
        line.send(Response(200, packed, {"Content-Encoding": "gzip", "Content-Type": "application/json"}))
    return blow


def huge(megabytes: int) -> Fault:
    """A body of so many megabytes without a length; ends when the reader has had enough."""
    def pour(line: Line) -> None:
        line.head(200, {"Content-Type": "text/html", "Connection": "close"})
        for _ in range(megabytes):
            line.write(b"x" * 1_000_000)
        line.hang_up()
    return pour


def drip(line: Line) -> None:
    """A byte now and then, for ever: every single read is quick, the whole answer never ends."""
    line.head(200, {"Content-Type": "application/json", "Connection": "close"})
    while not line.until_left(0.02):
        line.write(b" ")


def no_answer(line: Line) -> None:
    """Nothing at all, until somebody gives up; what was asked is not done."""
    line.until_left(5)
    line.hang_up()


def hang_up(line: Line) -> None:
    """Close the connection at once; what was asked is not done."""
    line.hang_up()


def saved_without_answer(line: Line) -> None:
    """Do what was asked and close the connection instead of answering."""
    line.good()
    line.hang_up()


def saved_and_slow(line: Line) -> None:
    """Do what was asked and never answer in time."""
    line.good()
    no_answer(line)


def saved_and_500(line: Line) -> None:
    """Do what was asked and call it a failure."""
    line.good()
    line.send(Response(500, b"Internal Server Error", {"Content-Type": "text/plain"}))


def redirect(to: str, code: int = 302) -> Fault:
    """Send the reader elsewhere."""
    return lambda line: line.send(Response(code, b"", {"Location": to}))
