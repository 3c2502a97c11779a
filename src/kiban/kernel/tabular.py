"""Tables as offices send them: any of three encodings, BOM or none, full-width digits, thousands separators, ▲.

Reading never loses a good record beside a bad one: rows come out with their line numbers, and what is wrong is
collected in a :class:`Report` by line and column.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TextIO

from kiban.kernel.csv_rows import CP932_LOST, TOLERANT, Record, records
from kiban.kernel.errors import BadInput, Where, shown
from kiban.kernel.packed import Part, only

ENCODINGS = UTF8, CP932 = "utf-8-sig", "cp932"
NAMES = {UTF8: "utf-8", CP932: "cp932"}
NEGATIVE = ("▲", "△", "-", "−", "‐", "–")
WIDTH = "give each column its cell; quote cells that contain commas or line breaks"
NOTHING = {"", "-", "―", "－", "—", "...", "…", "***", "X", "NA", "N/A", "null"}
_UTF8_JAPANESE = re.compile(rb"\xe3[\x80-\x83][\x80-\xbf]|[\xe4-\xe9][\x80-\xbf][\x80-\xbf]")
_NUMBER = re.compile(r"\+?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a table: where, what, and what to do."""

    where: Where
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" → {self.remedy}" if self.remedy else "")


KEPT, SHOWN = 1000, 100
"""Faults of one file that a report keeps in memory, and that it prints; it counts them all."""


@dataclass(slots=True)
class Report:
    """What became of a file: rows read, rows kept, and the faults of the others.

    ``faults`` are the first ``KEPT``, ``n_faults`` counts all; ``every`` is given each one as it is found;
    ``all_in`` is the file that has them all, where there is one.
    """

    file: str
    encoding: str = ""
    read: int = 0
    kept: int = 0
    faults: list[Fault] = field(default_factory=list)
    n_faults: int = 0
    every: Callable[[Fault], object] | None = None
    all_in: Path | None = None

    def note(self, fault: Fault) -> None:
        """Count a fault, keep it when it is among the first, and hand it on."""
        self.n_faults += 1
        if len(self.faults) < KEPT:
            self.faults.append(fault)
        if self.every is not None:
            self.every(fault)

    def fault(self, line: int, what: str, *, column: str | None = None, remedy: str = "") -> None:
        """Note a fault at a line (from 1, the header included) and column name."""
        self.note(Fault(Where(self.file, line, field=column), shown(what), remedy))

    def broken(self, record: Record, *, header: Sequence[str] = ()) -> None:
        """Note a row that could not be read; the cell to blame is named by its column, else by its number."""
        column = header[record.cell - 1] if 0 < record.cell <= len(header) else str(record.cell or "") or None
        self.fault(record.line, record.fault, column=column, remedy=record.remedy)

    def wrong_width(self, line: int, cells: Sequence[str], *, header: Sequence[str]) -> None:
        """Note a row that has more or fewer cells than the header, by the first column it lacks or else the last."""
        what = f"{len(cells)} cells where the header has {len(header)}"
        self.fault(line, what, column=header[min(len(cells), len(header) - 1)], remedy=WIDTH)

    def __str__(self) -> str:
        encoding = f" ({self.encoding})" if self.encoding else ""
        head = f"{self.file}: {self.kept:,} of {self.read:,} rows taken{encoding}, {self.n_faults:,} faults"
        more = self.n_faults - len(self.faults[:SHOWN])
        tail = [f"  … and {more:,} more"] if more else []
        tail += [f"  each of them stands in {self.all_in}"] if self.all_in and self.n_faults else []
        return "\n".join([head, *(f"  {fault}" for fault in self.faults[:SHOWN]), *tail])


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its line number (of its first line) and its values by column name."""

    line: int
    values: dict[str, str]


def decode(content: bytes, *, file: str = "") -> tuple[str, str]:
    """Text and encoding of a file's bytes: UTF-8 (with or without BOM), else cp932.

    Raises:
        BadInput: it is neither, or has a byte that is no character; the line is named.
    """
    lines = io.BytesIO(content)
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start
        else:
            at = _lost(text) if encoding == CP932 else -1
            if at < 0:
                return text, NAMES[encoding]
            at = len(text[:at].encode(CP932))
        if encoding != CP932 and _votes(lines).utf8:
            break
    raise BadInput(
        f"the file is neither UTF-8 nor cp932: byte {content[at]:#04x}",
        where=Where(file, content.count(b"\n", 0, at) + 1),
        remedy="save it as CSV UTF-8",
    )


PIECE = 1 << 20
VOTERS = 2000


def encoding_of(path: Path | Part) -> str:
    """utf-8-sig or cp932: the one in which a file is written whole, else the one in which most of its lines are.

    In bounded memory.

    Raises:
        BadInput: it is UTF-16, or most lines are neither.
    """
    return _judged(_part(path))[0]


def _part(path: Path | Part) -> Part:
    return path if isinstance(path, Part) else only(path)


def _judged(path: Part) -> tuple[str, bool]:
    """The encoding, and whether the file has no byte that is none of its characters."""
    with path.open() as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise BadInput("the file is UTF-16", where=Where(path.name, 1), remedy="save it as CSV UTF-8")
    if not _broken_line(path, UTF8):
        return UTF8, True
    with path.open() as file:
        votes = _votes(file)
    line = 0 if votes.utf8 else _broken_line(path, CP932)
    if not line and not votes.utf8:
        return CP932, True
    if votes.neither > max(votes.of.values()) + votes.plain:
        what = "the file is neither UTF-8 nor cp932"
        raise BadInput(what, where=Where(path.name, line or 1), remedy="save it as CSV UTF-8")
    return UTF8 if votes.utf8 or not votes.of[CP932] else CP932, False


@dataclass(slots=True)
class _Votes:
    """Lines of a file by the encoding in which they can be read; a line of both counts for UTF-8."""

    of: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENCODINGS, 0))
    plain: int = 0
    neither: int = 0

    @property
    def utf8(self) -> bool:
        """cp932 accepts nearly any bytes: UTF-8 with a broken byte would be read as nonsense without a word."""
        return 0 < self.of[UTF8] >= self.of[CP932]


def _votes(file: IO[bytes]) -> _Votes:
    """Of the first lines with other characters than ASCII; what is UTF-8 by accident has no Japanese in it."""
    votes = _Votes()
    while (line := file.readline(PIECE)) and sum(votes.of.values()) + votes.neither < VOTERS:
        if line.isascii():
            votes.plain += 1
        elif name := next((one for one in ENCODINGS if _reads(line, one)), None):
            votes.of[name] += name == CP932 or bool(_UTF8_JAPANESE.search(line))
        else:
            votes.neither += 1
    return votes


def _reads(line: bytes, encoding: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(line, final=len(line) < PIECE)
    except UnicodeDecodeError:
        return False
    return encoding != CP932 or _lost(text) < 0


def _lost(text: str) -> int:
    """Where the first byte stands that cp932 leaves free, or -1; five searches are quicker than an expression."""
    return min((at for one in CP932_LOST if (at := text.find(one)) >= 0), default=-1)


def _broken_line(path: Part, encoding: str) -> int:
    """The first line that an encoding cannot read; 0 when it reads all."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    with path.open() as file:
        while True:
            piece = file.read(PIECE)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return line + error.object.count(b"\n", 0, error.start)
            if encoding == CP932 and (at := _lost(text)) >= 0:
                return line + text.count("\n", 0, at)
            if not piece:
                return 0
            line += text.count("\n")


