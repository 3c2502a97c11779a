"""Loops over text bytes and fingerprints, compiled by numba: folding and hashing without a Python object per row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

_jit: Callable[..., Any] = numba.njit(cache=True, nogil=True)
LETTERS = 192
_START, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)


def _mix(state: Any, value: Any) -> Any:
    state = (state ^ np.uint64(value)) * np.uint64(1099511628211)
    return state ^ (state >> np.uint64(29))


def _short(state: Any) -> Any:
    found = np.uint32((state ^ (state >> np.uint64(32))) & np.uint64(0xFFFFFFFF))
    return found if found != 0 else np.uint32(1)


mix, short = _jit(_mix), _jit(_short)


def _decode(text: Any, raw: Any) -> Any:
    """UTF-8 bytes to code points; at most LETTERS."""
    data, at, end = text
    count = 0
    while at < end and count < 192:
        lead = np.uint32(data[at])
        if lead < 0x80:
            code, size = lead, 1
        elif lead < 0xE0:
            code, size = lead & 0x1F, 2
        elif lead < 0xF0:
            code, size = lead & 0x0F, 3
        else:
            code, size = lead & 0x07, 4
        for more in range(1, size):
            if at + more < end:
                code = (code << np.uint32(6)) | (np.uint32(data[at + more]) & np.uint32(0x3F))
        raw[count] = code
        count += 1
        at += size
    return count


decode = _jit(_decode)


def _fold(written: Any, tables: Any) -> Any:
    """Folded letters and marks (1 blank, 6 dash); what stands in brackets is left out (旧氏)."""
    raw, count = written
    table, voiced, out = tables
    found, skipping = 0, False
    for i in range(count):
        code = table[raw[i]] if raw[i] < len(table) else np.uint32(0)
        if code == 2:
            skipping = True
        if code == 3:
            skipping = False
        if skipping or code in (0, 3, 5):
            continue
        if code == 4:
            code = out[found - 1] if found > 0 else np.uint32(0x3005)
        if code in (7, 8):
            if found > 0 and 0x30A0 <= out[found - 1] < 0x3100:
                out[found - 1] = voiced[code - 7, out[found - 1] - 0x30A0]
            continue
        out[found] = code
        found += 1
    return found


fold_letters = _jit(_fold)


def _names(texts: Any, tables: Any) -> None:
    """Names or readings → columns of ``out`` (4, n): whole, as written, first part, rest; and character bits."""
    data, offsets = texts
    table, voiced, out, masks = tables
    raw, letters = np.empty(192, np.uint32), np.empty(192, np.uint32)
    for i in range(len(offsets) - 1):
        count = decode((data, offsets[i], offsets[i + 1]), raw)
        written = np.uint64(14695981039346656037)
        for j in range(count):
            if raw[j] not in (0x20, 0x3000):
                written = mix(written, raw[j])
        found = fold_letters((raw, count), (table, voiced, letters))
        whole = first = rest = np.uint64(14695981039346656037)
        bits, size, second, inside = np.uint64(0), 0, False, 0
        for j in range(found):
            code = letters[j]
            if code < 16:
                second = second or (code == 1 and size > 0)
                continue
            whole = mix(whole, code)
            bits |= np.uint64(1) << np.uint64(np.uint32(code * np.uint32(2654435769)) >> np.uint32(26))
            size += 1
            if second:
                rest = mix(rest, code)
                inside += 1
            else:
                first = mix(first, code)
        if size > 0:
            out[0, i], out[1, i], masks[i] = short(whole), short(written), bits
            if inside > 0:
                out[2, i], out[3, i] = short(first), short(rest)


names = _jit(_names)


def _digit(code: Any) -> Any:
    """Value of a digit, Arabic or kanji; 10, 100 for 十, 百; -1 for anything else."""
    if 0x30 <= code <= 0x39:
        return np.int64(code) - 0x30
    place = -1
    digits = (0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D)
    for value in range(10):
        if code == digits[value]:
            place = value
    if code == 0x5341:
        place = 10
    return 100 if code == 0x767E else place


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
    state = np.uint64(14695981039346656037)
    for i in range(min(count, 4)):
        state = mix(state, letters[i])
        if i >= 2:
            at = np.searchsorted(known, state)
            if at < len(known) and known[at] == state:
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
    """Addresses → columns of ``out`` (2, n): place, numbers."""
    data, offsets = texts
    table, voiced, known, out = tables
    raw, letters = np.empty(192, np.uint32), np.empty(192, np.uint32)
    for i in range(len(offsets) - 1):
        count = decode((data, offsets[i], offsets[i + 1]), raw)
        found = fold_letters((raw, count), (table, voiced, letters))
        out[0, i], out[1, i] = address((letters, found), known)


addresses = _jit(_addresses)


def _keys(texts: Any, out: Any) -> None:
    """Link keys: 12 digits, check digit by 平成26年総務省令85号 5条; -1 missing, -2 no number, -3 check digit."""
    data, offsets = texts
    for i in range(len(offsets) - 1):
        value, sums, size = 0, 0, offsets[i + 1] - offsets[i]
        out[i] = -1 if size == 0 else -2
        if size != 12:
            continue
        wrong = 0
        for j in range(12):
            one = int(data[offsets[i] + j]) - 48
            wrong += 0 if 0 <= one <= 9 else 1
            value = value * 10 + one
            place = 11 - j
            if place > 0:
                sums += one * (place + 1 if place <= 6 else place - 5)
        if wrong == 0:
            rest = sums % 11
            out[i] = value if (0 if rest <= 1 else 11 - rest) == value % 10 else -3


keys = _jit(_keys)
