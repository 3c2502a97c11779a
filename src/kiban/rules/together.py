"""Plans of several programmes as one: each with its own 基準日, all in one read of the columns that they share.

A result is named ``programme/result``. A column is one fact for all programmes: of a member where the programme asks it
of a member, of the household where it asks it of the household.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from kiban.kernel.errors import Where
from kiban.rules.errors import BadRule
from kiban.rules.expression import Name, Node, Over
from kiban.rules.model import Fact, RuleSet
from kiban.rules.plan import Plan, Planned
from kiban.rules.uses import rebuilt

Column = tuple[str, str]
"""The entity ("" the household's own) and the name of a column."""


def together(plans: Mapping[str, Plan]) -> Plan:
    """One plan of several, by the name that each has in the results.

    Raises:
        BadRule: two programmes read one column as different types.
    """
    columns = _columns(plans)
    owners = Counter(name for _, name in columns)
    keys = {(of, name): f"{of}/{name}" if owners[name] > 1 else name for of, name in columns}
    steps = tuple(step for label, one in plans.items() for step in _steps(label, one, keys=keys))
    marks = [[label, one.rules.id, one.rules.mark, str(one.on), str(one.known)] for label, one in plans.items()]
    rules = RuleSet(
        id=" ".join(plans),
        title=", ".join(one.rules.title for one in plans.values()),
        facts={keys[at]: fact for at, fact in columns.items()},
        parameters={},
        variables={
            f"{label}/{step.name}": replace(one.rules.variables[step.name], name=f"{label}/{step.name}")
            for label, one in plans.items() for step in one.steps
        },
        entities=tuple(dict.fromkeys(entity for one in plans.values() for entity in one.entities)),
        outputs=tuple(f"{label}/{name}" for label, one in plans.items() for name in one.outputs),
        mark=hashlib.sha256(repr(marks).encode()).hexdigest()[:16],
    )  # fmt: skip
    first = next(iter(plans.values()))
    return Plan(rules, first.on, first.known, steps, rules.outputs)


def _columns(plans: Mapping[str, Plan]) -> dict[Column, Fact]:
    """The columns that the programmes read."""
    found: dict[Column, Fact] = {}
    for label, one in plans.items():
        for fact in (one.rules.facts[name] for name in one.facts):
            other = found.setdefault((fact.of, fact.name), fact)
            if other.type is not fact.type:
                raise BadRule(
                    f"{fact.name} is {fact.type.value} here and {other.type.value} in another programme",
                    where=Where(label, field=fact.name),
                    remedy="compute the two in runs of their own",
                )
    return found


def _steps(label: str, one: Plan, *, keys: Mapping[Column, str]) -> list[Planned]:
    own = {name: keys[one.rules.facts[name].of, name] for name in one.facts}
    own |= {step.name: f"{label}/{step.name}" for step in one.steps}

    def renamed(node: Node) -> Node:
        if isinstance(node, Name):
            return Name(own[node.name])
        if isinstance(node, Over):
            of = None if node.of is None else renamed(node.of)
            return Over(node.name, node.entity, of, None if node.condition is None else renamed(node.condition))
        return rebuilt(node, renamed)

    return [replace(step, name=own[step.name], formula=renamed(step.formula)) for step in one.steps]
