"""Rows with free columns → rows with GIF columns, by a mapping; what could not be decided is reported by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, Row
from kiban.kernel.values import PersonName, Telephone, parse_date
from kiban.kernel.values.person_name import katakana
from kiban.registries.gif.kinds import CONTACT, NAME, SINGLE, parse_time, plain
from kiban.registries.gif.mapping import Mapping
from kiban.registries.gif.place import Told, place

LEFT = "left as it is"
AGAIN = "（元）"
"""Behind the name of a carried column that is also the name of a GIF column."""
MANY: dict[str, Callable[[str], object]] = {"date": parse_date, "time": parse_time}


def convert(rows: Iterable[Row], mapping: Mapping, *, report: Report) -> Iterator[dict[str, str]]:
    """One GIF row per row, in the same order; a value that cannot be read stays as it is and is reported."""
    kept = carried(mapping)
    for row in rows:
        report.kept += 1
        yield _made(row, mapping, report=report) | {new: row.values.get(old, "") for old, new in kept.items()}


def titles(mapping: Mapping) -> list[str]:
    """The header of the converted table: the same for all rows, whatever stands in them."""
    return [*_made(Row(0, {}), mapping, report=Report("")), *carried(mapping).values()]


def carried(mapping: Mapping) -> dict[str, str]:
    """Undecided columns and their names in the converted table: one that has the name of a GIF column gets （元）."""
    taken = _made(Row(0, {}), mapping, report=Report(""))
    return {name: f"{name}{AGAIN}" if name in taken else name for name in mapping.undecided}


def _made(row: Row, mapping: Mapping, *, report: Report) -> dict[str, str]:
    made: dict[str, str] = {}
    cells: dict[str, str] = {}
    for column, kind in mapping.columns.items():
        value = row.values.get(column, "").strip()
        if kind in MANY:
            made[column] = _read(value, MANY[kind], row=row, column=column, report=report)
        elif kind in SINGLE:
            title, parse = SINGLE[kind]
            made[title] = _read(value, parse, row=row, column=column, report=report)
        cells[kind] = value
    told = Told(row.line, mapping, report)
    return made | _telephone(cells, told) | _name(cells, told) | place(cells, told)


def _read(value: str, parse: Callable[[str], object], *, row: Row, column: str, report: Report) -> str:
    if not value:
        return ""
    try:
        return str(parse(value))
    except BadInput as error:
        report.fault(row.line, error.what, column=column, remedy=LEFT)
        return value


def _telephone(cells: dict[str, str], told: Told) -> dict[str, str]:
    if not cells.keys() & CONTACT.keys():
        return {}
    text, extension = cells.get("telephone", ""), cells.get("extension", "")
    if not text:
        return {"電話番号": "", "内線番号": extension}
    try:
        found = Telephone.parse(text)
    except BadInput as error:
        told.fault("telephone", error.what, remedy=LEFT)
        return {"電話番号": text, "内線番号": extension}
    if found.extension and extension and found.extension != plain(extension):
        told.fault("extension", f"{found.extension} stands behind the number too", remedy="compare both; " + LEFT)
        return {"電話番号": text, "内線番号": extension}
    return {"電話番号": "-".join(found.groups), "内線番号": extension or found.extension}


def _name(cells: dict[str, str], told: Told) -> dict[str, str]:
    if not cells.keys() & NAME.keys():
        return {}
    given = {title: cells.get(kind, "") for kind, title in NAME.items()}
    if not any(given.values()):
        return PersonName().to_csv()
    try:
        name = PersonName.from_csv(given)
    except BadInput as error:
        told.fault("name", error.what, remedy=LEFT)
        parts = [f"{NAME[kind]}={text}" for kind in ("middle", "former_family", "alias") if (text := cells.get(kind))]
        return {title: given[title] for title in PersonName().to_csv()} | {
            NAME["other_names"]: "; ".join([*filter(None, [given[NAME["other_names"]]]), *parts])
        }
    made = name.to_csv()
    for kind, whole in (("name", name.full), ("name_kana", name.full_kana)):
        title = NAME[kind]
        if given[title] and whole and not _agree(given[title], whole, name=name):
            told.fault(kind, f"it is not {whole}, as the parts of the name say", remedy="compare both; " + LEFT)
            made[title] = given[title]
    if name.undivided:
        told.fault("name", "family and given name are not divided", remedy="put a blank between")
    elif name.undivided_kana:
        told.fault("name_kana", "the reading is not divided", remedy="put a blank between")
    return made


def _agree(written: str, whole: str, *, name: PersonName) -> bool:
    """Whether a name or reading in one column is that of the parts in theirs."""
    if plain(written) in {plain(whole), plain(str(name))}:
        return True
    try:
        other = katakana(written) if whole == name.full_kana else PersonName.parse(written).full
        return plain(other) == plain(whole)
    except BadInput:
        return False
