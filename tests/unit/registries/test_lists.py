"""Recommended lists (推奨データセット): a town's own table comes to them, is checked and published."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report
from kiban.registries.errors import BadMapping
from kiban.registries.gif import propose
from kiban.registries.gif.table import read_table
from kiban.registries.models import Mark, check_file, json_schema, model, models
from kiban.registries.models.fill import Filling, fill, lacking
from kiban.registries.opendata.dcat import faults, read
from kiban.shell.cli import main

PUBLISHED = {
    one["title"]: one["table"]
    for one in yaml.safe_load((Path(__file__).parent / "golden" / "published_tables.yaml").read_text(encoding="utf-8"))
}
LISTS = [one.title for one in models() if one.kind == "recommended"]
SAME = ["公共施設一覧", "子育て施設一覧", "介護サービス事業所一覧", "文化財一覧", "地域・年齢別人口", "医療機関一覧"]


def filled(path: Path, text: str, to: str, **more: object) -> tuple[list[dict[str, str]], Report, Filling]:
    path.write_text(text, encoding="utf-8")
    report = Report(path.name)
    header, rows = read_table(path, report=report)
    table = list(rows)
    mapping = propose(header, [row.values for row in table])
    mapping = replace(mapping, municipality=str(more.get("municipality", ""))).for_table(header)
    filling = Filling(model(to), mapping, dict(more.get("named", {})))  # type: ignore[call-overload]
    return list(fill(table, filling, report=report)), report, filling


def test_the_fourteen_lists_are_there_and_say_what_they_were_not_compared_with() -> None:
    assert set(LISTS) == {
        "AED設置箇所一覧", "介護サービス事業所一覧", "医療機関一覧", "文化財一覧", "観光施設一覧", "イベント一覧",
        "公衆無線LANアクセスポイント一覧", "公衆トイレ一覧", "消防水利施設一覧", "指定緊急避難場所一覧",
        "地域・年齢別人口", "公共施設一覧", "子育て施設一覧", "オープンデータ一覧",
    }  # fmt: skip
    for one in models():
        if one.kind in ("recommended", "standard"):
            assert not one.verified
            assert "データ項目定義書 itself was not at hand" in one.why
            assert one.flat
            assert any(item.mark is Mark.MUST for item in one.items)


@pytest.mark.parametrize("title", SAME)
def test_the_columns_are_those_of_lists_that_towns_published(title: str) -> None:
    """Independent of the transcription: lists published in the recommended form have no other columns."""
    header = PUBLISHED[f"{title} (推奨)"].splitlines()[0].split(",")

    assert [name for name in header if model(title).item(name) is None] == []


OWN = """令和８年度　市内AED一覧,,,,,,,
設置施設名称,ふりがな,所在地,設置場所,TEL,利用開始,利用終了,小児用
市民病院,しみんびょういん,海南市日方1522-1,１階受付,０７３（４８２）４５２１,9時,午後5時15分,○
総合体育館,そうごうたいいくかん,海南市船尾260-5,,073-482-3000,9:00,21:00,×
図書館,としょかん,海南市日方1,入口,くじら,9:00,21:00,△
"""
NAMED = {"設置位置": "設置場所", "開始時間": "利用開始", "終了時間": "利用終了", "小児対応設備の有無": "小児用"}


def test_a_towns_own_table_comes_to_the_list_and_what_is_wrong_is_told(tmp_path: Path) -> None:
    rows, report, filling = filled(tmp_path / "aed.csv", OWN, "AED設置箇所一覧", municipality="302023", named=NAMED)

    assert {name: value for name, value in rows[0].items() if value} == {
        "都道府県コード又は市区町村コード": "302023", "都道府県名": "和歌山県", "市区町村名": "海南市",
        "名称": "市民病院",
        "名称_カナ": "シミンビョウイン", "住所": "海南市日方1522-1", "設置位置": "１階受付", "電話番号": "073-482-4521",
        "開始時間": "09:00", "終了時間": "17:15", "小児対応設備の有無": "有",
    }  # fmt: skip
    told = [(fault.where.line, fault.where.field) for fault in report.faults[1:]]
    assert told == [(4, "設置位置"), (5, "電話番号"), (5, "小児対応設備の有無")]
    assert rows[2]["電話番号"] == "くじら"
    assert "緯度" in lacking(filling)


def test_needed_columns_that_nothing_fills_are_told_once_and_hazards_are_never_guessed(tmp_path: Path) -> None:
    text = PUBLISHED["避難所 (自由, 災害の種類ごと)"]
    named = {"災害種別_洪水": "洪水", "災害種別_津波": "津波", "災害種別_崖崩れ、土石流及び地滑り": "土砂災害"}
    rows, report, _ = filled(tmp_path / "h.csv", text, "hyojun-hinan", municipality="302023", named=named)

    assert [row["災害種別_洪水"] for row in rows] == ["1", "", "1"]
    once = [fault.where.field for fault in report.faults if fault.where.line == 1]
    assert once == [
        "災害種別_高潮",
        "災害種別_地震",
        "災害種別_大規模な火事",
        "災害種別_内水氾濫",
        "災害種別_火山現象",
        "指定避難所との重複",
    ]
    unclear = [(f.where.line, f.where.field) for f in report.faults if f.where.line != 1]
    assert unclear == [(4, "電話番号"), (4, "災害種別_崖崩れ、土石流及び地滑り")]
    assert (rows[0]["所在地_町字"], rows[0]["町字ID"], rows[0]["所在地_番地以下"]) == ("阪井", "0068000", "1590")


def test_a_list_that_is_one_already_stays_as_it_is(tmp_path: Path) -> None:
    for title in SAME:
        text = PUBLISHED[f"{title} (推奨)"]
        rows, _, _ = filled(tmp_path / "a.csv", text, title, municipality="302023")
        before = list(csv.DictReader(text.splitlines()))
        for old, new in zip(before, rows, strict=True):
            for name, value in old.items():
                item = model(title).item(name)
                assert item is not None
                assert item.form is not None
                if item.name == "住所":
                    assert new[item.name].startswith(value)
                elif value and item.mark is not Mark.COLUMN and item.name != "種別":
                    assert new[item.name] in (value, item.form.read(value)), name


def test_a_column_that_there_is_not_is_refused(tmp_path: Path) -> None:
    for named in ({"設置位置": "無い"}, {"無い": "設置場所"}):
        with pytest.raises(BadMapping):
            filled(tmp_path / "a.csv", OWN, "suisho-aed", named=named)
    with pytest.raises(BadInput):
        filled(tmp_path / "a.csv", OWN, "Facility")


def test_from_the_towns_table_to_open_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, made, out = tmp_path / "own.csv", tmp_path / "made.csv", tmp_path / "out"
    own.write_text(OWN, encoding="utf-8")
    named = [f"--column={new}={old}" for new, old in NAMED.items()]
    assert main(["gif", "convert", str(own), str(made), "--to", "suisho-aed", "--municipality", "302023", *named]) == 1
    assert "nothing in the table fills: NO" in capsys.readouterr().err
    publish = ["gif", "publish", str(made), "--model", "suisho-aed", "--out", str(out), "--publisher", "和歌山県海南市",
               "--licence", "CC-BY-4.0", "--modified", "2026-04-01", "--address", "https://example.jp/od"]  # fmt: skip
    assert main(publish) == 1

    with (out / "suisho-aed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["名称"] for row in rows] == ["市民病院"]
    assert list(rows[0]) == model("suisho-aed").columns
    assert check_file(out / "suisho-aed.csv", model("suisho-aed")).report.n_faults == 0
    linked = json.loads((out / "suisho-aed.jsonld").read_text(encoding="utf-8"))
    assert linked["@graph"][0]["開始時間"] == "09:00"
    assert "緯度" not in linked["@graph"][0]
    schema = json.loads((out / "suisho-aed.schema.json").read_text(encoding="utf-8"))
    assert schema == json_schema(model("suisho-aed"))
    assert jsonschema_rs.is_valid(schema, linked["@graph"][0])
    assert check_file(out / "suisho-aed.jsonld", model("suisho-aed")).report.n_faults == 0
    entry = json.loads((out / "suisho-aed.dcat.jsonld").read_text(encoding="utf-8"))
    assert list(faults(entry)) == []
    (dataset,) = read(entry)
    assert dataset.distributions[0].address == "https://example.jp/od/suisho-aed.csv"
    assert dataset.distributions[0].size == (out / "suisho-aed.csv").stat().st_size


def test_what_is_published_is_a_list_with_a_good_row_and_of_no_person(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("名称,名称_カナ,住所,設置位置\n,,,\na,b,,c\n", encoding="utf-8")
    args = ["--out", str(tmp_path / "o"), "--publisher", "x", "--licence", "CC0-1.0", "--modified", "2026-04-01"]
    assert main(["gif", "publish", str(tmp_path / "a.csv"), "--model", "suisho-aed", *args]) == 1
    (tmp_path / "p.csv").write_text("氏,名\n山田,花子\n", encoding="utf-8")
    assert main(["gif", "publish", str(tmp_path / "p.csv"), "--model", "個人", *args]) == 1
    assert not (tmp_path / "o").exists()


def test_numbers_and_places_are_numbers_in_json_ld(tmp_path: Path) -> None:
    text = PUBLISHED["公衆トイレ一覧 (標準)"].replace("鎌-1", "K-1")
    rows, _, _ = filled(tmp_path / "t.csv", text, "hyojun-toilet")
    path = tmp_path / "made.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    args = ["--out", str(tmp_path / "o"), "--publisher", "鎌倉市", "--licence", "CC-BY-4.0", "--modified", "2026-04-01"]
    assert main(["gif", "publish", str(path), "--model", "hyojun-toilet", *args]) == 0
    (record,) = json.loads((tmp_path / "o" / "hyojun-toilet.jsonld").read_text(encoding="utf-8"))["@graph"]

    assert (record["@id"], record["男性トイレ総数"], record["緯度"]) == ("#K-1", 3, 35.3189)
    assert record["全国地方公共団体コード"] == "142042"
