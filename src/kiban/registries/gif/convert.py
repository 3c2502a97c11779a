"""Rows with free columns → rows with GIF columns, by a mapping; what could not be decided is reported by line."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, Row
from kiban.kernel.values import CorporateNumber, PersonName, PostalCode, Telephone, parse_date
from kiban.kernel.values.person_name import katakana
from kiban.registries.address.model import Level
from kiban.registries.address.parse import normalise
from kiban.registries.gif.mapping import Mapping

SEX = {
    "男": "1",
    "男性": "1",
    "男子": "1",
    "♂": "1",
    "M": "1",
    "1": "1",
    "女": "2",
    "女性": "2",
    "女子": "2",
    "♀": "2",
    "F": "2",
    "2": "2",
    "": "0",
    "不明": "0",
    "0": "0",
}
SINGLE: dict[str, tuple[str, Callable[[str], object]]] = {
    "birth_date": ("生年月日", parse_date),
    "postal_code": ("郵便番号", PostalCode.parse),
    "telephone": ("電話番号", Telephone.parse),
    "corporate_number": ("法人番号", CorporateNumber.parse),
    "corporation": ("商号または名称", str),
    "family_kana": ("氏（カナ）", katakana),
    "given_kana": ("名（カナ）", katakana),
    "family": ("氏", str),
    "given": ("名", str),
}
ADDRESS = ("address_prefecture", "address_city", "address_town", "address_block", "address_building")


def convert(rows: Iterable[Row], mapping: Mapping, *, report: Report) -> Iterator[dict[str, str]]:
    """One GIF row per row, in the same order; a value that cannot be read stays as it is and is reported."""
    for row in rows:
        report.kept += 1
        yield _one(row, mapping, report=report)


def _one(row: Row, mapping: Mapping, *, report: Report) -> dict[str, str]:
    made: dict[str, str] = {}
    by_kind: dict[str, str] = {}
    for column, kind in mapping.columns.items():
        value = row.values.get(column, "").strip()
        if kind in SINGLE:
            title, parse = SINGLE[kind]
            made[title] = _read(value, parse, row=row, column=column, report=report)
        elif kind == "date":
            made[column] = _read(value, parse_date, row=row, column=column, report=report)
        elif kind == "sex":
            made["性別"] = _sex(value, row=row, column=column, report=report)
        else:
            by_kind[kind] = value
    made.update(_name(by_kind, row, report=report))
    made.update(_address(by_kind, row, report=report))
    made.update((name, row.values.get(name, "")) for name in mapping.undecided)
    for whole, family, given in (("氏名", "氏", "名"), ("氏名（カナ）", "氏（カナ）", "名（カナ）")):
        if whole not in made and (family in made or given in made):
            made[whole] = " ".join(part for part in (made.get(family, ""), made.get(given, "")) if part)
    return made


def _read(value: str, parse: Callable[[str], object], *, row: Row, column: str, report: Report) -> str:
    if not value:
        return ""
    try:
        return str(parse(value))
    except BadInput as error:
        report.fault(row.line, error.what, column=column, remedy="left as it is")
        return value


def _sex(value: str, *, row: Row, column: str, report: Report) -> str:
    plain = unicodedata.normalize("NFKC", value).upper()
    if plain not in SEX:
        report.fault(
            row.line, f"{value[:10]!r} is no 性別", column=column, remedy="男, 女 or nothing; set to 0 (unknown)"
        )
    return SEX.get(plain, "0")


def _name(values: dict[str, str], row: Row, *, report: Report) -> dict[str, str]:
    if "name" not in values and "name_kana" not in values:
        return {}
    try:
        name = PersonName.parse(values.get("name", ""), kana=values.get("name_kana", ""))
    except BadInput as error:
        report.fault(row.line, error.what, column="氏名", remedy="left as it is")
        return {"氏名": values.get("name", ""), "氏名（カナ）": values.get("name_kana", "")}
    if name.undivided:
        report.fault(row.line, "family and given name are not divided", column="氏名", remedy="put a blank between")
    elif name.undivided_kana:
        report.fault(row.line, "the reading is not divided", column="氏名（カナ）", remedy="put a blank between")
    return name.to_csv()


def _address(values: dict[str, str], row: Row, *, report: Report) -> dict[str, str]:
    text = values.get("address") or "".join(values.get(kind, "") for kind in ADDRESS[:4])
    building = values.get("address_building", "")
    if not text and not building:
        return {}
    found = normalise(f"{text} {building}" if building else text)
    if found.level < Level.TOWN:
        report.fault(row.line, "the town was not found", column="住所", remedy="compare the address; kept as written")
    return {
        "全国地方公共団体コード": found.municipality_code,
        "町字ID": found.town_id,
        "連結表記": " ".join(part for part in (text, building) if part),
        "都道府県": found.prefecture,
        "市区町村（郡）": found.municipality,
        "町字": found.town,
        "番地以下": found.block or found.rest,
        "建物名等（方書）": found.building,
    }
