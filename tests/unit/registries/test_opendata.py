"""Open data: the inventory of what is held, the rating of what is published, the catalogue of both."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.evidence import opendata as evidence
from kiban.evidence.tables import DATASETS
from kiban.kernel.errors import BadInput
from kiban.registries.engine.catalogue import dcat
from kiban.registries.opendata.basis import LANGUAGES, basis
from kiban.registries.opendata.catalogue import Asked, Catalogue, read_folder, register
from kiban.registries.opendata.dcat import CONTEXT, Dataset, Distribution, catalogue, entry, faults, read
from kiban.registries.opendata.inventory import datasets, read_inventory, summary
from kiban.registries.opendata.rating import INDICATORS, Rating, by_publisher, rate
from kiban.registries.opendata.requests import agenda, read_requests
from kiban.registries.tables import REGISTRIES
from kiban.shell.cli import main

ON = dt.date(2026, 10, 1)
HEADER = (
    "NO,データ名称,データ概要,分類,保有部署,データ形式,更新頻度,最終更新日,公開状況,公開しない理由,理由の説明,公開予定日,URL,APIのURL,"
    "ライセンス,備考"
)
LIST = f"""{HEADER}
1,AED設置箇所一覧,市内のAED,社会保障・衛生,健康課,CSV;JSON-LD,年1回,2026-04-01,公開,,,,https://example.jp/aed,,CC-BY-4.0,
2,人口統計,町丁別,人口・世帯,市民課,ＣＳＶ、ＰＤＦ,毎月,2026-09-01,一部公開,個人に関する情報,10人未満は秘匿,,https://a.jp/pop,https://a.jp/api,CC-BY-4.0,
3,住民基本台帳,,人口・世帯,市民課,DB,随時,2026-09-30,非公開,個人に関する情報,,,,,,
4,統計調査の個票,,人口・世帯,企画課,CSV,,2026-03-01,限定公開,法令の定め,統計法 39条,,,,,
5,橋の点検結果,,国土・気象,土木課,XLSX,5年,2025-03-31,公開予定,,,2027-03-31,,,,
6,道路台帳,,国土・気象,土木課,SHP,,2026-01-01,非公開,,,,,,,
7,工事の契約,,行財政,契約課,PDF,,2026-01-01,公開,,,,,,,
8,計画,,行財政,企画課,PDF,,,公開予定,,,2026-09-30,,,,
1,二重,,行財政,企画課,CSV,,2026-01-01,非公開,事務・事業,,,,,,
9,その他の理由,,行財政,企画課,CSV,,2026-01-01,非公開,その他,,,,,,
10,台帳,,行財政,企画課,CSV,,2026-01-01,秘密,,,,,,,
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_an_office_lists_what_it_holds_whether_it_is_open_and_why_not(listed: Path) -> None:
    found = read_inventory(listed, on=ON)
    told = [(fault.where.line, fault.where.field) for fault in found.checked.report.faults]

    assert sorted(told, key=lambda one: one[0] or 0) == [
        (7, "公開しない理由"), (8, "URL"), (8, "ライセンス"), (9, "公開予定日"), (10, "NO"), (11, "理由の説明"),
        (12, "公開状況"),
    ]  # fmt: skip
    assert [row["NO"] for row in found.holdings] == ["1", "2", "3", "4", "5"]
    assert found.checked.report.kept == 5
    figures = summary(found)
    assert figures.states == {"公開": 1, "一部公開": 1, "非公開": 1, "限定公開": 1, "公開予定": 1}
    assert figures.reasons == {"個人に関する情報": 2, "法令の定め": 1}
    assert figures.offices == {"健康課": (1, 1), "市民課": (1, 2), "企画課": (0, 1), "土木課": (0, 1)}
    assert figures.share == 0.4


def test_the_reasons_of_the_list_are_those_that_have_a_provision() -> None:
    from kiban.registries.models import model

    item = model("od-list").item("公開しない理由")
    assert item is not None
    assert item.form is not None
    reasons = set(item.form.schema["enum"])
    assert set(basis()["reasons"]) | set(basis()["explained"]) | {"第三者の権利"} == reasons
    assert [one["article"] for one in basis()["reasons"].values()] == [f"5-{n}" for n in range(1, 7)]


