"""The address of a row: its parts and its written form brought together; what they do not agree on is told."""

from __future__ import annotations

from collections.abc import Mapping as Cells
from dataclasses import dataclass

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report
from kiban.kernel.values import MunicipalityCode, TownId
from kiban.registries.address.model import Address, Level
from kiban.registries.address.parse import engine, normalise
from kiban.registries.errors import UnknownMunicipality
from kiban.registries.gif.kinds import NAME, PLACE, plain
from kiban.registries.gif.mapping import Mapping

PARTS = ("address_prefecture", "address_city", "address_town", "address_block")
OTHER = PLACE["address_parts"]
"""Where parts that say another place than the written address are kept."""


@dataclass(frozen=True, slots=True)
class Told:
    """Where to tell what is doubtful in a row."""

    line: int
    mapping: Mapping
    report: Report

    def fault(self, kind: str, what: str, *, remedy: str) -> None:
        """Tell it at the column of the kind, else at the first of its name or address."""
        group = NAME if kind in NAME else PLACE
        column = self.mapping.column(kind) or next(filter(None, map(self.mapping.column, group)), "")
        self.report.fault(self.line, what, column=column, remedy=remedy)


@dataclass(frozen=True, slots=True)
class _Given:
    """What stands in the row."""

    cells: Cells[str, str]
    around: tuple[str, ...]

    def __getitem__(self, kind: str) -> str:
        return self.cells.get(kind, "")

    @property
    def parts(self) -> str:
        return "".join(self[kind] for kind in PARTS)

    @property
    def written(self) -> str:
        """連結表記: as it was written, the building behind it when it is not there yet."""
        text, building = self["address"] or self.parts, self["address_building"]
        return text if plain(building) in plain(text) else f"{text} {building}".strip()


def place(cells: Cells[str, str], told: Told) -> dict[str, str]:
    """The columns of 住所. A part that was given and cannot be found otherwise stays as it was given."""
    if not any(map(told.mapping.column, PLACE)):
        return {}
    publisher = cells.get("publisher", "")
    area = cells.get("address_prefecture", "") + cells.get("address_city", "")
    own = _name_of(told.mapping.municipality)
    given = _Given(cells, tuple(dict.fromkeys(one for one in (area, publisher, own) if one)))
    found = _read(given)
    if found.level < Level.TOWN and (given["address"] or given["address_town"]):
        remedy = (
            "compare it; if it names no municipality, give one with --municipality" if found.level < 2 else "compare it"
        )
        told.fault("address", "the town was not found; kept as written", remedy=remedy)
    made = {
        "全国地方公共団体コード": _code(given, found, told=told),
        "町字ID": _town_id(given, found, told=told),
        "連結表記": given.written,
        "都道府県": found.prefecture or given["address_prefecture"],
        "市区町村（郡）": found.municipality or given["address_city"],
        "町字": found.town or given["address_town"],
        "番地以下": found.block or given["address_block"] or ("" if given.parts else found.rest),
        "建物名等（方書）": given["address_building"] or found.building,
    }
    column = told.mapping.column
    if column("address_parts") or (column("address") and any(map(column, PARTS))):
        made[OTHER] = _other(given, made, told=told)
    return made


def _name_of(code: str) -> str:
    """The municipality of a code, as addresses name it."""
    if not code:
        return ""
    index = engine().index
    if code not in index.codes:
        remedy = "use the 6 digits of 全国地方公共団体コード"
        raise UnknownMunicipality(f"{code[:40]!r} is no code of a municipality", remedy=remedy)
    city = index.cities[index.codes[code]]
    return f"{city.prefecture}{city.county}{city.city}{city.ward}"


def _read(given: _Given) -> Address:
    """The written address; within the row's or the table's municipality where it names none itself."""
    text, building = given["address"] or given.parts, given["address_building"]
    own = normalise(given.written if given["address"] else f"{text} {building}".strip())
    named = own.municipality_code and plain(own.city or own.county) in plain(text)
    if not text or named or (not given["address"] and given["address_city"]):
        return own
    within = (normalise(f"{area}{given.written}") for area in given.around)
    best = max(within, key=lambda one: one.level, default=own)
    return best if best.level >= Level.TOWN else own


def _code(given: _Given, found: Address, *, told: Told) -> str:
    text = given["municipality_code"]
    if not text:
        return found.municipality_code
    try:
        code = str(MunicipalityCode.parse(text))
    except BadInput as error:
        told.fault("municipality_code", error.what, remedy="left as it is")
        return text
    if found.municipality_code in {"", code}:
        return code
    if found.ward and normalise(f"{found.prefecture}{found.city}").municipality_code == code:
        return found.municipality_code
    what = f"the code is {code}, the address is in {found.municipality} ({found.municipality_code})"
    told.fault("municipality_code", what, remedy="compare both; left as it is")
    return code


def _town_id(given: _Given, found: Address, *, told: Told) -> str:
    text = given["town_id"]
    if not text:
        return found.town_id if found.municipality_code == _plain_code(given, found) else ""
    try:
        made = str(TownId.parse(text))
    except BadInput as error:
        told.fault("town_id", error.what, remedy="left as it is")
        return text
    if found.town_id and found.town_id != made:
        what = f"the 町字ID is {made}, that of {found.town} is {found.town_id}"
        told.fault("town_id", what, remedy="compare both; left as it is")
    return made


def _plain_code(given: _Given, found: Address) -> str:
    """The code that the row will have, told nowhere."""
    silent = Told(0, Mapping({}), Report(""))
    return _code(given, found, told=silent)


def _other(given: _Given, made: Cells[str, str], *, told: Told) -> str:
    """The parts by their columns, where they say what neither the written address nor a field of the answer does."""
    if not given["address"] or not given.parts:
        return given["address_parts"]
    parts = normalise(given.parts)
    pairs = (
        (parts.prefecture, made["都道府県"], "address_prefecture"),
        (parts.municipality, made["市区町村（郡）"], "address_city"),
        (parts.town, made["町字"], "address_town"),
        (f"{parts.block}-", f"{made['番地以下']}-", "address_block"),
    )
    for mine, other, kind in pairs:
        if mine.strip("-") and other.strip("-") and not plain(other).startswith(plain(mine)):
            what = f"{mine.strip('-')} in the parts, {other.strip('-')} in the written address"
            return _kept(given, kind, what=what, told=told)
    there = plain(" ".join(made.values()))
    strange = next((kind for kind in PARTS if plain(given[kind]) not in there), "")
    if strange and (parts.level < Level.TOWN or parts.rest or parts.building):
        return _kept(given, strange, what=f"{given[strange][:40]!r} is not in the written address", told=told)
    return given["address_parts"]


def _kept(given: _Given, kind: str, *, what: str, told: Told) -> str:
    told.fault(kind, what, remedy=f"compare both; the parts are kept in {OTHER}")
    parts = (f"{told.mapping.column(kind)}={given[kind]}" for kind in PARTS if given[kind])
    return "; ".join(filter(None, (given["address_parts"], *parts)))
