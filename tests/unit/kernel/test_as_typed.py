"""Tables of what people really type, written before the parsers were asked: read, or refused, as each line says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.characters import bank_kana, compare_kana, compare_names, shrink
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
    format_yen,
    parse_date,
    parse_yen,
    reading_difference,
    romanise,
    same_reading,
    wareki,
)
from kiban.kernel.values.dates import SOLAR_FROM, parse_fiscal_year
from typed_tables import rows


def telephone(text: str) -> str:
    number = Telephone.parse(text)
    assert Telephone.parse(str(number)) == number
    assert Telephone.from_json(number.to_json()) == Telephone.from_csv(number.to_csv()) == number
    return f"{number} {number.kind}"


def individual(text: str) -> str:
    number = IndividualNumber.parse(text)
    assert "123456789018" not in f"{number!r}{number}{number:>20}{[number]}"
    return "ok" if number.reveal() == "123456789018" else number.reveal()


def name(text: str) -> str:
    written, _, kana = text.partition("|")
    found = PersonName.parse(written, kana=kana)
    assert PersonName.from_json(found.to_json()) == PersonName.from_csv(found.to_csv()) == found
    return "; ".join(f"{field}={value}" for field, value in found.to_json().items() if value)


def account(text: str) -> str:
    fields = ("bank_code", "branch_code", "type", "number", "holder_kana")
    found = BankAccount.parse(dict(zip(fields, text.split("|"), strict=True)))
    assert BankAccount.from_json(found.to_json()) == BankAccount.from_csv(found.to_csv()) == found
    return f"{found.bank_code}-{found.branch_code} {found.type} {found.number} {found.holder_kana}"


COLUMNS = dict(zip("CILPMTBKZGVW", Address().to_csv(), strict=True), N="建物名等(方書)", X="別の列")


def address(text: str) -> str:
    found = Address.from_csv({COLUMNS[cell[0]]: cell[1:] for cell in text.split("|")})
    assert Address.from_json(found.to_json()) == found
    assert Address.from_csv({**found.to_csv(), **({"連結表記": found.written} if found.written else {})}) == found
    codes = (found.municipality_code, found.town_id, found.postal_code, found.written and f"written={found.written}")
    return " ".join((found.full, *(code for code in codes if code)))


def likeness(text: str) -> str:
    one, other, field = text.split("|")
    compare = {"name": compare_names, "kana": compare_kana}[field]
    assert compare(one, other) is compare(other, one)
    return str(compare(one, other))


def roman(text: str) -> str:
    one, other = text.split("|")
    assert compare_names(one, other) is compare_names(other, one)
    return str(compare_names(one, other))


def property_id(text: str) -> str:
    found = PropertyId.parse(text)
    assert PropertyId.from_json(found.to_json()) == PropertyId.from_csv(found.to_csv()) == PropertyId(found.value)
    return f"{found} {found.part}"


def spatial(text: str) -> str:
    found = SpatialId.parse(text)
    assert SpatialId.from_json(found.to_json()) == SpatialId.from_csv(found.to_csv()) == found
    return str(found)


def romanised(text: str) -> str:
    kana, _, written = text.partition("|")
    return " ".join(spelling(kana, way, written=written) for way in (Spelling.PASSPORT, Spelling.KUNREI))


def spelling(kana: str, way: Spelling, *, written: str) -> str:
    try:
        return romanise(kana, way, written=written).replace(" ", "·")
    except BadInput:
        return "!"


def likely_same(text: str) -> str:
    one, other = text.split("|")
    assert same_reading(one, other) is same_reading(other, one)
    return str(same_reading(one, other))


def one_column(made: type[CorporateNumber | MunicipalityCode | TownId | PostalCode]) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = made.parse(text)
        assert made.from_json(found.to_json()) == made.from_csv(found.to_csv()) == made(str(found)) == found
        return str(found)

    return read


def date(text: str) -> str:
    found = PartialDate.parse(text)
    assert PartialDate.from_json(found.to_json()) == PartialDate.from_csv(found.to_csv()) == found
    if found.year and found.span[0] >= SOLAR_FROM:
        assert parse_date(wareki(found)) == found
    return str(found)


def money(text: str) -> str:
    yen = parse_yen(text)
    assert parse_yen(str(yen)) == parse_yen(format_yen(yen)) == yen
    assert yen < 0 or yen >= 10**20 or parse_yen(format_yen(yen, formal=True)) == yen
    return str(yen)


READERS: dict[str, Callable[[str], str]] = {
    "telephone": telephone,
    "date": date,
    "fiscal_year": lambda text: str(parse_fiscal_year(text)),
    "money": money,
    "individual": individual,
    "corporate": one_column(CorporateNumber),
    "municipality": one_column(MunicipalityCode),
    "town": one_column(TownId),
    "postal": one_column(PostalCode),
    "bank_kana": bank_kana,
    "account": account,
    "name": name,
    "address": address,
    "roman": roman,
    "likeness": likeness,
    "property": property_id,
    "spatial": spatial,
    "romanise": romanised,
    "same_reading": likely_same,
    "difference": lambda text: str(reading_difference(*text.split("|"))),
    "shrink": lambda text: shrink(*text.split("|")),
}
SECRET = {"individual", "account", "name", "telephone"}


def told(kind: str, text: str) -> str:
    """What the reader says: the normal form, or ! and the refusal."""
    try:
        return READERS[kind](text)
    except BadInput as error:
        refused = error
    assert complete(refused, secret=kind in SECRET), refused
    return f"!{refused}"


def complete(error: BadInput, *, secret: bool) -> bool:
    """It says what, where and what to do, and of a personal value no digits."""
    place = error.where.field or error.where.column
    return bool(error.what and error.remedy and place) and not (secret and re.search(r"[0-9]{5}", str(error)))


@pytest.mark.parametrize("kind", READERS)
def test_what_people_type(kind: str) -> None:
    wrong = []
    for text, expected in rows(kind):
        found = told(kind, text)
        if not (found == expected or (expected[0] == "!" == found[0] and expected[1:] in found)):
            wrong.append((text, expected, found))

    assert wrong == []
    assert len(rows(kind)) >= (200 if kind == "romanise" else 28)


MISTYPED = "0123456789０-ー−・()（）［］年月日令和 　,、.T〒+#内線円万▲髙ﾀﾞゝ々𠮷゛\u200b"
ONE_CELL = ("telephone", "date", "fiscal_year", "money", "individual", "corporate", "municipality", "town", "postal",
            "bank_kana", "name", "property", "spatial")  # fmt: skip


@pytest.mark.parametrize("kind", ONE_CELL)
@given(data=st.data())
@settings(max_examples=150)
def test_mistyped_it_is_still_read_and_given_back_or_refused_in_full(kind: str, data: st.DataObject) -> None:
    """One to three characters left out, put in or mistaken in what people type; each reader holds its round trips."""
    text = list(data.draw(st.sampled_from([text for text, _ in rows(kind)])))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 1))] = data.draw(st.text(MISTYPED, max_size=1))
    assert told(kind, "".join(text))
