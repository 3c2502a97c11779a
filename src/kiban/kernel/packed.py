"""Files that come packed (gzip, zip): unpacked as a stream, and never to more than an honest table packs from.

A few kilobytes can be made to unpack to many gigabytes. What is given may unpack to ``RATIO`` times its size (official
tables: 5 to 20 times), or to ``FREE`` bytes where that is more; beyond that it is refused, and whoever trusts the file
unpacks it first. Every reader of the package that takes packed files takes them from here.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

RATIO = 200
FREE = 64 << 20
TABLES = (".csv", ".txt", ".tsv")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError)
_AGAIN = "fetch it again"
_BUFFER = 1 << 20


class _Unpacked(io.RawIOBase):
    """What comes out of a packed file, up to what it may give."""

    def __init__(self, source: IO[bytes] | gzip.GzipFile, path: Path) -> None:
        self._source, self._path, self._left = source, path, most(path)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._source.read(len(view))
        except _BROKEN:
            raise BadInput("the packed file is broken", where=Where(self._path.name), remedy=_AGAIN) from None
        self._left -= len(data)
        if self._left < 0:
            raise too_large(self._path)
        view[: len(data)] = data
        return len(data)


def inflated(data: bytes, *, limit: int) -> bytes:
    """One whole zlib stream (RFC 1950) of a message, unpacked to ``limit`` bytes at most.

    Raises:
        ValueError: it is no such stream, is cut off, is larger, or has something behind its end.
    """
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(data, limit)
    except zlib.error:
        raise ValueError("this is no zlib stream") from None
    if not reader.eof or reader.unused_data:
        raise ValueError("the zlib stream is cut off, too large, or has something after its end")
    return found


def most(path: Path) -> int:
    """How many bytes a packed file may unpack to."""
    return max(FREE, RATIO * path.stat().st_size)


def too_large(path: Path) -> BadInput:
    """The refusal of a file that unpacks to more."""
    size = path.stat().st_size
    return BadInput(
        f"of {size:,} bytes it unpacks to more than {most(path):,}: so much is in no table",
        where=Where(path.name),
        remedy="look whence it comes; if it must be read, unpack it and name what comes out",
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One table: a file as it is or packed by gzip, or a member of a zip file."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes, unpacked. Raises: BadInput while it is read, when it is broken or gives too much."""
        if self.member:
            with _archive(self.path) as archive, archive.open(self.member) as inside:
                yield io.BufferedReader(_Unpacked(inside, self.path), _BUFFER)
            return
        with self.path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if head.startswith(_GZIP):
                with gzip.GzipFile(fileobj=file) as inside:
                    yield io.BufferedReader(_Unpacked(inside, self.path), _BUFFER)
            elif head == _ZIP:
                raise BadInput("the zip file is broken", where=Where(self.path.name), remedy=_AGAIN)
            else:
                yield file


def parts(path: Path) -> list[Part]:
    """The tables of a zip file in the order of their names; any other file is the one that it is.

    Raises:
        BadInput: it is a workbook, is broken, asks for a password, or unpacks to too much.
    """
    if not zipfile.is_zipfile(path):
        if path.suffix.lower() == ".zip":
            raise BadInput("this is no zip file", where=Where(path.name), remedy=_AGAIN)
        return [Part(path)]
    with _archive(path) as archive:
        every = archive.infolist()
    if any(one.filename.startswith("xl/") for one in every):
        raise BadInput("this is a workbook of Excel", where=Where(path.name), remedy="save it as CSV UTF-8")
    tables = sorted((one for one in every if one.filename.lower().endswith(TABLES)), key=lambda one: one.filename)
    if any(one.flag_bits & 1 for one in tables):
        raise _refused(path, "asks for a password")
    if any(one.compress_type not in _KNOWN for one in tables):
        raise _refused(path, "is packed in an unusual way")
    if sum(one.file_size for one in tables) > most(path):  # a member gives no more than is stated of it
        raise too_large(path)
    return [Part(path, one.filename) for one in tables]


def only(path: Path) -> Part:
    """The one table of a file. Raises: BadInput, also when a zip file has none or several."""
    found = parts(path)
    if len(found) != 1:
        raise _refused(path, f"has {len(found)} tables")
    return found[0]


def content(path: Path) -> bytes:
    """All bytes of a file, unpacked when it is packed by gzip. Raises: BadInput."""
    with Part(path).open() as file:
        return file.read()


def _refused(path: Path, why: str) -> BadInput:
    return BadInput(f"the zip file {why}", where=Where(path.name), remedy="unpack it and name one CSV file")


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN:
        raise BadInput("the zip file is broken", where=Where(path.name), remedy=_AGAIN) from None
    with archive:
        try:
            yield archive
        except zipfile.BadZipFile:
            raise BadInput("the zip file is broken", where=Where(path.name), remedy=_AGAIN) from None
