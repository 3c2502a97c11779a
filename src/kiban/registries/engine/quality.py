"""The quality report of a registry: completeness, uniqueness, validity, consistency, freshness."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kiban.kernel.characters import compare_key
from kiban.kernel.errors import BadInput
from kiban.registries.engine.model import Check, Record, RegistryInfo

EXAMPLES = 20


@dataclass(slots=True)
class QualityReport:
    """Figures of one registry on one day; shares are 0 … 1 of its records, ``None`` where there are none."""

    registry: str
    records: int = 0
    completeness: dict[str, float] = field(default_factory=dict)
    invalid: dict[str, list[str]] = field(default_factory=dict)
    doubles: list[tuple[str, ...]] = field(default_factory=list)
    inconsistent: list[str] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    newest: dt.date | None = None
    stale: bool = False

    @property
    def good(self) -> bool:
        """Nothing invalid, double, inconsistent or stale."""
        return not (any(self.invalid.values()) or self.doubles or self.inconsistent or self.stale)


def quality_report(info: RegistryInfo, records: Iterable[Record], *, today: dt.date) -> QualityReport:
    """Judge the present records of a registry; at most 20 examples of each fault are named by their keys."""
    report, filled = QualityReport(info.id), Counter[str]()
    names: dict[tuple[str, str], list[str]] = {}
    marks = Counter[str]()
    for record in records:
        report.records += 1
        marks.update(record.quality)
        filled.update(name for name, value in record.data.items() if value)
        _validity(info, record, report=report)
        area = record.data.get(info.area_field, "")
        names.setdefault((compare_key(record.data.get(info.name_field, "")), area), []).append(record.key)
        report.newest = max(report.newest or record.valid_from, record.recorded_at.date())
    if report.records:
        report.completeness = {f.name: filled[f.name] / report.records for f in info.fields}
    report.doubles = [tuple(keys) for (name, _), keys in names.items() if name and len(keys) > 1][:EXAMPLES]
    report.marks = dict(marks)
    report.stale = report.newest is None or (today - report.newest).days > info.stale_after_days
    return report


def _validity(info: RegistryInfo, record: Record, *, report: QualityReport) -> None:
    for it in info.fields:
        value = record.data.get(it.name, "")
        if (it.required and not value) or (value and not _reads(it.check, value)):
            keys = report.invalid.setdefault(it.name, [])
            if len(keys) < EXAMPLES:
                keys.append(record.key)
    if record.valid_to and record.valid_to < record.valid_from and len(report.inconsistent) < EXAMPLES:
        report.inconsistent.append(record.key)


def _reads(check: Check | None, value: str) -> bool:
    try:
        return check is None or check(value) is not None
    except BadInput:
        return False
