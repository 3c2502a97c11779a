"""The plan of a release: of every column of a table, what becomes of it; and what is asked of the whole.

```yaml
columns:
  氏名: drop                                  # names, numbers, addresses, contact: never given away
  生年月日: {quasi: {dates: [month, year, 5, 10]}}   # told as coarsely as needed
  住所コード: {quasi: {prefix: [6, 2]}}
  年収: {quasi: {widths: [100, 500], top: 1000}}
  性別: quasi                                  # told or not told
  傷病: {sensitive: {distinct: 3}}             # given as it is; each class must have 3 of them
  支給額: keep                                 # given as it is
k: 5                                          # rows alike in all quasi-identifiers
left_out: 0.04                                # share of rows that may be left out
```
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kiban.disclosure.errors import BadHierarchy, BadPlan
from kiban.disclosure.hierarchy import Dates, Hierarchy, Listed, Prefix, Widths, flat
from kiban.disclosure.requirements import (
    Closeness,
    DistinctDiversity,
    EntropyDiversity,
    KAnonymity,
    Requirement,
)
from kiban.kernel.located import Located, Place, read_located
from kiban.kernel.tabular import Report, opened

Role = Literal["drop", "keep", "quasi", "sensitive", "pseudonym"]
ROLES = ("drop", "keep", "quasi", "sensitive", "pseudonym")


@dataclass(frozen=True, slots=True)
class Plan:
    """``columns`` name → role; hierarchies of quasi-identifiers; requirements; share of rows that may be left out."""

    columns: Mapping[str, Role]
    hierarchies: Mapping[str, Hierarchy]
    requirements: tuple[Requirement, ...]
    left_out: float = 0.0

    def of(self, role: Role) -> list[str]:
        """The columns of a role, in the order of the plan."""
        return [name for name, own in self.columns.items() if own == role]


def read_plan(path: Path) -> Plan:
    """A plan from YAML; files of hierarchies are found beside it.

    Raises:
        BadInput, BadPlan, BadHierarchy: with file, line and key.
    """
    found = read_located(path)
    return _Reader(found, path.parent).plan()


@dataclass(frozen=True, slots=True)
class _Reader:
    found: Located
    folder: Path

    def refuse(self, place: Place, what: str, *, remedy: str) -> BadPlan:
        return BadPlan(what, where=self.found.where(place), remedy=remedy)

    def plan(self) -> Plan:
        value = self.found.value
        if not isinstance(value, dict) or not isinstance(value.get("columns"), dict) or not value["columns"]:
            raise self.refuse(
                (), "there are no columns", remedy="begin with `columns:` and name each column of the table"
            )
        for key in value.keys() - {"columns", "k", "left_out"}:
            raise self.refuse((key,), f"there is no {key!r} in a plan", remedy="a plan has columns, k and left_out")
        roles: dict[str, Role] = {}
        hierarchies: dict[str, Hierarchy] = {}
        requirements: list[Requirement] = [self.k(value.get("k"))] if "k" in value else []
        for name, told in value["columns"].items():
            place: Place = ("columns", name)
            role, more = self.role(place, told)
            roles[str(name)] = role
            if role == "quasi":
                hierarchies[str(name)] = self.hierarchy((*place, role), more)
            elif role == "sensitive":
                requirements += self.diversity((*place, role), str(name), more=more)
        return Plan(roles, hierarchies, tuple(requirements), self.share(value.get("left_out", 0)))

    def role(self, place: Place, told: Any) -> tuple[Role, Any]:
        role, more = next(iter(told.items())) if isinstance(told, dict) and len(told) == 1 else (told, None)
        if role not in ROLES or (more is not None and role not in ("quasi", "sensitive")):
            raise self.refuse(
                place, "it is not said what becomes of the column", remedy=f"write one of {', '.join(ROLES)}"
            )
        return role, more

    def k(self, told: Any) -> KAnonymity:
        if not isinstance(told, int) or isinstance(told, bool) or told < 2:
            raise self.refuse(("k",), "k is no whole number of at least 2", remedy="write for example k: 5")
        return KAnonymity(told)

    def share(self, told: Any) -> float:
        if not isinstance(told, int | float) or isinstance(told, bool) or not 0 <= told < 1:
            raise self.refuse(("left_out",), "left_out is no share below 1", remedy="write for example left_out: 0.04")
        return float(told)

    def hierarchy(self, place: Place, more: Any) -> Hierarchy:
        if more is None:
            return flat
        known = {"dates", "prefix", "widths", "bottom", "top", "file"}
        if not isinstance(more, dict) or not more or more.keys() - known:
            raise self.refuse(
                place, "this is no hierarchy", remedy="write dates, prefix, widths (with bottom, top) or file"
            )
        try:
            return self._made(more)
        except (TypeError, ValueError):
            raise self.refuse(
                place, "the steps are no list of whole numbers", remedy="write for example [5, 10]"
            ) from None
        except BadHierarchy as error:
            where = error.where if error.where.line else self.found.where(place)
            raise BadHierarchy(error.what, where=where, remedy=error.remedy) from None

    def _made(self, more: dict[str, Any]) -> Hierarchy:
        if "file" in more:
            path = self.folder / str(more["file"])
            with opened(path, Report(path.name)) as file:
                text = file.read()
            mark = ";" if text.partition("\n")[0].count(";") else ","
            return Listed.of(csv.reader(text.splitlines(), delimiter=mark), file=path.name)
        if "dates" in more:
            return Dates(tuple(more["dates"]))
        if "prefix" in more:
            return Prefix(tuple(int(one) for one in more["prefix"]))
        top = more.get("top")
        return Widths(
            tuple(int(one) for one in more["widths"]), int(more.get("bottom", 0)), None if top is None else int(top)
        )

    def diversity(self, place: Place, name: str, *, more: Any) -> list[Requirement]:
        asked = {} if more is None else more
        if not isinstance(asked, dict) or asked.keys() - {"distinct", "entropy", "close"}:
            raise self.refuse(place, "this is no requirement", remedy="write distinct: 3, entropy: 3 or close: 0.2")
        out: list[Requirement] = []
        for kind, number in asked.items():
            if not isinstance(number, int | float) or isinstance(number, bool) or number <= 0:
                raise self.refuse((*place, kind), "a number above 0 is needed", remedy="write for example distinct: 3")
            if kind == "distinct":
                out.append(DistinctDiversity(name, int(number)))
            else:
                out.append(EntropyDiversity(name, number) if kind == "entropy" else Closeness(name, number))
        return out
