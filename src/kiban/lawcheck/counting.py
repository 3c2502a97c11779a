"""Counts of what was found: by kind, standing, law and ministry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiban.lawcheck.actions import Scanned
from kiban.lawcheck.model import Finding
from kiban.lawcheck.terms import kinds

UNKNOWN = "（不明）"


@dataclass(frozen=True, slots=True)
class Count:
    """How many clauses, in how many articles and laws, under one heading."""

    heading: str
    clauses: int
    articles: int
    laws: int


def by_kind(findings: Iterable[Finding]) -> list[Count]:
    """Per kind, in the order of the table of kinds."""
    counted = {one.heading: one for one in _counted(findings, lambda one: one.kind)}
    return [counted[kind] for kind in kinds().by_id if kind in counted]


def by_standing(findings: Iterable[Finding]) -> list[Count]:
    """Per standing, the most frequent first."""
    return _counted(findings, lambda one: str(one.standing))


def by_law(findings: Iterable[Finding]) -> list[Count]:
    """Per law, the most clauses first; the heading is its id."""
    return _counted(findings, lambda one: one.law_id)


def by_ministry(scanned: Scanned, findings: Iterable[Finding]) -> list[Count]:
    """Per ministry that made the ordinance, the most clauses first; laws do not tell theirs."""

    def heading(one: Finding) -> str:
        law = scanned.laws.get(one.law_id)
        return law.ministry if law and law.ministry else UNKNOWN

    return _counted(findings, heading)


def by_type(scanned: Scanned, findings: Iterable[Finding]) -> list[Count]:
    """Per type of law (法律, 政令, 府省令, …), the most clauses first."""

    def heading(one: Finding) -> str:
        law = scanned.laws.get(one.law_id)
        return law.type if law and law.type else UNKNOWN

    return _counted(findings, heading)


def _counted(findings: Iterable[Finding], heading: Callable[[Finding], str]) -> list[Count]:
    clauses: Counter[str] = Counter()
    articles: dict[str, set[tuple[str, str]]] = {}
    for one in findings:
        name = heading(one)
        clauses[name] += 1
        articles.setdefault(name, set()).add((one.law_id, one.path.partition("-")[0]))
    return [
        Count(name, n, len(articles[name]), len({law_id for law_id, _ in articles[name]}))
        for name, n in clauses.most_common()
    ]
