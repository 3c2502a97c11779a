"""Lines, files and comparisons of addresses."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kiban.kernel.errors import BadInput
from kiban.registries.address.bulk import Job, bulk
from kiban.registries.address.lines import COLUMNS, answers
from kiban.registries.address.same import Verdict, same

ADDRESS = "東京都港区芝公園4-2-8"


def test_lines_keep_number_and_order_whatever_bytes_they_are() -> None:
    given = [b"", b"\xff\xfe", ADDRESS.encode(), ADDRESS.encode("cp932"), "a\u2028b\x0bc\x85\r".encode(), b"\x00"] * 700
    out = b"".join(answers(line + b"\n" for line in given)).decode()
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == len(given)
    assert rows[3]["town_id"] == rows[2]["town_id"] != ""
    assert list(rows[0]) == list(COLUMNS)


def test_the_command_reads_lines_and_writes_json() -> None:
    text = f"\ufeff{ADDRESS}\r\n\n府中市".encode()
    command = [sys.executable, "-m", "kiban", "address", "normalise", "--jsonl"]
    done = subprocess.run(command, input=text, capture_output=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["input"] for row in rows] == [ADDRESS, "", "府中市"]
    assert rows[0]["municipality_code"] == "131032"


def test_several_processes_answer_as_one() -> None:
    given = [f"東京都港区芝公園4-2-{n}\n".encode() for n in range(5000)]
    assert b"".join(answers(iter(given), workers=2)) == b"".join(answers(iter(given)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_in_each_encoding_with_broken_lines(tmp_path: Path, encoding: str) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    good = [f'{n},"東京都港区芝公園4-2-{n}"' for n in range(1, 8)]
    lines = ["番号,住所", *good[:3], "4,a,b,c", *good[3:]]
    source.write_bytes("\n".join(lines).encode(encoding) + b"\n9," + b"\x81\x20\n")
    report = bulk(Job(source, target, ["住所"]))
    rows = list(csv.DictReader(target.open(encoding="utf-8")))
    assert [row["番号"] for row in rows] == [str(n) for n in range(1, 8)]
    assert [row["address_block"] for row in rows] == [f"2-{n}" for n in range(1, 8)]
    assert [fault.where.line for fault in report.faults] == [5, 10]


def stopped(job: Job, *, at: int) -> None:
    """A run that ends by Ctrl-C when it has reached a line."""

    def stop(line: int) -> None:
        if line >= at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk(Job(job.source, job.target, job.columns, stop))


def long_table(folder: Path) -> Job:
    """50 rows with two columns of addresses, and where their answer is to be."""
    lines = "".join(f'"港区\n芝公園4-2-{n}",海南市日方{n}\n' for n in range(1, 50))
    (folder / "in.csv").write_text("a,b\n" + lines, encoding="utf-8")
    return Job(folder / "in.csv", folder / "out.csv", ["a"])


def test_a_stopped_file_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiban.registries.address.bulk.STEP", 10)
    job = long_table(tmp_path)
    bulk(job)
    whole = job.target.read_bytes()
    stopped(job, at=60)
    part = tmp_path / "out.csv.part"
    part.write_bytes(part.read_bytes()[:-7])  # as a kill in the middle of a row leaves it
    job.levels.clear()
    assert bulk(job).kept == 49
    assert job.target.read_bytes() == whole
    assert 0 < sum(job.levels.values()) < 25
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_what_was_begun_for_another_task_is_not_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another column, another source of the same name, or a file that only looks like unfinished work."""
    monkeypatch.setattr("kiban.registries.address.bulk.STEP", 10)
    job = long_table(tmp_path)
    stopped(job, at=60)
    other = Job(job.source, job.target, ["b"])
    bulk(other)
    rows = list(csv.DictReader(job.target.open(encoding="utf-8", newline="")))
    assert {row["address_town"] for row in rows} == {"日方"}
    stopped(job, at=60)
    job.source.write_text("a,b\n" + "港区芝公園4-2-8,\n" * 60, encoding="utf-8")
    os.utime(job.source, (1, 1))
    bulk(job)
    assert len(job.target.read_text(encoding="utf-8").splitlines()) == 61


