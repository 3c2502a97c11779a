"""Every golden case of every rule file comes out, and every branch of every rule is reached by one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kiban.packs.golden import Golden, failing
from kiban.rules import evaluate, explain, load_rules, read_rules
from kiban.rules.coverage import coverage
from kiban.rules.errors import BadRule
from kiban.shell.cli import main
from kiban.shell.cli._rules_coverage import own_names
from packs_rules_files import FILES, NAMES, PACKS, cases_of, rules_of

STEPS = "the table of 別表第五 goes in steps of 4,000 yen: no income of it lies one yen from a step"
TOWN = "the national frame has no multiple of its own: a town's sets one, and its own cases reach this"
MULTIPLE = "a multiple is none (0) or more than one"
OUT_OF_REACH: dict[str, dict[str, str]] = {
    "national/mof/kyuyo-shotoku": {
        "別表控除額 (1868-01-01): 別表収入 <= 一段 is never one below": STEPS,
        "別表控除額 (1868-01-01): 別表収入 <= 一段 is never one above": STEPS,
        "別表控除額 (1868-01-01): 別表収入 <= 二段 is never one below": STEPS,
        "別表控除額 (1868-01-01): 別表収入 <= 二段 is never one above": STEPS,
        "別表控除額 (1868-01-01): 別表収入 <= 三段 is never one below": STEPS,
        "給与所得 (2025-01-01): 最低控除額 >= 別表控除額 is never one below": STEPS,
        "給与所得 (2025-01-01): 最低控除額 >= 別表控除額 is never one above": STEPS,
    },
    "national/mext/shugaku-enjo": {
        "準要保護 (1868-01-01): 準要保護倍率 > 0 is never true": TOWN,
        "準要保護 (1868-01-01): is never yes": TOWN,
        "準要保護 (1868-01-01): 世帯所得 <= 需要額 * 準要保護倍率 is never one below": TOWN,
        "準要保護 (1868-01-01): 準要保護倍率 > 0 is never one above": MULTIPLE,
    },
}
"""What no case can reach, with why; a test fails when one of them is reached."""
LANGUAGES = ("ja", "ja-easy", "en")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_golden_cases_of_every_rule_file_come_out(path: Path) -> None:
    assert cases_of(path.parent), "a rule file has golden cases beside it"
    assert [str(fault) for fault in failing(load_rules(path), path.parent, name=path.parent.name)] == []


def test_there_are_many_golden_cases_and_their_names_differ() -> None:
    assert sum(len(cases_of(path.parent)) for path in FILES) >= 1100
    for path in FILES:
        names = [case.name for case in cases_of(path.parent)]
        assert len(names) == len(set(names)), path


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_way_every_limit_and_every_number_is_reached(path: Path) -> None:
    name = str(path.parent.relative_to(PACKS))
    found = coverage(rules_of(name), cases_of(path.parent), own=own_names(path))
    left = {str(gap) for gap in found.gaps}
    assert left == set(OUT_OF_REACH.get(name, {})), "missed, or listed as out of reach though it is reached"


def test_what_the_coverage_counts() -> None:
    found = [
        coverage(rules_of(name), cases_of(PACKS / name), own=own_names(PACKS / name / "rules.yaml")) for name in NAMES
    ]
    assert sum(one.ways for one in found) > 500
    assert sum(one.limits for one in found) > 240
    assert sum(one.numbers for one in found) > 240


TESTED = """
id: t
title: t
law: {id: 346AC0000000073}
entities: [子]
facts: {年齢: {of: 子}, 生: {of: 子, type: date}, 甲: {type: boolean}}
parameters:
  限度:
    unit: 歳
    values:
      - {from: 2020-01-01, to: 2024-12-31, value: 17, article: "1"}
      - {from: 2025-01-01, value: 18, article: "1"}
variables:
  対象: {of: 子, type: boolean, article: "1", formula: "年齢 <= 限度 AND 月初(生) <= 月初(基準日)"}
  額: {article: "1", formula: "CASE WHEN 甲 THEN 大きい方(0, 人数(子, 対象) - 1) ELSE 5 END"}
outputs: [額]
"""


def test_a_case_less_and_the_coverage_names_what_is_missed() -> None:
    rules, day = read_rules(TESTED, file="t"), dt.date(2025, 6, 15)
    born = {-1: dt.date(2025, 5, 31), 0: dt.date(2025, 6, 30), 1: dt.date(2025, 7, 1)}
    children = [{"年齢": age, "生": born[month]} for age, month in ((17, 0), (18, -1), (19, 0), (17, 1))]
    cases = [
        Golden("a", day, {"甲": True, "子": children}, {"額": 1, "対象": [True, True, False, False]}, "1条"),
        Golden("b", day, {"甲": True, "子": []}, {"額": 0}, "1条"),
        Golden("c", day, {"甲": False, "子": []}, {"額": 5}, "1条"),
        Golden("d", dt.date(2024, 6, 15), {"甲": True, "子": children[:1]}, {"額": 0}, "1条"),
    ]
    assert coverage(rules, cases).gaps == ()

    def missed(*kept: Golden) -> set[str]:
        return {gap.what for gap in coverage(rules, kept).gaps}

    assert missed(*cases[:3]) == {"the value 17 is never used"}
    assert missed(cases[0], cases[1], cases[3]) == {"ELSE is never taken"}
    assert {
        "年齢 <= 限度 is never one above",
        "年齢 <= 限度 is never false",
        "月初(生) <= 月初(基準日) is never one above",
    } <= missed(*cases[1:])
    assert "大きい方(0, 人数(子 …) - 1): the second is never the smaller" in missed(cases[0], cases[2])


def test_the_command_names_what_no_case_reaches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "coverage", str(PACKS / "national/cfa"), "--strict"]) == 0
    assert "jido-teate: " in capsys.readouterr().out
    (tmp_path / "rules.yaml").write_text(TESTED, encoding="utf-8")
    assert main(["rules", "coverage", str(tmp_path)]) == 1
    assert "  way: 額 (1868-01-01): ELSE is never taken" in capsys.readouterr().out
    assert main(["rules", "coverage", str(tmp_path / "none")]) == 1


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_output_has_words_in_three_languages(path: Path) -> None:
    rules = load_rules(path)
    case = cases_of(path.parent)[0]
    found = evaluate(rules, case.facts, on=case.on, known=case.known, outputs=tuple(case.expect))
    for language in LANGUAGES:
        assert all(line.text and line.basis.article for line in explain(rules, found, language=language))


def test_a_towns_file_extends_the_national_one_without_changing_it() -> None:
    national, town = (
        load_rules(next(p for p in FILES if str(p.parent).endswith(end)))
        for end in ("mext/shugaku-enjo", "rei-shi/shugaku-enjo")
    )
    assert town.parameters["準要保護倍率"] != national.parameters["準要保護倍率"]
    assert town.parameters["小学新入学額"] == national.parameters["小学新入学額"]
    assert "学用品額" in town.variables
    assert "学用品額" not in national.variables
    assert town.mark != national.mark


def test_what_a_file_extends_must_be_there_and_not_itself(tmp_path: Path) -> None:
    text = "id: a\ntitle: a\nlaw: {id: x}\nextends: EXTENDS\n"
    with pytest.raises(BadRule, match="needs the other file"):
        read_rules(text, file="a.yaml")
    for target, reason in (("none.yaml", "is no file"), ("rules.yaml", "circle")):
        path = tmp_path / "rules.yaml"
        path.write_text(text.replace("EXTENDS", target), encoding="utf-8")
        with pytest.raises(BadRule, match=reason):
            load_rules(path)
