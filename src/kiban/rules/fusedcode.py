"""Program text of a plan: one pass over the households, everything of a household while it is at hand.

The text is made from a plan's numbers and places alone, never from a name or text of a file, and gives what the array
kernel gives (`arrays.py`); a plan with a node that has no form here is refused and computed there. Formulas that are
alike are computed once, whichever programme they stand in; branches are only entered by whom they concern; a part of a
formula that depends on one date alone is looked up by day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm

from kiban.rules.errors import NoForm
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary, children
from kiban.rules.fusedplan import Shared, is_by_day
from kiban.rules.model import Type
from kiban.rules.plan import value_of
from kiban.rules.vectordates import days

MOST_MEMBERS, WIDEST = 2**12, 2**62
KINDS = {Type.INTEGER: "integer", Type.NUMBER: "integer", Type.DATE: "date", Type.BOOLEAN: "boolean", Type.TEXT: "text"}
COMPARE = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
NEVER = "False"


@dataclass(frozen=True, slots=True)
class Val:
    """A value in the text: its expression, when it is known (None: always), denominator, and a bound of its size.

    The bound of a text is 1 when it may be a fact's, 0 when it is one of the formulas' own.
    """

    kind: str
    text: str
    known: str | None = None
    den: int = 1
    bound: int = 0


UNKNOWN = Val("unknown", "0", NEVER)


def both(*known: str | None) -> str | None:
    """Known when all are."""
    found = list(dict.fromkeys(one for one in known if one is not None))
    return NEVER if NEVER in found else " and ".join(found) if found else None


def zero(kind: str) -> str:
    """A value that means nothing."""
    return "False" if kind == "boolean" else "0"


@dataclass(slots=True)
class Text:
    """Lines under way, with what the present block has computed already."""

    lines: list[str] = field(default_factory=list)
    scopes: list[dict[object, Val]] = field(default_factory=lambda: [{}])
    count: int = 0

    def fresh(self) -> str:
        self.count += 1
        return f"z{self.count}"

    def add(self, *lines: str) -> None:
        self.lines += lines

    @contextmanager
    def block(self) -> Iterator[list[str]]:
        """Lines of an inner block, collected apart; what it computes is forgotten after it."""
        outer = self.lines
        inner: list[str] = []
        self.lines = inner
        self.scopes.append({})
        try:
            yield inner
        finally:
            self.scopes.pop()
            self.lines = outer

    def kept(self, key: object, make: Callable[[], Val]) -> Val:
        """A value computed once in a block and those inside it."""
        for scope in reversed(self.scopes):
            if key in scope:
                return scope[key]
        found = make()
        self.scopes[-1][key] = found
        return found

    def named(self, value: Val) -> Val:
        """A value under a name of its own, so that its text stands once."""
        if value.text.replace("_", "").isalnum() and (value.known is None or value.known.isalnum()):
            return value
        name = self.fresh()
        self.add(f"{name} = {value.text}")
        known = value.known
        if known is not None and not known.isalnum():
            known = f"k{name}"
            self.add(f"{known} = {value.known}")
        return replace(value, text=name, known=known)


def inside(lines: list[str]) -> list[str]:
    """Lines one step in."""
    return ["  " + line for line in lines] or ["  pass"]


class Formulas:
    """Formulas as text. ``held`` has the values of names and aggregates that stand already."""

    def __init__(self, shared: Shared, text: Text, *, held: dict[object, Val]) -> None:
        self.shared, self.text, self.held = shared, text, held
        self.reason = ""
        self.gathered: dict[Over, Val] = {}

    def of(self, node: Node, place: str) -> Val:
        """The value of a node in the household's (place "") or a member's row."""
        if isinstance(node, Const):
            return self._const(node)
        if (node, place) in self.held:
            return self.held[node, place]
        if isinstance(node, Name | Over):
            return self._held(node)
        if is_by_day(self.shared, node):
            return self.text.kept((node, place), lambda: self._by_day(node))
        return self.text.kept((node, place), lambda: self.text.named(self._made(node, place)))

    def _made(self, node: Node, place: str) -> Val:
        if isinstance(node, Binary):
            return self._binary(node, place)
        if isinstance(node, Case):
            return self.case(node, place)
        if isinstance(node, Unary):
            value = self.of(node.operand, place)
            sign = f"(not {value.text})" if node.op == "NOT" else f"(-{value.text})"
            return replace(value, text=sign, kind="boolean" if node.op == "NOT" else "integer")
        assert isinstance(node, Call)
        return self._call(node, place)

    def _held(self, node: Name | Over) -> Val:
        if (node, "") in self.held:
            return self.held[node, ""]
        if isinstance(node, Name) and node.name in self.shared.steps:
            step = self.shared.steps[node.name]
            formula = step.formula
            return self.text.kept((node, step.of), lambda: self.text.named(self.of(formula, step.of)))
        if isinstance(node, Name) and node.name in self.shared.facts:
            return self.text.kept((node, ""), lambda: self._fact(node.name))
        raise NoForm(str(node))

    def _fact(self, name: str) -> Val:
        number, fact = self.shared.facts[name], self.shared.plan.rules.facts[name]
        row = "j" if fact.of else "h"
        known = f"m{number}[{row}]" if name in self.shared.given.nullable else None
        bound = 1 if fact.type is Type.TEXT else self.shared.given.bounds.get(name, 0)
        return self.text.named(Val(KINDS[fact.type], f"f{number}[{row}]", known, 1, bound))

    def _const(self, node: Const) -> Val:
        value = value_of(node)
        if value is None:
            return UNKNOWN
        if isinstance(value, bool):
            return Val("boolean", str(value))
        if isinstance(value, str):
            return Val("text", str(self.shared.words[value]))
        if isinstance(value, Fraction):
            return Val("integer", f"({value.numerator})", den=value.denominator, bound=abs(value.numerator))
        if isinstance(value, int):
            return self._fits(Val("integer", f"({value})", bound=abs(value)))
        return Val("date", f"({days(value)})")

    def _by_day(self, node: Node) -> Val:
        table, name, kind, bound = self.shared.table(node)
        fact = self._held(Name(name))
        day = self.text.kept(("day", name), lambda: self.text.named(Val("", f"{fact.text} - {self.shared.first_day}")))
        return self.text.named(Val(kind, f"t{table}[{day.text}]", fact.known, 1, bound))

    def _fits(self, value: Val) -> Val:
        if value.bound >= WIDEST:
            raise NoForm("too large")
        return value

    def _scaled(self, value: Val, den: int) -> Val:
        factor = den // value.den
        if factor == 1:
            return value
        return self._fits(replace(value, text=f"({value.text} * {factor})", den=den, bound=value.bound * factor))

    def aligned(self, *values: Val) -> list[Val]:
        """All with the same denominator."""
        den = lcm(*(one.den for one in values))
        return [self._scaled(one, den) for one in values]

    def _binary(self, node: Binary, place: str) -> Val:
        if node.op in {"AND", "OR"}:
            return self._logic(node, place)
        left, right = self.of(node.left, place), self.of(node.right, place)
        known = both(left.known, right.known)
        if "unknown" in {left.kind, right.kind}:
            return Val("boolean", "False", NEVER) if node.op in COMPARE else UNKNOWN
        if node.op in COMPARE:
            return self._compared(left, right, op=node.op)
        if node.op == "*":
            bound = left.bound * right.bound
            return self._fits(Val("integer", f"({left.text} * {right.text})", known, left.den * right.den, bound))
        if node.op == "/":
            return self._divided(left, node.right)
        left, right = self.aligned(left, right)
        text = f"({left.text} {node.op} {right.text})"
        return self._fits(Val("integer", text, known, left.den, left.bound + right.bound))

    def _divided(self, left: Val, by: Node) -> Val:
        value = value_of(by) if isinstance(by, Const) else None
        if isinstance(value, bool) or not isinstance(value, int | Fraction) or value <= 0:
            raise NoForm("a divisor that is no number of the law")
        upper, lower = Fraction(value).denominator, Fraction(value).numerator
        return self._fits(Val("integer", f"({left.text} * {upper})", left.known, left.den * lower, left.bound * upper))

    def _compared(self, left: Val, right: Val, *, op: str) -> Val:
        known = both(left.known, right.known)
        if left.kind == "integer":
            left, right = self.aligned(left, right)
        if "text" in {left.kind, right.kind}:
            return replace(self._texts(left, right, op=op), known=known)
        return Val("boolean", f"({left.text} {COMPARE[op]} {right.text})", known)

    def _texts(self, left: Val, right: Val, *, op: str) -> Val:
        if op not in {"=", "<>"} or (left.bound and right.bound):
            raise NoForm("the order of texts, or texts of two facts")
        return Val("boolean", f"({left.text} {COMPARE[op]} {right.text})")

    def _logic(self, node: Binary, place: str) -> Val:
        left = self.of(node.left, place)
        word = node.op.lower()
        with self.text.block() as lines:
            right = self.of(node.right, place)
        if left.known is None and right.known is None:
            if not lines:
                return Val("boolean", f"({left.text} {word} {right.text})")
            name = self.text.fresh()
            test = name if word == "and" else f"not {name}"
            self.text.add(f"{name} = {left.text}", f"if {test}:", *inside([*lines, f"{name} = {right.text}"]))
            return Val("boolean", name)
        self.text.add(*lines)
        decisive = "not " if word == "and" else ""
        sides = [(one.text, one.known) for one in (left, right)]
        settled = [f"({both(known, decisive + text)})" for text, known in sides]
        known = f"(({both(left.known, right.known)}) or {settled[0]} or {settled[1]})"
        # an unknown side has any value: a settled one must win
        unsure = "({} or not ({}))" if word == "and" else "({} and {})"
        plain = [text if known is None else unsure.format(text, known) for text, known in sides]
        return Val("boolean", f"({plain[0]} {word} {plain[1]})", known)

    def case(self, node: Case, place: str) -> Val:
        """CASE, and the number of the way taken in the variable that ``reason`` names."""
        reason, self.reason = self.reason, ""
        tests = [self._probe(condition, place) for condition, _ in node.branches]
        return (self._eager if any(tests) else self._lazy)(node, place, reason=reason)

    def _probe(self, node: Node, place: str) -> bool:
        with self.text.block():
            return self.of(node, place).known is not None

    def _lazy(self, node: Case, place: str, *, reason: str) -> Val:
        """Only the way that is taken is computed."""
        parts: list[tuple[list[str], str, list[str], Val]] = []
        depth, outer = len(self.text.scopes), self.text.lines
        for condition, value in node.branches:
            lines: list[str] = []
            self.text.lines = lines
            test = self.of(condition, place)
            with self.text.block() as then:
                chosen = self.of(value, place)
            parts.append((lines, test.text, then, chosen))
            self.text.scopes.append({})
        other: list[str] = []
        self.text.lines = other
        last = self.of(node.otherwise, place)
        del self.text.scopes[depth:]
        self.text.lines = outer
        values = self._alike([chosen for *_, chosen in parts] + [last])
        name = self.text.fresh()
        nullable = any(one.known is not None for one in values)

        def taken(value: Val, way: int) -> list[str]:
            known = [f"k{name} = {value.known or 'True'}"] if nullable else []
            return [f"{name} = {value.text}", *known, *([f"{reason} = {way}"] if reason else [])]

        made = [*other, *taken(values[-1], len(parts) + 1)]
        for way in range(len(parts), 0, -1):
            lines, test_text, then, _ = parts[way - 1]
            chosen_lines = inside([*then, *taken(values[way - 1], way)])
            made = [*lines, f"if {test_text}:", *chosen_lines, "else:", *inside(made)]
        self.text.add(*made)
        return self._joined(values, name, nullable=nullable)

    def _eager(self, node: Case, place: str, *, reason: str) -> Val:
        """Every way is computed: where a condition is unknown, both ways must agree."""
        tests = [self.of(condition, place) for condition, _ in node.branches]
        results = [self.of(value, place) for _, value in node.branches]
        values = self._alike([*results, self.of(node.otherwise, place)])
        name = self.text.fresh()
        self.text.add(f"{name} = {values[-1].text}", f"k{name} = {values[-1].known or 'True'}")
        if reason:
            self.text.add(f"{reason} = {len(tests) + 1}")
        for way in range(len(tests), 0, -1):
            test, value = tests[way - 1], values[way - 1]
            sure = both(test.known, test.text)
            note = [f"{reason} = {way}"] if reason else []
            self.text.add(
                f"if {sure}:", *inside([f"{name} = {value.text}", f"k{name} = {value.known or 'True'}", *note])
            )
            if test.known is not None:
                agree = both(f"k{name}", value.known, f"({value.text} == {name})")
                self.text.add(f"elif not ({test.known}):", *inside([f"k{name} = {agree}"]))
        return self._joined(values, name, nullable=True)

    def _alike(self, values: list[Val]) -> list[Val]:
        kind = next((one.kind for one in values if one.kind != "unknown"), "unknown")
        values = [replace(one, kind=kind, text=zero(kind)) if one.kind == "unknown" else one for one in values]
        return self.aligned(*values)

    def _joined(self, values: list[Val], name: str, *, nullable: bool) -> Val:
        bound = max(one.bound for one in values)
        return Val(values[0].kind, name, f"k{name}" if nullable else None, values[0].den, bound)

    def _call(self, node: Call, place: str) -> Val:
        values = [self.of(argument, place) for argument in node.arguments]
        if node.name == "分かる":
            return Val("boolean", values[0].known or "True")
        if any(one.kind == "unknown" for one in values):
            return UNKNOWN
        if node.name in {"小さい方", "大きい方"}:
            first, second = self.aligned(*values)
            word = "min" if node.name == "小さい方" else "max"
            bound = max(first.bound, second.bound)
            known = both(first.known, second.known)
            return replace(first, text=f"{word}({first.text}, {second.text})", known=known, bound=bound)
        if node.name in {"切捨", "切上", "四捨五入"}:
            return self._rounded(node, self.text.named(values[0]))
        raise NoForm(node.name)

    def _rounded(self, node: Call, value: Val) -> Val:
        unit = value_of(node.arguments[1]) if isinstance(node.arguments[1], Const) else None
        if isinstance(unit, bool) or not isinstance(unit, int) or unit <= 0:
            raise NoForm("a rounding unit that is no number of the law")
        lower, size = value.den * unit, f"abs({value.text})"
        self._fits(replace(value, bound=2 * value.bound + 2 * lower))
        whole = {
            "切捨": f"{size} // {lower}",
            "切上": f"({size} + {lower - 1}) // {lower}",
            "四捨五入": f"(2 * {size} + {lower}) // {2 * lower}",
        }[node.name]
        part = self.text.named(Val("", f"({whole}) * {unit}"))
        text = f"({part.text} if {value.text} >= 0 else -{part.text})"
        return Val("integer", text, value.known, 1, value.bound // value.den + unit)


def words_of(nodes: Iterator[Node] | list[Node]) -> Iterator[str]:
    """Every text constant."""
    for node in nodes:
        if isinstance(node, Const) and node.kind == "text":
            yield str(node.value)
        yield from words_of(list(children(node)))
