"""Attached pictures: type by their bytes, metadata gone, anything else refused."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.procedures.attachments import LARGEST, clean
from kiban.procedures.errors import BadAttachment


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


SCAN = b"\xff\xda\x00\x02\x12\x34\xff\xd9"
JPEG = b"\xff\xd8" + segment(0xE0, b"JFIF\0") + segment(0xE1, b"Exif\0\0GPS 35.6") + segment(0xFE, b"me") + SCAN
PNG = (
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"tEXt", b"Author\0me") + chunk(b"eXIf", b"GPS")
    + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
)  # fmt: skip


@pytest.mark.parametrize(("body", "kind"), [(JPEG, "image/jpeg"), (PNG, "image/png")])
def test_metadata_is_removed_and_cleaning_twice_changes_nothing(body: bytes, kind: str) -> None:
    media_type, cleaned = clean(body + b"hidden behind the end")

    assert media_type == kind
    assert b"GPS" not in cleaned
    assert b"me" not in cleaned
    assert b"hidden" not in cleaned
    assert clean(cleaned) == (kind, cleaned)


def test_pictures_behind_the_first_are_removed_with_their_metadata() -> None:
    progressive = JPEG[:-2] + segment(0xC4, b"table") + b"\xff\xda\x00\x02\xff\x00\xff\xd0\x56\xff\xff\xd9"
    preview = b"\xff\xd8" + segment(0xE1, b"Exif\0\0GPS 35.6") + SCAN

    _, cleaned = clean(progressive + preview)

    assert b"GPS" not in cleaned
    assert cleaned.endswith(b"\xff\xda\x00\x02\xff\x00\xff\xd0\x56\xff\xff\xd9")
    assert b"table" in cleaned


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"<svg/>", JPEG[:10], PNG[:30], JPEG + b"\0" * LARGEST])
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(BadAttachment):
        clean(body)


@given(st.binary(), st.sampled_from([JPEG[:3], PNG[:8], JPEG[:40], PNG[:60]]))
def test_a_broken_file_is_refused_or_cleaned_never_a_crash(body: bytes, start: bytes) -> None:
    try:
        _, cleaned = clean(start + body)
    except BadAttachment:
        return
    assert len(cleaned) <= len(start + body)
