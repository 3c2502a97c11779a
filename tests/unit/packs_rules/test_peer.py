"""The national peer's cases: each equal, or in the report with the article that makes the peer's value wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kiban.kernel.errors import BadInput
from kiban.rules.peers import Outcome, Verdict, outcome, outcomes, read_patterns, read_report
from kiban.shell.cli import main
from packs_rules_files import PACKS, RULES
from shared_data import ROOT, shared

REPORTS = ROOT / "docs/data/peer-cases"
CASES = "data/benefit-cases-dev.jsonl"
STOPPED = {"0ad22c48f191", "4776f84df52f", "4ece4bcc4e00", "5d0f6308b5b1"}
"""The file's law value is the amount of the month only; a supporter's income stops it (施行令5条2項2号: 40万円)."""


@pytest.fixture(scope="module")
def found() -> list[Outcome]:
    return list(outcomes(shared(CASES), RULES))


def test_every_case_of_the_peer_is_equal_or_in_the_report_with_its_article(found: list[Outcome]) -> None:
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(REPORTS.glob("*.json"))]
    differs = {one.case for one in found if one.verdict is Verdict.DIFFER}
    assert differs == set(read_report(REPORTS))
    unknown = {one.case for one in found if one.verdict is Verdict.UNKNOWN and not one.outside}
    assert unknown == {case for report in reports for group in report.get("unknown", ()) for case in group["cases"]}
    assert len([one for one in found if one.verdict is Verdict.PASS]) > 100
    assert all(group["article"] and group["why"] for report in reports for group in report["differs"])
    assert all(one.articles for one in found if one.verdict is Verdict.DIFFER and one.asks != "年齢")


def test_where_the_peers_value_was_not_in_force_ours_is_the_value_of_the_law(found: list[Outcome]) -> None:
    lines = shared(CASES).read_text(encoding="utf-8").splitlines()
    conflicts = {case["id"]: case for case in map(json.loads, lines) if "law_conflict" in case}
    other = set()
    for one in found:
        law = {value["law"] for value in conflicts.get(one.case, {}).get("law_conflict", ())}
        pairs = list(zip(one.ours, one.theirs, strict=True))
        if law and not (pairs and all(ours in law or ours == theirs for ours, theirs in pairs)):
            other.add(one.case)
    assert other == STOPPED
    assert all(set(one.ours) == {0} for one in found if one.case in STOPPED)
    assert len(conflicts) == 60


def test_the_command_prints_pass_differ_with_the_article_and_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(shared(CASES))
    assert main(["rules", "cases", path]) == 1
    printed = capsys.readouterr().out
    assert "児童扶養手当法施行令第2条の2" in printed
    other = tmp_path / "other.jsonl"
    case = {"id": "n", "asks": ["無い手当"], "input": {}, "output": {"無い手当": 1}, "period": "2023-06-01"}
    other.write_text(json.dumps(case), encoding="utf-8")
    assert main(["rules", "cases", str(other)]) == 0
    assert "unknown: no rule file computes 無い手当 (1)" in capsys.readouterr().out
    assert main(["rules", "cases", path, "--report", str(REPORTS)]) == 0
    summary = capsys.readouterr().out.splitlines()[-1]
    assert summary.startswith("pass ")
    assert "differ 0" in summary
    assert "differ as the report explains" in summary
    assert main(["rules", "cases", str(shared("data/benefit-golden-independent.jsonl"))]) == 0
    assert "pass 158, differ 0, unknown 0" in capsys.readouterr().out


GOOD = {
    "id": "made-up", "asks": ["児童手当"], "period": "2025-04-01", "output": {"児童手当": 10_000},
    "input": {"世帯": {"親一覧": ["親"], "子一覧": ["子"]},
              "世帯員": {"親": {}, "子": {"誕生年月日": "2015-05-05"}}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{", "no JSON"), ("[1]", "one JSON object"), ('{"a": 1}', "neither form")],
)  # fmt: skip
def test_a_case_that_cannot_be_read_is_named_by_its_line_and_the_others_are_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    path = tmp_path / "cases.jsonl"
    heading: dict[str, Any] = {"_licence": "a heading is passed over"}
    path.write_text(f"{json.dumps(heading)}\n{text}\n{json.dumps(GOOD)}\n", encoding="utf-8")

    bad, good = outcomes(path, RULES)

    assert bad.verdict is Verdict.FAULT
    assert re.search(rf"cases.jsonl:2.*{reason}", bad.why)
    assert (good.verdict, good.line, good.case) == (Verdict.PASS, 3, "made-up")
    if text == "{":
        assert main(["rules", "cases", str(path)]) == 1
        assert "pass 1, differ 0, unknown 0, faults 1" in capsys.readouterr().out


def test_a_case_that_lacks_a_fact_is_unknown_and_the_others_are_asked(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    lacking = {"id": "a", "asks": ["児童手当"], "input": {}, "output": {}, "period": "2025-04"}
    whole = {
        "id": "b",
        "asks": ["学年"],
        "input": {"誕生年月日": "2017-04-01"},
        "output": {"学年": 1},
        "period": "2023-06-01",
    }
    path.write_text("\n".join(json.dumps(one) for one in (lacking, whole)), encoding="utf-8")
    first, second = outcomes(path, RULES)
    assert (first.verdict, second.verdict) == (Verdict.UNKNOWN, Verdict.PASS)
    assert "lacks or misnames" in first.why
    assert "cases.jsonl:1" in first.why
    assert first.outside


def test_a_case_that_expects_nothing_passes_nothing() -> None:
    case = {"id": "x", "asks": ["児童手当"], "input": {"世帯": {}}, "output": {}, "period": "2025-04-01"}
    found = outcome(case, RULES)
    assert (found.verdict, found.why) == (Verdict.UNKNOWN, "the case expects no value of 児童手当")


def test_a_rule_file_is_found_by_its_name_or_refused() -> None:
    assert RULES.rules("mext/shugaku-enjo") is not RULES.rules("rei-shi/shugaku-enjo")
    with pytest.raises(BadInput, match="more than one rule file shugaku-enjo"):
        RULES.rules("shugaku-enjo")
    with pytest.raises(BadInput, match="no rule file nothing"):
        RULES.rules("nothing")
    assert PACKS.is_dir()


GROUP = {
    "article": "別表第一",
    "why": "the table of another year",
    "cases": ["a"],
    "asks": ["冬季加算"],
    "ours": [5, 9],
    "theirs": [10, 20],
}


def test_a_report_explains_amounts_of_another_year_by_pairs_of_ours_and_theirs(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps({"differs": [GROUP]}), encoding="utf-8")
    (pattern,) = read_patterns(path)

    def fits(asks: str, verdict: Verdict, *pairs: tuple[int, int]) -> bool:
        ours, theirs = zip(*pairs, strict=True)
        return pattern.fits(Outcome(1, "new", asks, verdict, ours, theirs))

    assert set(read_report(path)) == {"a"}
    assert fits("冬季加算", Verdict.DIFFER, (5, 10), (7, 7), (9, 20))
    assert not fits("冬季加算", Verdict.DIFFER, (5, 10), (7, 8))
    assert not fits("冬季加算", Verdict.DIFFER, (6, 10)), "theirs alone excuses nothing"
    assert not fits("冬季加算", Verdict.PASS, (5, 5))
    assert not fits("期末一時扶助", Verdict.DIFFER, (5, 10))


def test_amounts_of_another_year_are_known_by_their_pairs_and_explain_nothing_else(found: list[Outcome]) -> None:
    patterns = read_patterns(REPORTS)
    assert len(patterns) >= 8
    groups = [
        group
        for path in sorted(REPORTS.glob("*.json"))
        for group in json.loads(path.read_text(encoding="utf-8"))["differs"]
    ]
    assert all(group["cases"] for group in groups), "a reason that no case shows is no reason"
    paired = {case for group in groups if "ours" in group for case in group["cases"]}
    fitting = {one.case for one in found if any(pattern.fits(one) for pattern in patterns)}
    assert fitting == paired


@pytest.mark.parametrize("without", ["article", "why", "cases", "ours", "theirs"])
def test_a_report_whose_group_lacks_a_part_is_refused(tmp_path: Path, without: str) -> None:
    path = tmp_path / "r.json"
    group = {key: value for key, value in GROUP.items() if key != without}
    path.write_text(json.dumps({"differs": [group]}), encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be read"):
        read_report(path)
