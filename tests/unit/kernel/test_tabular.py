"""Tables as offices send them are read right, or refused by line and column."""

from __future__ import annotations

import contextlib
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.csv_rows import records
from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import (
    Report,
    decode,
    digest_of,
    encoding_of,
    opened,
    parse_integer,
    parse_number,
    read_rows,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("１，２３４", 1234),
        ("▲5.2", -5.2),
        ("△３", -3),
        ("(300)", -300),
        ("−7", -7),
        ("", None),
        ("―", None),
        (" 12 ", 12),
    ],
)
def test_numbers_as_offices_write_them(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["十二", "1.2.3", "12円", "--3", "(3", "(-3)", "nan", "inf", "１２ａ"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_number(text)


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(BadInput, match="whole"):
        parse_integer("1.5")


@given(st.integers(-(10**12), 10**12))
def test_every_integer_survives_separators_and_full_width(number: int) -> None:
    wide = f"{abs(number):,}".translate(str.maketrans("0123456789,", "０１２３４５６７８９，"))

    assert parse_integer(("▲" if number < 0 else "") + wide) == number


@given(st.text())
def test_any_text_is_a_finite_number_nothing_or_refused(text: str) -> None:
    with contextlib.suppress(BadInput):
        number = parse_number(text)
        assert number is None or math.isfinite(number) or len(text) > 300


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_three_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("団体,値\r\n海南市,１\r\n".encode(encoding))
    report = Report(path.name)

    rows = list(read_rows(path, ["団体", "値"], report=report))

    assert [(row.line, row.values) for row in rows] == [(2, {"団体": "海南市", "値": "１"})]
    assert report.encoding == ("cp932" if encoding == "cp932" else "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("shift", range(3))
def test_large_files_are_told_apart_and_read_where_a_character_lies_on_the_border(
    tmp_path: Path, encoding: str, shift: int
) -> None:
    path, report = tmp_path / "a.csv", Report("a.csv")
    path.write_bytes(("a" * shift + "海南市\n" * 150_000).encode(encoding))

    with opened(path, report) as file:
        lines = sum(1 for _ in file)
    assert (encoding_of(path), lines) == ("cp932" if encoding == "cp932" else "utf-8-sig", 150_000)
    broken = path.read_bytes()[:-1] + b"\x81\n"
    path.write_bytes(broken)
    with opened(path, report) as file:
        kept = [(record.line, record.cells is not None) for record in records(file)]
    assert (kept[149_998:], len(kept)) == ([(149_999, True), (150_000, False)], 150_000)
    with pytest.raises(BadInput, match=r"a\.csv:150000"):
        decode(broken, file="a.csv")
    assert len(digest_of(path)) == 64


def test_an_unknown_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(BadInput, match=r"a\.csv:2"):
        decode(b"a,b\n\x81\xff\xff,1\n", file="a.csv")


def test_good_rows_beside_bad_ones_are_kept_and_lines_are_right(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,2\n3\n"x\ny",4\n5,6,7\n8,9\n', encoding="utf-8")
    report = Report(path.name)

    rows = list(read_rows(path, ["a", "b"], report=report))

    assert [row.line for row in rows] == [2, 4, 7]
    assert [fault.where.line for fault in report.faults] == [3, 6]
    assert report.read == 5


@pytest.mark.parametrize(
    ("header", "message"), [("a,c\n", "columns b are missing"), ("a,b,b\n", "twice"), ("", "missing")]
)
def test_a_wrong_header_is_refused(tmp_path: Path, header: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(header, encoding="utf-8")

    with pytest.raises(BadInput, match=message):
        list(read_rows(path, ["a", "b"], report=Report(path.name)))


def test_utf_8_with_one_broken_byte_is_refused_by_line_and_not_read_as_nonsense(tmp_path: Path) -> None:
    content = "a,b\n中けき南あ町,く田山け町き山\n".encode() + b"1,\xb1\n3,4\n"
    path, report = tmp_path / "a.csv", Report("a.csv")
    path.write_bytes(content)

    assert content.decode("cp932")
    with pytest.raises(BadInput, match=r"a\.csv:3"):
        decode(content, file="a.csv")
    assert [row.line for row in read_rows(path, ["a"], report=report)] == [2, 4]
    assert [str(fault) for fault in report.faults] == [
        "a.csv:3, field b: the byte 0xb1 is no character of utf-8 → write the cell anew, in the encoding of the file"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize("bad", [b"\xff", b"\xfe\xfe", b"\xa0", b"\x80", b"\x81", b"\xfd"])
@pytest.mark.parametrize("at", [2, 3, 11])
def test_bytes_that_are_no_characters_cost_their_row_only(tmp_path: Path, encoding: str, bad: bytes, at: int) -> None:
    lines = [f'{n},海南市日方{n},"続く\n番地"'.encode(encoding) for n in range(10)]
    lines[at - 2] = lines[at - 2].replace("市".encode(encoding), bad + b" ")
    path, report = tmp_path / "a.csv", Report("a.csv")
    path.write_bytes(b"\r\n".join([b"a,b,c", *lines]) + b"\r\n")

    kept = [row.values["a"] for row in read_rows(path, ["a"], report=report)]
    assert kept == [str(n) for n in range(10) if n != at - 2]
    (fault,) = report.faults
    assert (fault.where.line, fault.where.field, report.encoding) == (2 * at - 2, "b", encoding)
    with pytest.raises(BadInput, match=rf"a\.csv:{2 * at - 2}"):
        decode(path.read_bytes(), file="a.csv")


def test_a_file_of_neither_encoding_and_a_broken_header_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content, line in ((b"\x81\xff\xff,1\n" * 3, 1), ("名\xff,b\n".encode("latin-1", "replace"), 1)):
        path.write_bytes(content)
        with pytest.raises(BadInput) as caught:
            list(read_rows(path, ["b"], report=Report("a.csv")))
        assert (caught.value.where.line, bool(caught.value.remedy)) == (line, True)


@given(st.lists(st.text('海南市ｱﾞé髙a,"', max_size=8), min_size=1, max_size=9), st.binary(max_size=6), st.booleans())
def test_any_bytes_cost_no_other_line(lines: list[str], torn: bytes, japanese: bool) -> None:
    encoding = "utf-8" if japanese else "cp932"
    rows = [f'{n},海南,"{line}"'.replace('"', "").encode(encoding, "replace") for n, line in enumerate(lines)]
    with tempfile.TemporaryDirectory() as folder:
        path, report = Path(folder) / "a.csv", Report("a.csv")
        bad = b"x," + torn.replace(b"\n", b"").replace(b"\r", b"").replace(b'"', b"")
        path.write_bytes(b"\n".join([b"n,a,b", *rows, bad, *rows]) + b"\n")
        with opened(path, report) as file:
            found = list(records(file))
        good = {record.line for record in found if record.cells is not None}
        assert {*range(1, 2 * len(rows) + 3)} - good <= {len(rows) + 2}


@given(st.text("海南市日方ｱｲｳｶﾞ１２漢字かな\n,", max_size=60))
def test_what_is_written_in_cp932_is_read_as_such_or_is_utf_8_too(text: str) -> None:
    content = text.encode("cp932")
    read, encoding = decode(content)

    assert read == text or encoding == "utf-8"
