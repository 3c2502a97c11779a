"""Any text gives a value or a refusal that says what, where and what to do; soon, and without an 個人番号."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.characters import compare_names
from kiban.kernel.errors import BadInput, KibanError, Where, shown
from kiban.kernel.located import parse_located
from kiban.kernel.tabular import Report, parse_integer, parse_number
from kiban.kernel.values import (
    Address,
    BankAccount,
    CorporateNumber,
    IndividualNumber,
    MunicipalityCode,
    PersonName,
    PostalCode,
    Telephone,
    TownId,
)
from kiban.kernel.values.dates import parse_date, parse_fiscal_year
from kiban.kernel.values.money import parse_yen
from kiban.kernel.values.numbers import kanji_to_int

READERS: list[Callable[[str], object]] = [
    parse_date,
    parse_fiscal_year,
    parse_yen,
    kanji_to_int,
    CorporateNumber.parse,
    MunicipalityCode.parse,
    TownId.parse,
    PostalCode.parse,
    Telephone.parse,
    IndividualNumber.parse,
    PersonName.parse,
    parse_number,
    parse_integer,
]
WORDS = [
    "令和",
    "R",
    "6",
    "年",
    "月",
    "日",
    "-",
    "/",
    " ",
    "(",
    ")",
    "元",
    "億",
    "▲",
    "円",
    "\x00",
    "\ud800",
    "ﷺ",
    "山田",
]
RUNS = ["9" * 30, "9" * 400, "1" * 5000, " " * 3000, "-" * 3000, "[" * 3000, "+81", "内線", "〒", "太郎", "[", "山田"]
PIECES = st.sampled_from([*WORDS, *RUNS])
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=8).map("".join)


def refusal(read: Callable[[str], object], text: str) -> KibanError | None:
    """How a text is refused; anything but a KibanError fails the test."""
    try:
        read(text)
    except KibanError as error:
        return error
    return None


@settings(max_examples=300, deadline=2000)
@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in READERS:
        told = refusal(read, text)
        assert told is None or (told.what and told.remedy), (read, text)


@pytest.mark.parametrize("text", ["令和6年99999999999999999999月1日", " " * 6000, "2024-05-" + "\n" * 6000])
def test_dates_that_no_calendar_has_are_refused_soon(text: str) -> None:
    with pytest.raises(BadInput):
        parse_date(text)


def test_a_number_too_long_is_not_cut() -> None:
    for text in ("1" * 41, "１" * 41 + "円"):
        with pytest.raises(BadInput):
            kanji_to_int(text.rstrip("円"))
        with pytest.raises(BadInput):
            parse_yen(text)
    with pytest.raises(BadInput):
        parse_integer("9" * 400)


def test_twelve_digits_given_for_another_number_are_not_repeated() -> None:
    for written in ("123456789018", "1234-5678-9018", "１２３４　５６７８　９０１８"):
        for read in READERS:
            assert written not in str(refusal(read, written)), read
        report = Report("f.csv")
        report.fault(2, f"{written!r} is no day")
        assert written not in str(report)
    assert shown("1234567890123 and 20240501") == "1234567890123 and 20240501"


def test_a_message_does_not_repeat_pages() -> None:
    assert len(str(BadInput("x" * 10_000, where=Where("f"), remedy="y" * 10_000))) < 2500


def test_names_with_brackets_that_never_close_are_compared_soon() -> None:
    compare_names("[" * 100_000, "山田")


@pytest.mark.parametrize("read", [BankAccount.from_json, Address.from_json, PersonName.from_json])
def test_an_unknown_field_is_named_even_when_it_is_empty(read: Callable[[object], object]) -> None:
    with pytest.raises(BadInput) as told:
        read({"": "x"})
    assert "''" in told.value.what
    assert told.value.remedy


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 999 + "]" * 999,
        "- " * 1500 + "a",
        "[" * 200_000,
        '["]", ' * 200_000,
        "- " * 200_000 + "a",
        "{a: " * 2000,
        "&a [*a]",
        "a: \ud800",
        "a: " + "1" * 5000,
        "a: 0000-00-00",
        "a: 2024-01-01T00:00:00+99:00",
        "? [a]\n: b",
        "a: !!binary é",
        "a: !!int x",
        "a: !!float ''",
        BOMB,
    ],
)
def test_any_yaml_is_read_or_refused_with_its_file(text: str) -> None:
    with pytest.raises(BadInput) as told:
        parse_located(text, file="f.yaml")
    assert told.value.where.file == "f.yaml"
    assert told.value.remedy
