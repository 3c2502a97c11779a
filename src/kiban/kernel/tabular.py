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
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TextIO

from kiban.kernel.csv_rows import REMEDY, Record, records
from kiban.kernel.errors import BadInput, Where, shown

ENCODINGS = ("utf-8-sig", "cp932")
NEGATIVE = ("▲", "△", "-", "−", "‐", "–")
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


@dataclass(slots=True)
class Report:
    """What became of a file: rows read, rows kept, and the faults of the others."""

    file: str
    encoding: str = ""
    read: int = 0
    kept: int = 0
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, what: str, *, column: str | None = None, remedy: str = "") -> None:
        """Note a fault at a line (from 1, the header included) and column name."""
        self.faults.append(Fault(Where(self.file, line, field=column), shown(what), remedy))

    def __str__(self) -> str:
        head = f"{self.file}: {self.kept:,} of {self.read:,} rows taken ({self.encoding}), {len(self.faults)} faults"
        return "\n".join([head, *(f"  {fault}" for fault in self.faults)])


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its line number (of its first line) and its values by column name."""

    line: int
    values: dict[str, str]


def decode(content: bytes, *, file: str = "") -> tuple[str, str]:
    """Text and encoding of a file's bytes: UTF-8 (with or without BOM), else cp932.

    Raises:
        BadInput: it is neither; the line and byte where UTF-8 breaks are named.
    """
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding), "utf-8" if encoding == "utf-8-sig" else encoding
        except UnicodeDecodeError as error:
            broken = error
        if _plainly_utf8(content[: broken.start]):
            break
    line = content.count(b"\n", 0, broken.start) + 1
    raise BadInput(
        f"the file is neither UTF-8 nor cp932: byte {content[broken.start]:#04x}",
        where=Where(file, line),
        remedy="save it as CSV UTF-8",
    )


PIECE = 1 << 20


def encoding_of(path: Path) -> str:
    """As :func:`decode` tells it, of a file of any size, in bounded memory.

    Raises:
        BadInput: it is neither UTF-8 nor cp932; the line where it breaks is named.
    """
    with _content(path) as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise BadInput("the file is UTF-16", where=Where(path.name, 1), remedy="save it as CSV UTF-8")
    line = 1
    for encoding in ENCODINGS:
        broken = _broken_line(path, encoding)
        if broken is None:
            return encoding
        line, so_far = broken
        if _plainly_utf8(so_far):
            break
    raise BadInput("the file is neither UTF-8 nor cp932", where=Where(path.name, line), remedy="save it as CSV UTF-8")


def _plainly_utf8(content: bytes) -> bool:
    """Whether so much of it is Japanese in UTF-8 that a later fault is a broken byte, and no sign of cp932.

    cp932 accepts nearly any bytes: a file of UTF-8 with one broken byte would be read as nonsense without a word.
    """
    return len(_UTF8_JAPANESE.findall(content[-PIECE:])) >= 10


def _broken_line(path: Path, encoding: str) -> tuple[int, bytes] | None:
    """Where an encoding fails, with the bytes before it."""
    decoder, line, before = codecs.getincrementaldecoder(encoding)(), 1, b""
    with _content(path) as file:
        while piece := file.read(PIECE):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                return line + error.object.count(b"\n", 0, error.start), before + error.object[: error.start]
            line, before = line + piece.count(b"\n"), piece[-10_000:]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line, before
    return None


@contextmanager
def opened(path: Path, report: Report) -> Iterator[TextIO]:
    """The text of a file of any size in its own encoding, which the report is told; also of the table in a zip file.

    Raises:
        BadInput: as :func:`encoding_of`.
    """
    encoding = encoding_of(path)
    report.encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    with _content(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
        yield text


TABLES = (".csv", ".txt", ".tsv")


@contextmanager
def _content(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, or of the one table in a zip file, as 国税庁 and 日本郵便 publish them.

    Raises:
        BadInput: the zip file has no table or several, or asks for a password.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            if file.read(4) == b"PK\x03\x04":
                raise BadInput("the zip file is broken", where=Where(path.name), remedy="fetch it again")
            file.seek(0)
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        names = [one for one in archive.infolist() if one.filename.lower().endswith(TABLES)]
        if any(one.filename.startswith("xl/") for one in archive.infolist()):
            raise BadInput("this is a workbook of Excel", where=Where(path.name), remedy="save it as CSV UTF-8")
        if len(names) != 1 or names[0].flag_bits & 1:
            what = "asks for a password" if len(names) == 1 else f"has {len(names)} tables"
            raise BadInput(f"the zip file {what}", where=Where(path.name), remedy="unpack it and name one CSV file")
        with archive.open(names[0]) as file:
            yield file


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal: the same bytes are the same file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_rows(path: Path, columns: Sequence[str], *, report: Report) -> Iterator[Row]:
    """Records of a CSV file that has at least ``columns``; short and long lines are reported and passed over.

    Raises:
        BadInput: no header, a needed column is missing or double, or the encoding is unknown.
    """
    with opened(path, report) as file:
        found = records(file, headed=True)
        header = [unicodedata.normalize("NFKC", name).strip() for name in next(found, Record(1, [])).cells or []]
        _check_header(header, columns, file=path.name)
        for start, cells, fault in found:
            if cells is not None and not any(cells):
                continue
            report.read += 1
            if cells is None:
                report.fault(start, fault, remedy=REMEDY)
                continue
            if len(cells) != len(header):
                report.fault(
                    start,
                    f"{len(cells)} cells where the header has {len(header)}",
                    remedy="quote cells that contain commas or line breaks",
                )
                continue
            yield Row(start, dict(zip(header, cells, strict=True)))


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