def test_what_is_closed_is_in_the_catalogue_with_its_reason(listed: Path) -> None:
    found = list(datasets(read_inventory(listed, on=ON), publisher="和歌山県海南市"))
    made = catalogue([entry(one) for one in found], title="x", about="y", publisher="z")

    assert list(faults(made)) == []
    assert list(read(made)) == found
    assert [one.kind for one in found[1].distributions] == ["csv", "pdf"]
    assert (found[2].access, found[2].rights, found[2].distributions) == ("NON_PUBLIC", "非公開。 個人に関する情報", ())
    assert (found[3].access, found[4].rights) == ("RESTRICTED", "公開予定。 公開予定日 2027-03-31")
    open_ones = Catalogue(found).search(Asked())
    assert {hit.dataset.id for hit in open_ones} == {"1", "2"}
    assert len(Catalogue(found).search(Asked(closed=True))) == 5


ASKED = """NO,受付日,求めるデータ,使いみち,データのNO,状況,回答日,回答
1,2026-09-01,橋の点検,通学路の地図,5,公開する,2026-09-10,2027年3月に公開
2,2026-08-01,個票,研究,4,公開しない,2026-08-20,統計法 39条
3,2026-09-20,個票,教材,4,受付,,
4,2026-07-01,バスの時刻,案内アプリ,,保有していない,2026-07-02,事業者が持つ
5,2026-09-30,空き家の一覧,移住の案内,,受付,,
6,2026-09-01,住民基本台帳,名簿,3,公開する,2026-09-02,
7,2026-09-01,AED,地図,1,公開しない,2026-09-02,だめ
8,2026-09-01,AED,地図,1,保有していない,2026-09-02,ない
9,2026-09-01,何か,,99,受付,,
10,2026-09-05,何か,,,公開しない,2026-09-01,
11,2026-11-01,何か,,,受付,,
12,2026-09-01,何か,,,公開しない,,理由
"""


