"""The figure of the three services (GIF sample records) in its exact spellings; what cannot be decided is told."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from kiban.kernel.tabular import Report, Row
from kiban.registries.address.same import Verdict, same
from kiban.registries.errors import BadMapping
from kiban.registries.gif import Mapping, convert, propose
from kiban.registries.gif.table import read_table
from kiban.shell.cli import main
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


LIST = """令和6年度 敬老祝い金 対象者名簿,,,,,,,,,,
,,,,,,,,,,
No.,氏　名,ﾌﾘｶﾞﾅ,性別,生年月日(和暦),〒,住所1,住所2（方書）,電話番号,携帯電話,
1,髙橋　一郎,ﾀｶﾊｼ ｲﾁﾛｳ,♂,S10.4.1,６４２－０００１,和歌山県海南市南赤坂11,コーポ海南101号,073-482-4111,090-1234-5678,転入
2,鈴木 次郎,スズキ　ジロウ,男子,1938/2/30,6420001,海南市日方1525-6,,,08011112222,"要確認
電話で"
3,山田 花子,ヤマダ ハナコ
,,,,,,,,,,
4,余 分,,,,,,,,,,はみ出し
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_list_as_offices_send_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    """Title above, the header in line 3, a column without name, two telephones, a short, an empty and a long line."""
    (tmp_path / "list.csv").write_text(LIST, encoding=encoding, newline="")
    status = main(["gif", "convert", str(tmp_path / "list.csv"), str(tmp_path / "out.csv")])
    told = capsys.readouterr().err
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert status == 1
    assert [row["ID"] for row in rows] == ["1", "2", "3"]
    assert (rows[0]["氏"], rows[0]["性別"], rows[0]["生年月日"]) == ("髙橋", "1", "1935-04-01")
    assert (rows[0]["市区町村（郡）"], rows[0]["建物名等（方書）"]) == ("海南市", "コーポ海南101号")
    assert (rows[0]["電話番号"], rows[0]["携帯電話"], rows[0]["列11"]) == ("073-482-4111", "090-1234-5678", "転入")
    assert rows[1]["列11"] == "要確認\n電話で"
    assert rows[1]["生年月日"] == "1938/2/30"
    for line in (
        "list.csv:1: the header was found in line 3",
        "list.csv:5, field 生年月日(和暦)",
        "list.csv:9, field 列11: 12 cells",
    ):
        assert line in told


def test_no_cell_is_lost_to_a_second_column_of_a_kind(tmp_path: Path) -> None:
    header = ["電話番号", "連絡先", "携帯電話", "登録日", "更新日"]
    mapping = propose(header, [])

    assert mapping.columns == {"電話番号": "telephone", "登録日": "date", "更新日": "date"}
    assert mapping.undecided == ("連絡先", "携帯電話")
    with pytest.raises(BadMapping, match="several columns are telephone"):
        Mapping.from_yaml("columns: {電話番号: telephone, 連絡先: telephone}")


def test_a_mapping_for_another_table_and_an_empty_table_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("氏名,住所\n山田 花子,海南市日方1\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text("columns: {対象者氏名: name}\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("\n\n", encoding="utf-8")
    words = ["gif", "convert", str(tmp_path / "a.csv"), str(tmp_path / "o.csv"), "--mapping", str(tmp_path / "m.yaml")]

    assert main(words) == 1
    assert main(["gif", "propose", str(tmp_path / "empty.csv")]) == 1
    assert main(["gif", "propose", str(tmp_path / "nobody.csv")]) == 1


def test_thousands_of_columns_of_one_name_are_told_apart_soon(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("氏名," + ",".join(["1"] * 10_000) + "\n山田 太郎,x\n", encoding="utf-8")
    header, _ = read_table(path, report=Report(path.name))
    assert (header[1], header[2], header[-1], len(set(header))) == ("1", "1 (2)", "1 (10000)", 10_001)
