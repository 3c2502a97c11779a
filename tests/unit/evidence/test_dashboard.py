"""Figures by month and area, logic models, and the pictures made from them."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.evidence.charts import bar_chart, choropleth, flow_chart, line_chart, logic_chart, read_shapes
from kiban.evidence.charts.series import nice_ticks
from kiban.evidence.charts.words import WORDS
from kiban.evidence.errors import BadLogicModel, BadSheet
from kiban.evidence.logic import Stop, check, read_logic_model, where_it_stops
from kiban.evidence.model import Direction, Indicator, Observation
from kiban.evidence.sheets.flow import Paid, money_flow
from kiban.evidence.store import Warehouse
from kiban.evidence.store.observations import ObservationStore
from shared_data import shared

JUNE, JULY = dt.date(2024, 6, 1), dt.date(2024, 7, 1)
EARLY, LATE = dt.date(2024, 8, 1), dt.date(2024, 9, 1)
RATE = Indicator("online", "オンライン申請率", "%", Direction.UP, "窓口の記録", scale=100)

MODEL = """
policy: moving
nodes:
  campaign: {kind: activity, label: 周知, indicator: 配布数, unit: 枚, direction: up, source: 記録, target: 100}
  use: {kind: output, label: オンライン申請, indicator: 申請率, unit: '%', direction: up, source: 記録, target: 60}
  wait: {kind: outcome, label: 待ち時間の短縮, indicator: 待ち時間, unit: 分, direction: down, source: 調査, target: 23}
edges:
  - [campaign, use, 知れば使う]
  - [use, wait, 窓口が空く]