def test_two_runs_at_one_target_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiban.registries.address.bulk.STEP", 10)
    job = long_table(tmp_path)
    told: list[str] = []

    def second(_: int) -> None:
        with pytest.raises(BadInput, match="another run") as refused:
            bulk(Job(job.source, job.target, ["b"]))
        told.append(str(refused.value))

    bulk(Job(job.source, job.target, ["a"], second))
    assert len(told) == 4
    rows = list(csv.DictReader(job.target.open(encoding="utf-8", newline="")))
    assert [row["address_block"] for row in rows] == [f"2-{n}" for n in range(1, 50)]


def test_a_target_that_is_no_file_stays_what_it_is(tmp_path: Path) -> None:
    job = long_table(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    for target in (tmp_path, tmp_path / "pipe", tmp_path / "no folder" / "out.csv"):
        with pytest.raises(BadInput):
            bulk(Job(job.source, target, ["a"]))
    with pytest.raises(BadInput, match="read again"):
        bulk(Job(tmp_path / "pipe", job.target, ["a"]))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "pipe"]


def test_a_full_device_is_told_without_a_traceback() -> None:
    words = [sys.executable, "-m", "kiban", "address", "search", "かすみ"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("kiban: what was being written: No space left")
    assert len(done.stderr.splitlines()) == 1


HEADERS = {
    "twice": ("住所,住所\n海南市日方1,港区芝公園4\n", "is there twice"),
    "an answer": ("住所,address_level\n海南市日方1,9\n", "address_level is there already"),
    "tabs": ("番号\t住所\n1\t海南市日方1\n", "not separated by commas"),
    "missing": ("番号,所在地\n1,海南市日方1\n", "the header has: 番号, 所在地"),
    "UTF-16 without a mark": ("番号,住所\n1,海南市日方1\n", "UTF-16 without its mark"),
    "a workbook": ("PK\x03\x04", "a workbook"),
    "a header of another encoding": ("番号,住所\n", "the header is not utf-8"),
}


@pytest.mark.parametrize("what", HEADERS)
def test_a_header_that_cannot_be_followed_is_refused_with_its_place(tmp_path: Path, what: str) -> None:
    text, told = HEADERS[what]
    content = text.encode("utf-16-le" if "UTF-16" in what else "cp932" if "encoding" in what else "utf-8")
    (tmp_path / "in.csv").write_bytes(content + ("海南市日方\n".encode() * 3 if "encoding" in what else b""))
    with pytest.raises(BadInput, match=told) as refused:
        bulk(Job(tmp_path / "in.csv", tmp_path / "out.csv", ["住所"]))
    assert str(refused.value.where).startswith("in.csv:1")
    assert refused.value.remedy


def test_a_column_is_found_whatever_its_width_and_blanks(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("番号, ｼﾞｭｳｼｮ　\n1,海南市日方1\n", encoding="utf-8")
    assert bulk(Job(tmp_path / "in.csv", tmp_path / "out.csv", ["ジュウショ"])).kept == 1


def test_a_bad_row_is_told_with_its_column_and_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes("番号,住所\n1,海南市\n2\n3,".encode() + b"\x93\xfa\n")
    faults = bulk(Job(tmp_path / "in.csv", tmp_path / "out.csv", ["住所"])).faults
    assert [(one.where.line, one.where.field, bool(one.remedy)) for one in faults] == [
        (3, "住所", True),
        (4, "住所", True),
    ]


def test_a_file_without_the_column_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(BadInput, match="住所"):
        bulk(Job(source, tmp_path / "out.csv", ["住所"]))


@pytest.mark.parametrize(
    ("first", "second", "verdict", "level"),
    [
        ("東京都千代田区霞が関2-1-6", "千代田区霞ヶ関二丁目１番６号", Verdict.SAME, 6),
        ("東京都千代田区霞が関2-1-6", "千代田区霞ヶ関二丁目１番", Verdict.WITHIN, 5),
        ("東京都千代田区霞が関2-1-6", "千代田区霞ヶ関二丁目２番", Verdict.DIFFERENT, 4),
        ("東京都千代田区霞が関2-1-6", "千代田区霞ヶ関一丁目", Verdict.DIFFERENT, 3),
        ("東京都千代田区霞が関2-1-6", "東京都千代田区", Verdict.WITHIN, 2),
        ("東京都千代田区霞が関2-1-6", "大阪府大阪市北区中之島1-3-20", Verdict.DIFFERENT, 0),
        ("東京都千代田区霞が関2-1-6", "府中市", Verdict.UNSURE, 0),
        ("港区芝公園4-2-8 東京タワー", "港区芝公園4丁目2番8号　東京ﾀﾜｰ", Verdict.SAME, 6),
        ("東京都", "大阪府", Verdict.DIFFERENT, 0),
        ("東京都", "大阪府どこか", Verdict.DIFFERENT, 0),
        ("和歌山県", "わかやまけん", Verdict.UNSURE, 0),
        ("和歌山県", "和歌山県", Verdict.SAME, 1),
        ("和歌山県", "海南市", Verdict.WITHIN, 1),
        ("和歌山県どこか", "和歌山県そこか", Verdict.UNSURE, 1),
        ("国分市中央3-45-1", "鹿児島県霧島市国分中央三丁目45番1号", Verdict.SAME, 6),
        ("京都市中京区梅屋町171", "京都市中京区竹屋町通烏丸西入梅屋町171", Verdict.SAME, 5),
        ("かいなんしひかた1", "海南市日方1番地", Verdict.SAME, 5),
        ("堺市南瓦町3-1", "堺市堺区南瓦町3番1号", Verdict.SAME, 6),
        ("札幌市中央区北1条西2", "札幌市中央区北一条西三丁目", Verdict.DIFFERENT, 3),
    ],
)
def test_same_place(first: str, second: str, verdict: Verdict, level: int) -> None:
    found, turned = same(first, second), same(second, first)
    assert (found.verdict, found.level) == (verdict, level), found
    assert (turned.verdict, turned.level) == (verdict, level)


BAD = [
    ("an open quote", b'a,b\n1,x\n2,"y\n3,z\n4,w\n', ["1", "3", "4"], [3]),
    ("an open quote at the end", b'a,b\n1,x\n2,y\n3,"z', ["1", "2", "3"], []),
    ("an open quote before many lines", b'a,b\n0,"x\n' + b"".join(b"%d,z\n" % n for n in range(1, 200)), None, [2]),
    ("a quote within a cell", b'a,b\n1,x"y\n2,z\n', ["1", "2"], []),
    ("a line break in a cell", b'a,b\n1,"x\ny"\n2,z\n', ["1", "2"], []),
    ("CRLF and no end", b"a,b\r\n1,x\r\n2,y", ["1", "2"], []),
    ("CR only", b"a,b\r1,x\r2,y\r", ["1", "2"], []),
    ("NUL", b"a,b\n1,x\x00y\n2,z\n", ["1", "2"], []),
    ("empty lines", b"a,b\n\n1,x\n\n\n2,y\n\n", ["1", "2"], []),
    ("short and long rows", b"a,b\n1\n2,x\n3,x,y\n4,x\n", ["2", "4"], [2, 4]),
    ("header only", b"a,b\n", [], []),
    ("BOM", b"\xef\xbb\xbfa,b\n1,x\n", ["1"], []),
    ("bytes of neither encoding", b"a,b\n1,\xff\xfe\n2,\xe6\x9d\xb1\xe4\xba\xac\n", ["2"], [2]),
    ("a cell of a megabyte", b"a,b\n1," + b"x" * 1_000_000 + b"\n2,y\n", ["2"], [2]),
]


@pytest.mark.parametrize(("what", "content", "kept", "faults"), BAD, ids=[bad[0] for bad in BAD])
def test_bad_files_cost_only_the_bad_lines(
    tmp_path: Path, what: str, content: bytes, kept: list[str] | None, faults: list[int]
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    report = bulk(Job(source, target, ["b"]))
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["a"] for row in rows] == (kept if kept is not None else [str(n) for n in range(1, 200)]), what
    assert [fault.where.line for fault in report.faults] == faults
    assert report.kept == len(rows)
    assert report.read == len(rows) + len(faults)


@pytest.mark.parametrize("content", [b"", b"\xff\xfea\x00", b"\n\n"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    with pytest.raises(BadInput):
        bulk(Job(source, tmp_path / "out.csv", ["b"]))


def test_work_begun_from_an_older_source_is_not_gone_on_with(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    (tmp_path / "out.csv.part").write_text("a,old\n" * 5, encoding="utf-8")
    os.utime(tmp_path / "out.csv.part", (1, 1))
    source.write_text("a\n港区芝公園4-2-8\n", encoding="utf-8")
    bulk(Job(source, target, ["a"]))
    assert len(target.read_text(encoding="utf-8").splitlines()) == 2


def test_parquet_keeps_its_rows_and_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiban.registries.address.bulk.GROUP", 10)
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"n": range(45), "住所": [f"港区芝公園4-2-{n}" for n in range(45)]}), source)

    def stop(line: int) -> None:
        if line >= 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk(Job(source, target, ["住所"], stop))
    job = Job(source, target, ["住所"])
    report = bulk(job)
    table = pq.read_table(target)
    assert (report.kept, sum(job.levels.values())) == (45, 15)
    assert table.column("n").to_pylist() == list(range(45))
    assert table.column("address_block").to_pylist() == [f"2-{n}" for n in range(45)]
    assert not (tmp_path / "out.parquet.part").exists()


def test_parquet_of_any_type_and_without_rows(tmp_path: Path) -> None:
    """Bytes are read as lines are; numbers are text; a source without rows has an answer of the same columns."""
    source, target = tmp_path / "in.PARQUET", tmp_path / "out.PARQUET"
    for values in (["海南市日方1", None], ["海南市日方1".encode("cp932"), b"\xff"]):
        pq.write_table(pa.table({"住所": values}), source)
        bulk(Job(source, target, ["住所"]))
        assert pq.read_table(target).column("address_level").to_pylist() == [5, 0]
    columns = pq.read_schema(target).names
    pq.write_table(pa.table({"住所": pa.array([], pa.string())}), source)
    bulk(Job(source, target, ["住所"]))
    assert (pq.read_table(target).num_rows, pq.read_schema(target).names) == (0, columns)


def test_what_is_no_whole_parquet_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    pq.write_table(pa.table({"住所": ["海南市"] * 100}), source)
    whole = source.read_bytes()
    for content in (b"", b"a,b\n", whole[:-9]):
        source.write_bytes(content)
        with pytest.raises(BadInput, match="no whole Parquet"):
            bulk(Job(source, tmp_path / "out.parquet", ["住所"]))


def many_faults(folder: Path, count: int) -> Job:
    """A table with a good row before and behind many bad ones."""
    with (folder / "in.csv").open("w", encoding="utf-8") as out:
        out.write("番号,住所\n0,海南市日方1\n")
        out.writelines(f"{n},海南市日方{n},more\n" for n in range(count))
        out.write("9,海南市日方9\n")
    return Job(folder / "in.csv", folder / "out.csv", ["住所"])


def test_millions_of_faults_are_counted_and_filed_and_not_kept_in_memory(tmp_path: Path) -> None:
    peaks = []
    for count in (30_000, 90_000):
        job = many_faults(tmp_path, count)
        tracemalloc.start()
        report = bulk(job)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert (report.read, report.kept, report.n_faults, len(report.faults)) == (count + 2, 2, count, 1000)
        filed = list(csv.DictReader(job.faults.open(encoding="utf-8-sig")))
        assert [int(row["line"]) for row in filed] == list(range(3, count + 3))
        assert filed[-1]["what"] == "3 cells where the header has 2"
        assert filed[-1]["remedy"].startswith("give each column its cell")
        told = str(report).splitlines()
        assert told[0].endswith(f"{count:,} faults")
        assert told[-2:] == [f"  … and {count - 100:,} more", f"  each of them stands in {job.faults}"]
        assert len(told) == 103
    assert peaks[1] < peaks[0] + 5_000_000  # 60,000 faults that are kept take three times that
    assert len(list(csv.reader(job.target.open(encoding="utf-8")))) == 3


def test_faults_of_an_earlier_run_do_not_stay(tmp_path: Path) -> None:
    job = many_faults(tmp_path, 3)
    assert bulk(job).n_faults == 3
    assert job.faults.exists()
    job.source.write_text("番号,住所\n0,海南市日方1\n", encoding="utf-8")
    assert bulk(Job(job.source, job.target, job.columns)).n_faults == 0
    assert not job.faults.exists()
