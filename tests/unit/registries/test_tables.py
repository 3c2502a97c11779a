"""Tables of offices, postal codes, municipalities, the GIF converter; the commands."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.clock import SystemClock
from kiban.kernel.errors import BadInput
from kiban.kernel.events import FanOut
from kiban.kernel.tabular import Report, Row
from kiban.kernel.values import MunicipalityCode
from kiban.registries import town_registry
from kiban.registries.base import take_in_base
from kiban.registries.deemed import BASIS
from kiban.registries.engine import Entry, Source, quality_report
from kiban.registries.engine.actions import Using, take_in
from kiban.registries.errors import BadMapping, UnknownPlace
from kiban.registries.export import export
from kiban.registries.gif import Mapping, convert, propose
from kiban.registries.municipality_register import (
    MUNICIPALITY,
    embedded_municipalities,
    find_former,
    find_municipalities,
    places_named,
    region,
)
from kiban.registries.postal import POSTAL, by_postal_code, embedded_postal, read_postal
from kiban.registries.push import Key
from kiban.registries.store import RecordStore
from kiban.registries.tables import FACILITY, PROGRAMME, read_file, read_table
from kiban.registries.town import TOWN, embedded_towns
from kiban.shell.cli import main
from registry_sample import CLOCK, Sink, line, load, number, serving, written
from shared_data import shared


def test_postal_codes() -> None:
    (town,) = by_postal_code("〒640-8157")

    assert town.municipality_code == "302015"
    assert by_postal_code("0000000") == ()


def test_every_row_of_the_postal_codes_is_there() -> None:
    entries = list(embedded_postal())

    assert len({e.key for e in entries}) == len(entries) == 120_720
    places = set(town_registry().municipalities)
    assert {e.data["municipality_code"] for e in entries if e.data} - places == set()


KEN_ALL = """30201,640,6400000,ﾜｶﾔﾏｹﾝ,ﾜｶﾔﾏｼ,"ｲｶﾆｹｲｻｲｶﾞﾅｲﾊﾞｱｲ","和歌山県","和歌山市","以下に掲載がない場合",0,0,0,0,0,0
30201,"640  ","6408157","ﾜｶﾔﾏｹﾝ","ﾜｶﾔﾏｼ","ﾊﾁﾊﾞﾝﾁｮｳ","和歌山県","和歌山市","八番丁",0,0,0,0,0,0
30201,"64003","6400301","ﾜｶﾔﾏｹﾝ","ﾜｶﾔﾏｼ","ﾅｶﾞﾔﾏ(1-2","和歌山県","和歌山市","永山（１～２",1,0,0,0,0,0
30201,"64003","6400301","ﾜｶﾔﾏｹﾝ","ﾜｶﾔﾏｼ","､5ﾊﾞﾝﾁ)","和歌山県","和歌山市","、５番地）",1,0,0,0,0,0
99999,"x","y"
"""

HALF = {ord(wide): unicodedata.normalize("NFKC", wide) for wide in "０１２３４５６７８９ＡＢＣＳＸＹＯＰＺ－"}


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_every_unusual_reading_of_a_town_is_read_as_the_package_has_it(tmp_path: Path, encoding: str) -> None:
    """Digits, letters and marks (グンチク１１バンチョウ), and towns without a name; in both files of 日本郵便."""
    every = [e.data for e in embedded_postal() if e.data]
    held = [one for n, one in enumerate(every) if n % 199 == 0 or not re.fullmatch("[ァ-ヶー]+", one["kana"])]
    with (tmp_path / "k.csv").open("w", encoding=encoding, newline="", errors="replace") as file:
        for one in held:
            kana = one["kana"].translate(HALF) if encoding == "cp932" else one["kana"]
            place = [one["municipality_code"][:5], "", one["postal_code"], "", "", kana, "", "", one["town"]]
            csv.writer(file).writerow([*place, *"000000"])
    report = Report("k.csv")
    read = [e.data for e in read_postal(tmp_path / "k.csv", as_of=dt.date(2026, 11, 30), report=report) if e.data]

    assert (len(held) > 500, report.faults) == (True, [])
    assert [one["kana"] for one in read] == [one["kana"] for one in held]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
def test_the_official_postal_file_joins_divided_towns_and_ends_what_it_does_not_have(
    tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "KEN_ALL.CSV"
    file.write_bytes(KEN_ALL.replace("～", "〜" if encoding != "cp932" else "～").encode(encoding))
    report = Report(file.name)
    entries = list(read_postal(file, as_of=dt.date(2026, 11, 30), report=report))

    found = [(e.data["postal_code"], e.data["town"], e.data["kana"]) for e in entries if e.data]
    assert found == [("6400000", "", ""), ("6408157", "八番丁", "ハチバンチョウ"), ("6400301", "永山", "ナガヤマ")]
    assert [f.where.line for f in report.faults] == [5]
    store, using = RecordStore(":memory:"), Using(SystemClock(), FanOut(()))
    old = Entry("6408157-302015-旧町", dt.date(2026, 10, 31), {"key": "6408157-302015-旧町", "postal_code": "6408157"})
    take_in(store, POSTAL, entries=[old], source=Source("a", dt.date(2026, 10, 31), whole=True), using=using)
    taken = take_in(store, POSTAL, entries=entries, source=Source("b", dt.date(2026, 11, 30), whole=True), using=using)
    assert dict(taken.counts) == {"created": 3, "closed": 1}
    assert store.at("postal", old.key, on=dt.date(2026, 11, 29)) is not None
    assert store.at("postal", old.key, on=dt.date(2026, 11, 30)) is None


def test_the_registers_of_the_package_are_good_and_taken_once(tmp_path: Path) -> None:
    store, using = RecordStore(tmp_path / "r.sqlite3"), Using(SystemClock(), FanOut(()))
    made = take_in_base(store, using=using, only=frozenset({"municipality"}))

    assert made["municipality"].counts["created"] > 4000
    assert take_in_base(store, using=using, only=frozenset({"municipality"})) == {}
    report = quality_report(store, MUNICIPALITY, today=dt.date(2024, 4, 30))
    assert (report.records, report.good, set(report.scores.values())) == (1965, True, {1.0})
    kinds = Counter(r.data["kind"] for r in store.everything("municipality"))
    assert (kinds["都道府県"], kinds["特別区"], kinds["政令指定都市"]) == (47, 23, 20)
    ward = store.at("municipality", "221384")
    assert ward is not None
    assert (ward.data["within"], ward.valid_from, ward.quality) == ("221309", dt.date(2024, 1, 1), ())
    assert store.at("municipality", "221384", on=dt.date(2023, 12, 31)) is None
    (town,) = store.history("municipality", "303011")
    assert (town.valid_to, town.data["successor"]) == (dt.date(2005, 4, 1), "302023")


def test_codes_of_all_municipalities_also_of_the_past_verify() -> None:
    codes = [e.data["code"] for e in embedded_municipalities() if e.data and e.data["code"]]

    assert len(codes) > 3900
    assert [code for code in codes if MunicipalityCode.parse(code[:5]).value != code] == []
    assert [e.key for e in embedded_municipalities() if "code-unknown" in e.quality and e.data and e.data["code"]] == []


@pytest.mark.parametrize(
    ("name", "ambiguous"),
    [
        ("府中市", True),
        ("中央町", True),
        ("美里町", True),
        ("下津町", False),
        ("和歌山県美里町", False),
        ("竜ヶ崎市", False),
    ],
)
def test_names_that_mean_several_places_say_so(name: str, ambiguous: bool) -> None:
    assert places_named(name).ambiguous is ambiguous


@given(st.text(max_size=20))
def test_no_name_of_a_place_crashes(name: str) -> None:
    with contextlib.suppress(UnknownPlace):
        places_named(name)
    find_former(name), find_municipalities(name)


def test_official_files_of_municipalities_and_towns(tmp_path: Path) -> None:
    cities, towns = tmp_path / "mt_city.csv", tmp_path / "mt_town.csv"
    cities.write_text(
        "lg_code,pref,city,city_kana,efct_date\n302023,和歌山県,海南市,カイナンシ,1947-04-17\n1,a,b,c,d\n"
    )
    header = "lg_code,machiaza_id,oaza_cho,chome,oaza_cho_kana,chome_kana,rsdt_addr_flg,koaza"
    towns.write_text(
        f"{header}\n302023,0001000,日方,,ヒカタ,,0,\n302023,0001101,日方,,ヒカタ,,0,小字\n302023,1,x,,,,,\n"
    )
    report, day = Report("x"), dt.date(2026, 4, 1)

    city, prefecture = read_file(MUNICIPALITY, cities, as_of=day, report=report)
    (town,) = read_file(TOWN, towns, as_of=day, report=report)
    assert (city.key, city.quality, city.data and city.data["region"]) == ("302023", ("since-at-latest",), "近畿地方")
    assert (prefecture.key, prefecture.data and prefecture.data["name"]) == ("300004", "和歌山県")
    assert (town.key, town.data and town.data["kana"]) == ("302023-0001000", "ヒカタ")
    assert [f.where.line for f in report.faults] == [3, 4]
    keys = [e.key for e in embedded_towns()]
    assert len(set(keys)) == len(keys) > 190_000


def test_a_register_is_exported_whole_in_three_forms(tmp_path: Path) -> None:
    store, using = RecordStore(tmp_path / "r.sqlite3"), Using(SystemClock(), FanOut(()))
    take_in_base(store, using=using, only=frozenset({"municipality"}))
    for form in ("csv", "jsonl", "parquet"):
        file = tmp_path / f"m.{form}"
        assert export(MUNICIPALITY, store.everything("municipality"), path=file) == 1965
    table = list(csv.DictReader((tmp_path / "m.csv").open()))
    assert table == [json.loads(text) for text in (tmp_path / "m.jsonl").read_text().splitlines()]
    assert (
        table
        == pytest.importorskip("pyarrow.parquet", reason="Parquet is an extra")
        .read_table(tmp_path / "m.parquet")
        .to_pylist()
    )
    with pytest.raises(BadInput):
        export(MUNICIPALITY, (), path=tmp_path / "m.xls")


def test_municipalities_of_today_and_before() -> None:
    assert [m.code for m in find_municipalities("海南市")] == ["302023"]
    assert [m.code for m in find_municipalities("かいなん")][:1] == ["302023"]
    assert [m.code for m in find_municipalities("竜ヶ崎市")] == ["082082"]
    assert ("海南市", dt.date(2005, 4, 1)) in {(f.successor, f.until) for f in find_former("下津町")}
    assert (region("302023"), region("47")) == ("近畿地方", "九州・沖縄地方")


HEADER = ["制度ID", "制度名", "全国地方公共団体コード", "対象者", "支援内容", "根拠法令", "金額", "開始日", "終了日"]


def table(path: Path, *rows: list[str], header: list[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


GOOD = ["p1", "子ども医療費助成", "302023", "18歳まで", "自己負担なし", "海南市条例", "", "令和6年4月1日", "2027-03-31"]
BAD = ["p2", "家賃補助", "302024", "新婚", "月1万円", "要綱", "いくらか", "", ""]


def test_programmes_are_read_line_by_line(tmp_path: Path) -> None:
    report = Report("p.csv")
    file = table(tmp_path / "p.csv", GOOD, BAD)
    entries = list(read_table(PROGRAMME, file, as_of=dt.date(2026, 4, 1), report=report))

    assert [(e.key, e.valid_from, e.kind) for e in entries] == [
        ("p1", dt.date(2024, 4, 1), "state"),
        ("p1", dt.date(2027, 4, 1), "closed"),
    ]
    assert [(f.where.line, f.where.field) for f in report.faults] == [(3, "全国地方公共団体コード"), (3, "金額")]


def test_what_has_a_normal_form_is_kept_in_it(tmp_path: Path) -> None:
    """Typed in any way, a day is ISO, an amount digits, a code six digits: else nobody finds it by them."""
    header = [*HEADER, "対象年齢（から）", "電話番号"]
    row = ["p9", "家賃補助", "30202", "若者", "家賃", "要綱", "1.5万円", "R7.4.1", "", "満18歳", "（073）483-8430"]
    bad = [*row[:9], "歳", ""]
    report = Report("p.csv")
    (entry,) = read_table(PROGRAMME, table(tmp_path / "p.csv", row, bad, header=header), as_of=DAY, report=report)
    data = entry.data or {}
    assert (data["municipality_code"], data["amount"], data["valid_from"]) == ("302023", "15000", "2025-04-01")
    assert (data["age_from"], data["contact"]) == ("18", "073-483-8430")
    assert [str(fault) for fault in report.faults] == [
        "p.csv:3, field 対象年齢（から）: '歳' is no age → write whole years, such as 18"
    ]
    place = ["1", "図書館", "302023", "135.2", "34.1"]
    swapped = table(tmp_path / "f.csv", place, header=["ID", "名称", "全国地方公共団体コード", "緯度", "経度"])
    report = Report("f.csv")
    assert list(read_table(FACILITY, swapped, as_of=DAY, report=report)) == []
    assert [fault.where.field for fault in report.faults] == ["緯度", "経度"]


DAY = dt.date(2026, 4, 1)


def test_the_commands_of_the_registry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", str(tmp_path / "r.sqlite3")]
    file = str(table(tmp_path / "p.csv", [*GOOD[:8], ""], BAD))
    assert main(["registry", "import", "programme", file, "--as-of", "2026-04-01", *store]) == 1
    assert "1 created" in capsys.readouterr().out
    assert main(["registry", "search", "programme", "子ども", *store]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "p1"
    assert main(["registry", "show", "programme", "p1", *store]) == 0
    assert main(["registry", "changes", "programme", *store]) == 0
    assert main(["registry", "dictionary", "programme", *store]) == 0
    assert main(["registry", "report", "programme", *store]) in {0, 1}
    assert main(["registry", "deem", "x", "--law", "法 1条", "--agency", "302023", *store]) == 0
    assert main(["registry", "postal", "6408157"]) == 0


def test_the_commands_of_base_registers_places_and_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = tmp_path / "r.sqlite3"
    take_in_base(RecordStore(where), using=Using(SystemClock(), FanOut(())), only=frozenset({"municipality"}))
    store = ["--store", str(where)]
    assert main(["registry", "search", "municipality", "海南", *store]) == 0
    assert main(["registry", "report", "municipality", *store]) in {0, 1}
    assert main(["registry", "export", "municipality", str(tmp_path / "m.csv"), "--area", "30", *store]) == 0
    assert len((tmp_path / "m.csv").read_text().splitlines()) == 32
    capsys.readouterr()
    assert (main(["registry", "place", "中央町"]), main(["registry", "place", "下津町"])) == (1, 0)
    assert "more than one place" in capsys.readouterr().err
    assert main(["registry", "place", "どこでもない"]) == 1


def test_the_commands_of_subscribers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where, made = tmp_path / "r.sqlite3", Using(SystemClock(), FanOut(()))
    entry = Entry("p1", dt.date(2024, 4, 1), {"id": "p1", "name": "家賃補助", "municipality_code": "302023"})
    take_in(RecordStore(where), PROGRAMME, entries=[entry], source=Source("a", dt.date(2024, 4, 1)), using=made)
    store = ["--store", str(where)]
    with serving(Key.kept(tmp_path / "r.sqlite3.key").public) as there:
        assert main(["push", "add", "town", "programme", there.url, "--area", "302", *store]) == 0
        assert capsys.readouterr().out.startswith("whpk_")
        assert main(["push", "run", "--once", *store]) == 0
        assert main(["push", "replay", "town", *store]) == 0
        assert main(["push", "run", "--once", *store]) == 0
        assert len(there.deliveries) == 2
        assert there.deliveries[0] == there.deliveries[1]
    capsys.readouterr()
    assert main(["push", "list", *store]) == 0
    assert json.loads(capsys.readouterr().out)["behind"] == 0
    assert main(["push", "end", "town", *store]) == 0
    assert main(["push", "end", "town", *store]) == 3


def test_the_command_of_deemed_filings_reads_its_programmes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, where = tmp_path / "programmes.yaml", tmp_path / "r.sqlite3"
    file.write_text("subscriptions:\n- {programme: inns, law: 旅館業法, agency: '302023', items: [street]}\n")
    load(RecordStore(where), tmp_path / "a.csv", line(number(1), "01", "2015-10-05"))
    changed = written(tmp_path / "d.csv", line(number(1), "12", "2026-04-01", street="日方１"))
    given_by = ["--as-of", "2026-04-02", "--by", "法務大臣", "--basis", BASIS, "--store", str(where)]
    assert main(["registry", "import", "corporation", str(changed), *given_by]) == 0
    capsys.readouterr()
    assert main(["registry", "deem", "--subscriptions", str(file), "--store", str(where)]) == 0
    told = capsys.readouterr()
    assert (json.loads(told.out)["effect"], "not verified" in told.err) == ("deemed", False)


FIGURE = (
    {"姓": "出路樽", "名": "太郎", "姓（カナ）": "デジタル", "名（カナ）": "タロウ", "都道府県": "東京都"}
    | {
        "市区町村（郡）": "千代田区",
        "町字": "紀尾井町",
        "番地以下": "１－３",
        "建物名等（方書）": "紀尾井タワー１９階",
    },
    {
        "氏名": "出路樽　太郎",
        "氏名（フリガナ）": "デジタル　タロウ",
        "住所": "東京都千代田区紀尾井町１－３ 紀尾井タワー１９階",
    },
    {
        "姓": "出路樽",
        "名": "太郎",
        "セイ": "デジタル",
        "メイ": "タロウ",
        "住所": "東京都千代田区紀尾井町１－３紀尾井タワー１９階",
    },
)


def test_the_three_services_of_the_figure_become_one_form() -> None:
    made = []
    for row in FIGURE:
        report, mapping = Report("x"), propose(list(row), [row])
        assert mapping.undecided == ()
        (one,) = convert([Row(2, row)], mapping, report=report)
        assert report.faults == []
        made.append(one)

    for name in (
        "氏",
        "名",
        "氏（カナ）",
        "名（カナ）",
        "全国地方公共団体コード",
        "町字ID",
        "都道府県",
        "市区町村（郡）",
        "町字",
    ):
        assert len({one[name] for one in made}) == 1, name
    assert {one["番地以下"] for one in made} == {"1-3"}


def test_columns_are_known_by_their_contents_and_what_is_not_clear_is_said(tmp_path: Path) -> None:
    rows = [{"A": "073-432-0001", "B": "令和6年5月1日", "C": "和歌山県海南市日方1", "D": "あ"}] * 3
    mapping = propose(["A", "B", "C", "D"], rows)

    assert mapping.columns == {"A": "telephone", "B": "date", "C": "address"}
    assert mapping.undecided == ("D",)
    assert Mapping.from_yaml(mapping.to_yaml()).columns == mapping.columns
    with pytest.raises(BadMapping):
        Mapping.from_yaml("columns: {A: nonsense}")


def test_the_converter_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = table(
        tmp_path / "t.csv",
        ["出路樽太郎", "どこか"],
        ["出路樽 太郎", "東京都千代田区紀尾井町1-3"],
        header=["氏名", "住所"],
    )
    assert main(["gif", "propose", str(file)]) == 0
    (tmp_path / "m.yaml").write_text(capsys.readouterr().out)
    status = main(["gif", "convert", str(file), str(tmp_path / "out.csv"), "--mapping", str(tmp_path / "m.yaml")])

    assert status == 1
    assert "not divided" in capsys.readouterr().err
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 3


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=6))
def test_no_table_crashes_the_converter(row: dict[str, str]) -> None:
    mapping = propose(list(row), [row] * 4)
    assert len(list(convert([Row(2, row)], mapping, report=Report("x")))) == 1


def test_the_official_file_of_municipalities_says_what_the_package_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Designated cities, their wards and the prefectures, which the file does not have, are no changes."""
    import pyarrow.parquet as pq

    rows = pq.read_table(shared("data/abr-city-2024.parquet")).to_pylist()
    with (tmp_path / "mt_city_all.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    store = ["--store", str(tmp_path / "r.sqlite3")]
    take_in_base(RecordStore(tmp_path / "r.sqlite3"), using=Using(CLOCK, Sink()), only=frozenset({"municipality"}))
    words = ["registry", "import", "municipality", str(tmp_path / "mt_city_all.csv"), "--as-of", "2024-04-01", *store]

    assert main([*words, "--whole"]) == 0
    assert capsys.readouterr().out == "municipality version 2: 1965 same\n"
    assert main(["registry", "import", *words[2:6], "--store", str(tmp_path / "new.sqlite3")]) == 0
    assert "1965 created" in capsys.readouterr().out
