"""The words on each page of a PDF as Chromium writes it: uncompressed objects, a Unicode table beside every font."""

from __future__ import annotations

import re
import unicodedata
import zlib

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s(.*?)\nendobj", re.S)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|(ET)")
RANGE = re.compile(rb"<(\w+)> <(\w+)> <(\w+)>")
SINGLE = re.compile(rb"<(\w+)> <(\w+)>")


def pages(pdf: bytes) -> list[str]:
    """The text of each page, in the order of drawing, without blanks, in compatibility form (NFKC)."""
    objects = {int(found[1]): found[2] for found in OBJECT.finditer(pdf)}
    return [_page(body, objects) for body in objects.values() if re.search(rb"/Type /Page\b", body)]


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    fonts = {name: _table(objects, int(number)) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)}
    found = re.search(rb"/Contents (\d+) 0 R", body)
    assert found
    words, font = [], b""
    for name, codes, _ in SHOWN.findall(_stream(objects[int(found[1])])):
        font = name or font
        if codes:
            width = fonts[font][0]
            words += [fonts[font][1].get(codes[at : at + width].upper(), "") for at in range(0, len(codes), width)]
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", "".join(words)))


def _table(objects: dict[int, bytes], font: int) -> tuple[int, dict[bytes, str]]:
    """Digits of a code of the font, and code → text."""
    found = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    text = _stream(objects[int(found[1])]) if found else b""
    table: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, value in RANGE.findall(block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                table[b"%0*X" % (len(first), int(first, 16) + step)] = chr(int(value, 16) + step)
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", text, re.S):
        for code, value in SINGLE.findall(block):
            table[code.upper()] = bytes.fromhex(value.decode()).decode("utf-16-be")
    return max((len(code) for code in table), default=2), table


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found
    return zlib.decompressobj().decompress(found[1]) if b"/FlateDecode" in body else found[1]
