"""Cleans an attached image: its type is read from its bytes, its metadata (place, camera, names) is removed. Pure.

JPEG and PNG are taken, as phones make them. A PDF is not: what it hides cannot be removed with certainty.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from kiban.procedures.errors import BadAttachment

LARGEST = 8 * 1024 * 1024
JPEG_START, PNG_START = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
JPEG_KEPT_APPLICATION = {0xE0, 0xEE}
"""JFIF and Adobe colour segments: needed to show the picture right; all other application segments are metadata."""
JPEG_COMMENT, JPEG_SCAN, JPEG_END = 0xFE, 0xDA, 0xD9
JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The next marker behind a scan: not a stuffed byte, a restart or filling (ISO/IEC 10918-1, B.1.1.2)."""
PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
REMEDY = "take a photograph (JPEG or PNG) of at most 8 MB"


def clean(body: bytes) -> tuple[str, bytes]:
    """Media type and bytes without metadata.

    Raises: BadAttachment for another type, a broken file, or more than 8 MB.
    """
    if len(body) > LARGEST:
        raise BadAttachment(f"the file has {len(body)} bytes", remedy=REMEDY)
    for start, media_type, strip in KINDS:
        if body.startswith(start):
            try:
                return media_type, strip(body)
            except (struct.error, IndexError, ValueError):
                raise BadAttachment("the picture is broken", remedy=REMEDY) from None
    raise BadAttachment("the file is neither a JPEG nor a PNG picture", remedy=REMEDY)


def _jpeg(body: bytes) -> bytes:
    """The first picture of the file: phones put previews behind it, each with its own place and time."""
    out, at = bytearray(body[:2]), 2
    while True:
        if body[at] != 0xFF:
            raise ValueError("no marker")
        marker = body[at + 1]
        if marker == JPEG_END:
            return bytes(out) + body[at : at + 2]
        end = _segment_end(body, at)
        is_metadata = (0xE0 <= marker <= 0xEF and marker not in JPEG_KEPT_APPLICATION) or marker == JPEG_COMMENT
        if not is_metadata:
            out += body[at:end]
        at = end


def _segment_end(body: bytes, at: int) -> int:
    """Where the segment ends whose marker stands at ``at``; a scan's with its picture data."""
    length = int.from_bytes(body[at + 2 : at + 4], "big")
    if length < 2:
        raise ValueError("bad length")
    end = at + 2 + length
    if body[at + 1] != JPEG_SCAN:
        return end
    following = JPEG_MARKER.search(body, end)
    if following is None:
        raise ValueError("no end")
    return following.start()


def _png(body: bytes) -> bytes:
    kept = [chunk for kind, chunk in _chunks(body) if kind in PNG_KEPT]
    return PNG_START + b"".join(kept)


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, kind = len(PNG_START), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", body, at)
        chunk = body[at : at + 12 + length]
        (check,) = struct.unpack_from(">I", chunk, 8 + length)
        if zlib.crc32(chunk[4 : 8 + length]) != check:
            raise ValueError("bad check sum")
        yield kind, chunk
        at += 12 + length


Strip = Callable[[bytes], bytes]
KINDS: tuple[tuple[bytes, str, Strip], ...] = ((JPEG_START, "image/jpeg", _jpeg), (PNG_START, "image/png", _png))
