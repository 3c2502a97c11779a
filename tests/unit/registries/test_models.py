"""The data models as data: what schema and check say of one record is the same; files are told line by line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.values import Address, IndividualNumber, PersonName, Telephone
from kiban.registries.errors import UnknownModel
from kiban.registries.gif.kinds import SINGLE
from kiban.registries.models import Mark, check_file, context, dictionary, json_schema, model, models, wrongs
from kiban.registries.models.files import place_of
from kiban.registries.models.forms import FLAG, FORMS, one_of
from kiban.registries.tables import REGISTRIES
from kiban.shell.cli import main

ADDRESS: dict[str, Any] = {
    "全国地方公共団体コード": "302023",
    "町字ID": "0063000",
    "都道府県": "和歌山県",
    "市区町村（郡）": "海南市",
    "町字": "南赤坂",
    "番地以下": "11",
    "建物名等(方書)": "",
}
FACILITY: dict[str, Any] = {
    "ID": "1",
    "名称": "海南市役所",
    "名称（カナ）": "カイナンシヤクショ",
    "名称（英字）": "Kainan City Hall",
    "POIコード": "1",
    "概要": "市役所",
    "説明": "本庁舎",
    "施設住所": ADDRESS,
    "サービス曜日": "月火水木金",
    "開始時刻": "08:30",
    "終了時刻": "17:15",
    "料金種別": "無料",
    "連絡先情報": {"連絡先名称": "総務課", "連絡先電話番号": ["073-482-4111"]},
}
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> dict[str, Any]:
    record = json.loads(json.dumps(FACILITY))
    change(record)
    return record


def test_the_core_vocabulary_is_there_with_its_marks() -> None:
    """The 18 models of the official table, with as many items as it has."""
    sizes = {one.title: len(one.items) for one in models() if one.kind == "core"}

    assert sizes == {
        "個人": 34, "法人": 26, "住所": 25, "施設": 33, "土地": 12, "建物": 25, "設備": 16, "イベント": 59, "連絡先": 8,
        "個人連絡先": 8, "施設連絡先": 8, "法人連絡先": 10, "事業所": 3, "アクセシビリティ": 13, "子育て支援情報": 14,
        "コード情報型": 2, "ID情報型": 2, "役割関与情報型": 2,
    }  # fmt: skip
    must = {one.id: sum(item.mark is Mark.MUST for item in one.items) for one in models() if one.kind == "core"}
    assert {name: must[name] for name in ("Person", "LegalEntity", "Facility", "Land", "Building", "Event")} == {
        "Person": 7, "LegalEntity": 4, "Facility": 13, "Land": 2, "Building": 5, "Event": 17,
    }  # fmt: skip
    assert all(one.verified or one.why for one in models())
    assert all(isinstance(name, str) and name.strip() for one in models() for name in one.columns)


def test_the_types_of_the_kernel_write_the_columns_of_the_models() -> None:
    """What PersonName, Address and Telephone write under, and what the converter makes, the models have."""
    for title, columns in (
        ("個人", [*PersonName().to_csv(), SINGLE["birth_date"][0], SINGLE["sex"][0]]),
        ("住所", [name for name in Address().to_csv() if name != "郵便番号"]),
        ("施設", ["ID", "名称", "名称（カナ）", "名称（英字）", "連結表記", "都道府県", "緯度"]),
        ("法人", [SINGLE["corporate_number"][0], SINGLE["corporation"][0]]),
    ):
        assert [name for name in columns if place_of(model(title), name) is None] == []
    assert place_of(model("施設"), "連結表記") == ("施設住所", "連結表記")
    assert place_of(model("施設"), "施設住所＞町字") == ("施設住所", "町字")
    assert place_of(model("施設連絡先"), Telephone.parse("073-482-4111").to_csv().popitem()[0]) is None
    assert place_of(model("施設"), "施設住所.無い項目") is None


@pytest.mark.parametrize("name", [one.id for one in models()])
def test_every_model_is_a_json_schema_and_a_context(name: str) -> None:
    schema = json_schema(model(name))

    jsonschema_rs.meta.validate(schema)
    assert jsonschema_rs.validator_for(schema)
    assert list(schema["properties"]) == model(name).columns == [row["name"] for row in dictionary(model(name))]
    assert set(model(name).columns) <= set(context(model(name)))
    json.dumps(context(model(name)))


def test_the_context_says_what_the_items_mean() -> None:
    terms = context(model("施設"))

    assert terms["説明"]["@id"] == "https://schema.org/description"
    assert terms["ポリゴン"]["@type"] == "@id"
    assert terms["施設住所"]["@context"]["町字"]["@id"] == "urn:kiban:model:Address#streetAddress"
    assert terms["連絡先情報"]["@id"] == "https://schema.org/contactPoint"
    person = context(model("個人"))
    assert "@context" not in person["役割関与情報"]["@context"]["関与者"]
    assert context(model("corporation"))["商号又は名称"]["@id"].startswith("https://schema.org/")


BAD: list[tuple[str, Change, str, str]] = [
    ("missing", lambda r: r.pop("名称"), "名称", "fill it in"),
    ("empty", lambda r: r.update(名称=" "), "名称", "fill it in"),
    ("number for text", lambda r: r.update(ID=1), "ID", "quotes"),
    ("text for number", lambda r: r.update(収容人数="500"), "収容人数", "without quotes"),
    ("yes for number", lambda r: r.update(収容人数=True), "収容人数", "without quotes"),
    ("time", lambda r: r.update(開始時刻="8:30"), "開始時刻", "write '08:30'"),
    ("list value", lambda r: r.update(料金種別="ただ"), "料金種別", "有料・無料"),
    (
        "code",
        lambda r: r["施設住所"].update(全国地方公共団体コード="30202"),
        "施設住所.全国地方公共団体コード",
        "write '302023'",
    ),
    ("inside", lambda r: r["施設住所"].pop("町字"), "施設住所.町字", "fill it in"),
    ("text for object", lambda r: r.update(施設住所="海南市南赤坂11"), "施設住所", "全国地方公共団体コード"),
    ("list for one", lambda r: r.update(名称=["a"]), "名称", "one value"),
    ("no contact", lambda r: r["連絡先情報"].pop("連絡先電話番号"), "連絡先情報.連絡先電話番号", "one of"),
    ("null", lambda r: r.update(通称=None), "通称", "leave the item out"),
    ("empty time", lambda r: r.update(終了時刻=""), "終了時刻", "fill it in"),
    ("uri", lambda r: r.update(ポリゴン="city.example.lg.jp"), "ポリゴン", "https://"),
    ("latitude", lambda r: r["施設住所"].update(緯度=135.2), "施設住所.緯度", "decimal degrees"),
    ("digits", lambda r: r.update(関連施設=[FACILITY | {"ID": "１"}]), "関連施設.ID", "write '1'"),
    ("hiragana", lambda r: r["連絡先情報"].update(連絡先FormURL="x"), "連絡先情報.連絡先FormURL", "https://"),
]


@pytest.mark.parametrize(("change", "field", "remedy"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_each_fault_is_told_by_field_and_remedy_and_the_schema_refuses_it_too(
    change: Change, field: str, remedy: str
) -> None:
    record = changed(change)
    (told,) = wrongs(model("施設"), record)

    assert told.field == field
    assert remedy in told.remedy
    assert not jsonschema_rs.is_valid(json_schema(model("施設")), record)


def test_a_good_record_is_good_by_check_and_schema_and_may_have_more() -> None:
    record = FACILITY | {"独自項目": 1}

    assert list(wrongs(model("施設"), record)) == []
    assert jsonschema_rs.is_valid(json_schema(model("施設")), record)


def test_what_only_the_kernel_knows_is_found_by_the_check_alone() -> None:
    """A check digit, a day that is none and a kanji of a reading: no JSON Schema says so."""
    record = changed(lambda r: r["施設住所"].update(全国地方公共団体コード="302024"))
    assert jsonschema_rs.is_valid(json_schema(model("施設")), record)
    (told,) = wrongs(model("施設"), record)
    assert "check digit" in told.what
    day = {"イベント名": "祭り", "開始日": "2026-02-30"}
    assert [one.field for one in wrongs(model("イベント"), day) if one.what != "missing"] == ["開始日"]


KNOWN = ["有", "2026-04-01", "08:30", "302023", "7000012050002", "カナ", "34.1"]
ANY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(KNOWN),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.sampled_from(["種別", "ID", "x"]), st.text(max_size=4), max_size=2),
)


@given(st.sampled_from([one.id for one in models()]), st.data())
def test_what_the_check_accepts_the_schema_accepts(name: str, data: st.DataObject) -> None:
    one = model(name)
    record = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(one.columns[:12], ANY)))
    bare = [told for told in wrongs(one, record) if told.what != "missing" or told.path[0] in record]
    schema = json_schema(one)
    schema.pop("required")
    schema.pop("anyOf", None)
    if not bare:
        assert jsonschema_rs.is_valid(schema, record), record


@given(st.sampled_from([*FORMS.values(), FLAG, one_of("有", "無"), one_of("病院", "有床診療所")]), st.text(max_size=20))
def test_a_value_once_read_is_in_its_form(form: Any, text: str) -> None:
    try:
        normal = form.read(text)
    except Exception as error:
        assert type(error).__name__ in {"BadInput", "BadValue", "BadDate", "BadCheckDigit"}  # noqa: PT017
        return
    assert form.read(normal) == normal
    if normal and not form.number:
        assert jsonschema_rs.is_valid(dict(form.schema), normal)


TABLE = """令和８年度　施設一覧,,
ID,名称,名称(カナ),名称（英字）,POIコード,概要,説明,全国地方公共団体コード,町字ID,都道府県,市区町村（郡）,町字,番地以下,建物名等（方書）,\
サービス曜日,開始時刻,終了時刻,料金種別,連絡先名称,連絡先電話番号,所管
1,公民館,コウミンカン,Hall,1,a,b,302023,0063000,和歌山県,海南市,南赤坂,11,,月,09:00,17:00,無料,総務課,073-482-4111,教育
2,図書館,としょかん,Library,1,a,b,302024,0063000,和歌山県,海南市,南赤坂,11,,月,9時,17:00,ただ,総務課,073-482-4111,教育
3,体育館,タイイクカン,Gym,1,a,b,302023,0063000,和歌山県,海南市,,11,,月,09:00,17:00,有料,,,
4,会館,カイカン,House,1,a,b,302023,0063000,和歌山県,海南市,日方,1,別館,月,09:00,24:00,有料,総務課,073-482-4111,
"""


def test_a_table_is_told_by_line_and_column_and_the_good_rows_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(TABLE.encode("cp932"))
    found = check_file(path, model("施設"))

    assert [row["ID"] for row in found.good] == ["1", "4"]
    assert found.extra == ["所管"]
    told = [(fault.where.line, fault.where.field, fault.remedy) for fault in found.report.faults[1:]]
    assert told == [
        (4, "全国地方公共団体コード", "write the 6 digits with the check digit"),
        (4, "開始時刻", "write '09:00'"),
        (4, "料金種別", "write one of 有料・無料"),
        (5, "町字", "fill it in"),
        (5, "連絡先情報", "fill it in"),
    ]


def test_columns_that_a_table_lacks_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("法人番号,商号または名称\n7000012050002,国税庁\n7000012050003,例\n", encoding="utf-8")
    found = check_file(path, model("法人"))

    assert [(f.where.line, f.where.field) for f in found.report.faults] == [
        (1, "商号または名称（カナ）"), (1, "連絡先情報"), (3, "法人番号"),
    ]  # fmt: skip
    assert len(found.good) == 1


def test_json_and_json_lines_are_told_by_line_and_the_good_records_are_kept(tmp_path: Path) -> None:
    bad = changed(lambda r: r.update(料金種別="ただ"))
    (tmp_path / "a.jsonl").write_text(f"{json.dumps(FACILITY)}\nno\n\n{json.dumps(bad)}\n3\n", encoding="utf-8")
    found = check_file(tmp_path / "a.jsonl", model("施設"))
    assert [(f.where.line, f.where.field) for f in found.report.faults] == [(2, None), (4, "料金種別"), (5, None)]
    assert (found.report.read, found.report.kept) == (4, 1)

    whole = json.dumps({"@context": {"x": "[y]"}, "@graph": [FACILITY, bad, "x"]}, ensure_ascii=False, indent=1)
    (tmp_path / "b.jsonld").write_text(whole, encoding="utf-8")
    found = check_file(tmp_path / "b.jsonld", model("施設"))
    lines = whole.splitlines()
    assert [lines[(f.where.line or 0) - 1].strip() for f in found.report.faults] == ["{", '"x"']
    assert found.good == [FACILITY]


def test_nothing_of_a_person_is_repeated(tmp_path: Path) -> None:
    first = "98765432101"
    number = f"{first}{IndividualNumber.check_digit(first)}"
    path = tmp_path / "p.csv"
    path.write_text(f"氏,名,氏（カナ）,生年月日,ID群\n山田,花子,やまだ,昭和50年5月5日,{number}\n", encoding="utf-8")
    told = str(check_file(path, model("個人")).report)

    assert "field 生年月日: not in the form" in told
    for word in ("山田", "やまだ", "ヤマダ", "1975", "昭和", number):
        assert word not in told


def test_a_registry_is_a_model_and_its_own_file_keeps_it(tmp_path: Path) -> None:
    assert {one.id for one in models() if one.kind == "registry"} == set(REGISTRIES)
    path = tmp_path / "s.csv"
    lines = [
        "制度ID,制度名,全国地方公共団体コード,対象者,支援内容,根拠法令,金額,対象年齢（から）",
        "1,出産祝金,302023,市民,五万円,条例,50000,18",
        "2,手当,302023,市民,x,条例,五万,いくつ",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = check_file(path, model("支援制度"))

    assert [(f.where.line, f.where.field) for f in found.report.faults] == [(3, "対象年齢（から）"), (3, "金額")]
    assert [row["制度ID"] for row in found.good] == ["1"]


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert main(["gif", "check", str(path), "--model", "施設", "--good", str(tmp_path / "good.csv")]) == 1
    assert "f.csv:4, field 料金種別" in capsys.readouterr().err
    assert (tmp_path / "good.csv").read_text(encoding="utf-8").count("\n") == 3
    assert main(["gif", "check", str(tmp_path / "good.csv"), "--model", "Facility"]) == 0

    (tmp_path / "a.json").write_text(json.dumps([FACILITY, {}]), encoding="utf-8")
    assert main(["gif", "check", str(tmp_path / "a.json"), "--model", "施設", "--good", str(tmp_path / "b.json")]) == 1
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8")) == [FACILITY]
    capsys.readouterr()
    assert main(["gif", "schema", "住所", "--as", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "住所"
    assert main(["gif", "models"]) == 0
    assert "suisho-aed\tAED設置箇所一覧\trecommended\t22\tnot verified" in capsys.readouterr().out
    assert main(["gif", "check", str(path), "--model", "無い"]) == 1
    with pytest.raises(UnknownModel):
        model("無い")
    (tmp_path / "x.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert main(["gif", "check", str(tmp_path / "x.csv"), "--model", "土地"]) == 1
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    assert main(["gif", "check", str(tmp_path / "x.json"), "--model", "土地"]) == 1
    assert "x.json:1: this is no JSON" in capsys.readouterr().err
