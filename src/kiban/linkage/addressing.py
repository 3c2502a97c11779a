"""Loops over addresses, compiled by numba: the place's letters and its house numbers, however they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from kiban.linkage.kernels import decode, fold_letters, mix, short

_jit: Callable[..., Any] = numba.njit(cache=True, nogil=True)


def _digits() -> Any:
    """Code point → value of a digit, Arabic or kanji; 10, 100 for 十, 百; -1 for anything else."""
    found = np.full(0x10000, -1, dtype=np.int8)
    found[0x30:0x3A] = range(10)
    for value, char in enumerate("〇一二三四五六七八九十"):
        found[ord(char)] = value
    found[ord("百")] = 100
    return found


DIGITS = _digits()
PLAIN = DIGITS < 0
PLAIN[[*range(16), 0x5B57, 0x5927]] = False
"""Letters of an address that are no digit, mark, 字 or 大."""


def _digit(code: Any) -> Any:
    return np.int64(DIGITS[code]) if code < 0x10000 else np.int64(-1)


digit = _jit(_digit)


def _number(text: Any, at: Any) -> Any:
    """Value and end of the numeral at a place: 23, 二三, 二十三."""
    letters, count = text
    total, run, end = 0, 0, at
    while end < count:
        value = digit(letters[end])
        if value < 0:
            break
        if value >= 10:
            total += (run if run > 0 else 1) * value
            run = 0
        else:
            run = (run * 10 + value) % 10_000_000
        end += 1
    return total + run, end


number = _jit(_number)


def _separator(text: Any, at: Any) -> Any:
    """End of the separators after a numeral (丁目, 番地, 番, 号, の, -), and whether they close a house number."""
    letters, count = text
    solid = False
    while at < count:
        code = letters[at]
        if code in (0x756A, 0x53F7):  # 番 号
            solid = True
        elif code not in (0x4E01, 0x76EE, 0x5730, 0x30CE, 0x4E4B, 0x30FC, 1, 6) or (
            code == 0x5730 and letters[at - 1] != 0x756A
        ):  # 丁 目 地 ノ 之 ー
            break
        at += 1
    return at, solid


separator = _jit(_separator)


def _building(code: Any) -> Any:
    """Whether a letter after a number begins a building's name: katakana (not ケ, ツ, ノ) or Latin."""
    return (0x30A1 <= code <= 0x30FA and code not in (0x30B1, 0x30C4, 0x30CE)) or 0x41 <= code <= 0x5A


building = _jit(_building)


def _goes_on(code: Any) -> Any:
    """Whether a kanji right after an Arabic numeral belongs to a place (条 線 区 町 軒 部 組 割 字 里 間 地)."""
    return code < 0x4E00 or code in (
        0x6761, 0x7DDA, 0x533A, 0x753A, 0x8ED2, 0x90E8, 0x7D44, 0x5272, 0x5B57, 0x91CC, 0x9593, 0x5730,
    )  # fmt: skip


goes_on = _jit(_goes_on)


def _counts(text: Any, place: Any) -> Any:
    """Whether a kanji numeral is a number here, not a part of a name (四谷, 八王子)."""
    letters, count = text
    end, before = place
    if before or end >= count:
        return True
    code = letters[end]
    return building(code) or code in (0x4E01, 0x756A, 0x53F7, 0x6761, 0x7DDA, 6, 0x30FC)  # 丁 番 号 条 線


is_number = _jit(_counts)


def _prefecture(text: Any, known: Any) -> Any:
    """Length of a prefecture's name at the front, else 0."""
    letters, count = text
    hashes, ends = known
    state = np.uint64(14695981039346656037)
    for i in range(min(count, 4)):
        state = mix(state, letters[i])
        if i >= 2 and letters[i] in (ends[0], ends[1], ends[2], ends[3]):
            at = np.searchsorted(hashes, state)
            if at < len(hashes) and hashes[at] == state:
                return i + 1
    return 0


prefecture = _jit(_prefecture)


def _address(text: Any, known: Any) -> Any:
    """Hash of the place's letters and hash of its numbers (丁目, 番, 号); a building after them is left out."""
    letters, count = text
    place = numerals = np.uint64(14695981039346656037)
    size = seen = run = 0
    before = False
    at = prefecture(text, known)
    while at < count:
        code = letters[at]
        if code < 0x10000 and PLAIN[code]:
            place = mix(place, code)
            size += 1
            before, run = False, 0
            at += 1
            continue
        if digit(code) >= 0:
            value, end = number(text, at)
            if code < 0x80 or is_number(text, (end, before)):
                run += 1
                if run <= 3:
                    numerals = mix(numerals, value)
                    seen += 1
                at, solid = separator(text, end)
                before = at > end
                if (
                    (at >= count or digit(letters[at]) < 0)
                    and size > 0
                    and (
                        solid
                        or run >= 2
                        or (code < 0x80 and value > 99)
                        or (at < count and building(letters[at]))
                        or (code < 0x80 and at == end and at < count and not goes_on(letters[at]))
                    )
                ):
                    break
                continue
        before, run = False, 0
        border = code == 0x5B57 or (code == 0x5927 and at + 1 < count and letters[at + 1] == 0x5B57)  # 字, 大字
        if code >= 16 and not border:
            place = mix(place, code)
            size += 1
        at += 1
    return (short(place) if size > 0 else np.uint32(0)), (short(numerals) if seen > 0 else np.uint32(0))


address = _jit(_address)


def _addresses(texts: Any, tables: Any) -> None:
    """Addresses → columns of ``out`` (2, n): place, numbers. Households stand together: a repeated text is not read."""
    data, offsets = texts
    table, voiced, known, out = tables
    raw, letters = np.empty(192, np.uint32), np.empty(192, np.uint32)
    before = np.int64(0)
    for i in range(len(offsets) - 1):
        start, size = offsets[i], offsets[i + 1] - offsets[i]
        at = 0
        if i > 0 and start - before == size:
            while at < size and data[before + at] == data[start + at]:
                at += 1
        if i > 0 and size > 0 and at == size:
            out[0, i], out[1, i] = out[0, i - 1], out[1, i - 1]
        else:
            count = decode((data, start, offsets[i + 1]), raw)
            found = fold_letters((raw, count), (table, voiced, letters))
            out[0, i], out[1, i] = address((letters, found), known)
        before = np.int64(start)


addresses = _jit(_addresses)
