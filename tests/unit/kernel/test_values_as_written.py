"""Values as people, offices and spreadsheets write them; whatever is read comes back from text, JSON and CSV."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.characters import NotHoldable, shrink
from kiban.kernel.errors import BadInput
from kiban.kernel.values import (
    Address,
    BadDate,
    BadValue,
    BankAccount,
    CorporateNumber,
    MunicipalityCode,
    PartialDate,
    PersonName,
    PostalCode,
    Telephone,
    TownId,
    from_post_office,
    parse_date,
    parse_yen,
    romanise,
)
from kiban.kernel.values.dates import parse_fiscal_year

READINGS = ("family_kana", "given_kana", "undivided_kana")
TYPED = {
    PersonName: "山田太郎髙々ﾔやヤA'z（）()［］[]通称旧姓氏:： 　\u200b・",
    PartialDate: "0123456789０１元一二廿年月日.-/ーRHS令和平成昭大正明治不詳()（）水木",
    Telephone: "0123456789０１+-()（）内線代表ext TEL",
    CorporateNumber: "T0123456789-０ ",
    MunicipalityCode: "0123456789-０ ",
    TownId: "0123456789-０ ",
    PostalCode: "〒0123456789-０ ",
}


@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=300)
def test_what_is_read_comes_back(kind: Any, data: st.DataObject) -> None:
    text = data.draw(st.text(TYPED[kind], max_size=18))
    try:
        value = kind.parse(text)
    except BadInput:
        return

    told = value
    if kind is PersonName:
        unsaid = READINGS if value.full == value.roman else (*READINGS, "roman")
        told = dataclasses.replace(value, **dict.fromkeys(unsaid, ""))
    assert kind.parse(str(value)) == told
    assert kind.from_json(json.loads(json.dumps(value.to_json()))) == value
    assert kind.from_csv(value.to_csv()) == value


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("田中（旧姓 山田）　花子", {"family": "田中", "given": "花子", "former_family": "山田"}),
        ("田中　花子（旧氏：山田）", {"family": "田中", "given": "花子", "former_family": "山田"}),
        ("田中花子［山田］", {"undivided": "田中花子", "former_family": "山田"}),
        ("金 哲洙（通名 金田　哲）", {"family": "金", "given": "哲洙", "alias": "金田 哲"}),
        (
            "山田（やまだ）太郎（たろう）",
            {"family": "山田", "given": "太郎", "family_kana": "ヤマダ", "given_kana": "タロウ"},
        ),
        (
            "山田　太郎（ﾔﾏﾀﾞ ﾀﾛｳ）",
            {"family": "山田", "given": "太郎", "family_kana": "ヤマダ", "given_kana": "タロウ"},
        ),
        ("山田太郎（ヤマダタロウ）", {"undivided": "山田太郎", "undivided_kana": "ヤマダタロウ"}),
        ("\ufeff山田\u200b　太郎\u200f", {"family": "山田", "given": "太郎"}),
        ("ŌNO YŪKO", {"roman": "ŌNO YŪKO"}),
        ("大野　裕子（ＯＯＮＯ ＹＵＫＯ）", {"family": "大野", "given": "裕子", "roman": "OONO YUKO"}),
    ],
)
def test_names_as_written(text: str, fields: dict[str, str]) -> None:
    name = PersonName.parse(text)

    assert {key: value for key, value in name.to_json().items() if value} == fields
    assert PersonName.from_csv(name.to_csv()) == name


@pytest.mark.parametrize(
    "text", ["田中花子（山田）（リー花）", "田中［山田］［鈴木］花子", "山田\x00太郎", "山田\ud800太郎"]
)
def test_names_of_which_something_would_be_lost_are_refused(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        PersonName.parse(text)

    assert "山田" not in str(caught.value)


def test_a_name_and_its_letters_in_one_row_are_both_kept() -> None:
    name = PersonName.from_csv({"氏名": "王小明", "氏名（英字）": "WANG XIAOMING", "氏名（カナ）": "ワンシャオミン"})

    assert (name.undivided, name.roman, name.undivided_kana) == ("王小明", "WANG XIAOMING", "ワンシャオミン")
    assert PersonName.from_csv(name.to_csv()) == name
    half = PersonName.from_csv({"氏": "金子", "名": "みすゞ", "氏（カナ）": "ｶﾈｺ", "名（カナ）": "みすゞ"})
    assert (half.family_kana, half.given_kana) == ("カネコ", "ミスズ")


@pytest.mark.parametrize("made", [PersonName, Address, BankAccount])
@pytest.mark.parametrize(
    "data", [None, [], "x", {"nothing": "1"}, {"family": 1, "city": 1, "number": 1234567}, {1: "a"}]
)
def test_json_that_is_no_value_is_refused_by_its_field(made: Any, data: object) -> None:
    with pytest.raises(BadValue) as caught:
        made.from_json(data)

    assert caught.value.where.field
    assert "1234567" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024ー05ー01", "2024-05-01"),
        ("2024・5・1", "2024-05-01"),
        ("２０２４　５　１", "2024-05-01"),
        ("西暦2024年5月1日", "2024-05-01"),
        ("令和6年5月1日（水）", "2024-05-01"),
        ("2024/5/1 水曜日", "2024-05-01"),
        ("2024（令和６）年５月１日", "2024-05-01"),
        ("令和6年(2024年)5月1日", "2024-05-01"),
        ("2024-05-01 00:00:00", "2024-05-01"),
        ("2024-05-01T00:00:00.000", "2024-05-01"),
        ("昭和廿年八月十五日生", "1945-08-15"),
        ("平成卅一年四月卅日", "2019-04-30"),
        ("昭和弐拾年壱月参日", "1945-01-03"),
        ("㍼64年1月7日", "1989-01-07"),
        ("0607-01-01", "0607-01-01"),
    ],
)
def test_dates_as_written(text: str, iso: str) -> None:
    assert str(parse_date(text)) == iso


@pytest.mark.parametrize(
    "text",
    [
        "令和6年5月1日（木）",
        "2024（令和7）年5月1日",
        "昭和20年8月（水）",
        "2024-05-01 10:30",
        "2024-05-01T00:00:00Z",
        "(水)" * 3000,
        "2024(" * 3000,
        "令和12345678901234567890年1月1日",
    ],
)
def test_dates_that_contradict_themselves_or_are_more_than_a_date(text: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse_date(text)

    assert caught.value.where.field == "日付"


@pytest.mark.parametrize("text", ["", "令和6年度分", "2024年4月", "昭和"])
def test_what_is_no_fiscal_year_is_told_as_it_was_written(text: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse_fiscal_year(text)

    assert repr(text) in str(caught.value)
    assert parse_fiscal_year("FY2024") == parse_fiscal_year("令六年度") == 2024


@pytest.mark.parametrize(
    ("text", "shown", "kind"),
    [
        ("0800-123-4567", "0800-123-4567", "free"),
        ("08001234567", "0800-123-4567", "free"),
        ("0570012345", "0570-012-345", "special"),
        ("0180991234", "0180-99-1234", "special"),
        ("02012345678", "020-1234-5678", "data"),
        ("02001234567890", "0200-12345-67890", "data"),
        ("060-1234-5678", "060-1234-5678", "mobile"),
        ("04-7163-1111", "04-7163-1111", "fixed"),
        ("010-81-3-1234-5678", "03-1234-5678", "fixed"),
        ("+81 (0)50 1234 5678", "050-1234-5678", "ip"),
        ("☎03-1234-5678（代）", "03-1234-5678", "fixed"),
        ("代表：０４８（８２２）１２３４", "048-822-1234", "fixed"),
        ("03-1234-5678 x12", "03-1234-5678 内線12", "fixed"),
        ("03-1234-5678（代表）内線 1-23", "03-1234-5678 内線123", "fixed"),
    ],
)
def test_telephones_as_written(text: str, shown: str, kind: str) -> None:
    number = Telephone.parse(text)

    assert (str(number), number.kind) == (shown, kind)


@pytest.mark.parametrize(
    "text", ["+1-212-555-1234", "03-1234-5678 内線12,13", "TEL 03-1234-5678 FAX 03-1234-5679", "119", "9012345678"]
)
def test_what_is_no_one_japanese_number(text: str) -> None:
    with pytest.raises(BadValue) as caught:
        Telephone.parse(text)

    assert "1234" not in str(caught.value)


def test_a_column_that_is_missing_is_named() -> None:
    for made in (Telephone, PostalCode):
        with pytest.raises(BadValue) as caught:
            made.from_csv({"内線番号": "1"})
        assert caught.value.where.field == made.gif
    with pytest.raises(BadValue) as wrong:
        BankAccount.parse({})
    assert wrong.value.where.field == "bank_code"


@pytest.mark.parametrize(
    ("text", "yen"),
    [
        ("1.5万円", 15_000),
        ("3.25億円", 325_000_000),
        ("1000.0", 1000),
        ("12.00", 12),
        ("¥-500", -500),
        ("¥▲1,000", -1000),
        ("マイナス500円", -500),
        ("金伍百圓也", 500),
        ("弐千円整", 2000),
        ("500円（税込）", 500),
        ("¥500.-", 500),
        ("500 yen", 500),
        ("1 000円", 1000),
        ("12万3,456円", 123_456),
        ("卅円", 30),
    ],
)
def test_amounts_as_written(text: str, yen: int) -> None:
    assert parse_yen(text) == yen


@pytest.mark.parametrize(
    "text", ["12,34円", "1,2,3,4", "100 20", "1.55円", "1.23456万円", "1.000", "廿十円", "▲▲5", "万円"]
)
def test_what_is_no_one_amount(text: str) -> None:
    with pytest.raises(BadValue):
        parse_yen(text)


def test_the_symbol_of_the_post_office_with_its_further_digit() -> None:
    assert from_post_office("10170-2", "12345671") == from_post_office("１０１７０", "12345671")
    assert from_post_office("00170-1", "123456") == ("019", "2", "0123456")
    with pytest.raises(BadValue) as caught:
        from_post_office("10170", "")
    assert "1 to 8 digits" in str(caught.value)


def test_a_holder_in_kanji_is_refused_by_its_field() -> None:
    with pytest.raises(NotHoldable) as caught:
        BankAccount.parse(
            {"bank_code": "0001", "branch_code": "001", "type": "１", "number": "1", "holder_kana": "山田"}
        )

    assert str(caught.value).startswith("field holder_kana: '山'")


@pytest.mark.parametrize(("function", "text", "name"), [(shrink, "山", "jisx0209"), (romanise, "ヤマ", "hepborn")])
def test_a_set_or_way_that_there_is_not_is_told_with_those_there_are(
    function: Callable[[str, str], str], text: str, name: str
) -> None:
    with pytest.raises(BadInput) as caught:
        function(text, name)
    assert (caught.value.where.field in {"target", "way"}, "one of " in caught.value.remedy) == (True, True)


@pytest.mark.parametrize("text", ["、ÅseStrøm", "Åse Strøm、", ",山田　太郎"])
def test_commas_around_a_name_are_none_of_it(text: str) -> None:
    name = PersonName.parse(text)
    assert not set(name.full) & set(",、")
    assert PersonName.from_csv(name.to_csv()) == PersonName.from_json(name.to_json()) == name
