"""The examples of the pages, run as a person who copies them would."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from kiban.rules import evaluate, load_rules
from kiban.rules.grounds import doubts
from kiban.shell.cli import main
from shared_data import ROOT

PAGE = (ROOT / "docs/rules.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.S | re.M)


@pytest.mark.parametrize("name", ["rules", "programmes"])
def test_the_ten_lines_run(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
    exec(blocks(page, "python")[0], {})
    printed = capsys.readouterr().out
    assert "円" in printed
    assert "https://laws.e-gov.go.jp/law/" in printed


def test_one_household_as_json_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(blocks(PAGE, "json")[0], encoding="utf-8")

    assert main(["rules", "explain", "--pack", "jido-teate", "--facts", str(facts), "--on", "2026-12-01"]) == 0

    printed = capsys.readouterr().out
    assert "= 月額: 25,000円" in printed
    assert "児童手当法第6条第1項" in printed


def test_the_same_as_tables_is_computed_and_prints_what_the_page_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = re.findall(r"^`(\S+\.csv)`\n```\n(.*?)^```$", PAGE, re.S | re.M)
    assert [name for name, _ in tables] == ["世帯.csv", "子.csv"]
    for name, text in tables:
        (tmp_path / name).write_text(text, encoding="utf-8")
    commands = re.findall(r"^\$ kiban (rules compute .*)\n((?:[^`].*\n)+)```", PAGE, re.M)
    assert len(commands) == 2
    for command, wanted in commands:
        given = {"DIR": str(tmp_path), "OUT": str(tmp_path / "out"), "TWO": str(tmp_path / "two")}

        assert main([given.get(word, word) for word in command.split()]) == 0

        assert capsys.readouterr().out == wanted


def test_the_complete_household_answers_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    facts = str(ROOT / "docs/examples/setai.json")
    for pack in ("jido-teate", "jido-fuyo-teate", "juminzei-hikazei", "hisaisha-seikatsu-saiken"):
        assert main(["rules", "explain", "--pack", pack, "--facts", facts, "--on", "2026-11-01"]) == 0
        printed = capsys.readouterr().out
        assert re.search(r"^= ", printed, re.M)
        assert re.search(r"^# [0-9a-f]{32}$", printed, re.M)
        assert not re.search(r"^\? ", printed, re.M), "no fact is missing"


def test_an_explanation_says_whom_each_sentence_is_about_and_where_each_fact_came_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts = str(ROOT / "docs/examples/setai.json")

    assert main(["rules", "explain", "--pack", "jido-teate", "--facts", facts, "--on", "2026-11-01"]) == 0

    printed = capsys.readouterr().out
    assert "子2 (架空 太郎): 1か月に15,000円です。" in printed
    assert "+ 子2 (架空 太郎): 生年月日 = 2026-08-20 ← 世帯の構成 (resident.household)" in printed
    assert "+ 子1 (架空 花子): 施設入所 = いいえ ← 申請者 (ask)" in printed
    assert "~ 子2 (架空 太郎): 監護生計 = いいえ → 月額: 10,000円" in printed
    assert printed.count("+ 受給者国内居住 = はい") == 1


def test_an_explanation_names_what_was_not_compared_with_the_law() -> None:
    rules = load_rules(ROOT / "packs/national/mhlw/hogo-kojo/rules.yaml")
    facts = {
        "世帯員": [{"生年月日": "1990-06-15", "就労収入月額": 100_000, "新規就労": False, "独立した未成年": False}]
    }
    on = dt.date(2026, 11, 1)

    found = evaluate(rules, facts, on=on, outputs=("勤労控除",))

    named = {doubt.name: doubt.why for doubt in doubts(rules, found, on=on)}
    assert "照合していない" in named["基礎控除"]
    assert "勤労控除" not in named, "a sum of what is doubtful is no doubt of its own"
