"""A small evidence store: official tables written as the site writes them, indicators, a plan, a map of two places."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

from kiban.evidence.measures import read_plan
from kiban.evidence.model import Direction, Indicator, Observation
from kiban.evidence.sheets.official import KEYS, NEEDED
from kiban.evidence.store import Warehouse
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.official import load_official
from kiban.evidence.store.plans import PlanStore

AREAS = {"30201": 350_000, "30202": 47_000, "30203": 60_000, "30204": 26_000, "27100": 2_700_000}
MONTHS = [dt.date(2026, month, 1) for month in range(1, 7)]
STAGE = "アクティビティ・アウトプット・アウトカムの番号"
KIND = "種別(アクティビティ・アウトプット・アウトカム)"
LINE = "目標年度/目標値/実績値/達成率"


def write(folder: Path, table: str, *, rows: list[dict[str, object]], extra: tuple[str, ...] = ()) -> Path:
    """One official table with its needed columns."""
    path = folder / f"{table}_RS_2024_見本.csv"
    columns = [*KEYS, *NEEDED.get(table, ()), *extra]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows({"事業年度": 2024, "予算事業ID": 7, **row} for row in rows)
    return path


def official(folder: Path) -> Path:
    """The tables of one sheet: words, money, payees with a re-commission, a logic model of three stages."""
    folder.mkdir(exist_ok=True)
    words = {
        "事業名": "見本のデジタル事業",
        "府省庁": "デジタル庁",
        "局・庁": "国民向けサービスグループ",
        "事業区分": "前年度事業",
        "事業の目的": "手続を減らす",
        "事業の概要": "申請の電子化",
        "事業開始年度": "2021",
        "主要経費": "その他の事項経費",
        "実施方法ー直接実施": "1",
        "実施方法ー補助": "1",
    }
    write(folder, "1-2", rows=[words], extra=("実施方法ー直接実施", "実施方法ー補助"))
    money = {
        "当初予算(合計)": "１，２００，０００，０００",
        "補正予算(合計)": "0",
        "計(歳出予算現額合計)": "1,200,000,000",
        "執行額(合計)": "900,000,000",
        "予備費等(合計)": "▲100",
    }
    write(
        folder,
        "2-1",
        rows=[
            {"予算年度": 2022, **money},
            {"予算年度": 2023, **money},
            {"予算年度": 2023, "会計区分": "一般会計", **money},
        ],
    )
    write(
        folder,
        "5-1",
        rows=[
            {
                "支出先ブロック番号": "A",
                "支出先名": "見本株式会社",
                "法人番号": "4010001129759",
                "支出先の合計支出額": "500",
            },
            {
                "支出先ブロック番号": "A",
                "支出先名": "見本株式会社",
                "法人番号": "4010001129759",
                "契約概要": "開発",
                "金額": "300",
            },
            {
                "支出先ブロック番号": "A",
                "支出先名": "見本株式会社",
                "法人番号": "4010001129759",
                "契約概要": "運用",
                "金額": "200",
            },
            {"支出先ブロック番号": "B", "支出先名": "個人A", "支出先の合計支出額": "50"},
            {"支出先ブロック番号": "B", "支出先名": "壊れた行", "金額": "五十円"},
        ],
    )
    write(
        folder,
        "5-2",
        rows=[
            {"担当組織からの支出": "1", "支出先の支出先ブロック": "A"},
            {"支出元の支出先ブロック": "A", "支出先の支出先ブロック": "B"},
        ],
    )
    about = {
        "改善の上向き/下向き": "上向き",
        "単位": "件",
        "成果実績及び目標値の根拠として用いた統計・データ名(出典)": "業務記録",
        "活動指標/成果指標": "電子申請の件数",
    }
    stages = [(1, "アクティビティ", ""), (2, "アウトプット", ""), (3, "アウトカム", "長期")]
    rows = [
        {
            STAGE: number,
            KIND: kind,
            "アウトカムの期間": horizon,
            "アクティビティ/活動目標/成果目標": f"{kind}の内容",
            LINE: line,
            "2024": value,
            "2026": value,
            **about,
        }
        for number, kind, horizon in stages
        for line, value in (("目標値", "1,000"), ("実績値", "800"))
    ]
    write(folder, "3-1", rows=rows, extra=("2024", "2026"))
    ends = ("派生元ー" + STAGE, "派生先ー" + STAGE)
    write(folder, "3-2", rows=[dict(zip(ends, pair, strict=True)) for pair in ((1, 2), (2, 3))])
    item = {
        "予算年度": 2023,
        "会計区分": "一般会計",
        "項": "情報システム費",
        "目": "委託費",
        "予算額(歳出予算項目ごと)": "1200000000",
    }
    write(folder, "2-2", rows=[item])
    write(folder, "6-1", rows=[{"備考": "見本"}], extra=("備考",))
    return folder


def load(folder: Path) -> Path:
    """A store with everything; the folder for `KIBAN_EVIDENCE`."""
    store = folder / "evidence"
    warehouse = Warehouse(store)
    load_official(warehouse, official(folder / "tables"), at=dt.datetime(2026, 7, 1))
    figures = ObservationStore(warehouse)
    for name, title, counted in (("online-share", "オンライン申請の割合", False), ("applications", "申請の件数", True)):
        figures.define(
            Indicator(name, title, "件" if counted else "%", Direction.UP, "見本の業務記録", 1 if counted else 100)
        )
        figures.append_many(
            [
                Observation(
                    name,
                    area,
                    month,
                    size * (0.01 + 0.002 * number),
                    None if counted else float(size),
                    dt.date(2026, 7, 1),
                )
                for area, size in AREAS.items()
                for number, month in enumerate(MONTHS)
            ]
        )
    plan = folder / "plan.csv"
    plan.write_text(PLAN, encoding="utf-8")
    measures, _ = read_plan(plan, plan="juten-2021")
    PlanStore(warehouse).save(measures, dt.datetime(2026, 7, 1))
    warehouse.close()
    (store / "municipalities.topojson").write_text(json.dumps(MAP), encoding="utf-8")
    return store


def _square(x: int) -> list[list[int]]:
    return [[x, 0], [400, 0], [0, 400], [-400, 0], [0, -400]]


MAP = {
    "type": "Topology",
    "transform": {"scale": [0.001, 0.001], "translate": [135, 34]},
    "arcs": [_square(500 * number) for number in range(len(AREAS))],
    "objects": {
        "places": {
            "type": "GeometryCollection",
            "geometries": [
                {
                    "type": "Polygon",
                    "arcs": [[number]],
                    "properties": {
                        "lg_code_5": area,
                        "prefecture_name": "和歌山県",
                        "county_name": "",
                        "city_name": f"市{area}",
                    },
                }
                for number, area in enumerate(AREAS)
            ],
        }
    },
}
PLAN = """no,title,KPI(進捗),KPI(効果),section
1-1,窓口を一つに,開設数；研修数,待ち時間,I
1-2,手続の電子化,電子申請の数,未設定,I
"""
