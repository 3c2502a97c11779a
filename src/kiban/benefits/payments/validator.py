"""Checks a bank file, own or foreign, by numbered rules; names every fault with line and byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kiban.benefits.payments import kana, layout
from kiban.benefits.payments.model import MOST, Finding
from kiban.benefits.payments.writer import SETS, is_day

RULES: Mapping[str, str] = {
    "Z01": "the record has not the length of the format",
    "Z02": "the record kind is unknown",
    "Z03": "the record is not expected here",
    "Z04": "a number has another character than a digit",
    "Z05": "the value is not one of those allowed",
    "Z06": "the month and day do not exist",
    "Z07": "a character is not allowed in this name",
    "Z08": "a small kana or ｰ, which banks refuse",
    "Z09": "ﾞ or ﾟ has no kana before it that takes it",
    "Z10": "the text is not at the left",
    "Z11": "a spare place is not blank",
    "Z12": "the amount is zero",
    "Z13": "the code of the bank is zero",
    "Z14": "the trailer's count differs from the payments",
    "Z15": "the trailer's sum differs from the payments",
    "Z16": "a batch has more than 999,999 payments",
    "Z17": "a batch has no payment",
    "Z18": "the end record is missing",
    "Z19": "something follows the end record",
    "Z20": "the lines end in different ways",
    "Z21": "the file is empty",
    "Z22": "the key was used before in this file",
    "Z23": "the name of the account holder is empty",
    "Z24": "the bank is not in the directory",
    "Z25": "the branch is not in the directory",
    "Z26": "the customer codes are not digits although no EDI mark is set",
    "Z27": "the trailer's parts do not add up",
}
FOLLOWS: Mapping[int, bytes] = {0x31: b"2", 0x32: b"28", 0x38: b"19"}
Known = Callable[[str, str], bool]
"""Whether a bank (branch "") or a branch of a bank is in the directory."""


@dataclass(frozen=True, slots=True)
class Line:
    """A record of a file: its number from 1, its bytes without the line's end."""

    number: int
    body: bytes


def lines_of(data: bytes, *, size: int = layout.SIZE) -> Iterator[Line]:
    """The records of a file: by line when it has lines, otherwise by length. A closing 0x1A is dropped."""
    data = data.removesuffix(b"\x1a")
    if b"\n" in data or b"\r" in data:
        parts = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    else:
        parts = [data[at : at + size] for at in range(0, len(data), size)]
    return (Line(number, body) for number, body in enumerate(parts, 1))


@dataclass(slots=True)
class _State:
    """What the check remembers of the lines before."""

    expects: bytes = b"1"
    count: int = 0
    yen: int = 0
    salary: bool = False
    ended: bool = False
    last: int = 0
    seen: set[bytes] = field(default_factory=set)
    batch: int = 0


def check(data: bytes, *, known: Known | None = None) -> Iterator[Finding]:
    """Every fault of a 総合振込 or 給与振込 file, in order of line and byte; none when it is right."""
    if not data.strip():
        yield _finding("Z21", 1)
        return
    endings = {data.count(b"\r\n"), data.count(b"\n"), data.count(b"\r")} - {0}
    if len(endings) > 1:
        yield _finding("Z20", 1)
    state = _State()
    for line in lines_of(data):
        state.last = line.number
        yield from _line(line, state, known=known)
    if not state.ended:
        yield _finding("Z18", state.last)


def _line(line: Line, state: _State, *, known: Known | None) -> Iterator[Finding]:
    if state.ended:
        yield _finding("Z19", line.number)
        return
    if len(line.body) != layout.SIZE:
        yield _finding("Z01", line.number, byte=min(len(line.body), layout.SIZE) + 1)
        return
    kind = line.body[0]
    if kind not in layout.RECORDS:
        yield _finding("Z02", line.number)
        return
    if kind not in state.expects:
        yield _finding("Z03", line.number)
    state.expects = FOLLOWS.get(kind, b"")
    if kind == 0x31:
        state.count, state.yen, state.salary = 0, 0, line.body[1:3] != b"21"
    faults = [fault for part in layout.RECORDS[kind] for fault in field_faults(part, line, salary=state.salary)]
    yield from faults
    yield from _whole(line, state, known=known)


