"""The one pass over a batch as program text: households outside, rounds over their members inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kiban.rules.errors import NoForm
from kiban.rules.expression import Case, Name, Node, Over, children
from kiban.rules.fusedcode import MOST_MEMBERS, UNKNOWN, Formulas, Text, Val, both, inside
from kiban.rules.fusedplan import Rounds, Shared
from kiban.rules.plan import Planned

COUNTED = {"人数", "合計"}


@dataclass(frozen=True, slots=True)
class Written:
    """A result as the pass writes it; ``nullable`` has a column of what is known beside it."""

    name: str
    kind: str
    nullable: bool


@dataclass(slots=True)
class Pass:
    """The text, its arguments by name, and the results in order."""

    lines: list[str] = field(default_factory=list)
    scratch: dict[str, str] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)


def write_pass(shared: Shared) -> Pass:
    """The pass of a shared plan.

    Raises:
        NoForm: a node is only computed by the array kernel.
    """
    return _Writer(shared).all()


class _Writer:
    def __init__(self, shared: Shared) -> None:
        self.shared, self.text, self.made = shared, Text(), Pass()
        self.formulas = Formulas(shared, self.text, held={})
        self.rounds = Rounds(shared)
        self.entities = {entity: number for number, entity in enumerate(shared.plan.entities)}
        self.overs: dict[Over, int] = {}
        self.later: dict[object, Val] = {}
        self.outputs = {shared.names[name] for name in shared.plan.outputs}
        self._collect()

    def _collect(self) -> None:
        self.seen_by_members: set[str] = set()
        self.stored: set[str] = set()
        for step in self.shared.steps.values():
            self._collect_in(step.formula, step.of, at=self.rounds.of(step.formula))
        self.last = max([self.rounds.of(step.formula) for step in self.shared.steps.values()], default=0)

    def _collect_in(self, node: Node, place: str, *, at: int) -> None:
        for part in _outside_overs(node):
            if isinstance(part, Over):
                self.overs.setdefault(part, len(self.overs))
                for inner in (part.of, part.condition):
                    if inner is not None:
                        self._collect_in(inner, part.entity, at=self.rounds.of(part) - 1)
            elif isinstance(part, Name) and place and part.name in self.shared.steps:
                step = self.shared.steps[part.name]
                if not step.of:
                    self.seen_by_members.add(step.name)
                elif self.rounds.of(step.formula) != at:
                    self.stored.add(step.name)

    def all(self) -> Pass:
        for number in self.entities.values():
            self.text.add(f"b{number} = a{number}[h]", f"d{number} = a{number}[h + 1]")
        for turn in range(self.last + 1):
            for step in self._steps(turn, of=""):
                self._household_step(step)
            for entity in self.entities:
                self._members(entity, turn)
        self.made.lines = ["bad = False", "for h in range(n):", *inside(self.text.lines), "return bad"]
        return self.made

    def _steps(self, turn: int, *, of: str) -> list[Planned]:
        return [s for s in self.shared.steps.values() if s.of == of and self.rounds.of(s.formula) == turn]

    def _household_step(self, step: Planned) -> None:
        often = self.shared.uses[Name(step.name)] > 1 or step.name in self.seen_by_members
        if step.name in self.outputs:
            self._output(step, row="h")
        elif often:
            self.formulas.of(Name(step.name), "")

    def _output(self, step: Planned, *, row: str) -> None:
        number = len(self.made.written)
        if isinstance(step.formula, Case):
            self.formulas.reason = f"q{number}_"
            self.text.add(f"q{number}_ = 0")
            found = self.text.named(self.formulas.case(step.formula, step.of))
        else:
            self.text.add(f"q{number}_ = 1")
            found = self.text.named(self.formulas.of(step.formula, step.of))
        self.text.scopes[-1][Name(step.name), step.of] = found
        if found.kind == "text" and found.bound:
            raise NoForm("a text of a fact as result")
        value = found.text
        if found.den != 1:
            self.text.add(f"if {both(found.known, f'({value} % {found.den} != 0)')}:", "  bad = True")
            value = f"{value} // {found.den}"
        self.text.add(f"w{number}[{row}] = {value}")
        if found.known is not None:
            self.text.add(f"y{number}[{row}] = {found.known}", f"if not y{number}[{row}]:", f"  q{number}_ = 0")
        self.text.add(f"q{number}[{row}] = q{number}_")
        self.made.written.append(Written(step.name, found.kind, found.known is not None))

    def _members(self, entity: str, turn: int) -> None:
        steps = self._steps(turn, of=entity)
        overs = [o for o in self.overs if o.entity == entity and self.rounds.of(o) - 1 == turn]
        number = self.entities[entity]
        for over in overs:
            self._begin(over)
        with self.text.block() as lines:
            for step in steps:
                self._member_step(step, number)
            for over in overs:
                self._gather(over, number)
        if lines:
            self.text.add(f"for j in range(b{number}, d{number}):", *inside(lines))
        self.formulas.held |= self.later
        for over in overs:
            self._finish(over, number)

    def _member_step(self, step: Planned, number: int) -> None:
        if step.name in self.outputs:
            self._output(step, row="j")
        elif self.shared.uses[Name(step.name)] <= 1 and step.name not in self.stored:
            return
        found = self.formulas.of(Name(step.name), step.of)
        if step.name in self.stored:
            place = f"x{len(self.made.scratch)}"
            self.made.scratch[place] = found.kind
            self.text.add(f"{place}[j - b{number}] = {found.text}")
            known = None
            if found.known is not None:
                known = f"k{place}"
                self.made.scratch[known] = "boolean"
                self.text.add(f"{known}[j - b{number}] = {found.known}")
                known += f"[j - b{number}]"
            self.later[Name(step.name), step.of] = replace(found, text=f"{place}[j - b{number}]", known=known)

    def _begin(self, over: Over) -> None:
        k = self.overs[over]
        first = "False" if over.name == "いる" else "0"
        self.text.add(f"o{k} = {first}", f"u{k} = False", *([f"n{k} = False"] if over.name in {"最大", "最小"} else []))

    def _gather(self, over: Over, number: int) -> None:
        """One member's part of an aggregate."""
        k, entity = self.overs[over], over.entity
        test = Val("boolean", "True") if over.condition is None else self.formulas.of(over.condition, entity)
        sure = both(test.known, test.text) or "True"
        if over.name == "順位":
            self._place(over, test, sure=sure, number=number)
            return
        with self.text.block() as lines:
            self._take(over, k)
        self.text.add(f"if {sure}:", *inside(lines))
        if test.known is not None:
            self.text.add(f"if not ({test.known}):", f"  u{k} = True")

    def _take(self, over: Over, k: int) -> None:
        if over.of is None:
            self.text.add(f"o{k} = True" if over.name == "いる" else f"o{k} += 1")
            self.kinds(over, Val("boolean" if over.name == "いる" else "integer", "", bound=1))
            return
        value = self.formulas.of(over.of, over.entity)
        self.kinds(over, value)
        if value.kind == "text":
            raise NoForm("an aggregate of texts")
        if over.name == "合計":
            take = [f"o{k} += {value.text}"]
        else:
            sign = ">" if over.name == "最大" else "<"
            take = [f"if not n{k} or {value.text} {sign} o{k}:", f"  o{k} = {value.text}", f"n{k} = True"]
        if value.known is None:
            self.text.add(*take)
        else:
            self.text.add(f"if {value.known}:", *inside(take), "else:", f"  u{k} = True")

    def kinds(self, over: Over, value: Val) -> None:
        """Note what an aggregate adds up."""
        times = MOST_MEMBERS if over.name in COUNTED else 1
        self.formulas.gathered[over] = replace(value, bound=value.bound * times)

    def _place(self, over: Over, test: Val, *, sure: str, number: int) -> None:
        k = self.overs[over]
        assert over.of is not None
        value = self.formulas.of(over.of, over.entity)
        if value.kind == "text":
            raise NoForm("an order of texts")
        self.kinds(over, value)
        self.made.scratch |= {f"c{k}": "boolean", f"v{k}": value.kind, f"r{k}": "integer"}
        missing = both(sure, f"not ({value.known})") if value.known is not None else None
        open_ = [f"not ({test.known})"] if test.known is not None else []
        self.text.add(f"c{k}[j - b{number}] = {sure}", f"v{k}[j - b{number}] = {value.text}")
        for unsure in [*open_, *([f"({missing})"] if missing else [])]:
            self.text.add(f"if {unsure}:", f"  u{k} = True")

    def _finish(self, over: Over, number: int) -> None:
        k, found = self.overs[over], self.formulas.gathered[over]
        known = None if not self._unsure(over, found) else f"(not u{k})"
        listed = f"g{number}[h]" if over.entity in self.shared.given.nullable else None
        if over.name == "順位":
            self._rank(k, number)
            value = Val("integer", f"r{k}[j - b{number}]", known, bound=MOST_MEMBERS)
            self.formulas.held[over, over.entity] = value
            return
        if over.name == "いる" and known is not None:
            known = f"(o{k} or not u{k})"
        if over.name in {"最大", "最小"}:
            known = both(known, f"n{k}")
            if found.kind == "unknown":
                self.formulas.held[over, ""] = UNKNOWN
                return
        kind = "integer" if found.kind == "unknown" else found.kind
        value = replace(found, kind=kind, text=f"o{k}", known=both(known, listed))
        self.formulas.held[over, ""] = self.text.named(value)

    def _unsure(self, over: Over, found: Val) -> bool:
        if found.known is not None:
            return True
        if over.condition is None:
            return False
        with self.text.block():
            return self.formulas.of(over.condition, over.entity).known is not None

    def _rank(self, k: int, number: int) -> None:
        before = f"v{k}[s] < v{k}[p] or (v{k}[s] == v{k}[p] and s < p)"
        self.text.add(
            f"for p in range(d{number} - b{number}):", f"  r{k}[p] = 0", f"  if c{k}[p]:", "    place = 1",
            f"    for s in range(d{number} - b{number}):", f"      if c{k}[s] and ({before}):", "        place += 1",
            f"    r{k}[p] = place",
        )  # fmt: skip


def _outside_overs(node: Node) -> Iterator[Node]:
    """A node and what is under it, not looking into aggregates."""
    yield node
    if not isinstance(node, Over):
        for child in children(node):
            yield from _outside_overs(child)
