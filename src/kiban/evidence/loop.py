"""The loop closed on real sheets: sheet → logic model → indicator → staggered study → effect in yen → sheet.

The roll-out and the figures are simulated (and named so), because no municipality publishes its waiting times by month;
the sheet, its budget and the municipalities are real. Everything the report says can be traced to rows of the store.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kiban.evidence.effects import Aggregate, Panel, aggregate, group_time_effects, in_yen, two_way_fixed_effects
from kiban.evidence.effects.twfe import TwoWay
from kiban.evidence.errors import NoSuchSheet
from kiban.evidence.logic import LogicModel, check
from kiban.evidence.model import Direction, Edge, Indicator, LogicNode, NodeKind, Observation
from kiban.evidence.sheets.model import SheetQuery
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.sheets import SheetStore
from kiban.evidence.store.warehouse import Warehouse
from kiban.evidence.studies import Study, write_back

MONTHS = 60
COHORTS = (13, 19, 25, 31, 37, 43, 49)
TRUE_MINUTES = -6.0
VISITS_PER_MONTH = 900
YEN_PER_MINUTE = 42
WAIT = Indicator("counter_wait", "窓口の待ち時間", "分", Direction.DOWN, "試験用に作った値", scale=1.0)


@dataclass(frozen=True, slots=True)
class Loop:
    """What the demonstration found, for printing and for tests."""

    sheet: dict[str, object]
    model: LogicModel
    findings: int
    panel: Panel
    dynamic: Aggregate
    beside: TwoWay
    study: Study


def logic_model(policy: str) -> LogicModel:
    """Reform of counters: activity → output → outcome → impact, each with its figure."""
    stages = (
        ("support", NodeKind.ACTIVITY, "窓口DXの支援", "支援した団体", "団体", Direction.UP, 1741),
        ("adopted", NodeKind.OUTPUT, "書かない窓口の導入", "導入した団体", "団体", Direction.UP, 1741),
        ("wait", NodeKind.OUTCOME, "待ち時間が減る", WAIT.title, WAIT.unit, Direction.DOWN, 23),
        ("time", NodeKind.IMPACT, "住民の時間が増える", "節約した時間", "円", Direction.UP, 1),
    )
    nodes = {
        name: LogicNode(name, policy, kind, label, indicator, unit, direction, WAIT.source, target)
        for name, kind, label, indicator, unit, direction, target in stages
    }
    return LogicModel(policy, nodes, (Edge("support", "adopted"), Edge("adopted", "wait"), Edge("wait", "time")))


def run(warehouse: Warehouse, areas: Sequence[str], *, at: dt.datetime, seed: int = 20240621) -> Loop:
    """Run the whole loop on the sheets of a warehouse and the given municipalities; the study is written to the sheet.

    Raises:
        NoSuchSheet: the warehouse has no sheet about digital counters.
    """
    sheets = SheetStore(warehouse)
    chosen = sheets.search(SheetQuery(2024, ministry="デジタル庁", words="窓口"), limit=1)
    if not chosen:
        raise NoSuchSheet("no sheet of FY2024 speaks of counters", remedy="load the review sheets first")
    sheet = sheets.sheet(chosen[0].sheet_year, chosen[0].project_id)
    model = logic_model(str(sheet["name"]))
    observe(warehouse, areas, at=at.date(), seed=seed)
    panel = panel_from_rows(warehouse, areas, known=at.date(), seed=seed)
    cells = group_time_effects(panel)
    dynamic, group, beside = aggregate(cells, "dynamic"), aggregate(cells, "group"), two_way_fixed_effects(panel)
    treated = int((panel.cohort != 0).sum())
    value = in_yen(
        group.overall, group.interval(), population=treated * VISITS_PER_MONTH * 12, unit_yen=-YEN_PER_MINUTE
    )
    study = Study(
        int(str(sheet["sheet_year"])),
        int(str(sheet["project_id"])),
        model.policy,
        WAIT.title,
        "段階導入の差の差（Callaway–Sant'Anna、未導入の団体と比較）",
        len(panel.units),
        panel.outcome.size,
        group.overall,
        group.interval(),
        value,
        (*group.warnings, f"{WAIT.source}: 効果の大きさは現実を示しません"),
    )
    write_back(warehouse, study, at=at)
    return Loop(sheet, model, len(check(model)), panel, dynamic, beside, study)


def rollout(areas: Sequence[str], seed: int) -> np.ndarray:
    """The simulated month of adoption of each municipality; 0 for never."""
    return np.random.default_rng(seed).choice([0, *COHORTS], len(areas))


def observe(warehouse: Warehouse, areas: Sequence[str], *, at: dt.date, seed: int) -> int:
    """Write the simulated waiting times as observations (numerator: minutes waited, denominator: visits)."""
    store = ObservationStore(warehouse)
    store.define(WAIT)
    rng = np.random.default_rng(seed + 1)
    cohort = rollout(areas, seed)[:, None]
    months = np.arange(1, MONTHS + 1)
    since = np.where((cohort > 0) & (months >= cohort), np.minimum(months - cohort + 1, 12) / 12, 0.0)
    minutes = (
        rng.normal(30, 5, (len(areas), 1))
        + 0.03 * months
        + TRUE_MINUTES * since
        + rng.normal(0, 2, (len(areas), MONTHS))
    )
    rows = [
        Observation(WAIT.id, area, _month(m), float(minutes[i, m]) * VISITS_PER_MONTH, VISITS_PER_MONTH, at)
        for i, area in enumerate(areas)
        for m in range(MONTHS)
    ]
    return store.append_many(rows)


def _month(index: int) -> dt.date:
    return dt.date(2019 + index // 12, index % 12 + 1, 1)


def panel_from_rows(warehouse: Warehouse, areas: Sequence[str], *, known: dt.date, seed: int) -> Panel:
    """The panel read back from the stored observations, so that the study rests on rows that anyone can look up."""
    rows = warehouse.rows(
        "SELECT area, month, numerator / denominator FROM observations WHERE indicator = ? AND as_of <= ? "
        "QUALIFY row_number() OVER (PARTITION BY area, month ORDER BY as_of DESC, revision DESC) = 1 "
        "ORDER BY area, month",
        [WAIT.id, known],
    )
    units = sorted({str(row[0]) for row in rows})
    outcome = np.array([float(str(row[2])) for row in rows]).reshape(len(units), MONTHS)
    when = dict(zip(areas, rollout(areas, seed), strict=True))
    return Panel(tuple(units), np.arange(1, MONTHS + 1), outcome, np.array([int(when[unit]) for unit in units]))
