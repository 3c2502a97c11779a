"""What must hold of a rule set before it may decide: names known, types agreeing, no circle, words complete."""

from __future__ import annotations

from collections.abc import Iterator

from kiban.kernel.located import Located, Place
from kiban.rules.errors import BadRule
from kiban.rules.expression import FUNCTIONS, OVERS, Binary, Call, Case, Const, Name, Node, Over, Unary, children, names
from kiban.rules.model import RuleSet, Type, Variable

LANGUAGES = {"ja", "ja-easy", "en"}
NUMERIC = {Type.INTEGER, Type.NUMBER}
BASE_DATE = "基準日"


def check_rule_set(rules: RuleSet, located: Located) -> None:
    """Raise at the first fault.

    Raises:
        BadRule: with file and line.
    """
    _no_double_names(rules, located)
    for variable in rules.variables.values():
        place: Place = ("variables", variable.name)
        _check_words(variable, located, place=place)
        for version in variable.versions:
            typing = _Typing(rules, variable, located)
            found = typing.of(version.formula, variable.of)
            if not _agree(found, variable.type):
                raise BadRule(
                    f"the formula gives {found}, the variable is {variable.type}",
                    where=located.where((*place, "formula")),
                    remedy=f"write type: {found}, or correct the formula",
                )
    for output in rules.outputs:
        if output not in rules.variables:
            raise BadRule(
                f"the output {output!r} is no variable",
                where=located.where(("outputs",)),
                remedy=f"variables are {', '.join(rules.variables)}",
            )
    _no_cycle(rules, located)


def _no_double_names(rules: RuleSet, located: Located) -> None:
    seen: dict[str, str] = {}
    for section, table in (("facts", rules.facts), ("parameters", rules.parameters), ("variables", rules.variables)):
        for name in table:
            if name in seen or name == BASE_DATE or name in rules.entities:
                other = seen.get(name, "reserved")
                raise BadRule(
                    f"the name {name} stands in {other} too",
                    where=located.where((section, name)),
                    remedy="give one of the two another name",
                )
            seen[name] = section


def _check_words(variable: Variable, located: Located, *, place: Place) -> None:
    for key in ("yes", "no", "unknown"):
        given = getattr(variable.sentences, key)
        missing = LANGUAGES - set(given)
        if given and missing:
            raise BadRule(
                f"the sentence has no {', '.join(sorted(missing))}",
                where=located.where((*place, key)),
                remedy="write it in ja, ja-easy and en",
            )


def _agree(found: str, wanted: Type) -> bool:
    return found == wanted or found == "unknown" or (found in NUMERIC and wanted in NUMERIC)


MOST_LEVELS = 250
"""Parts in each other from an output down to the facts, over all variables that it needs; the engines recurse."""


def _no_cycle(rules: RuleSet, located: Located) -> None:
    """Walks without recursion: a file can name thousands of variables one after the other."""
    levels: dict[str, int] = {}
    path: dict[str, int] = {}
    for start in rules.variables:
        ahead = [start]
        while ahead:
            name = ahead[-1]
            if name in levels or name not in rules.variables:
                ahead.pop()
                continue
            used = [one for version in rules.variables[name].versions for one in names(version.formula)]
            waiting = [one for one in used if one in rules.variables and one not in levels]
            if name not in path:
                path[name] = len(path)
            elif not waiting:
                path.pop(name)
                ahead.pop()
                levels[name] = _level(rules, name, below=max((levels.get(one, 0) for one in used), default=0))
                _check_level(levels[name], located, name=name)
                continue
            _check_circle(waiting, path, located=located)
            ahead += waiting


def _check_circle(waiting: list[str], path: dict[str, int], *, located: Located) -> None:
    for name in waiting:
        if name in path:
            circle = " → ".join([*list(path)[list(path).index(name) :], name])
            raise BadRule(
                f"a circle: {circle}",
                where=located.where(("variables", name)),
                remedy="a result may not depend on itself",
            )


def _level(rules: RuleSet, name: str, *, below: int) -> int:
    return below + max((_depth(version.formula) for version in rules.variables[name].versions), default=0)


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, children(node)), default=0)


def _check_level(level: int, located: Located, *, name: str) -> None:
    if level > MOST_LEVELS:
        what = f"{name} stands on more than {MOST_LEVELS} parts in each other"
        raise BadRule(what, where=located.where(("variables", name)), remedy="let fewer results build on one another")


