"""Bodies are unpacked by us, to their end and no further than the cap."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.unpack import STEP, BadBody, Cut, Gunzip, TooLarge, whole


async def chunks(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def split(data: bytes, size: int) -> list[bytes]:
    return [data[start:start + size] for start in range(0, len(data), size)]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 64))
async def test_packed_members_in_chunks_of_any_size_come_out_whole(members: list[bytes], size: int) -> None:
    packed = b"".join(gzip.compress(member) for member in members)
    assert await whole(chunks(split(packed, size)), "gzip", 10_000) == b"".join(members)


@given(st.binary(min_size=1, max_size=500), st.data())
async def test_a_packed_body_that_is_cut_anywhere_is_an_error(body: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(body)
    kept = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(Cut):
        await whole(chunks([packed[:kept]]), "gzip", 10_000)


async def test_a_bomb_is_left_with_little_more_than_the_cap_in_memory() -> None:
    cap = 1_000_000
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    gunzip = Gunzip(cap)
    with pytest.raises(TooLarge):
        gunzip.feed(bomb)
    assert cap < gunzip.produced <= cap + STEP


async def test_a_plain_body_past_the_cap_is_not_read_on() -> None:
    taken: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 1000

    with pytest.raises(TooLarge):
        await whole(endless(), "", 10_000)
    assert len(taken) == 11


async def test_packed_bytes_count_against_the_cap_too() -> None:
    empty_members = gzip.compress(b"") * 1000
    with pytest.raises(TooLarge):
        await whole(chunks(split(empty_members, 1000)), "gzip", 10_000)


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip"])
async def test_what_we_did_not_ask_for_is_not_unpacked(encoding: str) -> None:
    with pytest.raises(BadBody, match="not asked for"):
        await whole(chunks([b"x"]), encoding, 100)


async def test_what_is_not_packed_though_it_says_so_is_an_error() -> None:
    with pytest.raises(BadBody):
        await whole(chunks([b"plain words"]), "gzip", 100)


@pytest.mark.parametrize("encoding", ["", "identity", "GZIP"])
async def test_an_empty_body_is_empty(encoding: str) -> None:
    assert await whole(chunks([]), encoding, 100) == b""
