"""The embedded tables, each read when it is first needed (made by ``tools/build_characters.py``)."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files


def _read(name: str) -> str:
    packed = (files("kiban.kernel.characters") / "data" / name).read_bytes()
    return gzip.decompress(packed).decode()


@cache
def fold_table() -> dict[int, int]:
    """Code point → code point of the class's canonical character (15,173 variants)."""
    text = _read("fold.txt.gz")
    return dict(zip(map(ord, text[::2]), map(ord, text[1::2]), strict=True))


@cache
def shrink_table() -> dict[str, tuple[tuple[str, str], ...]]:
    """Character → (source letter, replacement) pairs, the most lawful first (MJ縮退マップ)."""
    lines = _read("shrink.txt.gz").split("\n")
    return {line[0]: tuple(zip(line[1::2], line[2::2], strict=True)) for line in lines}


@cache
def standard_characters() -> frozenset[str]:
    """The kanji of 文字情報基盤 (MJ文字情報一覧表) that have a code point."""
    return frozenset(_read("standard.txt.gz"))
