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
SIMULATED = "試験用に作った値"
WAIT = Indicator("counter_wait", "窓口の待ち時間", "分", Direction.DOWN, SIMULATED, scale=1.0)
ADOPTED = Indicator("counter_adopted", "書かない窓口を導入した団体", "団体", Direction.UP, SIMULATED, scale=1.0)
MINUTE = Indicator("minute_value", "1分の時間の価値", "円", Direction.UP, "試験用の仮定", scale=1.0)
NEWEST = """SELECT area, month, numerator, denominator FROM observations WHERE indicator = $1 AND as_of <= $2
QUALIFY row_number() OVER (PARTITION BY area, month ORDER BY as_of DESC, revision DESC) = 1 ORDER BY area, month"""


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
    panel = panel_from_rows(warehouse, known=at.date())
    cells = group_time_effects(panel)
    dynamic, group, beside = aggregate(cells, "dynamic"), aggregate(cells, "group"), two_way_fixed_effects(panel)
    exposed, minute = exposed_visits(warehouse, panel, known=at.date()), minute_value(warehouse, known=at.date())
    value = in_yen(group.overall, group.interval(), population=exposed, unit_yen=-minute)
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
    """Write the simulated waits (minutes waited, visits), adoptions and the value of a minute as observations."""
    store = ObservationStore(warehouse)
    for indicator in (WAIT, ADOPTED, MINUTE):
        store.define(indicator)
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
    rows += [
        Observation(ADOPTED.id, area, _month(int(first) - 1), 1.0, None, at)
        for area, first in zip(areas, rollout(areas, seed), strict=True)
        if first
    ]
    rows.append(Observation(MINUTE.id, "00", _month(0), float(YEN_PER_MINUTE), None, at))
    return store.append_many(rows)


def _month(index: int) -> dt.date:
    return dt.date(2019 + index // 12, index % 12 + 1, 1)


def panel_from_rows(warehouse: Warehouse, *, known: dt.date) -> Panel:
    """The panel read back from the stored observations: outcomes from waiting times, cohorts from adoptions."""
    rows = warehouse.rows(NEWEST, [WAIT.id, known])
    units = sorted({str(area) for area, *_ in rows})
    outcome = np.array([minutes / visits for _, _, minutes, visits in rows]).reshape(len(units), MONTHS)
    months = {month: place for place, month in enumerate(sorted({month for _, month, *_ in rows}), 1)}
    when = {area: months[month] for area, month, *_ in warehouse.rows(NEWEST, [ADOPTED.id, known])}
    return Panel(tuple(units), np.arange(1, MONTHS + 1), outcome, np.array([when.get(unit, 0) for unit in units]))


def exposed_visits(warehouse: Warehouse, panel: Panel, *, known: dt.date) -> int:
    """Visits of the last twelve observed months in municipalities that adopted: the denominators of the rows."""
    treated = {unit for unit, cohort in zip(panel.units, panel.cohort, strict=True) if cohort}
    rows = warehouse.rows(NEWEST, [WAIT.id, known])
    last = sorted({month for _, month, *_ in rows})[-12:]
    return int(sum(float(visits) for area, month, _, visits in rows if area in treated and month >= last[0]))


def minute_value(warehouse: Warehouse, *, known: dt.date) -> int:
    """What a minute is worth, in yen: a row of its own, so that the assumption can be looked up."""
    return int(float(warehouse.rows(NEWEST, [MINUTE.id, known])[-1][2]))


def trace(loop: Loop) -> tuple[tuple[str, str], ...]:
    """For each number of the report, the rows that it rests on: what, and the query that shows them."""
    study = loop.study
    of = "SELECT * FROM observations WHERE indicator = '{}' ORDER BY area, month".format
    sheet = f"sheet_year = {study.sheet_year} AND project_id = {study.project_id}"
    return (
        ("シートと予算", f"SELECT * FROM sheets WHERE {sheet}"),  # noqa: S608 own numbers
        ("効果と区間", of(WAIT.id)),
        ("導入の時期", of(ADOPTED.id)),
        ("対象の数（分母）", of(WAIT.id)),
        ("1件の額", of(MINUTE.id)),
        ("書き戻した結果", f"SELECT * FROM studies WHERE {sheet}"),  # noqa: S608 own numbers
    )