"""


@pytest.fixture
def store() -> ObservationStore:
    store = ObservationStore(Warehouse())
    store.define(RATE)
    store.append([
        Observation("online", "30201", JUNE, 30, 100, EARLY),
        Observation("online", "30202", JUNE, 10, 20, EARLY),
        Observation("online", "13101", JUNE, 1, 10, EARLY),
        Observation("online", "30201", JULY, 50, 100, EARLY),
        Observation("online", "30201", JUNE, 40, 100, LATE, revision=1),
    ])  # fmt: skip
    return store


def test_areas_add_up_by_numerator_and_denominator(store: ObservationStore) -> None:
    wakayama = {f.area: f.value for f in store.prefectures(RATE, EARLY, month=JUNE)}

    assert wakayama["30"] == pytest.approx(100 * 40 / 120)
    assert store.nation(RATE, EARLY)[0].value == pytest.approx(100 * 41 / 130)


def test_a_page_of_a_past_day_is_shown_as_it_was(store: ObservationStore) -> None:
    assert store.profile(RATE, EARLY, area="30201")[0].value == 30
    assert store.profile(RATE, LATE, area="30201")[0].value == 40


def test_the_ranking_puts_the_better_first(store: ObservationStore) -> None:
    assert [f.area for f in store.municipalities(RATE, EARLY, month=JUNE)] == ["30202", "30201", "13101"]
    assert store.rank(RATE, EARLY, month=JUNE, area="30201") == (2, 3)
    assert [f.area for f in store.municipalities(RATE, EARLY, month=JUNE, prefecture="30")] == ["30202", "30201"]


def test_bad_rows_of_a_csv_are_reported_and_good_ones_loaded(store: ObservationStore, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(
        "indicator,area,month,numerator,denominator\n"
        "online,30203,2024-06,１，２００,2000\n"
        "online,3020,2024-06,1,2\n"
        "online,30203,６月,1,2\n"
        "other,30203,2024-06,1,2\n"
        "online,30203,2024-07,▲x,2\n",
        encoding="cp932",
    )

    report = store.load_csv(path, as_of=LATE)

    assert (report.kept, report.encoding) == (1, "cp932")
    assert [(f.where.line, f.where.field) for f in report.faults] == [
        (3, "area"), (4, "month"), (5, "indicator"), (6, "numerator"),
    ]  # fmt: skip
    assert store.profile(RATE, LATE, area="30203")[0].value == 60


def test_an_unknown_indicator_is_named(store: ObservationStore) -> None:
    with pytest.raises(BadSheet, match="nothing"):
        store.indicator("nothing")


def model_file(tmp_path: Path, content: str = MODEL) -> Path:
    path = tmp_path / "model.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_sound_logic_model_has_no_findings_and_tells_where_it_stops(tmp_path: Path) -> None:
    model = read_logic_model(model_file(tmp_path))

    assert check(model) == []
    assert where_it_stops(model, {"campaign": True, "use": True, "wait": False}) == [Stop("use", "wait")]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("  - [wait, campaign, x]", "circle"),
        ("  - [wait, use, x]", "leads back"),
    ],
)
def test_causes_must_not_run_back(tmp_path: Path, change: str, finding: str) -> None:
    findings = check(read_logic_model(model_file(tmp_path, MODEL + change)))

    assert any(finding in found.what for found in findings)


def test_an_outcome_without_cause_or_figure_is_found(tmp_path: Path) -> None:
    content = MODEL.replace(
        "edges:", "  alone: {kind: outcome, label: 別, indicator: 何か}\n  unset: {kind: impact, label: 未}\nedges:"
    )

    whats = {f"{found.node}: {found.what}" for found in check(read_logic_model(model_file(tmp_path, content)))}

    assert {"alone: no activity leads to it", "unset: the indicator is not set (未設定)"} <= whats
    assert "alone: without unit, direction, source, target" in whats


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("policy: [", r"model\.yaml:\d"),
        ("a: 1", "policy, nodes and edges"),
        ("policy: p\nnodes: {}\nedges: []", r"model\.yaml:2.*at least one stage"),
        (MODEL + "  - [use, none]", "none"),
        (MODEL.replace("kind: output", "kind: effect"), "kinds: activity"),
        (MODEL.replace("unit: 枚", "units: 枚"), "units"),
    ],
)
def test_an_unreadable_model_is_refused_with_the_place(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(BadLogicModel, match=message):
        read_logic_model(model_file(tmp_path, content))


FLOWS = [Paid("組織→A", "A&社", 700), Paid("B", "B社", 300), Paid("組織→A→C", "C社", 500)]


def test_every_chart_is_well_formed_named_and_has_its_table(tmp_path: Path) -> None:
    charts = [
        line_chart(
            {"全国": [1.0, None, 3.0], "和歌山県": [2.0, 2.5, 2.0]}, ["4月", "5月", "6月"], title="申請", unit="%"
        ),
        bar_chart([("海南市", 12.0), ("和歌山市", None)], title="順位", unit="件"),
        logic_chart(read_logic_model(model_file(tmp_path)), title="引越し"),
        flow_chart(money_flow("省<1>", FLOWS), title="資金の流れ"),
    ]

    for chart in charts:
        root = ET.fromstring(chart.svg)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert chart.rows
        assert chart.sentence.endswith("。")
    assert "合計1,000円" in charts[3].sentence
    assert "先に渡った500円" in charts[3].sentence
    assert "全国は4月の1%から6月の3%に増えました。" in charts[0].sentence


def test_the_map_of_all_municipalities_is_light_and_the_same_bytes_each_time() -> None:
    shapes = read_shapes(shared("data/insight-muni/ja_municipality_area.json.gz"))
    values: dict[str, float | None] = {code: float(int(code) % 97) for code in shapes.paths}
    values["30201"] = None

    one = choropleth(shapes, values, title="地図", unit="%")

    assert len(shapes.paths) == 1741
    assert one == choropleth(shapes, values, title="地図", unit="%")
    assert len(gzip.compress(one.svg.encode(), 9)) <= 60_000
    assert len(one.rows) == 1740
    ET.fromstring(one.svg)


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_the_axis_always_covers_the_data(low: float, span: float) -> None:
    ticks = nice_ticks(low, low + span)

    assert ticks[0] <= low + 1e-9 + 1e-6 * abs(low)
    assert ticks[-1] >= (low + span) - 1e-6 * abs(low + span)
    assert 2 <= len(ticks) <= 14


@pytest.mark.parametrize(
    ("language", "said"),
    [("ja", "Aは4月の1%から5月の2%に増えました。"), ("en", "A rose from 1% in 4月 to 2% in 5月."),
     ("ja-easy", "Aは 4月は 1%、5月は 2%です。ふえました。")],
)  # fmt: skip
def test_a_picture_says_its_sentence_in_the_readers_language(language: str, said: str) -> None:
    chart = line_chart({"A": [1.0, 2.0]}, ["4月", "5月"], title="申請", unit="%", language=language)

    assert chart.sentence == said
    assert said in chart.svg
    assert WORDS[language].keys() == WORDS["ja"].keys()
