"""The quality report of a registry: completeness, uniqueness, validity, consistency, freshness."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from kiban.kernel.errors import BadInput
from kiban.registries.engine.model import Check, Record, RegistryInfo
from kiban.registries.store.queries import Queries

EXAMPLES = 20


@dataclass(slots=True)
class QualityReport:
    """Figures of one registry on one day (データ品質管理フレームワーク).

    Attributes:
        scores: the five dimensions, each 0 … 1; empty without records.
        completeness: field → share of the records that have it.
        invalid: field → keys (20 at most) whose value is missing or cannot be read.
        doubles: groups of keys (20 at most) that look like one thing.
        inconsistent: rule → keys (20 at most) that break it.
        marks: quality mark → how many records bear it.
        newest: the newest day of which a source tells; ``stale`` when it is too long ago.
    """

    registry: str
    records: int = 0
    scores: dict[str, float] = field(default_factory=dict)
    completeness: dict[str, float] = field(default_factory=dict)
    invalid: dict[str, list[str]] = field(default_factory=dict)
    doubles: list[tuple[str, ...]] = field(default_factory=list)
    inconsistent: dict[str, list[str]] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    newest: dt.date | None = None
    stale: bool = False

    @property
    def good(self) -> bool:
        """Nothing invalid, double, inconsistent or stale."""
        return not (self.invalid or self.doubles or self.inconsistent or self.stale)


def quality_report(store: Queries, info: RegistryInfo, *, today: dt.date) -> QualityReport:
    """Judge the present records of a registry; at most 20 examples of each fault are named by their keys."""
    report, filled, marks = QualityReport(info.id), Counter[str](), Counter[str]()
    invalid = inconsistent = 0
    for record in store.everything(info.id):
        report.records += 1
        marks.update(record.quality)
        filled.update(record.data.keys())
        invalid += _validity(info, record, report=report)
        inconsistent += _consistency(info, record, report=report)
    total, report.doubles = store.doubles(info, most=EXAMPLES)
    report.marks, report.newest = dict(marks), store.as_of(info.id)
    age = (today - report.newest).days if report.newest else None
    report.stale = age is None or age > info.stale_after_days
    if report.records:
        report.completeness = {f.name: filled[f.name] / report.records for f in info.fields}
        needed = [report.completeness[f.name] for f in info.fields if f.required]
        report.scores = {
            "completeness": sum(needed) / len(needed) if needed else 1.0,
            "uniqueness": 1 - total / report.records,
            "validity": 1 - invalid / report.records,
            "consistency": 1 - inconsistent / report.records,
            "freshness": 0.0 if age is None else min(1.0, info.stale_after_days / max(age, 1)),
        }
    return report


def _validity(info: RegistryInfo, record: Record, *, report: QualityReport) -> bool:
    wrong = [f.name for f in info.fields if not _good(f.check, record.data.get(f.name, ""), required=f.required)]
    for name in wrong:
        _example(report.invalid, name, key=record.key)
    return bool(wrong)


def _consistency(info: RegistryInfo, record: Record, *, report: QualityReport) -> bool:
    broken = [rule.name for rule in info.rules if not rule.holds(record.data)]
    for name in broken:
        _example(report.inconsistent, name, key=record.key)
    return bool(broken)


def _example(found: dict[str, list[str]], name: str, *, key: str) -> None:
    keys = found.setdefault(name, [])
    if len(keys) < EXAMPLES:
        keys.append(key)


def _good(check: Check | None, value: str, *, required: bool) -> bool:
    if not value:
        return not required
    try:
        return check is None or check(value) is not None
    except BadInput:
        return False