def test_requests_at_the_desk_agree_with_the_list_and_make_the_agenda_of_the_roundtable(
    listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "asked.csv"
    path.write_text(ASKED, encoding="utf-8")
    held = read_inventory(listed, on=ON)
    found = read_requests(path, held, on=ON)

    told = [(fault.where.line, fault.where.field) for fault in found.checked.report.faults]
    assert told == [
        (7, "状況"), (8, "状況"), (9, "状況"), (10, "データのNO"), (11, "回答日"), (11, "回答"), (12, "受付日"),
        (13, "回答日"),
    ]  # fmt: skip
    topics = agenda(found, held, on=ON)
    assert [(one.data, one.times, one.waiting_days, one.uses) for one in topics] == [
        ("統計調査の個票", 2, 11, ("研究", "教材")),
        ("空き家の一覧", 1, 1, ("移住の案内",)),
        ("バスの時刻", 1, 0, ("案内アプリ",)),
    ]
    assert [one.reason for one in topics] == ["法令の定め 統計法 39条", "", "事業者が持つ"]
    assert main(["opendata", "requests", str(path), "--list", str(listed), "--on", "2026-10-01"]) == 1
    assert "統計調査の個票\t2\t11\t研究、教材" in capsys.readouterr().out


GOOD = """都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,住所,方書,緯度,経度,設置位置
302023,A1,和歌山県,海南市,市役所,シヤクショ,和歌山県海南市南赤坂11,,34.155283,135.209155,1階
302023,A2,和歌山県,海南市,図書館,トショカン,和歌山県海南市日方1525-6,,34.158,135.2188,入口
"""
BAD = """令和３年度　AED設置箇所,,,
名称,住所,,台数
市役所,南赤坂11,1階,"1,200台"
図書館,日方,入口,2台
プール
体育館,船尾,,"3,100台"
"""
MADE = Dataset(
    "aed", "AED設置箇所一覧", "市内のAED", "海南市", "CC-BY-4.0", dt.date(2026, 4, 1), themes=("医療",),
    frequency="年1回", distributions=(Distribution("https://example.jp/aed.csv", "csv"),),
)  # fmt: skip


def scored(rating: Rating) -> dict[str, float | None]:
    return {score.indicator: score.points for score in rating.scores}


def codes(rating: Rating) -> set[str]:
    return {finding.code for score in rating.scores for finding in score.findings}


def test_a_good_list_is_rated_whole_and_a_bad_one_is_told_why(tmp_path: Path) -> None:
    """Each indicator by what was put into the file and its entry."""
    good, bad = tmp_path / "aed.csv", tmp_path / "old.csv"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_bytes(BAD.encode("cp932"))
    best = rate(MADE, good, on=ON)
    assert scored(best) == dict.fromkeys(INDICATORS, 1.0)
    assert (best.total, best.stars, codes(best)) == (100.0, 3, set())

    poor = Dataset(
        "x", "一覧", "一覧", "海南市", "非営利のみ", dt.date(2021, 4, 1), distributions=(Distribution("a.csv", "csv"),)
    )
    worst = rate(poor, bad, on=ON)
    assert worst.stars == 0
    assert codes(worst) == {
        "licence.closed", "machine.header", "machine.columns", "machine.encoding", "machine.numbers",
        "completeness.cells",
        "freshness.frequency", "freshness.old", "identifiers.key", "identifiers.codes", "metadata.lacking",
    }  # fmt: skip
    points = scored(worst)
    assert points["licence"] == points["identifiers"] == 0
    assert points["machine"] == 0.3
    assert points["conformance"] is None
    assert points["freshness"] == round(1.5 * 366 / (ON - dt.date(2021, 4, 1)).days, 3)
    assert worst.total < 35
    for language in LANGUAGES:
        assert all(f.says(language) and "{" not in f.says(language) for s in worst.scores for f in s.findings)


def test_rows_that_do_not_keep_the_list_cost_its_conformance(tmp_path: Path) -> None:
    path = tmp_path / "aed.csv"
    path.write_text(GOOD.replace("シヤクショ", "市役所"), encoding="utf-8")
    one = rate(MADE, path, on=ON)

    assert scored(one)["conformance"] == 0.5
    assert "1行" in next(f.says("ja") for s in one.scores for f in s.findings if f.code == "conformance.rows")


STARS = [
    ("", ("csv",), 0), ("CC-BY-NC-4.0", ("csv",), 0), ("CC BY-ND 4.0", ("csv",), 0), ("要相談", ("csv",), 0),
    ("CC-BY-4.0", ("pdf",), 1), ("CC-BY-4.0", ("xlsx",), 2), ("CC0-1.0", ("csv", "pdf"), 3),
    ("https://creativecommons.org/licenses/by/4.0/", ("json",), 3), ("公共データ利用規約（第1.0版）", ("csv",), 3),
    ("PDL1.0", ("csv",), 3), ("政府標準利用規約（第2.0版）", ("csv",), 3), ("CC-BY-4.0", ("csv", "jsonld"), 4),
    ("CC BY 2.1 JP", ("csv",), 3), ("https://creativecommons.org/licenses/by-nc/4.0/", ("csv",), 0),
    ("https://spdx.org/licenses/CC-BY-4.0", ("csv",), 3), ("クリエイティブ・コモンズ 表示 4.0 国際", ("csv",), 3),
    ("MIT", ("csv",), 3), ("ODbL-1.0", ("csv",), 3),
]  # fmt: skip


@pytest.mark.parametrize(("licence", "kinds", "stars"), STARS)
def test_stars_by_licence_and_form(licence: str, kinds: tuple[str, ...], stars: int) -> None:
    forms = tuple(Distribution(f"https://example.jp/a.{kind}", kind) for kind in kinds)

    assert rate(replace(MADE, licence=licence, distributions=forms), None, on=ON).stars == stars


def test_the_fifth_star_is_for_things_of_others_named_by_their_address(tmp_path: Path) -> None:
    path = tmp_path / "aed.jsonld"
    forms = (Distribution("aed.csv", "csv"), Distribution("aed.jsonld", "jsonld"))
    for other, stars in (({"URL": "https://example.org/thing"}, 5), ({"備考": "なし"}, 4)):
        path.write_text(json.dumps({"@graph": [{"@id": "#1", **other}]}), encoding="utf-8")
        assert rate(replace(MADE, distributions=forms), path, on=ON).stars == stars


@given(st.integers(0, 4000), st.sampled_from(["毎日", "毎月", "年1回", "5年", "", "気が向いたら"]))
def test_older_data_is_never_rated_fresher(age: int, frequency: str) -> None:
    def points(days: int) -> float:
        one = rate(replace(MADE, modified=ON - dt.timedelta(days), frequency=frequency), None, on=ON)
        return scored(one)["freshness"] or 0.0

    assert 0 <= points(age + 30) <= points(age) <= 1


def test_publishers_are_compared_by_the_mean_of_their_data(tmp_path: Path) -> None:
    path = tmp_path / "aed.csv"
    path.write_text(GOOD, encoding="utf-8")
    ones = [
        rate(MADE, path, on=ON),
        rate(replace(MADE, licence=""), path, on=ON),
        rate(replace(MADE, publisher="乙市"), path, on=ON),
    ]
    means = by_publisher(ones)

    assert means["乙市"]["total"] == 100
    assert (means["海南市"]["datasets"], means["海南市"]["licence"], means["海南市"]["stars"]) == (2, 0.5, 1.5)
    assert means["海南市"]["total"] < 100


def test_every_entry_that_kiban_writes_has_what_dcat_ap_makes_mandatory() -> None:
    for info in REGISTRIES.values():
        made = dcat(info, base="https://example.jp/api", version=1, modified="2026-04-01")
        if info.about:
            assert list(faults(made)) == []
        assert next(read(made)).title == info.title
    names = dict.fromkeys(evidence.KINDS, "https://example.jp/a")
    entries = [
        evidence.catalogue_entry(one, at=ON, addresses=names, dictionary_at="d") for one in list(DATASETS.values())[:3]
    ]
    whole = evidence.catalogue(entries, at=ON)
    assert list(faults(whole)) == []
    assert len(list(read(whole))) == 3


BROKEN = [
    ({"@type": "dcat:Dataset", "dct:title": "x"}, ["dct:description"]),
    ({"@type": "dcat:Dataset", "dct:title": {"@value": ""}, "dct:description": "x"}, ["dct:title"]),
    ({"@type": ["dcat:Dataset"], "dct:title": "x", "dct:description": "y",
      "dcat:distribution": [{"@type": "dcat:Distribution"}]},
     ["dcat:distribution[0].dcat:accessURL"]),
    ({"@type": "dcat:Catalog", "dct:title": "x", "dct:description": "y", "dct:publisher": {"@type": "foaf:Agent"},
      "dcat:dataset": []},
     ["dcat:dataset", "dct:publisher.foaf:name"]),
    ({"@type": "dcat:Dataset", "dct:title": "x", "dct:description": "y", "dct:license": 3}, ["dct:license"]),
    (
        {"@type": "dcat:Dataset", "dct:title": "x", "dct:description": "y", "dcat:landingPage": "javascript:alert(1)"},
        ["dcat:landingPage"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("node", "fields"), BROKEN)
def test_what_dcat_ap_misses_is_told_by_its_place(node: dict[str, object], fields: list[str]) -> None:
    assert sorted(fault.field for fault in faults(node)) == sorted(fields)


def test_entries_of_others_are_taken_in_searched_as_one_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    ours = [
        replace(MADE, id=str(number), title=title, about=f"{title}の一覧")
        for number, title in enumerate(("AED設置箇所", "避難所", "ＡＥＤ講習会"))
    ]
    other = replace(
        MADE,
        id="0",
        title="人口",
        about="AED の数も",
        publisher="総務省",
        themes=("人口・世帯",),
        api="https://example.go.jp/api",
    )
    bad = {"@type": "dcat:Dataset", "dct:title": "説明がない"}
    for name, ones in (("kainan", ours), ("soumu", [other])):
        whole = catalogue([*(entry(one) for one in ones), bad], title="t", about="a", publisher="p")
        (tmp_path / f"{name}.dcat.jsonld").write_text(json.dumps(whole), encoding="utf-8")
        good, report = register(tmp_path / f"{name}.dcat.jsonld", folder=folder)
        assert (len(good), report.n_faults) == (len(ones), 1)
        assert report.faults[0].where.field == f"{len(ones) + 1}. dct:description"
    found = Catalogue(read_folder(folder))

    assert [hit.dataset.title for hit in found.search(Asked("aed"))] == ["AED設置箇所", "ＡＥＤ講習会", "人口"]
    assert [hit.dataset.title for hit in found.search(Asked("AED 海南"))] == ["AED設置箇所", "ＡＥＤ講習会"]
    assert [hit.dataset.title for hit in found.search(Asked(api=True))] == ["人口"]
    assert [hit.dataset.title for hit in found.search(Asked(publisher="総務"))] == ["人口"]
    assert found.search(Asked(kind="pdf")) == found.search(Asked(theme="無い")) == found.search(Asked("無い")) == []
    assert found.facets()["publisher"] == {"海南市": 3, "総務省": 1}
    assert len(found.datasets) == 4

    (tmp_path / "new.jsonld").write_text(json.dumps({"@context": CONTEXT, **entry(ours[0])}), encoding="utf-8")
    register(tmp_path / "new.jsonld", folder=folder, name="kainan")
    assert len(Catalogue(read_folder(folder)).datasets) == 2


def test_a_file_without_a_good_entry_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    for text in ("{", "[]", "3", '{"@type": "dcat:Dataset", "dct:title": "x"}', '{"@graph": ["x", 3]}'):
        (tmp_path / "x.jsonld").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput):
            register(tmp_path / "x.jsonld", folder=folder)
    assert not folder.exists()


NAMES = ["@type", "@graph", "@value", "dct:title", "dct:publisher", "dcat:distribution", "dcat:keyword", "dct:license"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["dct:title", "dct:publisher", "dcat:distribution", "dcat:keyword", "dcat:service", "dct:modified"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_entry_of_others_is_read_or_left_out(node: dict[str, object]) -> None:
    whole = {"@type": "dcat:Dataset", **node}

    list(faults(whole))
    assert len(list(read(whole))) == 1


def test_the_commands(listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "catalogue"
    args = ["--publisher", "海南市", "--catalogue", str(folder)]
    assert main(["opendata", "list", str(listed), "--on", "2026-10-01", *args]) == 1
    told = capsys.readouterr()
    assert "公開 40.0% / 5" in told.out
    assert "list.csv:7, field 公開しない理由: missing" in told.err
    assert main(["opendata", "search", "AED", "--catalogue", str(folder)]) == 0
    assert "海南市 健康課" in capsys.readouterr().out
    assert main(["opendata", "search", "住民基本台帳", "--catalogue", str(folder)]) == 1
    assert main(["opendata", "search", "住民基本台帳", "--closed", "--catalogue", str(folder)]) == 0
    assert "個人に関する情報" in capsys.readouterr().out
    (folder / "broken.dcat.jsonld").write_text("{", encoding="utf-8")
    assert main(["opendata", "search", "AED", "--catalogue", str(folder)]) == 0
    assert "broken.dcat.jsonld: this is no JSON-LD" in capsys.readouterr().err

    (tmp_path / "aed.csv").write_text(GOOD, encoding="utf-8")
    (tmp_path / "aed.dcat.jsonld").write_text(json.dumps({"@context": CONTEXT, **entry(MADE)}), encoding="utf-8")
    out = tmp_path / "r.json"
    assert main(["opendata", "rate", str(tmp_path / "aed.dcat.jsonld"), "--on", "2026-10-01", "--out", str(out)]) == 0
    assert "AED設置箇所一覧 (海南市): 100.0 ★★★" in capsys.readouterr().out
    assert json.loads(out.read_text(encoding="utf-8"))["publishers"]["海南市"]["total"] == 100
    assert main(["opendata", "register", str(tmp_path / "aed.dcat.jsonld"), "--catalogue", str(folder)]) == 0
