"""The golden cases: families with the heirs that the articles give, reckoned by hand."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from kiban.heirs import Family, parse_family
from kiban.kernel.located import read_located

FOLDER = Path(__file__).parent / "unit" / "heirs" / "golden"


@dataclass(frozen=True)
class Golden:
    title: str
    given: dict[str, Any]
    expected: dict[str, Any]

    def family(self) -> Family:
        return parse_family(yaml.safe_dump({"registers": "complete", **self.given}, allow_unicode=True))


def shares(told: dict[str, Any]) -> dict[str, Fraction]:
    return {person: Fraction(share) for person, share in told.items()}


def golden_cases() -> list[Golden]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in read_located(path).value:
            given = case.pop("family")
            found.append(Golden(f"{path.stem}: {case.pop('title')}", given, case))
    return found
