"""The rule files of the packs and their golden cases, for the tests of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from kiban.packs.golden import Golden, golden_cases
from kiban.rules import RuleSet
from kiban.rules.peers import RuleFiles
from kiban.rules.peers.facts import (
    child_before_2024_10,
    disabled_child_parent,
    lone_parent,
    parent,
    parent_before_2024_10,
    pension,
    pension_person,
    pupil,
    severe_adult,
    severe_child,
    student,
    taxpayer,
)
from shared_data import ROOT

PACKS = ROOT / "packs"
FILES = sorted(path for path in PACKS.rglob("rules.yaml"))
NAMES = [str(path.parent.relative_to(PACKS)) for path in FILES]


RULES = RuleFiles(PACKS)
rules_of = RULES.rules


def answer(name: str, facts: dict[str, Any], on: str, output: str) -> Any:
    """One output on a day or in a month."""
    return RULES.answer(name, facts, on=on, output=output)


@cache
def cases_of(folder: Path) -> tuple[Golden, ...]:
    found = golden_cases(folder, name=folder.name)
    return found[1] if found else ()


__all__ = [
    "FILES",
    "NAMES",
    "PACKS",
    "RULES",
    "RuleSet",
    "answer",
    "cases_of",
    "child_before_2024_10",
    "disabled_child_parent",
    "lone_parent",
    "parent",
    "parent_before_2024_10",
    "pension",
    "pension_person",
    "pupil",
    "rules_of",
    "severe_adult",
    "severe_child",
    "student",
    "taxpayer",
]
