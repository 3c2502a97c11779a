"""Every CSV that a user gives: usual encodings and digits read right, or refused by line and column, good rows kept."""

from __future__ import annotations

import datetime as dt
import math
import subprocess
import sys
from pathlib import Path

import pytest

from kiban.evidence.effects.panel import Columns, read_panel
from kiban.evidence.effects.reading import read_study
from kiban.evidence.errors import BadSheet, BadStudy
from kiban.evidence.measures import read_plan
from kiban.evidence.model import Direction, Indicator
from kiban.evidence.store import Warehouse
from kiban.evidence.store.observations import ObservationStore
from kiban.kernel.errors import BadInput

ENCODINGS = ("utf-8", "utf-8-sig", "cp932")
DAY, LATER = dt.date(2026, 7, 1), dt.date(2026, 8, 1)
FIGURES = """indicator,area,month,numerator,denominator
wait,３０２０１,２０２６－０６,"１，２３４",100
wait,30202,2026-06,▲5,"1,000"
wait,30203,2026-06,五,100
wait,３０２０１,2026-06,7,100
wait,302015,2026-06,7,100
wait,99201,2026-06,7,100
wait,30204,2026-06,7,-100
"""
STUDY = """団体,月,値,導入月
""" + "".join(
    f'{unit},{month},"{"▲" if unit % 2 else ""}１，{100 + unit + month}",{3 if unit < 6 else 0}\n'
    for unit in range(12)
    for month in range(1, 5)
)


