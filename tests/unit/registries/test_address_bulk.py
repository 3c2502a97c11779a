"""Lines, files and comparisons of addresses."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

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


def test_a_stopped_file_goes_on_where_it_was(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("a\n" + "".join(f"港区芝公園4-2-{n}\n" for n in range(1, 50)), encoding="utf-8")
    bulk(Job(source, target, ["a"]))
    whole = target.read_bytes()
    (tmp_path / "out.csv.part").write_bytes(whole[: len(whole) // 2])
    job = Job(source, target, ["a"])
    bulk(job)
    assert target.read_bytes() == whole
    assert sum(job.levels.values()) < 30


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
    ],
)
def test_same_place(first: str, second: str, verdict: Verdict, level: int) -> None:
    found, turned = same(first, second), same(second, first)
    assert (found.verdict, found.level) == (verdict, level), found
    assert (turned.verdict, turned.level) == (verdict, level)
