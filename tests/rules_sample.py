"""Generated households for any rule set: seeded, with unknown facts, limits of the law hit on purpose."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from kiban.rules import RuleSet
from kiban.rules.expression import Const, Node, children
from kiban.rules.model import Fact, Type
from shared_data import ROOT

PROGRAMMES = sorted((ROOT / "packs").glob("**/rules.yaml"))
"""Every rule file that stands in the repository."""

NATION = ROOT / "bench/nation/rules.yaml"
"""Seven results of five programmes in one rule set."""

WHOLE = (ROOT / "tests/unit/rules/whole.yaml").read_text(encoding="utf-8")
"""A rule set with every kind of node and function."""
WORDS = ("長男", "二女", "妻", "一級地", "二級地", "世帯主")


def _numbers(node: Node) -> Iterator[int]:
    if isinstance(node, Const) and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield node.value
    if isinstance(node, Const) and node.kind == "text":
        return
    for child in children(node):
        yield from _numbers(child)


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Const) and node.kind == "text":
        yield str(node.value)
    for child in children(node):
        yield from _texts(child)


class Households:
    """A seeded source of facts for a rule set."""

    def __init__(self, rules: RuleSet, *, seed: int = 1, unknown: float = 0.05) -> None:
        self.rules, self.unknown, self.random = rules, unknown, random.Random(seed)
        formulas = [v.formula for variable in rules.variables.values() for v in variable.versions]
        limits = {n for formula in formulas for n in _numbers(formula)}
        limits |= {d.value for p in rules.parameters.values() for d in p.values if isinstance(d.value, int)}
        self.limits = sorted(n + step for n in limits for step in (-1, 0, 1)) or [0]
        self.words = sorted({t for formula in formulas for t in _texts(formula)}) or list(WORDS)

    def one(self) -> dict[str, object]:
        """One household."""
        made: dict[str, object] = {f.name: self.value(f) for f in self.rules.facts.values() if not f.of}
        for entity in self.rules.entities:
            facts = [f for f in self.rules.facts.values() if f.of == entity]
            count = self.random.choice((0, 1, 1, 2, 2, 3, 5))
            made[entity] = [{f.name: self.value(f) for f in facts} for _ in range(count)]
            if self.random.random() < self.unknown / 3:
                made[entity] = None
        return made

    def value(self, fact: Fact) -> object:
        """A value of a fact, sometimes unknown."""
        pick = self.random
        if pick.random() < self.unknown:
            return None
        if fact.type is Type.BOOLEAN:
            return pick.random() < 0.7
        if fact.type is Type.TEXT:
            return pick.choice(self.words)
        if fact.type is Type.DATE:
            return self.date()
        return pick.choice(self.limits) if pick.random() < 0.5 else pick.randrange(0, 12_000_000)

    def date(self) -> dt.date:
        """A date, often on an edge of a month or year."""
        pick = self.random
        year = pick.randrange(2000, 2027) if pick.random() < 0.8 else pick.randrange(1925, 2000)
        if pick.random() < 0.3:
            month, day = pick.choice(((4, 1), (4, 2), (3, 31), (1, 1), (2, 28), (12, 31), (10, 1)))
            return dt.date(year, month, day)
        return dt.date(year, 1, 1) + dt.timedelta(days=pick.randrange(366))
