"""`kiban lawcheck` from files to answers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from kiban.shell.cli import main
from law_drafts import NEW, OLD, XML


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    for name, text in {
        "old.txt": OLD,
        "new.txt": NEW,
        "410M50000800001.xml": XML.replace("<Article><", '<Article Num="2"><'),
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_scan_lists_clauses_with_words_place_and_remedy(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = drafts / "found.csv"

    assert main(["lawcheck", "scan", str(drafts / "old.txt"), "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [(one["place"], one["kind"], one["words"]) for one in rows][-1] == ("第4条", "visual", "目視")
    assert all(one["remedy"] and one["technology"] and one["sentence"] for one in rows)
    assert main(["lawcheck", "scan", str(drafts / "old.txt"), "--all", "--kinds", "visual"]) == 0
    told = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [one["standing"] for one in told] == ["demanded", "penalty"]


def test_scan_of_the_seven_kinds_as_json(drafts: Path) -> None:
    out = drafts / "found.json"

    assert main(["lawcheck", "scan", str(drafts), "--seven", "--out", str(out)]) == 0
    found = json.loads(out.read_text(encoding="utf-8"))
    assert {one["kind"] for one in found} == {"visual", "periodic", "visit"}
    assert all(isinstance(one["technology"], list) for one in found)


def test_report_counts_by_kind_type_ministry_and_law(drafts: Path) -> None:
    out = drafts / "r.json"

    assert main(["lawcheck", "report", str(drafts), "--out", str(out)]) == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    kinds = {one["heading"]: one["clauses"] for one in told["counts"]["類型別"]}
    assert kinds["目視規制"] == 3
    assert sum(kinds.values()) == len(told["clauses"])
    assert {one["heading"] for one in told["counts"]["府省別（制定した府省）"]} == {"国土交通省", "（不明）"}
    assert {one["heading"]: one["clauses"] for one in told["counts"]["法令の種類別"]}.keys() == {"条例", "府省令"}


def test_reports_to_read_escape_what_the_law_says(drafts: Path) -> None:
    (drafts / "old.txt").write_text(OLD.replace("給水装置", "<b>装置|甲</b>"), encoding="utf-8")
    for name in ("r.html", "r.md"):
        assert main(["lawcheck", "report", str(drafts / "old.txt"), "--out", str(drafts / name)]) == 0
    page, text = ((drafts / name).read_text(encoding="utf-8") for name in ("r.html", "r.md"))

    assert "<b>" not in page
    assert "&lt;b&gt;装置|甲&lt;/b&gt;を<mark>目視</mark>" in page
    assert '<html lang="ja">' in page
    assert "| れいし市水道事業給水条例 | 第4条 | 目視規制 | 目視 |" in text


def test_check_tells_the_remarks_and_fails(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lawcheck", "check", str(drafts / "old.txt")]) == 1
    told = capsys.readouterr().out
    assert "## デジタル完結・自動化原則（3件）" in told
    assert "- **第4条** 「目視」" in told
    assert main(["lawcheck", "check", str(drafts / "old.txt"), "--json"]) == 1
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)] == ["paper", "paper", None, "visual", None]


def test_diff_tells_new_clauses_only_and_fails_when_there_are_some(
    drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = str(drafts / "old.txt"), str(drafts / "new.txt")

    assert main(["lawcheck", "diff", old, new]) == 1
    told = capsys.readouterr().out
    assert "## 新たなアナログ条項（1）" in told
    assert "縦覧" in told
    assert main(["lawcheck", "diff", old, new, "--json"]) == 1
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)["added"]] == ["visit"]
    assert main(["lawcheck", "diff", old, old]) == 0


def test_what_cannot_be_read_is_told_with_its_place(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (drafts / "bad.txt").write_text("ただの文章です。", encoding="utf-8")

    assert main(["lawcheck", "check", str(drafts / "bad.txt")]) == 1
    assert "bad.txt:1: no article is found (LAW-001) →" in capsys.readouterr().err
    assert main(["lawcheck", "scan", str(drafts)]) == 1
    assert "bad.txt:1: no article is found" in capsys.readouterr().err
