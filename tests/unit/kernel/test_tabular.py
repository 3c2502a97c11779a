"""Tables as offices send them are read right, or refused by line and column."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    with pytest.raises(BadInput, match=r"a\.csv:150000"):
        encoding_of(path)
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
    content = "a,b\n中けき南あ町、く田山け町き山\n".encode() + b"\xb1\n"
    (tmp_path / "a.csv").write_bytes(content)

    assert content.decode("cp932")
    for read in (lambda: decode(content, file="a.csv"), lambda: encoding_of(tmp_path / "a.csv")):
        with pytest.raises(BadInput, match=r"a\.csv:3"):
            read()


@given(st.text("海南市日方ｱｲｳｶﾞ１２漢字かな\n,", max_size=60))
def test_what_is_written_in_cp932_is_read_as_such_or_is_utf_8_too(text: str) -> None:
    content = text.encode("cp932")
    read, encoding = decode(content)

    assert read == text or encoding == "utf-8"
