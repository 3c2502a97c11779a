"""Studies written back: what an effect is worth, where it was estimated, and on which sheet it stands."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

from kiban.evidence.effects import Aggregate, YenEffect
from kiban.evidence.effects.twfe import TwoWay
from kiban.evidence.store import studies as rows
from kiban.evidence.store.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Study:
    """One estimate as it is written to a sheet: effect with interval, yen with interval, method, and its cautions."""

    sheet_year: int
    project_id: int
    policy: str
    indicator: str
    method: str
    units: int
    observations: int
    effect: float
    interval: tuple[float, float]
    yen: YenEffect
    notes: tuple[str, ...]


def write_back(warehouse: Warehouse, study: Study, *, at: dt.datetime) -> None:
    """Append a study to the sheet it belongs to; earlier studies stay."""
    worth = study.yen
    found = (study.effect, *study.interval, worth.yen, worth.low, worth.high, worth.population, worth.unit_yen)
    about = (study.sheet_year, study.project_id, study.policy, study.indicator)
    told = json.dumps(study.notes, ensure_ascii=False)
    rows.append(warehouse, (*about, *found, study.units, study.observations, study.method, told, at))


def studies_of(warehouse: Warehouse, sheet_year: int, *, project_id: int) -> list[Study]:
    """The studies written to a sheet, newest first."""
    return [_study(*row) for row in rows.of_sheet(warehouse, sheet_year, project_id=project_id)]


def studies_about(warehouse: Warehouse, policy: str) -> list[Study]:
    """The studies about a policy or measure (``plan/number``), newest first."""
    return [_study(*row) for row in rows.of_policy(warehouse, policy)]


def _study(*row: Any) -> Study:
    year, sheet, policy, indicator, method, units, observations, effect, low, high, *yen, notes = row
    return Study(
        year, sheet, policy, indicator, method, units, observations, effect, (low, high),
        YenEffect(yen[0], yen[1], yen[2], effect, yen[3], yen[4]), tuple(json.loads(notes)),
    )  # fmt: skip


def report(study: Study, aggregate: Aggregate, *, beside: TwoWay) -> str:
    """A study in plain words with every number it rests on, for the command line and the sheet's page."""
    low, high = study.interval
    yen = study.yen
    product = f"効果 × 対象 {yen.population:,} × 1件 {yen.unit_yen:,}円"
    lines = [
        f"政策: {study.policy}（{study.sheet_year}年度シート {study.project_id}）",
        f"指標: {study.indicator}、{study.units:,}団体、{study.observations:,}の観測",
        f"方法: {study.method}",
        f"効果: {study.effect:+.4f}（95%区間 {low:+.4f} ～ {high:+.4f}）",
        f"金額: {yen.yen:,}円（{yen.low:,} ～ {yen.high:,}円）= {product}",
        f"参考: 二元固定効果 {beside.effect:+.4f}。{beside.note}",
    ]
    points = zip(aggregate.label, aggregate.effect, aggregate.error, strict=True)
    lines += [
        f"経過{label:+d}: {effect:+.4f} ± {aggregate.band.critical * error:.4f}" for label, effect, error in points
    ]
    return "\n".join([*lines, *(f"注意: {note}" for note in study.notes)])


def as_json(study: Study) -> dict[str, object]:
    """The study for machines."""
    return asdict(study)
