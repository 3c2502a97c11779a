"""Addresses by the line: as many lines out as in, in the same order, whatever bytes they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from kiban.kernel.csv_rows import CP932_LOST
from kiban.registries.address.parse import normalise

CHUNK = 2000
COLUMNS = (
    "input", "level", "prefecture", "county", "city", "ward", "town", "block", "building", "rest",
    "municipality_code", "town_id", "lat", "lon", "notes",
)  # fmt: skip
# line ends of Unicode that readers may split at though JSON allows them in a text
_ENDS = ((b"\xc2\x85", b"\\u0085"), (b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"))
_encode = msgspec.json.Encoder().encode
_BEYOND = b',"postal_code":'  # the one field of an address behind those of a line


def text_of(line: bytes) -> str:
    """A line's text: UTF-8, else cp932, else UTF-8 with the broken bytes marked."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    try:
        text = line.decode("cp932")
    except UnicodeDecodeError:
        return line.decode("utf-8", "replace")
    return text if CP932_LOST.keys().isdisjoint(text) else line.decode("utf-8", "replace")


def answer(line: bytes) -> bytes:
    """One JSON object for one line."""
    whole = _encode(normalise(text_of(line)))
    out = whole[: whole.rindex(_BEYOND)] + b"}"
    if not out.isascii():
        for end, escaped in _ENDS:
            if end in out:
                out = out.replace(end, escaped)
    return out


def _answers(lines: list[bytes]) -> bytes:
    return b"".join(answer(line) + b"\n" for line in lines)


def stripped(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their end and without the byte order mark of the first."""
    for number, line in enumerate(lines):
        own = line[3:] if number == 0 and line.startswith(b"\xef\xbb\xbf") else line
        yield own.rstrip(b"\r\n") if own.endswith(b"\n") else own


def answers(lines: Iterable[bytes], *, workers: int = 1) -> Iterator[bytes]:
    """JSON lines in chunks, in order; with several workers at most a few chunks wait in memory."""
    source = stripped(lines)
    chunks = iter(lambda: list(islice(source, CHUNK)), [])
    if workers <= 1:
        yield from map(_answers, chunks)
        return
    import multiprocessing  # costs a start more than a thousand addresses

    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        waiting = deque(pool.apply_async(_answers, (chunk,)) for chunk in islice(chunks, 2 * workers))
        while waiting:
            yield waiting.popleft().get()
            waiting.extend(pool.apply_async(_answers, (chunk,)) for chunk in islice(chunks, 1))
