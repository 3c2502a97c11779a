"""What banks send back: statements (入出金取引明細, 200 bytes) and results of direct debit (口座振替, 120 bytes)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from kiban.benefits.payments import layout
from kiban.benefits.payments.errors import BadPaymentFile
from kiban.benefits.payments.model import Finding
from kiban.benefits.payments.reader import refusal, values
from kiban.benefits.payments.validator import FOLLOWS, RULES, Line, field_faults, lines_of
from kiban.kernel.errors import Where

IN: Final = "1"
STATEMENT_FOLLOWS: Final = {**FOLLOWS, 0x31: b"28"}
"""An account without a booking has a header and a trailer; a batch of payments has at least one payment."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A booking on the agency's account; ``incoming`` with our key is a payment that came back (返却)."""

    key: str
    yen: int
    incoming: bool
    booked_on: str = ""
    text: str = ""


class Debit(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one direct debit: 0 paid, 1 short of funds, 2 no account, 3 payer, 4 no order, 8 us, 9 other."""

    key: str
    yen: int
    result: str

    @property
    def paid(self) -> bool:
        return self.result == "0"


def read_statement(data: bytes, *, file: str = "") -> tuple[Entry, ...]:
    """The bookings of a statement. Raises: BadPaymentFile with the first fault's line and byte."""
    entries: list[Entry] = []
    for line in _checked(data, layout.STATEMENT, size=layout.STATEMENT_SIZE, file=file):
        part = values(layout.STATEMENT[line.body[0]], line)
        if part["record"] == "1":
            entries_before = len(entries)
        elif part["record"] == "2":
            entries.append(_entry(part))
        elif part["record"] == "8":
            _same(line, part, real=_told(entries[entries_before:]), shape=layout.STATEMENT_TRAILER, file=file)
    return tuple(entries)


def read_debits(data: bytes, *, file: str = "") -> tuple[Debit, ...]:
    """The results of direct debits (種別 91). Raises: BadPaymentFile with the first fault's line and byte."""
    debits: list[Debit] = []
    for line in _checked(data, layout.DEBIT, size=layout.SIZE, file=file):
        part = values(layout.DEBIT[line.body[0]], line)
        if part["record"] == "1":
            before = len(debits)
        elif part["record"] == "2":
            debits.append(Debit(key=part["key"], yen=int(part["yen"]), result=part["result"]))
        elif part["record"] == "8":
            _same(line, part, real=_summed(debits[before:]), shape=layout.DEBIT_TRAILER, file=file)
    return tuple(debits)


def _entry(part: Mapping[str, str]) -> Entry:
    incoming = part["direction"] == IN
    return Entry(
        key=part["key"], yen=int(part["yen"]), incoming=incoming, booked_on=part["booked_on"], text=part["text"]
    )


def _told(entries: list[Entry]) -> dict[str, int]:
    incoming = [one.yen for one in entries if one.incoming]
    outgoing = [one.yen for one in entries if not one.incoming]
    return {
        "in_count": len(incoming),
        "in_yen": sum(incoming),
        "out_count": len(outgoing),
        "out_yen": sum(outgoing),
        "count": len(entries),
    }


def _summed(debits: list[Debit]) -> dict[str, int]:
    paid = [one.yen for one in debits if one.paid]
    failed = [one.yen for one in debits if not one.paid]
    return {
        "count": len(debits),
        "yen": sum(paid) + sum(failed),
        "paid_count": len(paid),
        "paid_yen": sum(paid),
        "failed_count": len(failed),
        "failed_yen": sum(failed),
    }


def _same(
    line: Line, part: Mapping[str, str], *, real: Mapping[str, int], shape: tuple[layout.Field, ...], file: str
) -> None:
    for name, value in real.items():
        if int(part[name]) != value:
            place = layout.place(shape, name)
            fault = Finding(rule="Z27", message=RULES["Z27"], line=line.number, byte=place.start + 1, field=name)
            raise refusal(fault, file=file)


def _checked(data: bytes, records: Mapping[int, tuple[layout.Field, ...]], *, size: int, file: str) -> Iterator[Line]:
    """The records of a file whose order, lengths and fields are right; otherwise the first fault is raised."""
    expects, last = b"1", Line(1, b"")
    follows = STATEMENT_FOLLOWS if records is layout.STATEMENT else FOLLOWS
    for line in lines_of(data, size=size):
        fault = _fault(line, expects, records=records, size=size)
        if fault is not None:
            raise refusal(fault, file=file)
        expects, last = follows.get(line.body[0], b""), line
        yield line
    if last.body[:1] != b"9":
        rule = "Z18" if last.body else "Z21"
        raise refusal(Finding(rule=rule, message=RULES[rule], line=last.number), file=file)


def _fault(line: Line, expects: bytes, *, records: Mapping[int, tuple[layout.Field, ...]], size: int) -> Finding | None:
    rule = ""
    if not expects:
        rule = "Z19"
    elif len(line.body) != size:
        rule = "Z01"
    elif line.body[0] not in records:
        rule = "Z02"
    elif line.body[0] not in expects:
        rule = "Z03"
    if rule:
        return Finding(rule=rule, message=RULES[rule], line=line.number)
    return next((fault for part in records[line.body[0]] for fault in field_faults(part, line)), None)


def read_any(data: bytes, *, file: str = "") -> tuple[Entry, ...]:
    """The bookings of a statement, or failed debits as bookings that came back, by the kind in the header.

    Raises: BadPaymentFile.
    """
    if data[1:3] == b"91":
        debits = read_debits(data, file=file)
        return tuple(Entry(key=one.key, yen=one.yen, incoming=True, text=one.result) for one in debits if not one.paid)
    if data[1:3] == b"03":
        return read_statement(data, file=file)
    what = "Z05: neither a statement (03) nor results of direct debit (91)"
    raise BadPaymentFile(what, where=Where(file or None, line=1, column=2), remedy="choose another file")
