"""Several programmes as one: a rule file that takes other rule files' results, with their facts written as formulas.

    uses:
      手当:
        rules: ../../packs/national/cfa/jido-teate/rules.yaml
        members: {子: {of: 世帯員, where: "役割 = '子'"}}         # the programme's entity from one of this file's
        facts: {生年月日: 生年月日, 監護生計: "true", …}          # NULL is unknown
        outputs: {児童手当: 月額}                               # name here: result there
        of: 世帯員                                              # each member is the programme's household
        on: 前年末                                              # its 基準日: 31 December of the year before

What follows is an ordinary rule set: all engines, explanations and both clocks hold for it, and a nation is computed
in one pass over the columns that the programmes share. The other files are not changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kiban.kernel.located import Located, Place
from kiban.rules.checks import BASE_DATE
from kiban.rules.errors import BadRule
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary, children, names
from kiban.rules.formula import parse
from kiban.rules.model import Dated, Parameter, RuleSet, Variable, Version

USE = {"rules", "of", "on", "members", "facts", "outputs"}
MEMBERS = {"of", "where"}
LAST_YEAR_END = "前年末"
YES = Const(True, "boolean")
NEXT_DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class Used:
    """What a file takes from others: parameters and variables under names of their own."""

    parameters: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)


def read_uses(located: Located, entities: tuple[str, ...], *, others: Mapping[str, RuleSet]) -> Used:
    """The programmes that a file uses.

    Args:
        located: the file.
        entities: the entities of the file.
        others: the rule set of each use, by its name in the file.

    Raises:
        BadRule: a fact is not given, or a name is not there; with file and line.
    """
    found = Used()
    for name in located.value.get("uses") or {}:
        _Use(located, name, rules=others[name], entities=entities).into(found)
    return found


class _Use:
    """One programme, rewritten for the file that uses it."""

    def __init__(self, located: Located, name: str, *, rules: RuleSet, entities: tuple[str, ...]) -> None:
        self.located, self.rules, self.entities = located, rules, entities
        self.place: Place = ("uses", name)
        self.name = name
        given = self._mapping(self.place, USE)
        self.of = str(given.get("of", ""))
        self.later = self._later(str(given.get("on", "")))
        self.outputs = {str(there): str(here) for here, there in self._part(given, "outputs").items()}
        self.members = dict(self._members(given))
        self.facts = {
            str(n): self._formula("facts", str(n), text=text) for n, text in self._part(given, "facts").items()
        }

    def _refuse(self, what: str, *more: str, remedy: str = "") -> BadRule:
        return BadRule(what, where=self.located.where((*self.place, *more)), remedy=remedy)

    def _mapping(self, place: Place, allowed: set[str]) -> dict[str, Any]:
        value: Any = self.located.value
        for part in place:
            value = value[part]
        if not isinstance(value, dict) or value.keys() - allowed:
            where, keys = self.located.where(place), ", ".join(sorted(allowed))
            raise BadRule("a mapping is needed here", where=where, remedy=f"keys are {keys}")
        return value

    def _part(self, given: Mapping[str, Any], key: str) -> dict[str, Any]:
        found = given.get(key) or {}
        if not isinstance(found, dict):
            raise self._refuse(f"{key} is a mapping", key)
        return found

    def _formula(self, part: str, name: str, *, text: object) -> Node:
        where = self.located.where((*self.place, part, name))
        return parse("NULL" if text is None else str(text), entities=self.entities, where=where)

    def _members(self, given: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, Node]]]:
        for entity in self._part(given, "members"):
            spec = self._mapping((*self.place, "members", entity), MEMBERS)
            of = str(spec.get("of", ""))
            if of not in self.entities or entity not in self.rules.entities:
                raise self._refuse(f"{entity} of {of!r}: one of the two is no entity", "members", str(entity))
            yield str(entity), (of, self._formula("members", str(entity), text=spec.get("where", True)))

    def _later(self, word: str) -> bool:
        if word not in {"", LAST_YEAR_END}:
            raise self._refuse(f"on: {word!r} is not known", "on", remedy=f"write {LAST_YEAR_END}, or leave it out")
        return bool(word)

    def into(self, used: Used) -> None:
        """Add what the outputs need."""
        for name in self.outputs:
            if name not in self.rules.variables:
                raise self._refuse(f"the programme has no result {name!r}", "outputs")
        wanted = list(self.outputs)
        while wanted:
            name = wanted.pop()
            if self._named(name) in used.variables or self._named(name) in used.parameters:
                continue
            if name in self.rules.variables:
                variable = self._variable(self.rules.variables[name])
                used.variables[variable.name] = variable
                wanted += [n for v in self.rules.variables[name].versions for n in names(v.formula)]
            elif name in self.rules.parameters:
                used.parameters[self._named(name)] = self._parameter(self.rules.parameters[name])

    def _named(self, name: str) -> str:
        return self.outputs.get(name, f"{self.name}/{name}")

    def _parameter(self, parameter: Parameter) -> Parameter:
        values = tuple(_shifted(one) for one in parameter.values) if self.later else parameter.values
        return replace(parameter, name=self._named(parameter.name), values=values)

    def _variable(self, variable: Variable) -> Variable:
        versions = tuple(replace(v, formula=self._moved(v.formula)) for v in variable.versions)
        of = self.members[variable.of][0] if variable.of in self.members else self._entity(variable.of)
        if self.later:
            versions = tuple(_shifted(one) for one in versions)
        return replace(variable, name=self._named(variable.name), of=of, versions=versions)

    def _entity(self, of: str) -> str:
        if of:
            raise self._refuse(f"it is not said who {of} is", "members", remedy=f"{of}: {{of: …, where: …}}")
        return self.of

    def _moved(self, node: Node) -> Node:
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Over):
            return self._over(node)
        return rebuilt(node, self._moved)

    def _name(self, node: Name) -> Node:
        if node.name == BASE_DATE:
            return LAST_YEARS_END if self.later else node
        if node.name not in self.rules.facts:
            return Name(self._named(node.name))
        if node.name not in self.facts:
            raise self._refuse(f"the fact {node.name} is not given", "facts", remedy="a formula, or NULL")
        return self.facts[node.name]

    def _over(self, node: Over) -> Node:
        if self.of:
            raise self._refuse("a programme of each member cannot have members of its own", "of")
        self._entity("" if node.entity in self.members else node.entity)
        of, where = self.members[node.entity]
        condition = where if node.condition is None else Binary("AND", where, self._moved(node.condition))
        value = None if node.of is None else self._moved(node.of)
        return Over(node.name, of, value, None if condition == YES else condition)


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with each of its parts changed."""
    if isinstance(node, Unary):
        return Unary(node.op, change(node.operand))
    if isinstance(node, Binary):
        return Binary(node.op, change(node.left), change(node.right))
    if isinstance(node, Case):
        branches = tuple((change(condition), change(value)) for condition, value in node.branches)
        return Case(branches, change(node.otherwise))
    if isinstance(node, Call):
        return Call(node.name, tuple(change(argument) for argument in node.arguments))
    assert not list(children(node))
    return node


def _called(name: str, *arguments: Node) -> Call:
    return Call(name, arguments)


_JANUARY = _called("月後", Name(BASE_DATE), Binary("-", Const(1, "integer"), _called("月", Name(BASE_DATE))))
LAST_YEARS_END = _called("日後", _called("月初", _JANUARY), Const(-1, "integer"))


def _shifted(span: Any) -> Any:
    """A value or version in force on 31 December of a year, as one in force all through the next year."""
    assert isinstance(span, Dated | Version)
    end = span.end
    if end is not None:
        years = 1 if end + NEXT_DAY == dt.date(end.year + 1, 1, 1) else 0
        end = dt.date(end.year + years, 12, 31)
    return replace(span, start=dt.date(span.start.year + 1, 1, 1), end=end)
