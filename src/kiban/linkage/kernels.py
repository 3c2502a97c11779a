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
        if 0xE0 <= lead < 0xF0 and at + 2 < end:
            high, low = np.uint32(data[at + 1]) & np.uint32(0x3F), np.uint32(data[at + 2]) & np.uint32(0x3F)
            raw[count] = ((lead & np.uint32(0x0F)) << np.uint32(12)) | (high << np.uint32(6)) | low
            count += 1
            at += 3
            continue
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
        if code > 8 and not skipping:
            out[found] = code
            found += 1
            continue
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


def _letters(texts: Any, tables: Any) -> None:
    """Folded letters of each text one behind the other, a blank for a blank; ``ends`` has where each text ends."""
    data, offsets = texts
    table, voiced, out, ends = tables
    raw, letters = np.empty(192, np.uint32), np.empty(192, np.uint32)
    at = 0
    for i in range(len(offsets) - 1):
        count = decode((data, offsets[i], offsets[i + 1]), raw)
        for j in range(fold_letters((raw, count), (table, voiced, letters))):
            if letters[j] >= 16 or letters[j] == 1:
                out[at] = letters[j] if letters[j] >= 16 else 0x20
                at += 1
        ends[i] = at


all_letters = _jit(_letters)


def _letter(code: Any) -> Any:
    """A character's share of a hash."""
    value = (np.uint64(code) + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    return (value ^ (value >> np.uint64(31))) * np.uint64(0x94D049BB133111EB)


def _closed(state: Any) -> Any:
    """A hash of 64 bits as one of 32 that is not 0."""
    value = (state ^ (state >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    found = np.uint32(value >> np.uint64(32))
    return found if found != 0 else np.uint32(1)


letter, closed = _jit(_letter), _jit(_closed)


def _parts(texts: Any, tables: Any) -> None:
    """Texts → `PARTS`: hashes that can be put together, so that a name of two columns is folded once per value."""
    data, offsets = texts
    table, voiced, out = tables
    raw, letters = np.empty(192, np.uint32), np.empty(192, np.uint32)
    step, one, none = np.uint64(0x9E3779B97F4A7C55), np.uint64(1), np.uint64(0)
    for i in range(len(offsets) - 1):
        count = decode((data, offsets[i], offsets[i + 1]), raw)
        written, written_step = none, one
        for j in range(count):
            if raw[j] not in (0x20, 0x3000):
                written = written * step + letter(raw[j])
                written_step *= step
        found = fold_letters((raw, count), (table, voiced, letters))
        whole = first = rest = bits = none
        whole_step = rest_step = one
        second = False
        for j in range(found):
            code = letters[j]
            if code < 16:
                second = second or (code == 1 and whole_step != one)
                continue
            value = letter(code)
            whole, whole_step = whole * step + value, whole_step * step
            bits |= one << np.uint64(np.uint32(code * np.uint32(2654435769)) >> np.uint32(26))
            if second:
                rest, rest_step = rest * step + value, rest_step * step
            else:
                first = first * step + value
        here = out[i]
        here.whole, here.whole_step, here.raw, here.raw_step = whole, whole_step, written, written_step
        here.first, here.rest, here.rest_step, here.bits, here.split = first, rest, rest_step, bits, second


parts = _jit(_parts)


def _together(sides: Any, out: Any) -> None:
    """Two parts with a blank between them, row by row."""
    (parts_left, codes_left), (parts_right, codes_right) = sides
    one = np.uint64(1)
    for i in range(len(out)):
        a, b, here = parts_left[codes_left[i]], parts_right[codes_right[i]], out[i]
        if a.whole_step == one:
            out[i] = b
            continue
        if b.whole_step == one:
            out[i] = a
            continue
        here.whole, here.whole_step = a.whole * b.whole_step + b.whole, a.whole_step * b.whole_step
        here.raw, here.raw_step = a.raw * b.raw_step + b.raw, a.raw_step * b.raw_step
        here.bits, here.split = a.bits | b.bits, True
        if a.split:
            here.first, here.rest = a.first, a.rest * b.whole_step + b.whole
            here.rest_step = a.rest_step * b.whole_step
        else:
            here.first, here.rest, here.rest_step = a.whole, b.whole, b.whole_step


together = _jit(_together)


def _names(found: Any, out: Any) -> None:
    """Parts and which row has which → columns (4, n): whole, as written, first part, rest; and character bits."""
    all_parts, codes = found
    columns, masks = out
    one = np.uint64(1)
    for i in range(len(codes)):
        here = all_parts[codes[i]]
        if here.whole_step != one:
            columns[0, i], columns[1, i], masks[i] = closed(here.whole), closed(here.raw), here.bits
            if here.rest_step != one:
                columns[2, i], columns[3, i] = closed(here.first), closed(here.rest)


names = _jit(_names)


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
