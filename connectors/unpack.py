"""Read a body to its end and unpack it, with a cap on what comes in and on what comes out.

Only ``identity`` and ``gzip`` are accepted. A body that is cut raises Cut, one that grows past the cap TooLarge, at
once and with at most one step more than the cap in memory.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable

STEP = 65_536
_GZIP = b"\x1f\x8b"


class BadBody(Exception):
    """The body cannot be read as its headers say."""


class Cut(BadBody):
    """The body ends before it is complete."""


class TooLarge(BadBody):
    """The body is larger than the cap, packed or unpacked."""


class Gunzip:
    """Unpacks a stream of gzip members; ``produced`` counts the bytes that were ever unpacked."""

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.produced = 0
        self.body = bytearray()
        self._member: zlib._Decompress | None = None
        self._between = b""

    def feed(self, chunk: bytes) -> None:
        """Unpack one chunk. Raises TooLarge, or BadBody when it is not gzip."""
        rest = self._between + chunk
        self._between = b""
        while rest:
            if self._member is None:
                if len(rest) < 2:
                    self._between = rest
                    return
                if rest[:2] != _GZIP and self.produced:
                    return  # padding after the last member, as gzip itself tolerates
                self._member = zlib.decompressobj(31)
            rest = self._step(self._member, rest)

    def _step(self, member: zlib._Decompress, data: bytes) -> bytes:
        try:
            out = member.decompress(data, STEP)
        except zlib.error as error:
            raise BadBody(str(error)) from error
        self.produced += len(out)
        self.body += out
        if len(self.body) > self.cap:
            raise TooLarge
        if member.eof:
            self._member = None
            return member.unused_data
        return member.unconsumed_tail

    def end(self) -> bytes:
        """The whole body. Raises Cut when a member was not finished."""
        if self._member is not None or (self._between and not self.produced):
            raise Cut
        return bytes(self.body)


async def whole(chunks: AsyncIterable[bytes], encoding: str, cap: int) -> bytes:
    """The body of at most ``cap`` bytes. Raises BadBody, Cut, TooLarge."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return await _plain(chunks, cap)
    if encoding not in ("gzip", "x-gzip"):
        raise BadBody(f"packed as {encoding[:40]!r}, which was not asked for")
    gunzip = Gunzip(cap)
    packed = 0
    async for chunk in chunks:
        packed += len(chunk)
        if packed > cap:
            raise TooLarge
        gunzip.feed(chunk)
    return gunzip.end()


async def _plain(chunks: AsyncIterable[bytes], cap: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > cap:
            raise TooLarge
    return bytes(body)