class _Typing:
    """Types of a formula, with the entity in whose member it is evaluated."""

    def __init__(self, rules: RuleSet, variable: Variable, located: Located) -> None:
        self.rules = rules
        self.place: Place = ("variables", variable.name, "formula")
        self.located = located

    def refuse(self, what: str, remedy: str = "") -> BadRule:
        return BadRule(what, where=self.located.where(self.place), remedy=remedy)

    def of(self, node: Node, entity: str) -> str:
        """The type of a node; ``unknown`` for NULL."""
        if isinstance(node, Const):
            return node.kind
        if isinstance(node, Name):
            return self._name(node.name, entity)
        if isinstance(node, Unary):
            return self._need(node.operand, entity, wanted={Type.BOOLEAN} if node.op == "NOT" else set(NUMERIC))
        if isinstance(node, Binary):
            return self._binary(node, entity)
        if isinstance(node, Case):
            return self._case(node, entity)
        if isinstance(node, Over):
            return self._over(node, entity)
        return self._call(node, entity)

    def _name(self, name: str, entity: str) -> str:
        if name == BASE_DATE:
            return Type.DATE
        for table in (self.rules.facts, self.rules.parameters, self.rules.variables):
            found = table.get(name)
            if found is not None:
                of = getattr(found, "of", "")
                if of and of != entity:
                    raise self.refuse(
                        f"{name} belongs to each {of} and cannot be used here",
                        f"add it up: 合計({of}, {name}), or いる({of}, …)",
                    )
                return str(found.type)
        raise self.refuse(f"there is no {name!r}", f"did you mean {self._nearest(name)}?")

    def _nearest(self, name: str) -> str:
        known = [*self.rules.facts, *self.rules.parameters, *self.rules.variables]
        return max(known, key=lambda other: len(set(other) & set(name)), default="another name")

    def _need(self, node: Node, entity: str, *, wanted: set[Type]) -> str:
        found = self.of(node, entity)
        if found != "unknown" and found not in wanted:
            raise self.refuse(
                f"a part of the formula is {found}, {' or '.join(sorted(wanted))} is needed",
                "compare it, or use another value",
            )
        return found

    def _binary(self, node: Binary, entity: str) -> str:
        if node.op in {"AND", "OR"}:
            for side in (node.left, node.right):
                self._need(side, entity, wanted={Type.BOOLEAN})
            return Type.BOOLEAN
        if node.op in {"+", "-", "*", "/"}:
            found = {self._need(side, entity, wanted=set(NUMERIC)) for side in (node.left, node.right)}
            return Type.NUMBER if node.op == "/" or Type.NUMBER in found else Type.INTEGER
        left, right = self.of(node.left, entity), self.of(node.right, entity)
        if not (left == right or "unknown" in {left, right} or {left, right} <= NUMERIC):
            raise self.refuse(f"{left} is compared with {right}", "compare values of one type")
        return Type.BOOLEAN

    def _case(self, node: Case, entity: str) -> str:
        for condition, _ in node.branches:
            self._need(condition, entity, wanted={Type.BOOLEAN})
        found = {self.of(value, entity) for value in _results(node)} - {"unknown"}
        if len(found) > 1 and not found <= NUMERIC:
            raise self.refuse(f"the branches give {' and '.join(sorted(found))}", "let every branch give one type")
        return Type.NUMBER if found == NUMERIC else next(iter(found), "unknown")

    def _call(self, node: Call, entity: str) -> str:
        for argument in node.arguments:
            self.of(argument, entity)
        return FUNCTIONS[node.name][1]

    def _over(self, node: Over, entity: str) -> str:
        if node.name == "順位" and entity != node.entity:
            raise self.refuse(
                f"順位 is the place of a {node.entity} among all", f"use it in a variable of: {node.entity}"
            )
        if node.condition is not None:
            self._need(node.condition, node.entity, wanted={Type.BOOLEAN})
        inner = self.of(node.of, node.entity) if node.of is not None else ""
        return inner if node.name in {"合計", "最大", "最小"} else OVERS[node.name][1]


def _results(node: Case) -> Iterator[Node]:
    for _, value in node.branches:
        yield value
    yield node.otherwise
