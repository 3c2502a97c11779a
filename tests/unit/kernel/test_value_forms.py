"""Forms of the values: JSON and CSV give them back, nothing changes them, refusals say what, where and what to do."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.characters import NotHoldable
from kiban.kernel.errors import BadInput
from kiban.kernel.values import (
    Address,
    BadDate,
    BadValue,
    BankAccount,
    CorporateNumber,
    IndividualNumber,
    MunicipalityCode,
    PartialDate,
    PersonName,
    PostalCode,
    PropertyId,
    SpatialId,
    Telephone,
    TownId,
    parse_date,
    parse_day,
    parse_yen,
)
from kiban.kernel.values.dates import parse_fiscal_year
from shared_data import shared

KANA = st.text("アカサタナハマヤラワンガパッャー", min_size=1, max_size=6)
KANJI = st.text("山田髙﨑𠮷花子太郎", min_size=1, max_size=4)
DIGITS = st.text("0123456789", min_size=4, max_size=4)


def corporate(base: int) -> CorporateNumber:
    return CorporateNumber(f"{CorporateNumber.check_digit(f'{base:012}')}{base:012}")


def telephone(number: int) -> Telephone:
    return Telephone.parse(f"0{number}")


FIXED = st.integers(10**8, 10**9 - 1).filter(lambda n: str(n)[1] != "0")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "corporate": st.integers(0, 10**12 - 1).map(corporate),
    "municipality": st.tuples(st.integers(1, 47), st.integers(100, 999)).map(
        lambda n: MunicipalityCode.parse(f"{n[0]:02}{n[1]}")
    ),
    "property": st.from_regex(r"[0-9]{13}-[0-9A-Z]{4}", fullmatch=True).map(PropertyId),
    "spatial": st.integers(0, 35).flatmap(
        lambda z: st.builds(SpatialId, st.just(z), *(st.integers(low, 2**z - 1) for low in (-(2**z), 0, 0)))
    ),
    "town": st.integers(0, 9_999_999).map(lambda n: TownId(f"{n:07}")),
    "postal": st.integers(0, 9_999_999).map(lambda n: PostalCode(f"{n:07}")),
    "telephone": FIXED.map(telephone),
    "extension": FIXED.map(lambda n: Telephone.parse(f"0{n} 内線12")),
    "date": st.dates(dt.date(1000, 1, 1)).map(lambda d: PartialDate(d.year, d.month, d.day)),
    "partial date": st.tuples(st.integers(1000, 9999), st.integers(0, 12)).map(lambda p: PartialDate(*p)),
    "name": st.builds(PersonName, family=KANJI, given=KANJI, family_kana=KANA, given_kana=KANA, former_family=KANJI),
    "address": st.builds(Address, prefecture=KANJI, city=KANJI, town=KANJI, block=DIGITS, building=KANJI),
    "account": st.builds(
        lambda bank, kana: BankAccount.parse(
            {"bank_code": bank, "branch_code": bank[:3], "type": "普通", "number": bank, "holder_kana": kana}
        ),
        bank=DIGITS,
        kana=KANA,
    ),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
@settings(max_examples=50)
def test_json_and_csv_give_a_value_back(kind: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    made = type(value)

    assert made.from_json(json.loads(json.dumps(value.to_json()))) == value
    row = {name: str(cell) for name, cell in value.to_csv().items()}
    again = made.from_csv(row)
    assert again == value
    assert hash(again) == hash(value)


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
@settings(max_examples=3)
def test_a_value_does_not_change(kind: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    for field in dataclasses.fields(value):
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError, AttributeError)):
            setattr(value, field.name, "1")
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError, AttributeError)):
        value.something = 1


def test_an_individual_number_neither_changes_nor_is_copied_nor_told() -> None:
    number = IndividualNumber("123456789018")
    for name in ("_IndividualNumber__number", "other"):
        with pytest.raises(AttributeError):
            setattr(number, name, "123456789018")
    with pytest.raises(AttributeError):
        del number._IndividualNumber__number
    for act in (copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            act(number)
    assert not hasattr(number, "__dict__")
    assert "123456789018" not in f"{number!r} {number} {number:>40} {[number]} { ({'a': number}) }"
    assert {number} == {IndividualNumber("１２３４ ５６７８ ９０１８")}


PARSERS: tuple[Callable[[str], object], ...] = (
    IndividualNumber.parse,
    CorporateNumber.parse,
    MunicipalityCode.parse,
    TownId.parse,
    PropertyId.parse,
    SpatialId.parse,
    PostalCode.parse,
    Telephone.parse,
    PersonName.parse,
    parse_date,
    parse_day,
    parse_yen,
    parse_fiscal_year,
    lambda text: BankAccount.parse(
        {"bank_code": text, "branch_code": "001", "type": text, "number": text, "holder_kana": text}
    ),
    lambda text: Address(municipality_code=text or "x"),
    lambda text: PersonName(family="山", family_kana=text or "x"),
    lambda text: MunicipalityCode.from_csv({text: "1"}),
    lambda text: CorporateNumber.from_json(text),
)


def refusal(parse: Callable[[str], object], text: str) -> BadInput | None:
    try:
        parse(text)
    except BadInput as error:
        return error
    return None


@pytest.mark.parametrize("parse", PARSERS)
@given(text=st.text("0123456789０１２年月日令和平成昭/-()+T〒円万一壱▲不詳山ア 　", max_size=14))
@settings(max_examples=150)
def test_a_refusal_says_what_where_and_what_to_do(parse: Callable[[str], object], text: str) -> None:
    error = refusal(parse, text)
    if error is not None:
        assert error.what
        assert error.remedy, error
        assert error.where.field or isinstance(error, NotHoldable), error


@pytest.mark.parametrize(
    ("make", "args"),
    [
        (Telephone, ("0734320001", ("0734", "32", "0001"))),
        (Telephone, ("12345", ("12345",))),
        (Telephone, ("abc", ("abc",))),
        (PostalCode, ("640-8157",)),
        (CorporateNumber, ("T7000012050002",)),
        (MunicipalityCode, ("30202",)),
        (TownId, ("１２３４５６７",)),
        (PropertyId, ("1234567890123",)),
        (PropertyId, ("1234567890123-g025",)),
        (SpatialId, (20, 0, 1, 2**20)),
        (SpatialId, (20.0, 0, 1, 1)),
        (PersonName, ("山", "太", "ﾔﾏ")),
        (PersonName, ("山 ", "太")),
        (PersonName, ("山", "太　郎")),
        (PersonName, ("山", "123456789018")),
        (PartialDate, (2024, 0, 5)),
    ],
)
def test_only_the_normal_form_makes_a_value(make: Callable[..., object], args: tuple[object, ...]) -> None:
    with pytest.raises(BadValue):
        make(*args)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("平成31年5月1日", "令和元年5月1日"),
        ("令和元年4月30日", "平成31年4月30日"),
        ("昭和64年1月8日", "平成元年1月8日"),
        ("大正15年12月25日", "昭和元年12月25日"),
        ("明治45年7月30日", "大正元年7月30日"),
        ("令和元年3月", "平成31年3月日不詳"),
    ],
)
def test_strict_dates_stay_within_their_era(text: str, remedy: str) -> None:
    parse_date(text)
    with pytest.raises(BadDate) as caught:
        parse_date(text, strict=True)

    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    "text",
    ["平成31年4月30日", "令和元年5月1日", "昭和64年1月7日", "平成元年1月8日", "平成31年", "昭和64年1月", "2019-05-01"],
)
def test_the_first_and_last_days_of_an_era_are_in_it(text: str) -> None:
    assert parse_date(text, strict=True) == parse_date(text)


def test_check_digits_of_all_codes_of_five_digits_by_the_published_weights() -> None:
    wrong = []
    for n in range(100_000):
        digits = [int(c) for c in f"{n:05}"]
        rest = sum(d * w for d, w in zip(digits, (6, 5, 4, 3, 2), strict=True)) % 11
        if MunicipalityCode.check_digit(f"{n:05}") != int(str(11 - rest)[-1]):
            wrong.append(n)

    assert wrong == []


@given(st.text("0123456789", min_size=11, max_size=11))
def test_the_check_digit_of_the_individual_number_by_its_ordinance(first: str) -> None:
    weights = dict(zip(range(11, 0, -1), (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))  # Q11 … Q1
    rest = sum(int(first[11 - n]) * q for n, q in weights.items()) % 11

    assert IndividualNumber.check_digit(first) == (0 if rest <= 1 else 11 - rest)


@given(st.integers(0, 10**12 - 1), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_of_a_corporate_number_is_found_but_0_for_9(base: int, place: int, more: int) -> None:
    number = corporate(base).value
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    if {number[place], wrong[place]} != {"0", "9"}:
        with pytest.raises(BadValue):
            CorporateNumber(wrong)


def test_published_corporate_numbers_verify() -> None:
    """Payees of the review sheets: typed by officers, so a few of 26,000 are wrong."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet is an extra")
    files = [shared(f"data/insight-rs/rs{year}_payees.parquet") for year in (2024, 2025)]
    columns = [parquet.read_table(file, columns=["corporate_number"])["corporate_number"] for file in files]
    numbers = {str(one) for column in columns for one in column.to_pylist() if one}
    wrong = set()
    for number in numbers:
        try:
            CorporateNumber.parse(number)
        except BadValue:
            wrong.add(number)

    assert len(numbers) > 26_000
    assert len(wrong) / len(numbers) < 0.003
