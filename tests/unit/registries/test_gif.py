"""The figure of the three services (GIF sample records) in its exact spellings; what cannot be decided is told."""

from __future__ import annotations

import json

import pytest

from kiban.kernel.tabular import Report, Row
from kiban.registries.address.same import Verdict, same
from kiban.registries.gif import convert, propose
from shared_data import shared

SERVICES = {
    "GIF準拠①": {
        "姓": "出路樽",
        "名": "太郎",
        "姓（カナ）": "デジタル",
        "名（カナ）": "タロウ",
        "都道府県": "東京都",
        "市区町村（群）": "千代田区",
        "町字": "紀尾井町",
        "番地以下": "１－３",
        "建物名等（方書）": "紀尾井タワー１９階",
        "登録日": "2024-04-18",
    },
    "GIF準拠②": {
        "氏名": "出路樽 太郎",
        "氏名（フリガナ）": "デジタル タロウ",
        "住所": "東京都千代田区紀尾井町１－３ 紀尾井町タワー１９階",
        "登録日": "2024-04-18",
    },
    "GIF非準拠": {
        "姓": "出路樽",
        "名": "太郎",
        "セイ": "デジタル",
        "メイ": "タロウ",
        "住所": "東京都 千代田区 紀尾井町 １－３ 紀尾井タワー１９階",
        "登録日": "2024-04-18",
    },
}


def made(row: dict[str, str]) -> tuple[dict[str, str], Report]:
    report, mapping = Report("x"), propose(list(row), [row])
    assert mapping.undecided == ()
    (one,) = convert([Row(2, row)], mapping, report=report)
    return one, report


def test_three_services_come_to_the_same_columns_and_differ_only_where_the_figure_does() -> None:
    found = {name: made(row) for name, row in SERVICES.items()}
    rows = [row for row, _ in found.values()]

    assert all(report.faults == [] for _, report in found.values())
    columns = {column for row in rows for column in row}
    differing = {column for column in columns if len({row.get(column, "") for row in rows}) > 1}
    assert differing == {"建物名等（方書）", "連結表記"}
    assert rows[0]["氏名"] == "出路樽 太郎"
    assert rows[0]["氏名（カナ）"] == "デジタル タロウ"
    assert (rows[0]["全国地方公共団体コード"], rows[0]["町字ID"], rows[0]["番地以下"]) == ("131016", "0056000", "1-3")


def test_what_cannot_be_decided_is_told_by_line_and_column_and_kept() -> None:
    row = {"氏名": "出路樽太郎", "住所": "どこでもない", "生年月日": "そのうち", "性別": "?", "備考": "あ"}
    report, mapping = Report("x"), propose(list(row), [row])
    (one,) = convert([Row(7, row)], mapping, report=report)

    assert mapping.undecided == ("備考",)
    assert {(f.where.line, f.where.field) for f in report.faults} == {
        (7, "氏名"),
        (7, "住所"),
        (7, "生年月日"),
        (7, "性別"),
    }
    assert (one["備考"], one["生年月日"], one["連結表記"]) == ("あ", "そのうち", "どこでもない")


def test_the_address_vectors_of_the_link_normaliser() -> None:
    """``same`` may call an added building or room ``within``; a town that no registry has stays unsure."""
    allowed = {
        "same": {Verdict.SAME, Verdict.WITHIN},
        "compatible": {Verdict.WITHIN, Verdict.UNSURE},
        "different": {Verdict.DIFFERENT},
    }
    vectors = [
        v for v in json.loads(shared("data/link-normaliser-vectors.json").read_text()) if v["field"] == "address"
    ]
    wrong = [
        (v["a"], v["b"], v["expect"], str(same(v["a"], v["b"]).verdict))
        for v in vectors
        if same(v["a"], v["b"]).verdict not in allowed[v["expect"]]
    ]

    assert len(vectors) == 25
    assert [one[0] for one in wrong] == ["千葉県袖ケ浦市大字坂戸10番地"]
    for street in (v for v in vectors if v["why"] in {"通り名", "ward reorganisation 2024"}):
        assert same(street["a"], street["b"]).verdict is Verdict.SAME


@pytest.mark.parametrize(
    "header", ["フリガナ", "ふりがな", "氏名カナ", "シメイ", "電話", "〒", "本店所在地", "商号又は名称"]
)
def test_headers_of_offices_are_known(header: str) -> None:
    assert propose([header], []).undecided == ()
