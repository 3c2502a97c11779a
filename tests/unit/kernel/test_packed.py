"""Packed files: honest ones are read as they are unpacked, bombs are refused before they fill memory or disk."""

from __future__ import annotations

import gzip
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiban.evidence.charts.map import read_shapes
from kiban.evidence.effects.panel import Columns
from kiban.evidence.effects.reading import read_study
from kiban.evidence.store.books import load_books
from kiban.evidence.store.warehouse import Warehouse
from kiban.kernel import packed
from kiban.kernel.errors import BadInput
from kiban.kernel.packed import FREE, content, only, parts
from kiban.kernel.tabular import Report, opened, read_rows
from kiban.registries.address.official import read_rows as read_official
from kiban.shell.cli import main

TABLE = "名前,数\n和歌山,1\n海南,2\n"
ZEROS = 160 << 20
"""What the bombs of these tests unpack to: more than is free, from 160 kilobytes."""


def gzip_bomb(path: Path) -> Path:
    with gzip.open(path, "wb", compresslevel=9) as out:
        out.write(b"a,b\n")
        for _ in range(ZEROS >> 20):
            out.write(bytes(1 << 20))
    assert FREE < ZEROS
    assert path.stat().st_size < ZEROS / 900
    return path


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gzip_bomb(tmp_path_factory.mktemp("bomb") / "t.csv.gz")


@pytest.fixture(scope="module")
def zip_bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bomb") / "t.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("t.csv", "w") as out,
    ):
        out.write(b"lg_code,machiaza_id\n")
        for _ in range(ZEROS >> 20):
            out.write(bytes(1 << 20))
    return path


def packed_as(folder: Path, form: str) -> Path:
    data = TABLE.encode()
    if form == "zip":
        with zipfile.ZipFile(folder / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("t.csv", data)
        return folder / "t.zip"
    (folder / "t.csv").write_bytes(gzip.compress(data) if form == "gzip" else data)
    return folder / "t.csv"


@pytest.mark.parametrize("form", ["plain", "gzip", "zip"])
def test_a_table_is_read_as_it_is_or_packed(tmp_path: Path, form: str) -> None:
    report = Report("t")
    rows = [row.values for row in read_rows(packed_as(tmp_path, form), ["名前"], report=report)]
    assert rows == [{"名前": "和歌山", "数": "1"}, {"名前": "海南", "数": "2"}]
    assert report.encoding == "utf-8"


def refused(read: Callable[[], object], path: Path) -> None:
    tracemalloc.start()
    with pytest.raises(BadInput, match="it unpacks to more than") as told:
        read()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert told.value.where.file == path.name
    assert "unpack it and name what comes out" in told.value.remedy
    assert peak < 3 * FREE


def text_of(path: Path) -> int:
    with opened(path, Report("t")) as file:
        return sum(len(line) for line in file)


def test_a_bomb_is_refused_by_every_reader_of_packed_files(bomb: Path, zip_bomb: Path, tmp_path: Path) -> None:
    refused(lambda: text_of(bomb), bomb)
    refused(lambda: text_of(zip_bomb), zip_bomb)
    refused(lambda: content(bomb), bomb)
    refused(lambda: read_shapes(bomb), bomb)
    refused(lambda: read_study(bomb, Columns("a", "b", "c", "d")), bomb)
    refused(lambda: list(read_official(zip_bomb)), zip_bomb)
    book = tmp_path / "mof-jikou-2024.json.gz"
    book.symlink_to(bomb)
    refused(lambda: load_books(Warehouse(tmp_path / "store"), tmp_path), book)


def test_commands_refuse_a_bomb_in_one_line(
    bomb: Path, zip_bomb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(tmp_path / "r.db")]
    for words in (
        ["registry", "update", str(zip_bomb)],
        ["registry", "import", "corporation", str(zip_bomb), "--as-of", "2026-04-01", *store],
        ["gif", "propose", str(bomb)],
    ):
        assert main(words) == 1
        assert "it unpacks to more than" in capsys.readouterr().err


def test_many_members_count_together(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.csv", bytes(FREE // 2))
    with pytest.raises(BadInput, match="unpacks to more than"):
        parts(path)


def test_a_zip_that_lies_about_its_size_gives_no_more_than_it_states(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"a,b\n" + bytes(FREE + 1000))
    data = bytearray(path.read_bytes())
    size = (FREE + 1004).to_bytes(4, "little")
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    with pytest.raises(BadInput, match="broken"), only(path).open() as file:
        assert len(file.read()) <= 10


@pytest.mark.parametrize("cut", [20, 60, 100])
def test_a_torn_gzip_file_is_told(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress("\n".join(f"{n * 7919 % 1000},{n}" for n in range(100)).encode())[:cut])
    with pytest.raises(BadInput, match="the packed file is broken"):
        content(path)
    with pytest.raises(BadInput, match="the packed file is broken"):
        text_of(path)


def test_unusual_archives_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("t.csv", TABLE)
    with pytest.raises(BadInput, match="packed in an unusual way"):
        only(path)
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"PK\x01\x09"))
    with pytest.raises(BadInput, match="zip file is broken"):
        only(path)


def test_what_is_large_by_itself_is_read(tmp_path: Path) -> None:
    """A file of a thousand characters' variety packs to a tenth, not to a two-hundredth."""
    text = "".join(f"{n * 48271 % 2147483647},{n}\n" for n in range(1, 30_000))
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(("a,b\n" + text).encode()))
    assert text_of(tmp_path / "t.csv.gz") == len(text) + 4


OWN_DATA = {"kernel/characters/tables.py", "population/nation.py", "registries/municipality_register.py",
            "registries/postal.py", "registries/address/index.py"}  # fmt: skip
"""Modules that unpack what the package itself brings or made; ``kernel/packed.py`` unpacks what others give."""


def test_nothing_else_in_the_package_unpacks() -> None:
    root = Path(packed.__file__).parents[1]
    unpacks = re.compile(r"^\s*(?:import|from) (?:gzip|zipfile|lzma|bz2|tarfile)\b|\.decompress\(", re.MULTILINE)
    found = {path for path in root.rglob("*.py") if unpacks.search(path.read_text(encoding="utf-8"))}
    assert {path.relative_to(root).as_posix() for path in found} == OWN_DATA | {"kernel/packed.py"}