@pytest.fixture
def store() -> ObservationStore:
    found = ObservationStore(Warehouse())
    found.define(Indicator("wait", "待ち", "分", Direction.DOWN, "調査"))
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_figures_in_any_encoding_and_digits(store: ObservationStore, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "f.csv"
    file.write_bytes(FIGURES.replace("－", "-").encode(encoding))

    report = store.load_csv(file, as_of=DAY)

    assert (report.read, report.kept) == (7, 2)
    rows = store.warehouse.rows("SELECT area, month, numerator, denominator FROM observations ORDER BY area")
    june = dt.date(2026, 6, 1)
    assert rows == [("30201", june, 1234, 100), ("30202", june, -5, 1000)]
    told = [(fault.where.line, fault.where.field) for fault in report.faults]
    assert told == [(4, "numerator"), (5, "area"), (6, "area"), (7, "area"), (8, "denominator")]
    assert all(fault.remedy for fault in report.faults)
    assert "stands in line 2 already" in str(report)


def test_a_figure_loaded_again_is_the_same_or_a_revision(store: ObservationStore, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    for minutes in (5, 5, 7, 7, 6):
        file.write_text(f"indicator,area,month,numerator,denominator\nwait,30201,2026-06,{minutes},1\n")
        store.load_csv(file, as_of=DAY)

    rows = store.warehouse.rows("SELECT numerator, revision FROM observations ORDER BY revision")
    assert rows == [(5, 0), (7, 1), (6, 2)]
    assert [figure.value for figure in store.profile(store.indicator("wait"), LATER, area="30201")] == [6]
    assert store.nation(store.indicator("wait"), LATER)[0].value == 6


def test_figures_in_wide_year_columns_are_refused_by_the_columns_that_are_missing(
    store: ObservationStore, tmp_path: Path
) -> None:
    file = tmp_path / "f.csv"
    file.write_text("indicator,area,2024,2025\nwait,30201,1,2\n", encoding="utf-8")

    with pytest.raises(BadInput, match="month, numerator, denominator are missing") as caught:
        store.load_csv(file, as_of=DAY)
    assert (caught.value.where.line, "2024, 2025" in caught.value.remedy) == (1, True)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_study_in_any_encoding_and_digits(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "s.csv"
    file.write_bytes((STUDY + "12,1,十,0\n12,２,NA,0\n").encode(encoding))
    columns = Columns("団体", "月", "値", "導入月")

    table, report = read_study(file, columns)
    panel = read_panel(table, columns)

    assert (report.read, report.kept) == (50, 49)
    assert [(fault.where.line, fault.where.field) for fault in report.faults] == [(50, "値")]
    assert len(panel.units) == 12
    assert sorted(panel.outcome[:, 0].tolist())[-1] == 1111
    assert min(panel.outcome[:, 0]) == -1112
    assert any("missing cells" in warning for warning in panel.warnings)


def test_a_study_names_the_column_that_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text(STUDY, encoding="utf-8")

    with pytest.raises(BadInput, match="the columns 待ち時間 are missing"):
        read_study(file, Columns("団体", "月", "待ち時間", "導入月"))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_plan_in_any_encoding_and_way_of_writing_days(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes(
        """no,title,KPI(進捗),KPI(効果),section,deadline,status
１－１,窓口,件数,満足,一,２０２５年３月３１日,running
1-2,道,件数,未設定,一,2025/4/1,
1-3,橋,件数,未設定,一,来春,
1/4,川,件数,未設定,一,,
1-1,池,件数,未設定,一,,
1-5,山,件数,未設定,一,2025-02-30,
1-6,谷,件数,未設定,一,,済
""".replace("－", "-").encode(encoding)
    )

    measures, report = read_plan(file, plan="海南市総合計画")

    assert [(m.policy.id, str(m.policy.deadline)) for m in measures] == [
        ("海南市総合計画/1-1", "2025-03-31"), ("海南市総合計画/1-2", "2025-04-01"),
    ]  # fmt: skip
    told = [(fault.where.line, fault.where.field) for fault in report.faults]
    assert told == [(4, "deadline"), (5, "no"), (6, "no"), (7, "deadline"), (8, "status")]


@pytest.mark.parametrize("name", ["", "a/b", ".."])
def test_a_plan_must_have_a_name_that_can_be_an_address(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSheet):
        read_plan(tmp_path / "p.csv", plan=name)


def kiban(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiban", "evidence", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_the_effect_command_tells_bad_rows_and_writes_yen_to_the_sheet_and_the_measure(tmp_path: Path) -> None:
    from evidence_sample import load
    from kiban.evidence.studies import studies_about, studies_of

    store, file = load(tmp_path), tmp_path / "s.csv"
    file.write_bytes((STUDY + "12,1,十,0\n").encode("cp932"))
    asked = ("effect", file, "--unit", "団体", "--time", "月", "--outcome", "値", "--first-treated", "導入月")
    back = ("--write-to", "2024/7", "--population", 1000, "--unit-yen", -42, "--policy", "juten-2021/1-1")

    done = kiban(*asked, *back, "--store", store)
    short = kiban(*asked, "--write-to", "2024/7", "--store", store)
    nowhere = kiban(*asked, "--write-to", "2024/8", "--population", 1, "--unit-yen", 1, "--store", store)

    assert done.returncode == 0, done.stderr
    assert "s.csv: 48 of 49 rows taken (cp932), 1 faults" in done.stderr
    assert "s.csv:50" in done.stderr
    assert "--population" in short.stderr
    assert "no review sheet 8" in nowhere.stderr
    assert (short.returncode, nowhere.returncode) != (0, 0)
    warehouse = Warehouse(store, read_only=True)
    (study,) = studies_of(warehouse, 2024, project_id=7)
    assert studies_about(warehouse, "juten-2021/1-1") == [study]
    assert study.yen.yen == round(study.effect * 1000 * -42)
    assert study.yen.low <= study.yen.yen <= study.yen.high


MODEL = """policy: 窓口の改革
nodes:
  give: {kind: activity, label: 支援, indicator: online-share, unit: "%", direction: up, source: 記録, target: 1}
  use: {kind: output, label: 導入, indicator: applications, unit: 件, direction: up, source: 記録, target: 1}
  wait: {kind: outcome, label: 待たない, indicator: wait, unit: 分, direction: down, source: 調査, target: 10}
edges:
  - [give, use]
  - [use, wait]
"""


def test_the_logic_command_checks_traces_and_draws(tmp_path: Path) -> None:
    import xml.etree.ElementTree as ET

    from evidence_sample import load

    store, file, picture = load(tmp_path), tmp_path / "m.yaml", tmp_path / "m.svg"
    file.write_text(MODEL, encoding="utf-8")
    (tmp_path / "i.csv").write_text("id,title,unit,direction,source\nwait,待ち,分,down,調査\n", encoding="utf-8")
    (tmp_path / "f.csv").write_text("indicator,area,month,numerator,denominator\nwait,30201,2026-06,30,1\n")
    kiban("load", "--indicators", tmp_path / "i.csv", "--figures", tmp_path / "f.csv", "--store", store)

    done = kiban("logic", file, "--svg", picture, "--store", store)
    file.write_text(MODEL.replace("[use, wait]", "[wait, give]"), encoding="utf-8")
    broken = kiban("logic", file, "--store", store)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "it stops between use and wait" in done.stdout
    assert ET.parse(picture).getroot().tag.endswith("svg")
    assert broken.returncode == 1
    assert "wait: no activity leads to it" in broken.stdout


def test_the_note_command_keeps_the_history_of_a_measure(tmp_path: Path) -> None:
    from evidence_sample import load
    from kiban.evidence.store.plans import PlanStore

    store = load(tmp_path)
    done = kiban("note", "juten-2021/1-1", "done", "--note", "全団体で済んだ", "--store", store)
    wrong = kiban("note", "juten-2021/9-9", "done", "--store", store)

    assert done.returncode == 0, done.stderr
    assert "no measure 'juten-2021/9-9'" in wrong.stderr
    plans = PlanStore(Warehouse(store, read_only=True))
    assert plans.history("juten-2021/1-1")[-1].note == "全団体で済んだ"
    assert plans.plan("juten-2021")[0].policy.status == "done"


@pytest.mark.parametrize("time", ["", "inf", "2001.5", "9" * 30])
def test_a_row_without_a_whole_time_costs_itself_only(tmp_path: Path, time: str) -> None:
    cells = [(unit, year) for unit in range(6) for year in range(2000, 2006)]
    rows = [f"u{unit},{year},{unit + year},{2003 if unit % 2 else 'inf'}" for unit, year in cells]
    path = tmp_path / "study.csv"
    path.write_text("\n".join(["unit,time,outcome,first", *rows, f"u1,{time},1,2003"]), encoding="utf-8")
    columns = Columns("unit", "time", "outcome", "first")

    table, report = read_study(path, columns)

    assert [(fault.where.line, fault.where.field) for fault in report.faults] == [(38, "time")]
    assert len(read_panel(table, columns).units) == 6
    for spoilt in (math.nan, math.inf, 2001.5):
        with pytest.raises(BadStudy):
            read_panel({**table, "time": [spoilt, *table["time"][1:]]}, columns)
    with pytest.raises(BadStudy):
        read_panel({name: [] for name in table}, columns)
