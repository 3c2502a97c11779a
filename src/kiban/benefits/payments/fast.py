"""Whole-nation bank files by numpy: byte for byte what `writer` gives; and reconciliation of millions of results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiban.benefits.payments import kana, layout, writer
from kiban.benefits.payments.errors import BadPaymentFile, BadTransfer, TooManyTransfers
from kiban.benefits.payments.model import MOST, Batch, Payer, TransferKind

Ints = NDArray[np.int64]
CHUNK = 65_536
NEWLINE = 2
LINE = layout.STATEMENT_SIZE + NEWLINE
Names = Callable[[str, str], tuple[str, str]]
FOUR = np.array([f"{number:04d}".encode() for number in range(10_000)], dtype="S4")
TWO, THREE = (np.array([f"{n:0{w}d}".encode() for n in range(10**w)], dtype=f"S{w}") for w in (2, 3))


def _luhn_sums() -> NDArray[np.int64]:
    number = np.arange(10_000)
    sums = np.zeros(10_000, dtype=np.int64)
    for place in range(4):
        digit = number // 10**place % 10 * (1 if place % 2 else 2)
        sums += digit - 9 * (digit > 9)
    return sums


LUHN = _luhn_sums()


@dataclass(frozen=True, slots=True)
class Table:
    """Frozen payments as columns: codes as numbers, holders as half-width bytes of at most 30 (``S30``)."""

    bank: Ints
    branch: Ints
    kind: Ints
    number: Ints
    holder: NDArray[np.bytes_]
    yen: Ints

    def __len__(self) -> int:
        return len(self.yen)

    def part(self, start: int, stop: int) -> Table:
        rows = slice(start, stop)
        return Table(self.bank[rows], self.branch[rows], self.kind[rows], self.number[rows], self.holder[rows],
                     self.yen[rows])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """The batch around the columns: its kind, the day MMDD, who pays, the number of the run for the keys."""

    kind: TransferKind
    day: str
    payer: Payer
    run: int


RECORD = np.dtype(
    [("record", "S1"), ("bank", "S4"), ("bank_name", "S15"), ("branch", "S3"), ("branch_name", "S15"),
     ("clearing", "S4"), ("type", "u1"), ("number3", "S3"), ("number4", "S4"), ("holder", "S30"), ("yen2", "S2"),
     ("yen4a", "S4"), ("yen4b", "S4"), ("new", "S1"), ("run", "S9"), ("line2", "S2"), ("line4a", "S4"),
     ("line4b", "S4"), ("digit", "u1"), ("tail", "S9"), ("newline", "S2")]
)  # fmt: skip
if RECORD.itemsize != layout.SIZE + NEWLINE:  # pragma: no cover - a slip in the line above
    raise ValueError("the record is not 122 bytes")


def write_table(table: Table, head: Head, *, names: Names) -> Iterator[bytes]:
    """One batch as pieces of its file, each 120 bytes and CR LF a record. Holders are checked in bulk.

    Raises: TooManyTransfers, BadTransfer.
    """
    if not 0 < len(table) <= MOST:
        raise TooManyTransfers(f"a batch has 1 to {MOST:,} payments", remedy="split the run")
    _check(table)
    empty = Batch(kind=head.kind, day=head.day, payer=head.payer, transfers=())
    yield writer.header(empty) + writer.NEWLINE
    titles = _titles(table, names)
    for start in range(0, len(table), CHUNK):
        part = table.part(start, start + CHUNK)
        yield _records(part, head, first=start + 1, titles=titles).tobytes()
    count, yen = len(table), int(table.yen.sum())
    if yen >= 10**12:
        raise BadTransfer("the sum has more than 12 digits", remedy="split the run")
    yield f"8{count:06d}{yen:012d}".encode().ljust(layout.SIZE) + writer.NEWLINE
    yield b"9".ljust(layout.SIZE) + writer.NEWLINE


def _check(table: Table) -> None:
    limits = ((table.yen, 1, 10**10), (table.bank, 0, 10**4), (table.branch, 0, 10**3), (table.number, 0, 10**7))
    if any(((column < low) | (column >= high)).any() for column, low, high in limits):
        raise BadTransfer("a number does not fit its field", remedy="check the frozen columns")
    if not np.isin(table.kind, (1, 2, 4, 9)).all():
        raise BadTransfer("an account has an unknown kind", remedy="1, 2, 4 or 9")
    for start in range(0, len(table), CHUNK):
        _check_holders(table.holder[start : start + CHUNK])


ALLOWED = np.zeros(256, dtype=bool)
ALLOWED[[0, *kana.to_bytes("".join(kana.PARTY_SET))]] = True
VOICED, HALF_VOICED = np.zeros(256, dtype=bool), np.zeros(256, dtype=bool)
VOICED[list(kana.to_bytes("".join(kana.TAKES_VOICED)))] = True
HALF_VOICED[list(kana.to_bytes("".join(kana.TAKES_HALF_VOICED)))] = True
MARKS = (0xDE, 0xDF)


def _check_holders(holders: NDArray[np.bytes_]) -> None:
    if holders.dtype.itemsize > 30:
        raise BadTransfer("a name is longer than 30 bytes", remedy="clip the names first")
    body = np.ascontiguousarray(holders).view(np.uint8).reshape(len(holders), -1)
    wrong = not bool(ALLOWED[body].all()) or bool(np.isin(body[:, 0], (0, 0x20, *MARKS)).any())
    for mark, takes in zip(MARKS, (VOICED, HALF_VOICED), strict=True):
        row, column = np.nonzero(body == mark)
        wrong = wrong or not bool(takes[body[row, column - 1]].all())
    if wrong:
        raise BadTransfer("a name has a byte that banks do not take", remedy="narrow the names first")


@dataclass(frozen=True, slots=True)
class _Titles:
    index: NDArray[np.int32]
    bank: NDArray[np.bytes_]
    branch: NDArray[np.bytes_]


def _titles(table: Table, names: Names) -> _Titles:
    """Names by bank and branch, each looked up once."""
    codes = table.bank * 1000 + table.branch
    present = np.zeros(10**7, dtype=bool)
    present[codes] = True
    found = np.nonzero(present)[0]
    index = np.zeros(10**7, dtype=np.int32)
    index[found] = np.arange(len(found), dtype=np.int32)
    texts = [names(f"{code // 1000:04d}", f"{code % 1000:03d}") for code in found.tolist()]
    bank, branch = (np.array([kana.to_bytes(pair[side]).ljust(15) for pair in texts], dtype="S15") for side in (0, 1))
    return _Titles(index, bank, branch)


def _records(part: Table, head: Head, *, first: int, titles: _Titles) -> NDArray[Any]:
    rows = np.empty(len(part), dtype=RECORD)
    at = titles.index[part.bank * 1000 + part.branch]
    lines = np.arange(first, first + len(part), dtype=np.int64)
    rows["record"], rows["clearing"], rows["new"], rows["newline"] = b"2", b"0000", b"0", b"\r\n"
    rows["bank"], rows["branch"] = FOUR[part.bank], THREE[part.branch]
    rows["bank_name"], rows["branch_name"] = titles.bank[at], titles.branch[at]
    rows["type"] = part.kind + 0x30
    rows["number3"], rows["number4"] = THREE[part.number // 10_000], FOUR[part.number % 10_000]
    rows["holder"] = part.holder
    body = rows.view(np.uint8).reshape(len(part), -1)[:, 50:80]
    body[body == 0] = 0x20
    rows["yen2"], rows["yen4a"], rows["yen4b"] = _ten(part.yen)
    rows["run"] = f"{head.run:09d}".encode()
    rows["line2"], rows["line4a"], rows["line4b"] = _ten(lines)
    rows["digit"] = check_digits(head.run, lines) + 0x30
    rows["tail"] = b"7" + (b" " if head.kind.salary else b"Y") + b" " * 7
    return rows


def _ten(numbers: Ints) -> tuple[NDArray[np.bytes_], NDArray[np.bytes_], NDArray[np.bytes_]]:
    high, low = np.divmod(numbers, 10_000)
    return TWO[high // 10_000], FOUR[high % 10_000], FOUR[low]


def check_digits(run: int, lines: Ints) -> Ints:
    """The last digit of the keys of these lines of a run."""
    high, low = np.divmod(lines, 10_000)
    of_run = sum(int(LUHN[run // 10_000**group % 10_000]) for group in range(3))
    digits: Ints = -(LUHN[low] + LUHN[high % 10_000] + LUHN[high // 10_000] + of_run) % 10
    return digits


@dataclass(frozen=True, slots=True)
class Results:
    """Returned payments as columns, from a statement: the line of the run, the amount."""

    line: Ints
    yen: Ints


@dataclass(frozen=True, slots=True)
class Sums:
    """Every yen of a run and of its results: ordered = paid + returned; incoming = returned + wrong."""

    paid: int
    returned: int
    wrong: int
    failed: Ints
    work: Ints


def reconcile_table(yen: Ints, results: Results) -> Sums:
    """Match results to the run's lines by number: line n is row n - 1.

    ``failed`` are the rows that came back; ``work`` the results that no line explains: another amount, an unknown
    line, a line that came back before.
    """
    known = (results.line >= 1) & (results.line <= len(yen))
    at = np.where(known, results.line - 1, 0)
    same = known & (yen[at] == results.yen)
    good = np.nonzero(same)[0]
    rows, firsts = np.unique(at[good], return_index=True)
    right = np.zeros(len(results.line), dtype=bool)
    right[good[firsts]] = True
    returned, total = int(yen[rows].sum()), int(yen.sum())
    wrong = int(results.yen[~right].sum())
    return Sums(total - returned, returned, wrong, rows, np.nonzero(~right)[0])


def results_of(body: bytes, run: int) -> Results:
    """The incoming bookings of a statement with lines (CR LF, 202 bytes a record) that carry keys of this run.

    Raises: BadPaymentFile when the lines are of another length: no return may be passed over.
    """
    rows = np.frombuffer(body.removesuffix(b"\x1a"), dtype=np.uint8)
    if len(rows) % LINE or not (rows[LINE - 1 :: LINE] == 0x0A).all():
        raise BadPaymentFile("Z01: the records have not 200 bytes and CR LF", remedy="read it with `read_statement`")
    rows = rows.reshape(-1, LINE)
    prefix = np.frombuffer(f"{run:09d}".encode(), dtype=np.uint8)
    mine = (rows[:, 0] == 0x32) & (rows[:, 21] == 0x31) & (rows[:, 179:188] == prefix).all(axis=1)
    rows = rows[mine]
    lines, yen = _digits(rows[:, 188:198]), _digits(rows[:, 24:36])
    valid = check_digits(run, lines) + 0x30 == rows[:, 198]
    return Results(np.where(valid, lines, 0), yen)


def amounts_of(body: bytes) -> Ints:
    """The amounts of a file that `write_table` wrote, in order of the lines."""
    rows = np.frombuffer(body, dtype=RECORD)
    fields = rows[1:-2]
    columns = np.ascontiguousarray(fields.view(np.uint8).reshape(-1, 122)[:, 80:90])
    return _digits(columns)


def _digits(columns: NDArray[np.uint8]) -> Ints:
    value = np.zeros(len(columns), dtype=np.int64)
    for place in range(columns.shape[1]):
        value *= 10
        value += columns[:, place] - np.uint8(0x30)
    return value