def _whole(line: Line, state: _State, *, known: Known | None) -> Iterator[Finding]:
    kind = line.body[0]
    if kind == 0x32:
        yield from _payment(line, state, known=known)
    elif kind == 0x38:
        yield from _trailer(line, state)
    elif kind == 0x39:
        state.ended = True


def _payment(line: Line, state: _State, *, known: Known | None) -> Iterator[Finding]:
    part = {one.name: one.of(line.body) for one in layout.DATA}
    state.count += 1
    state.yen += int(part["yen"]) if part["yen"].isdigit() else 0
    if state.count == MOST + 1:
        yield _finding("Z16", line.number)
    if part["yen"] == b"0" * 10:
        yield _at("Z12", line, name="yen")
    if part["bank"] == b"0000":
        yield _at("Z13", line, name="bank")
    if not part["holder"].strip():
        yield _at("Z23", line, name="holder")
    key = part["key"]
    if part["edi"] == b" " and key.strip() and not key.strip().isdigit():
        yield _at("Z26", line, name="key")
    if key.strip(b" 0") and key in state.seen:
        yield _at("Z22", line, name="key")
    state.seen.add(key)
    if known is not None:
        yield from _directory(line, part, known=known)


def _directory(line: Line, part: Mapping[str, bytes], *, known: Known) -> Iterator[Finding]:
    bank, branch = kana.from_bytes(part["bank"]), kana.from_bytes(part["branch"])
    if not known(bank, ""):
        yield _at("Z24", line, name="bank")
    elif not known(bank, branch):
        yield _at("Z25", line, name="branch")


def _trailer(line: Line, state: _State) -> Iterator[Finding]:
    if not state.count:
        yield _finding("Z17", line.number)
    for rule, name, real in (("Z14", "count", state.count), ("Z15", "yen", state.yen)):
        told = layout.place(layout.TRAILER, name).of(line.body)
        if told.isdigit() and int(told) != real:
            yield _at(rule, line, name=name, shape=layout.TRAILER)


def field_faults(part: layout.Field, line: Line, *, salary: bool = False) -> Iterator[Finding]:
    """The faults of one field by its form."""
    raw = part.of(line.body)
    if part.form in SETS:
        yield from _text_faults(part, raw, line=line, salary=salary)
        return
    rule, place = _plain_fault(part, raw)
    if rule:
        yield _finding(rule, line.number, byte=part.start + place + 1, name=part.name)


def _plain_fault(part: layout.Field, raw: bytes) -> tuple[str, int]:
    if part.form == "n":
        return next((("Z04", at) for at, byte in enumerate(raw) if not 0x30 <= byte <= 0x39), ("", 0))
    if part.form == "d":
        return ("", 0) if is_day(raw.decode("latin-1")) else ("Z06", 0)
    if part.form == "s":
        return next((("Z11", at) for at, byte in enumerate(raw) if byte != 0x20), ("", 0))
    return ("", 0) if raw.decode("latin-1") in part.form.split("|") else ("Z05", 0)


def _text_faults(part: layout.Field, raw: bytes, *, line: Line, salary: bool) -> Iterator[Finding]:
    text = kana.from_bytes(raw)
    allowed = kana.SALARY_SET if salary and part.name == "holder" else SETS[part.form]
    for at, character in enumerate(text):
        if character not in allowed:
            rule = "Z08" if 0xA7 <= raw[at] <= 0xB0 else "Z07"
            yield _finding(rule, line.number, byte=part.start + at + 1, name=part.name)
    loose = kana.loose_mark(text)
    if loose is not None:
        yield _finding("Z09", line.number, byte=part.start + loose + 1, name=part.name)
    if text.startswith(" ") and text.strip():
        yield _finding("Z10", line.number, byte=part.start + 1, name=part.name)


def _finding(rule: str, line: int, *, byte: int = 1, name: str = "") -> Finding:
    return Finding(rule=rule, message=RULES[rule], line=line, byte=byte, field=name)


def _at(rule: str, line: Line, *, name: str, shape: tuple[layout.Field, ...] = layout.DATA) -> Finding:
    return _finding(rule, line.number, byte=layout.place(shape, name).start + 1, name=name)
