"""The nodes of a formula as SQL expressions; a number is a pair of integers, numerator and denominator."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kiban.kernel.errors import Where
from kiban.rules.errors import BadRule
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary, children
from kiban.rules.plan import Plan
from kiban.rules.sqldates import DATE_CALLS

HOUSEHOLD, ORDER = "世帯", "番号"
KINDS: Mapping[str, str] = {"number": "integer"}


@dataclass(frozen=True, slots=True)
class Text:
    """An SQL expression of a kind; ``den`` is the text of its denominator, a literal where it can be."""

    sql: str
    kind: str
    den: str = "1"
    certain: bool = False
    constant: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A count, sum or rank with the column in which its value is kept."""

    name: str
    entity: str
    of: Node | None
    condition: Node | None
    column: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An aggregate: columns to prepare at the members, what to group, and the value from the groups."""

    prepared: str
    grouped: str
    final: str


UNKNOWN = Text("NULL", "unknown")


def quoted(name: str) -> str:
    """A name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


class Writer:
    """Writes the formulas of one level: the household's or an entity's."""

    def __init__(self, plan: Plan, of: str, *, dens: Mapping[str, str], mark: str = "") -> None:
        self.plan, self.of, self.mark = plan, of, mark
        self.dens = dens
        self.kept: dict[Node, str] = {}

    def overs(self, node: Node) -> Iterator[Node]:
        """Every count, sum or rank."""
        if isinstance(node, Over) and node not in self.kept:
            if any(_has_over(child) for child in children(node)):
                raise BadRule(f"a count inside {node.name} has no SQL", remedy="make the inner one a variable")
            self.kept[node] = f"_{self.mark}_{len(self.kept) + 1}"
            yield node
        if not isinstance(node, Over):
            for child in children(node):
                yield from self.overs(child)

    def place_of(self, node: Node) -> Place:
        """The aggregate's parts with its column."""
        assert isinstance(node, Over)
        return Place(node.name, node.entity, node.of, node.condition, self.kept[node])

    def _of_name(self, name: str) -> str:
        rules = self.plan.rules
        return rules.variables[name].of if name in rules.variables else rules.facts[name].of

    def above(self, node: Node) -> tuple[str, ...]:
        """Names of the household in a member's formula."""
        return tuple(dict.fromkeys(name for name in _own_names(node) if self.of and not self._of_name(name)))

    def above_of(self, place: Place) -> tuple[str, ...]:
        """Names of the household inside an aggregate."""
        parts = [part for part in (place.of, place.condition) if part is not None]
        return tuple(dict.fromkeys(name for part in parts for name in self.above(part)))

    def brought(self, name: str) -> str:
        """The column in which a household's value stands at the members."""
        return quoted(f"世帯_{self.mark}_{name}")

    def text(self, node: Node) -> Text:
        """The expression of a node."""
        if isinstance(node, Const):
            return literal(node)
        if isinstance(node, Name):
            return self._named(node.name)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Case):
            return self._case(node)
        if isinstance(node, Unary):
            inner = self.text(node.operand)
            word = "NOT " if node.op == "NOT" else "-"
            return Text(f"({word}{inner.sql})", inner.kind, inner.den, inner.certain)
        if isinstance(node, Over):
            kind = self._over_kind(node)
            return Text(f"t.{quoted(self.kept[node])}", kind, self._over_den(node))
        return self._call(node)

    def _named(self, name: str) -> Text:
        rules = self.plan.rules
        kind = str((rules.variables.get(name) or rules.facts[name]).type)
        column = self.brought(name) if self.of and not self._of_name(name) else quoted(name)
        kind = KINDS.get(kind, kind)
        sql = f"CAST(t.{column} AS BIGINT)" if kind == "integer" else f"t.{column}"
        return Text(sql, kind, self.dens.get(name, "1"))

    def _over_kind(self, node: Over) -> str:
        if node.name == "いる":
            return "boolean"
        if node.of is None or node.name == "順位":
            return "integer"
        return Writer(self.plan, node.entity, dens=self.dens).text(node.of).kind

    def _over_den(self, node: Over) -> str:
        if node.of is None or node.name == "順位":
            return "1"
        den = Writer(self.plan, node.entity, dens=self.dens).text(node.of).den
        if not den.isdigit():
            raise BadRule(f"{node.name} over fractions of changing denominators", remedy="round each one first")
        return den

    def _binary(self, node: Binary) -> Text:
        left, right = self.text(node.left), self.text(node.right)
        certain = left.certain and right.certain
        if node.op in {"AND", "OR"}:
            return Text(f"({_yes_no(left)} {node.op} {_yes_no(right)})", "boolean", "1", certain)
        if node.op in {"+", "-", "*", "/"}:
            return _arithmetic(left, right, op=node.op)
        one, other, _ = aligned(left, right)
        return Text(f"({one} {node.op} {other})", "boolean", "1", certain)

    def _case(self, node: Case) -> Text:
        """A CASE that knows the unknown: where a condition is, its way and the way on must agree."""
        result = self.text(node.otherwise)
        values = [self.text(value) for _, value in node.branches]
        tests = [self.text(condition) for condition, _ in node.branches]
        known = [text for text in (*values, result) if text.kind != "unknown"]
        den = _common([text.den for text in known])
        plain = " ".join(f"WHEN {t.sql} THEN {_over_den(v, den)}" for t, v in zip(tests, values, strict=True))
        plain = f"CASE {plain} ELSE {_over_den(result, den)} END"
        parts = []
        for test, value in zip(tests, values, strict=True):
            over = _over_den(value, den)
            parts.append(f"WHEN {test.sql} THEN {over}")
            if not test.certain:
                parts.append(f"WHEN ({test.sql}) IS NULL AND NOT COALESCE({over} = ({plain}), FALSE) THEN NULL")
        kind = known[0].kind if known else "unknown"
        return Text(f"CASE {' '.join(parts)} ELSE {_over_den(result, den)} END", kind, den)

    def _call(self, node: Call) -> Text:
        arguments = [self.text(part) for part in node.arguments]
        if node.name == "分かる":
            return Text(f"({arguments[0].sql} IS NOT NULL)", "boolean", "1", certain=True)
        if any(argument.kind == "unknown" for argument in arguments):
            return UNKNOWN
        if node.name in {"切捨", "切上", "四捨五入"}:
            return _rounded(*arguments, way=node.name)
        if node.name in {"小さい方", "大きい方"}:
            one, other, den = aligned(*arguments)
            word = "<" if node.name == "小さい方" else ">"
            both = f"({one}) IS NULL OR ({other}) IS NULL"
            chosen = f"CASE WHEN {both} THEN NULL WHEN {one} {word} {other} THEN {one} ELSE {other} END"
            return Text(f"({chosen})", arguments[0].kind, den)
        kind, write = DATE_CALLS[node.name]
        return Text(write(*(argument.sql for argument in arguments)), kind)

    def aggregate(self, place: Place, condition: Text | None, *, of: Text | None) -> Shape:
        """An aggregate's three parts."""
        test, value = quoted(f"{place.column}c"), quoted(f"{place.column}v")
        prepared = f"{_yes_no(condition) if condition else 'TRUE'} AS {test}"
        if of is not None:
            prepared += f", {of.sql} AS {value}"
        if place.name == "いる":
            return _exists(prepared, test)
        open_rows = f"{test} IS NULL" + (f" OR ({test} AND {value} IS NULL)" if of is not None else "")
        if place.name == "順位":
            return Shape(prepared, "", _rank(test, value, open_rows=open_rows))
        inner = {
            "人数": f"SUM(CASE WHEN {test} THEN 1 ELSE 0 END)",
            "合計": f"SUM(CASE WHEN {test} THEN {value} ELSE 0 END)",
            "最大": f"MAX(CASE WHEN {test} THEN {value} END)",
            "最小": f"MIN(CASE WHEN {test} THEN {value} END)",
        }[place.name]
        grouped = f'{inner} AS "値", SUM(CASE WHEN {open_rows} THEN 1 ELSE 0 END) AS "不明"'
        found = 'CAST(COALESCE(a."値", 0) AS BIGINT)' if place.name in {"人数", "合計"} else 'a."値"'
        return Shape(prepared, grouped, f'(CASE WHEN COALESCE(a."不明", 0) = 0 THEN {found} END)')


