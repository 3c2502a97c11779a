"""Golden cases of a pack: ``golden.yaml``, a list of facts and the answers that the law gives, each with its basis.

- {name: 第三子, on: 2026-12-01, facts: {…}, expect: {月額: 40000}, basis: 児童手当法6条1項1号}
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiban.kernel.errors import BadInput
from kiban.kernel.located import Located, Place, read_located
from kiban.packs.errors import GoldenCaseFails
from kiban.rules import RuleSet, evaluate

FILE = "golden.yaml"
KEYS = {"name", "on", "known", "facts", "expect", "basis"}
NEEDED = ("name", "on", "facts", "expect", "basis")


@dataclass(frozen=True, slots=True)
class Golden:
    """One case: facts on a day (as known on another), the expected values, and the article they come from."""

    name: str
    on: dt.date
    facts: dict[str, Any]
    expect: dict[str, Any]
    basis: str
    known: dt.date | None = None


def golden_cases(folder: Path, *, name: str) -> tuple[Located, tuple[Golden, ...]] | None:
    """The golden cases beside a rule file, or None when there are none.

    Raises: GoldenCaseFails when a case lacks a part.
    """
    path = folder / FILE
    if not path.exists():
        return None
    located = read_located(path, name=f"{name}/{FILE}")
    cases = located.value
    if not isinstance(cases, list) or not cases:
        raise GoldenCaseFails("golden cases are a list", where=located.where(()), remedy="- {name: …, on: …, facts: …}")
    return located, tuple(_case(located, number, case=case) for number, case in enumerate(cases))


def _case(located: Located, number: int, *, case: Any) -> Golden:
    given = case if isinstance(case, dict) else {}
    wrong = [key for key in NEEDED if key not in given] or sorted(given.keys() - KEYS)
    if wrong:
        raise GoldenCaseFails(
            f"the case needs {', '.join(NEEDED)} and no other keys: see {wrong[0]}",
            where=located.where((number,)),
            remedy="see docs/packs.md",
        )
    remedy = "on: 2026-04-01, facts: {…}, expect: {…}; see docs/packs.md"
    for key in ("facts", "expect"):
        if not isinstance(given[key], dict):
            where = located.where((number, key))
            raise GoldenCaseFails("facts and expect are mappings of names and values", where=where, remedy=remedy)
    for key in ("on", "known"):
        if type(given.get(key) or given["on"]) is not dt.date:
            raise GoldenCaseFails(f"{key} is a day", where=located.where((number, key)), remedy=remedy)
    return Golden(**{**given, "name": str(given["name"]), "basis": str(given["basis"])})


def failing(rules: RuleSet, folder: Path, *, name: str) -> Iterator[BadInput]:
    """A fault for each golden case that does not come out."""
    try:
        found = golden_cases(folder, name=name)
    except BadInput as error:
        yield error
        return
    if found is None:
        yield GoldenCaseFails(f"{name} has rules but no {FILE}", remedy="write cases with facts, expect and basis")
        return
    located, cases = found
    for number, case in enumerate(cases):
        yield from _differences(rules, case, located=located, place=(number,))


def _differences(rules: RuleSet, case: Golden, *, located: Located, place: Place) -> Iterator[BadInput]:
    where = located.where((*place, "expect"))
    try:
        decision = evaluate(rules, case.facts, on=case.on, known=case.known, outputs=tuple(case.expect))
    except BadInput as error:
        yield GoldenCaseFails(f"{case.name}: {error.what}", where=where, remedy=error.remedy)
        return
    for name, expected in case.expect.items():
        value = decision.outputs[name]
        if (list(value) if isinstance(value, tuple) else value) != expected:
            yield GoldenCaseFails(
                f"{case.name}: {name} is {value!r}, the case expects {expected!r} ({case.basis})",
                where=where,
                remedy="correct the rule or the case by the article",
            )
