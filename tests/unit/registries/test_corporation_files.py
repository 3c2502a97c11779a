"""The official file of corporations as it is downloaded: zip, both encodings; quick ways give the same answers."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.characters import compare_key, quick_compare_key
from kiban.kernel.clock import JST, FixedClock
from kiban.kernel.errors import BadInput
from kiban.kernel.events import FanOut
from kiban.kernel.tabular import Report
from kiban.kernel.values import CorporateNumber
from kiban.registries import corporation
from kiban.registries.corporation import CORPORATION, firm_key, read_corporations
from kiban.registries.engine import Entry
from kiban.registries.engine.actions import Using, take_in
from kiban.registries.engine.model import Source
from kiban.registries.store import RecordStore, staging
from registry_sample import line, number, written

ROWS = [
    line(number(50001000001), "01", "2015-10-05", name="株式会社髙﨑商店"),
    line(number(50001000002), "21", "2020-01-01", closed_on="2020-01-01", closed_reason="01", hidden="1"),
    line(number(50001000003), "99", "2021-01-01"),
]


def read(path: Path) -> tuple[list[Entry], Report]:
    report = Report(path.name)
    return list(read_corporations(path, report=report)), report


def packed(path: Path, *files: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"download/{file.name}")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_zip_and_plain_in_every_encoding_give_the_same(tmp_path: Path, encoding: str) -> None:
    plain = written(tmp_path / "00_zenkoku_all_20260331.csv", *ROWS, encoding=encoding)
    signature = tmp_path / "00_zenkoku_all_20260331.csv.asc"
    signature.write_text("-----BEGIN PGP SIGNATURE-----")
    entries, report = read(plain)
    zipped, told = read(packed(tmp_path / "a.zip", plain, signature))

    assert zipped == entries
    assert [e.kind for e in entries] == ["state", "change", "withdrawn"]
    assert entries[1].quality == ("hidden",)
    assert (told.kept, told.encoding) == (3, report.encoding) == (3, "cp932" if encoding == "cp932" else "utf-8")


def test_a_zip_without_one_table_is_refused(tmp_path: Path) -> None:
    plain = written(tmp_path / "a.csv", *ROWS)
    other = written(tmp_path / "b.csv", *ROWS)
    picture = tmp_path / "c.png"
    picture.write_bytes(b"png")
    for files in ((plain, other), (picture,)):
        with pytest.raises(BadInput, match="tables"):
            read(packed(tmp_path / "z.zip", *files))


def test_a_broken_zip_and_bad_lines_are_told(tmp_path: Path) -> None:
    plain = written(tmp_path / "a.csv", *ROWS, {**ROWS[0], "corporate_number": "1234567890123"})
    entries, report = read(packed(tmp_path / "z.zip", plain))
    whole = (tmp_path / "z.zip").read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])

    assert (len(entries), [fault.where.line for fault in report.faults]) == (3, [4])
    with pytest.raises(BadInput):
        read(tmp_path / "half.zip")


@given(
    st.text(
        alphabet=st.sampled_from("髙高﨑崎ーッァャヵヶ々株式会社(有)ＡＢa1゛゜ｶﾞ 　・邊辺ヴﾞé山川") | st.characters(),
        max_size=12,
    )
)
def test_the_quick_key_is_the_key(text: str) -> None:
    assert quick_compare_key(text) == compare_key(text)


FORMS = st.sampled_from(
    [
        "",
        "株式会社",
        "有限会社",
        "医療法人",
        "医療法人社団",
        "一般社団法人",
        "特定非営利活動法人",
        "(株)",
        "㈱",
        "相互会社",
        "事業協同組合",
    ]
)


@given(FORMS, st.text(alphabet="山株医一(社人合)田団法", max_size=5), FORMS)
def test_legal_forms_fall_as_the_expressions_say(before: str, name: str, after: str) -> None:
    key = compare_key(before + name + after)
    bare = corporation._AFTER.sub("", corporation._BEFORE.sub("", key))

    assert firm_key(before + name + after) == (bare or key)


@given(st.integers(0, 10**12 - 1), st.integers(0, 9))
def test_numbers_check_as_the_value_does(base: int, first: int) -> None:
    text = f"{first}{base:012}"
    if first == CorporateNumber.check_digit(f"{base:012}"):
        assert corporation._number(text) == text
    else:
        with pytest.raises(BadInput):
            corporation._number(text)


class Stopped(Exception):
    pass


def using(report: Report) -> Using:
    return Using(FixedClock(dt.datetime(2026, 4, 1, tzinfo=JST)), FanOut(()), report)


@pytest.mark.parametrize("lost", [4, 7, 8, 10])
def test_a_file_that_is_taken_up_again_is_counted_as_one_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    monkeypatch.setattr(staging, "PORTION", 3)
    rows = [line(number(50001000001 + n), "01", "2015-10-05", name=f"第{n}") for n in range(12)]
    for bad in (4, 5, 11):
        rows[bad] = rows[bad] | {"corporate_number": "1234567890123"}
    path = written(tmp_path / "a.csv", *rows)
    source = Source(path.name, dt.date(2026, 3, 31), digest="d" * 64)
    store = RecordStore(tmp_path / "r.sqlite")

    def entries(report: Report, *, most: int) -> Callable[[int], Iterator[Entry]]:
        def read(after: int) -> Iterator[Entry]:
            for entry in read_corporations(path, report=report, after=after):
                if entry.line > most:
                    raise Stopped
                yield entry

        return read

    first, second = Report(path.name), Report(path.name)
    with pytest.raises(Stopped):
        take_in(store, CORPORATION, entries=entries(first, most=lost), source=source, using=using(first))
    taken = take_in(store, CORPORATION, entries=entries(second, most=99), source=source, using=using(second))

    _, whole = read(path)
    assert (second.read, second.kept, second.encoding) == (whole.read, whole.kept, whole.encoding)
    assert [str(fault) for fault in second.faults] == [str(fault) for fault in whole.faults]
    assert taken.counts["created"] == 9


def test_many_faults_of_an_import_are_counted_and_filed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "PORTION", 400)
    good = [line(number(50001000001 + n), "01", "2015-10-05", name=f"第{n}") for n in range(3)]
    bad = [good[0] | {"corporate_number": f"{n:013}"} for n in range(1500)]
    path = written(tmp_path / "a.csv", *good[:2], *bad, good[2])
    source, report = Source(path.name, dt.date(2026, 3, 31), digest="d" * 64), Report(path.name)
    entries = read_corporations(path, report=report)
    taken = take_in(
        RecordStore(tmp_path / "r.sqlite"), CORPORATION, entries=entries, source=source, using=using(report)
    )

    assert taken.counts["created"] == 3
    assert (report.read, report.kept, report.n_faults, len(report.faults)) == (1503, 3, 1500, 1000)
    assert report.all_in == tmp_path / "r.sqlite.a.csv.faults.csv"
    filed = list(csv.DictReader(report.all_in.open(encoding="utf-8-sig")))
    assert [int(row["line"]) for row in filed] == list(range(3, 1503))
    assert f"each of them stands in {report.all_in}" in str(report)


def test_a_reader_that_cannot_go_on_in_the_middle_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "PORTION", 2)
    rows = [line(number(50001000001 + n), "01", "2015-10-05", name=f"第{n}") for n in range(8)]
    rows[1] |= {"corporate_number": "1234567890123"}
    path = written(tmp_path / "a.csv", *rows)
    source, store = Source(path.name, dt.date(2026, 3, 31), digest="d" * 64), RecordStore(tmp_path / "r.sqlite")

    def stopped(report: Report) -> Iterator[Entry]:
        for entry in read_corporations(path, report=report):
            if entry.line > 6:
                raise Stopped
            yield entry

    first, second = Report(path.name), Report(path.name)
    with pytest.raises(Stopped):
        take_in(store, CORPORATION, entries=stopped(first), source=source, using=using(first))
    again = read_corporations(path, report=second)
    taken = take_in(store, CORPORATION, entries=again, source=source, using=using(second))
    assert (second.read, second.kept, second.n_faults) == (8, 7, 1)
    assert taken.counts == {"created": 7}
