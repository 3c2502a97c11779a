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