@contextmanager
def opened(path: Path | Part, report: Report) -> Iterator[TextIO]:
    """The text of a file of any size in its own encoding, which the report is told; also of a table that is packed.

    Bytes that are no characters do not stop it: :func:`kiban.kernel.csv_rows.records` gives up the rows that have them.

    Raises:
        BadInput: as :func:`encoding_of`, and as :mod:`kiban.kernel.packed`.
    """
    part = _part(path)
    encoding, sound = _judged(part)
    report.encoding = NAMES[encoding]
    errors = "strict" if sound else TOLERANT
    with part.open() as file, io.TextIOWrapper(file, encoding, errors, newline="") as text:
        yield text


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal: the same bytes are the same file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def header_of(path: Path) -> list[str]:
    """The header of a CSV file, its cells as they are written; none of an empty file.

    Raises:
        BadInput: the header or the encoding cannot be read.
    """
    with opened(path, Report(path.name)) as file:
        return _header(records(file, headed=True), file=path.name)


def _header(found: Iterator[Record], *, file: str) -> list[str]:
    first = next(found, Record(1, []))
    if first.cells is None:
        raise BadInput(f"the header: {first.fault}", where=Where(file, first.line), remedy=first.remedy)
    return first.cells


def read_rows(path: Path, columns: Sequence[str], *, report: Report) -> Iterator[Row]:
    """Records of a CSV file that has at least ``columns``; short and long lines are reported and passed over.

    Raises:
        BadInput: no header or one that cannot be read, a needed column is missing or double, the encoding is unknown.
    """
    with opened(path, report) as file:
        found = records(file, headed=True)
        header = [unicodedata.normalize("NFKC", name).strip() for name in _header(found, file=path.name)]
        _check_header(header, columns, file=path.name)
        for record in found:
            cells = record.cells
            if cells is not None and not any(cells):
                continue
            report.read += 1
            if cells is None:
                report.broken(record, header=header)
                continue
            if len(cells) != len(header):
                report.wrong_width(record.line, cells, header=header)
                continue
            yield Row(record.line, dict(zip(header, cells, strict=True)))


def _check_header(header: Sequence[str], columns: Sequence[str], *, file: str) -> None:
    missing = [name for name in columns if unicodedata.normalize("NFKC", name) not in header]
    if missing:
        other = len(header) == 1 and next((mark for mark in ("\t", ";") if mark in header[0]), "")
        told = (
            "the cells are not separated by commas: save it as CSV" if other else f"the header has: {', '.join(header)}"
        )
        raise BadInput(
            f"the columns {', '.join(missing)} are missing",
            where=Where(file, 1),
            remedy=told if header else "the file is empty",
        )
    double = sorted({name for name in header if name and header.count(name) > 1})
    if double:
        raise BadInput(
            f"the columns {', '.join(double)} stand twice", where=Where(file, 1), remedy="rename one of them"
        )


def parse_number(text: str) -> float | None:
    """A number as offices write it: １，２３４ · ▲5.2 · (300) · −7; None for an empty or withheld cell.

    Raises:
        BadInput: it is no number.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "").replace(" ", "")
    if plain in NOTHING:
        return None
    negative = plain.startswith(NEGATIVE) or (plain.startswith("(") and plain.endswith(")"))
    digits = plain[1:-1] if plain.startswith("(") and plain.endswith(")") else plain[1:] if negative else plain
    if not _NUMBER.fullmatch(digits) or len(digits) > 300:
        raise BadInput(f"{text[:40]!r} is not a number", remedy="write digits, with ▲ or - before a negative one")
    return -float(digits) if negative else float(digits)


def parse_integer(text: str) -> int | None:
    """As :func:`parse_number`, and whole.

    Raises:
        BadInput: it is no whole number.
    """
    number = parse_number(text)
    if number is None:
        return None
    if not number.is_integer():
        raise BadInput(f"{text[:40]!r} is not a whole number", remedy="write digits")
    return int(number)
