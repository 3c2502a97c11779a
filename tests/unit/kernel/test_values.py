"""Values: every parser reads its own normal form, refuses by name, and crashes on nothing."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.characters import NotHoldable
from kiban.kernel.errors import BadInput
from kiban.kernel.values import (
    Address,
    BadCheckDigit,
    BadDate,
    BadValue,
    BankAccount,
    CorporateNumber,
    IndividualNumber,
    MunicipalityCode,
    PartialDate,
    PersonName,
    PostalCode,
    Telephone,
    TownId,
    fiscal_year,
    format_yen,
    from_post_office,
    int_to_kanji,
    kanji_to_int,
    parse_date,
    parse_day,
    parse_yen,
    wareki,
)
from kiban.kernel.values.dates import parse_fiscal_year
from shared_data import shared

ANY = st.text(max_size=40) | st.text("0123456789０１２年月日令和平成昭元-/()+T〒円万千一二十壱▲不詳 　", max_size=20)
DAYS = st.dates(dt.date(1873, 1, 1), dt.date(2100, 12, 31))
PARSERS = (
    IndividualNumber.parse,
    CorporateNumber.parse,
    MunicipalityCode.parse,
    TownId.parse,
    PostalCode.parse,
    Telephone.parse,
    PersonName.parse,
    parse_date,
    parse_day,
    parse_yen,
    parse_fiscal_year,
    kanji_to_int,
)


@pytest.mark.parametrize("parse", PARSERS, ids=lambda p: p.__qualname__)
@given(text=ANY)
def test_no_text_crashes_a_parser(parse: object, text: str) -> None:
    try:
        parse(text)  # type: ignore[operator]  # one of several callables
    except BadInput:
        return


@given(DAYS)
def test_a_day_is_read_back_from_every_form(day: dt.date) -> None:
    part = PartialDate(day.year, day.month, day.day)
    for text in (str(part), wareki(day), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"):
        assert parse_day(text) == day
    assert PartialDate.parse(str(part)) == part


@given(st.integers(1873, 2100), st.integers(0, 12))
def test_unknown_days_and_months_are_read_back(year: int, month: int) -> None:
    part = PartialDate(year, month)
    first, last = part.span

    assert PartialDate.parse(str(part)) == part
    assert parse_date(wareki(part)).year == year
    assert first.day == 1
    assert (last + dt.timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("令和元年５月１日", "2019-05-01"),
        ("平成31年4月30日", "2019-04-30"),
        ("R6.5.1", "2024-05-01"),
        ("S64/1/7", "1989-01-07"),
        ("昭和二十年八月十五日", "1945-08-15"),
        ("２０２４－０５－０１", "2024-05-01"),
        ("昭和20年不詳", "1945-00-00"),
        ("昭和20年8月日不詳", "1945-08-00"),
        ("不詳", "0000-00-00"),
        ("R060501", "2024-05-01"),
    ],
)
def test_dates_as_people_write_them(text: str, iso: str) -> None:
    assert str(parse_date(text)) == iso


@pytest.mark.parametrize(
    "text", ["平成32年1月1日", "昭和65年1月1日", "令和0年1月1日", "2023-02-29", "明治5年1月1日", "13年1月"]
)
def test_dates_that_no_calendar_has(text: str) -> None:
    with pytest.raises(BadDate):
        parse_date(text)


def test_a_year_beyond_its_era_is_told_by_the_next() -> None:
    with pytest.raises(BadDate) as caught:
        parse_date("平成36年4月1日")

    assert "令和6年" in caught.value.remedy


def test_fiscal_years() -> None:
    assert (fiscal_year(dt.date(2024, 3, 31)), fiscal_year(dt.date(2024, 4, 1))) == (2023, 2024)
    assert parse_fiscal_year("令和６年度") == parse_fiscal_year("2024年度") == 2024


def test_dates_of_the_common_vocabulary() -> None:
    wrong = []
    for line in gzip.decompress(shared("data/imi-cases-dev.jsonl.gz").read_bytes()).decode().splitlines():
        case = json.loads(line)
        given_, told = case["input"], case["output"]
        if (
            not case["id"].startswith("imi-date")
            or not isinstance(given_, dict)
            or "標準型日付" not in told
            or not isinstance(given_["表記"], str)
        ):
            continue
        try:
            found = str(parse_date(given_["表記"]))
        except BadDate:
            found = "refused"
        if found != told["標準型日付"] and not given_["表記"].startswith("明"):  # 明治5年 and before: lunar calendar
            wrong.append((given_["表記"], told["標準型日付"], found))

    assert wrong == []


@given(st.integers(0, 10**20 - 1), st.booleans())
def test_kanji_numerals_are_read_back(number: int, formal: bool) -> None:
    assert kanji_to_int(int_to_kanji(number, formal=formal)) == number


@given(st.integers(-(10**15), 10**15))
def test_amounts_are_read_back(amount: int) -> None:
    assert parse_yen(format_yen(amount)) == amount
    assert parse_yen(format_yen(amount, formal=True)) == amount


@pytest.mark.parametrize(
    ("text", "yen"),
    [("￥１２，３４５－", 12345), ("金壱万弐千円也", 12000), ("1万2千円", 12000), ("▲500円", -500), ("△1,000", -1000)],
)
def test_amounts_as_people_write_them(text: str, yen: int) -> None:
    assert parse_yen(text) == yen


@given(st.integers(0, 10**11 - 1))
def test_an_individual_number_checks_and_never_shows_itself(first: int) -> None:
    base = f"{first:011}"
    whole = base + str(IndividualNumber.check_digit(base))
    number = IndividualNumber.parse(f"{whole[:4]} {whole[4:8]}-{whole[8:]}")

    assert number.reveal() == whole
    assert whole not in f"{number!r}{number}{number:>40}"
    with pytest.raises(TypeError):
        pickle.dumps(number)
    with pytest.raises(BadCheckDigit) as caught:
        IndividualNumber(base + str((int(whole[11]) + 1) % 10))
    assert base not in str(caught.value)


def test_check_digits_of_the_published_examples() -> None:
    assert IndividualNumber.check_digit("12345678901") == 8
    for number in ("7000012050002", "4000012090001", "1430001000343", "1700150032564"):
        assert str(CorporateNumber.parse(number)) == number
    with pytest.raises(BadCheckDigit):
        CorporateNumber.parse("9000012090004")


@given(st.integers(0, 10**12 - 1))
def test_corporate_numbers_are_read_back(base: int) -> None:
    whole = f"{CorporateNumber.check_digit(f'{base:012}')}{base:012}"

    assert str(CorporateNumber.parse(f"T{whole}")) == whole
    assert whole[0] != "0"


@pytest.mark.parametrize("name", ["abr-city-2024", "abr-pref-2024", "abr-town-2022"])
def test_the_codes_of_all_municipalities_verify(name: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet is an extra")
    codes = set(parquet.read_table(shared(f"data/{name}.parquet"), columns=["lg_code"])["lg_code"].to_pylist())

    assert len(codes) >= 47
    assert [code for code in codes if str(MunicipalityCode.parse(code[:5])) != code] == []


@given(st.integers(0, 9999999))
def test_postal_codes_and_town_ids_are_read_back(number: int) -> None:
    code = PostalCode(f"{number:07}")

    assert PostalCode.parse(code.display) == PostalCode.parse(f"〒{code.display}") == code
    assert TownId.parse(f"{number:07}").oaza.endswith("000")


@pytest.mark.parametrize(
    ("text", "shown", "kind"),
    [
        ("03(1234)5678", "03-1234-5678", "fixed"),
        ("+81 90 1234 5678", "090-1234-5678", "mobile"),
        ("０７３－４３２－０００１", "073-432-0001", "fixed"),
        ("0120444444", "0120-444-444", "free"),
        ("0734320001", "073-432-0001", "fixed"),
        ("06-1234-5678 内線12", "06-1234-5678 内線12", "fixed"),
    ],
)
def test_telephones(text: str, shown: str, kind: str) -> None:
    number = Telephone.parse(text)

    assert (str(number), number.kind) == (shown, kind)
    assert Telephone.parse(str(number)) == number


def test_names_with_their_parts() -> None:
    name = PersonName.parse("田中［山田］　花子", kana="たなか ﾊﾅｺ")

    assert (name.family, name.former_family, name.given) == ("田中", "山田", "花子")
    assert (name.family_kana, name.given_kana) == ("タナカ", "ハナコ")
    assert PersonName.parse(str(name), kana=name.full_kana) == name
    assert PersonName.from_json(name.to_json()) == name
    assert PersonName.parse("出路樽太郎").undivided == "出路樽太郎"
    foreign = PersonName.parse("ＮＧＵＹＥＮ VAN ANH（通称：山田　花）")
    assert (foreign.roman, foreign.alias) == ("NGUYEN VAN ANH", "山田 花")


WORDS = st.text("山田髙﨑𠮷花子太郎", min_size=1, max_size=4)


@given(WORDS, WORDS, WORDS | st.just(""))
def test_names_are_read_back(family: str, given_name: str, former: str) -> None:
    name = PersonName(family=family, given=given_name, former_family=former)

    assert PersonName.parse(str(name)) == name


def test_addresses_in_json_and_csv() -> None:
    address = Address("和歌山県", "海南市", "南赤坂", "11", "市役所２階", municipality_code="302023")

    assert address.full == "和歌山県海南市南赤坂11 市役所２階"
    assert Address.from_json(address.to_json()) == address
    assert Address.from_csv(address.to_csv()) == address
    with pytest.raises(BadCheckDigit):
        Address(municipality_code="302024")


def test_accounts() -> None:
    account = BankAccount.parse(
        {
            "bank_code": "０００１",
            "branch_code": "001",
            "type": "普通預金",
            "number": "12345",
            "holder_kana": "キバン　ハナコ",
        }
    )

    assert (account.number, account.holder_kana, account.type) == ("0012345", "ｷﾊﾞﾝ ﾊﾅｺ", "1")
    assert "0012345" not in repr(account)
    assert BankAccount.from_json(account.to_json()) == account
    assert from_post_office("14690", "12345671") == ("468", "1", "1234567")
    assert from_post_office("00910", "12345") == ("099", "2", "0012345")
    for broken in ({"number": "x"}, {"type": "定期"}, {"holder_kana": "基盤"}):
        with pytest.raises((BadValue, NotHoldable)):
            BankAccount.parse({**account.to_json(), **broken})