def _exists(prepared: str, test: str) -> Shape:
    sure = f'SUM(CASE WHEN {test} THEN 1 ELSE 0 END) AS "値"'
    unsure = f'SUM(CASE WHEN {test} IS NULL THEN 1 ELSE 0 END) AS "不明"'
    final = 'CASE WHEN a."値" > 0 THEN TRUE WHEN a."不明" > 0 THEN NULL ELSE FALSE END'
    return Shape(prepared, f"{sure}, {unsure}", f"({final})")


def _rank(test: str, value: str, *, open_rows: str) -> str:
    """Counted over the household's rows up to this one, by value, then place."""
    key, order = quoted(HOUSEHOLD), quoted(ORDER)
    unsure = f"SUM(CASE WHEN {open_rows} THEN 1 ELSE 0 END) OVER (PARTITION BY t.{key})"
    frame = f"PARTITION BY t.{key} ORDER BY t.{value}, t.{order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    counted = f"SUM(CASE WHEN {test} THEN 1 ELSE 0 END) OVER ({frame})"
    return f"(CASE WHEN {unsure} > 0 THEN NULL WHEN {test} THEN CAST({counted} AS BIGINT) ELSE 0 END)"


def _has_over(node: Node) -> bool:
    return isinstance(node, Over) or any(_has_over(child) for child in children(node))


