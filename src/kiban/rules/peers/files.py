"""The rule files of a folder, asked one result at a time, with the trail of what was determined."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from kiban.kernel.errors import BadInput, Where
from kiban.rules.errors import NotInForce
from kiban.rules.expression import names
from kiban.rules.kept import load_rules
from kiban.rules.model import Basis, Determination, RuleSet
from kiban.rules.scalar import evaluate

UNKNOWN = object()
"""The case does not give what the law asks for."""
Pair: TypeAlias = tuple[Any, Any]
"""Our value and theirs."""
Asked: TypeAlias = tuple[RuleSet, Determination, dt.date]


@dataclass(slots=True)
class RuleFiles:
    """Rule files by the end of their folder's name (``jido-teate``), read once."""

    folder: Path
    trail: list[Asked] = field(default_factory=list)
    """What was determined since :meth:`begin`."""
    _read: dict[str, RuleSet] = field(default_factory=dict)
    _tables: dict[str, Path] = field(default_factory=dict)

    def begin(self) -> None:
        """Forget the trail."""
        self.trail.clear()

    def rules(self, name: str) -> RuleSet:
        """A rule file by ``mhlw/kokumin-nenkin-menjo`` or by its last part.

        Raises: BadInput when there is none, or more than one.
        """
        if name not in self._read:
            found = [path for path in self.folder.rglob("rules.yaml") if _fits(path.parent, self.folder, name=name)]
            if len(found) != 1:
                said = "no" if not found else "more than one"
                raise BadInput(
                    f"there is {said} rule file {name}", where=Where(str(self.folder)), remedy="name its folder"
                )
            self._read[name] = load_rules(found[0])
        return self._read[name]

    def table(self, name: str) -> Path:
        """A table beside a rule file, by the end of its path (``seikatsu-fujo/kyuchi.csv``).

        Raises: BadInput when there is none.
        """
        if name not in self._tables:
            found = next(self.folder.rglob(name), None)
            if found is None:
                raise BadInput(f"there is no table {name}", where=Where(str(self.folder)))
            self._tables[name] = found
        return self._tables[name]

    def answer(self, name: str, facts: Mapping[str, Any], *, on: str, output: str) -> Any:
        """One result on a day (``2025-04-01``) or in a month (``2025-04``)."""
        day = dt.date.fromisoformat(on if len(on) == 10 else f"{on}-01")
        rules = self.rules(name)
        found = evaluate(rules, facts, on=day, outputs=(output,))
        self.trail.append((rules, found, day))
        return found.outputs[output]

    def number(self, name: str, parameter: str, *, on: str) -> int | Fraction:
        """A number of the law, in force on a day or in a month.

        Raises: BadInput when the rule file has none of the name, NotInForce when none is in force.
        """
        rules = self.rules(name)
        if parameter not in rules.parameters:
            raise BadInput(f"{rules.id} has no number {parameter}", remedy=f"it has {', '.join(rules.parameters)}")
        dated = rules.parameters[parameter].at(dt.date.fromisoformat(on if len(on) == 10 else f"{on}-01"), dt.date.max)
        if dated is None:
            raise NotInForce(f"{parameter} has no value in force on {on}", where=Where(rules.file, field=parameter))
        return dated.value if isinstance(dated.value, int) else Fraction(dated.value)

    def articles(self) -> tuple[str, ...]:
        """The articles that the trail rests on: of the numbers that were used, then of the last formula."""
        found: dict[str, None] = {}
        for rules, determination, day in self.trail:
            for basis in _numbers(rules, determination, day=day):
                found[str(basis)] = None
            if determination.steps and determination.steps[-1].basis:
                found[str(determination.steps[-1].basis)] = None
        return tuple(found)


def _fits(folder: Path, root: Path, *, name: str) -> bool:
    whole = folder.relative_to(root).as_posix()
    return folder.name == name or whole == name or whole.endswith(f"/{name}")


def _numbers(rules: RuleSet, found: Determination, *, day: dt.date) -> Iterator[Basis]:
    """Of the numbers in force that a step with a result named."""
    for step in found.steps:
        version = rules.variables[step.name].at(day, dt.date.max)
        for name in names(version.formula) if version and step.value not in (None, 0, False) else ():
            dated = rules.parameters[name].at(day, dt.date.max) if name in rules.parameters else None
            if dated is not None:
                yield dated.basis


Mapped: TypeAlias = Callable[[RuleFiles, dict[str, Any]], list[Pair]]
"""A case's pairs of values."""
