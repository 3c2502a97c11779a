"""Every golden case of every rule file comes out, and every branch of every rule is reached by one."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiban.packs.golden import failing
from kiban.rules import evaluate, explain, load_rules, read_rules, scalar
from kiban.rules.errors import BadRule
from kiban.rules.expression import Case, Node, children
from kiban.rules.model import Type
from packs_rules_files import FILES, NAMES, cases_of

ONE_WAY = {"準要保護"}
"""The national frame knows no 準要保護: a town's own multiple makes it possible (seen in the town's golden cases)."""
LANGUAGES = ("ja", "ja-easy", "en")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_golden_cases_of_every_rule_file_come_out(path: Path) -> None:
    assert cases_of(path.parent), "a rule file has golden cases beside it"
    assert [str(fault) for fault in failing(load_rules(path), path.parent, name=path.parent.name)] == []


def test_there_are_many_golden_cases_and_their_names_differ() -> None:
    assert sum(len(cases_of(path.parent)) for path in FILES) >= 800
    for path in FILES:
        names = [case.name for case in cases_of(path.parent)]
        assert len(names) == len(set(names)), path


def cases_in(node: Node) -> list[Case]:
    inner = [found for child in children(node) for found in cases_in(child)]
    return [node, *inner] if isinstance(node, Case) else inner


class Branches:
    """Which way each CASE went, by the identity of its node."""

    def __init__(self) -> None:
        self.taken: dict[int, set[int]] = defaultdict(set)
        self.real = scalar._case

    def __call__(self, run: Any, node: Case, *, member: int | None) -> Any:
        for number, (condition, _) in enumerate(node.branches):
            holds = scalar._value(run, condition, member=member)
            if holds is True:
                self.taken[id(node)].add(number)
                break
            if holds is None:
                break
        else:
            self.taken[id(node)].add(len(node.branches))
        return self.real(run, node, member=member)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_branch_of_every_rule_is_reached(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, branches = load_rules(path), Branches()
    monkeypatch.setattr(scalar, "_case", branches)
    seen: dict[str, set[object]] = defaultdict(set)
    for case in cases_of(path.parent):
        found = evaluate(rules, case.facts, on=case.on, known=case.known, outputs=tuple(case.expect))
        for step in found.steps:
            seen[step.name].add(step.value)
    own = (yaml.safe_load(path.read_text(encoding="utf-8")).get("variables") or {}).keys()
    declared = [variable for variable in rules.variables.values() if variable.name in own]
    missed = [
        f"{variable.name} ({version.start}): branch {number + 1}"
        for variable in declared
        for version in variable.versions
        for node in cases_in(version.formula)
        for number in range(len(node.branches) + 1)
        if number not in branches.taken[id(node)]
    ]
    assert missed == []
    one_way = [
        variable.name
        for variable in declared
        if variable.type is Type.BOOLEAN and variable.name not in ONE_WAY and not {True, False} <= seen[variable.name]
    ]
    assert one_way == [], "a yes/no rule is seen both ways"


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
