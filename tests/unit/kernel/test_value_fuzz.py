"""Anything at all as a value: the kernel's own errors or a value that comes back; no crash, and no 個人番号 told."""

from __future__ import annotations

import csv
import io
import json
import re
import traceback
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.characters import (
    CharacterSet,
    bank_kana,
    compare_kana,
    compare_key,
    compare_names,
    fold,
    kana_key,
    shrink,
)
from kiban.kernel.errors import BadInput
from kiban.kernel.values import (
    Address,
    BankAccount,
    CorporateNumber,
    IndividualNumber,
    MunicipalityCode,
    PartialDate,
    PersonName,
    PostalCode,
    PropertyId,
    SpatialId,
    Spelling,
    Telephone,
    TownId,
    from_post_office,
    kana_readings,
    kanji_to_int,
    parse_date,
    parse_day,
    parse_yen,
    reading_difference,
    romanise,
    same_reading,
)
from kiban.kernel.values.dates import parse_fiscal_year
from kiban.kernel.values.person_name import katakana
from typed_tables import inputs

COLUMNS: tuple[Any, ...] = (
    CorporateNumber,
    MunicipalityCode,
    TownId,
    PostalCode,
    PropertyId,
    SpatialId,
    Telephone,
    PartialDate,
)
FORMED: tuple[Any, ...] = (*COLUMNS, PersonName, Address, BankAccount)


def account(text: Any) -> BankAccount:
    cells = [*text.split("|"), *[""] * 5] if isinstance(text, str) else [text] * 5
    return BankAccount.parse(
        dict(zip(("bank_code", "branch_code", "type", "number", "holder_kana"), cells, strict=False))
    )


READ: tuple[Callable[[Any], object], ...] = (
    *(made.parse for made in COLUMNS),
    IndividualNumber.parse,
    PersonName.parse,
    katakana,
    parse_date,
    parse_day,
    parse_fiscal_year,
    parse_yen,
    account,
    kana_readings,
    lambda text: reading_difference(text, text),
    *(lambda text, way=way: romanise(text, way) for way in Spelling),
    lambda text: from_post_office(text, text),
    lambda text: Address.from_csv(dict.fromkeys(Address().to_csv(), text)),
    lambda text: PersonName.from_csv(dict.fromkeys(PersonName("山").to_csv(), text)),
)
ONLY_TEXT: tuple[Callable[[str], object], ...] = (
    kanji_to_int,
    fold,
    compare_key,
    kana_key,
    bank_kana,
    lambda text: compare_names(text, text[::-1]),
    lambda text: compare_kana(text, text[::-1]),
    lambda text: same_reading(text, text[::-1]),
    *(lambda text, target=target: shrink(text, target) for target in CharacterSet),
)


TYPED = st.sampled_from(inputs())
BYTES = st.builds(
    lambda raw, codec: raw.decode(codec, "surrogateescape" if codec == "utf-8" else "replace"),
    st.binary(max_size=40),
    st.sampled_from(["utf-8", "utf-16", "cp932", "latin-1", "euc_jp"]),
)
SPLICED = st.builds(lambda a, b, at: a[:at] + b + a[at:], TYPED, TYPED | st.text(max_size=3), st.integers(0, 12))
ANY = BYTES | SPLICED | st.builds(lambda text, times: text * times, TYPED, st.integers(2, 200)) | st.text(max_size=30)


def refusal(read: Callable[[Any], object], text: object) -> BadInput | None:
    try:
        read(text)
    except BadInput as error:
        return error
    return None


@given(text=ANY)
@settings(max_examples=400, deadline=None)
def test_anything_is_read_or_refused_with_what_where_and_what_to_do(text: str) -> None:
    for read in (*READ, *ONLY_TEXT):
        error = refusal(read, text)
        assert error is None or (error.what and error.remedy), error
        assert error is None or error.where.field or error.where.column, error


@pytest.mark.parametrize("cell", [None, 0, 1.5, b"\xff", [], {}, "9" * 100_000, "(" * 100_000, "年" * 100_000])
def test_what_is_no_cell_is_refused_by_its_field(cell: object) -> None:
    for read in READ:
        error = refusal(read, cell)
        if error is not None:
            assert error.where.field
            assert len(str(error)) < 500
    assert [read for read in READ[:22] if refusal(read, cell) is None] == []


@given(text=SPLICED | BYTES)
@settings(max_examples=400, deadline=None)
def test_what_is_read_comes_back_in_every_form(text: str) -> None:
    for read, made in (*((one.parse, one) for one in (*COLUMNS, PersonName)), (account, BankAccount)):
        if refusal(read, text) is None:
            value = read(text)
            assert made.from_json(json.loads(json.dumps(value.to_json()))) == value
            assert made.from_csv(through_file(value.to_csv())) == value
            assert type(value)(**{name: getattr(value, name) for name in value.__slots__}) == value


def through_file(row: dict[str, str]) -> dict[str, str]:
    """A row written to a CSV file and read again."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(row))
    writer.writeheader()
    writer.writerow(row)
    return next(iter(csv.DictReader(io.StringIO(file.getvalue(), newline=""))))


@pytest.mark.parametrize("made", FORMED)
@given(data=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists))
@settings(max_examples=40, deadline=None)
def test_any_json_is_a_value_or_refused(made: Any, data: object) -> None:
    for given_ in (data, {"family": data}, {"number": data}, {"written": data}):
        refusal(made.from_json, given_)


@pytest.mark.parametrize("made", FORMED)
def test_the_cells_that_a_short_row_lacks_are_missing_columns(made: Any) -> None:
    columns = [*Address().to_csv(), *PersonName("山").to_csv(), *(one.gif for one in COLUMNS)]
    assert refusal(made.from_csv, dict.fromkeys(columns)) is not None
    assert refusal(made.from_csv, {}) is not None


@given(first=st.integers(0, 10**11 - 1), form=st.integers(0, 5), before=TYPED | st.just(""))
@settings(max_examples=150, deadline=None)
def test_an_individual_number_typed_anywhere_is_told_nowhere(first: int, form: int, before: str) -> None:
    """Not in a value's repr, nor in a refusal, its arguments or its traceback, whichever field it was typed into."""
    base = f"{first:011}"
    digits = base + str(IndividualNumber.check_digit(base))
    parts = f"{digits[:4]} {digits[4:8]} {digits[8:]}"
    text = (digits, parts, parts.replace(" ", "-"), f"{before} {digits}", digits.translate(WIDE), f"{digits}円")[form]
    for read in READ[: len(COLUMNS) + 2] + READ[len(COLUMNS) + 3 : len(COLUMNS) + 7]:
        error = refusal(read, text)
        told = repr(read(text)) if error is None else "".join(traceback.format_exception(error)) + repr(error.args)
        source = "\n".join(line for line in told.splitlines() if not line.startswith("  "))
        if read is not parse_yen or error is not None:  # an amount of twelve digits is an amount
            assert digits not in re.sub(r"\W", "", unicodedata.normalize("NFKC", source))


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