def _own_names(node: Node) -> Iterator[str]:
    """Names in a formula outside its counts and sums."""
    if isinstance(node, Name):
        yield node.name
    if isinstance(node, Over):
        return
    for child in children(node):
        yield from _own_names(child)


def literal(node: Const) -> Text:
    """A constant."""
    if node.value is None:
        return UNKNOWN
    if node.kind == "boolean":
        return Text("TRUE" if node.value else "FALSE", "boolean", "1", certain=True)
    if node.kind == "date":
        return Text(f"CAST('{node.value}' AS DATE)", "date", "1", certain=True)
    if node.kind == "text":
        escaped = str(node.value).replace("'", "''")
        return Text(f"'{escaped}'", "text", "1", certain=True)
    value = Fraction(str(node.value))
    number = f"CAST({value.numerator} AS BIGINT)"
    return Text(number, "integer", str(value.denominator), certain=True, constant=value)


def _yes_no(text: Text) -> str:
    return "CAST(NULL AS BOOLEAN)" if text.kind == "unknown" else text.sql


def _times(sql: str, factor: str) -> str:
    return sql if factor == "1" else f"({sql} * {factor})"


def _common(dens: list[str]) -> str:
    if all(den.isdigit() for den in dens):
        return str(math.lcm(*map(int, dens))) if dens else "1"
    if len(set(dens)) == 1:
        return dens[0]
    raise BadRule("branches give fractions of changing denominators", where=Where(), remedy="round each one")


def _over_den(text: Text, den: str) -> str:
    """The numerator of a number when written over another denominator."""
    if text.den == den or text.kind == "unknown":
        return text.sql
    return _times(text.sql, str(int(den) // int(text.den)))


def aligned(one: Text, other: Text) -> tuple[str, str, str]:
    """Both numerators over one denominator."""
    if one.den == other.den:
        return one.sql, other.sql, one.den
    if one.den.isdigit() and other.den.isdigit():
        den = _common([one.den, other.den])
        return _over_den(one, den), _over_den(other, den), den
    return _times(one.sql, other.den), _times(other.sql, one.den), _product(one.den, other.den)


def _product(one: str, other: str) -> str:
    if one.isdigit() and other.isdigit():
        return str(int(one) * int(other))
    return _times(one, other) if one != "1" else other


def _arithmetic(left: Text, right: Text, *, op: str) -> Text:
    if "unknown" in {left.kind, right.kind}:
        return UNKNOWN
    if op in {"+", "-"}:
        one, other, den = aligned(left, right)
        return Text(f"({one} {op} {other})", "integer", den)
    if op == "*":
        return Text(f"({left.sql} * {right.sql})", "integer", _product(left.den, right.den))
    if right.constant is not None:
        return _divided_by(left, right.constant)
    sign = f"CASE WHEN {right.sql} < 0 THEN -1 WHEN {right.sql} > 0 THEN 1 END"
    upper = f"({_times(left.sql, right.den)} * ({sign}))"
    return Text(upper, "integer", _product(left.den, f"ABS({right.sql})"))


def _divided_by(left: Text, constant: Fraction) -> Text:
    if not constant:
        return Text("CAST(NULL AS BIGINT)", "integer")
    factor = constant.denominator if constant > 0 else -constant.denominator
    upper = _times(left.sql, str(factor))
    return Text(upper, "integer", _product(left.den, str(abs(constant.numerator))))


def _rounded(value: Text, unit: Text, *, way: str) -> Text:
    """Integer division toward zero, of the absolute value, with the sign put back."""
    count = _arithmetic(value, unit, op="/")
    upper, lower = f"ABS({count.sql})", f"({count.den})"
    if way == "切捨":
        whole = f"({upper} // {lower})"
    elif way == "切上":
        whole = f"(({upper} + {lower} - 1) // {lower})"
    else:
        whole = f"((2 * {upper} + {lower}) // (2 * {lower}))"
    signed = f"(CASE WHEN {count.sql} < 0 THEN -{whole} ELSE {whole} END)"
    back = _times(signed, unit.sql)
    return Text(back if unit.den == "1" else f"({back} // {unit.den})", "integer")
