"""Municipalities of today and of the past: codes, names, prefectures, wards, regions, what became of whom and when.

Made by ``tools/build_registries.py`` from the address base registry (2024-03), 歴史的行政区域データセット (days of
1970–2020), the standard area codes of 1970 and of today, 日本郵便 市町村変更情報 (2003–2019). What these do not tell is
marked: ``since-at-latest`` (in force by that day, perhaps earlier), ``successor-by-place`` (the successor is who has
the place of the old office today), ``by-hand`` (the merge is one of ``tools/former_more.tsv``), ``code-by-rule`` (the
number is the one that the order of numbers leaves free).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from kiban.kernel.characters import compare_key
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, Row, read_rows
from kiban.kernel.values import MunicipalityCode
from kiban.registries.engine.model import Data, Entry, Field, RegistryInfo, Rule, Source
from kiban.registries.errors import UnknownPlace
from kiban.registries.town_registry import Municipality, town_registry

REGIONS = {
    "北海道地方": range(1, 2),
    "東北地方": range(2, 8),
    "関東地方": range(8, 15),
    "中部地方": range(15, 24),
    "近畿地方": range(24, 31),
    "中国地方": range(31, 36),
    "四国地方": range(36, 40),
    "九州・沖縄地方": range(40, 48),
}
VINTAGE = dt.date(2024, 3, 31)


def _kind_fits(data: Data) -> bool:
    ends = {"市": "市", "政令指定都市": "市", "特別区": "区", "行政区": "区", "町": "町", "村": "村"}
    kind = data.get("kind", "")
    return kind not in ends or data.get("name", "").endswith(ends[kind])


MUNICIPALITY = RegistryInfo(
    id="municipality",
    title="都道府県・市区町村",
    publisher="デジタル庁・総務省",
    licence="https://www.digital.go.jp/resources/open_data/public_data_license_v1.0",
    name_field="name",
    kana_field="kana",
    area_field="code",
    stale_after_days=1000,
    alike=("prefecture", "county", "city"),
    rules=(
        Rule(
            "都道府県コード and region agree", lambda data: data.get("region", "") == region(data.get("code") or "00")
        ),
        Rule("the kind fits the name", _kind_fits),
    ),
    vocabulary={
        "code": "https://schema.org/identifier",
        "name": "https://schema.org/name",
        "prefecture": "https://schema.org/addressRegion",
        "latitude": "https://schema.org/latitude",
        "longitude": "https://schema.org/longitude",
    },
    about="全国地方公共団体コード, 名称, 地方, 政令市の区; 1970年以降の旧市町村と変更年月日・承継先",
    fields=(
        Field("key", "キー", True, note="全国地方公共団体コード; without a known code the name"),
        Field("code", "全国地方公共団体コード", check=MunicipalityCode.parse),
        Field("name", "名称", True),
        Field("kana", "名称（カナ）"),
        Field("roman", "名称（英字）"),
        Field("kind", "種別", True, note="都道府県, 政令指定都市, 行政区, 特別区, 市, 町, 村"),
        Field("region", "地方", note="八地方区分"),
        Field("prefecture", "都道府県", True),
        Field("county", "郡"),
        Field("city", "市区町村"),
        Field("ward", "政令市区"),
        Field("within", "属する政令市", check=MunicipalityCode.parse),
        Field("latitude", "緯度"),
        Field("longitude", "経度"),
        Field("successor", "承継先", note="keys, divided by blanks"),
    ),
)


@dataclass(frozen=True, slots=True)
class Former:
    """A municipality that is no more.

    Also one whose code lives on under another name. ``exact`` says whether ``until`` is the very day; ``successors``
    are 6-digit codes, ``successor`` their names.
    """

    code: str
    prefecture: str
    name: str
    successor: str
    successors: tuple[str, ...]
    until: dt.date
    exact: bool


@dataclass(frozen=True, slots=True)
class Places:
    """What a name can mean: municipalities of today, those of the past; ``ambiguous`` when it means more than one."""

    current: tuple[Municipality, ...]
    former: tuple[Former, ...]

    @property
    def ambiguous(self) -> bool:
        """Whether the name alone does not tell which place is meant."""
        known = {m.code for m in self.current} | {f.code for f in self.former}
        other = {(f.prefecture, f.name) for f in self.former if not (known - {f.code}) & set(f.successors)}
        others = {one for one in other if one not in {(m.prefecture, m.name) for m in self.current}}
        return len(self.current) + len(others) > 1


def region(code: str) -> str:
    """The region (地方, 八地方区分) of a municipality or prefecture code."""
    number = int(code[:2]) if code[:2].isdecimal() else 0
    return next((name for name, prefectures in REGIONS.items() if number in prefectures), "")


@cache
def _rows() -> tuple[dict[str, str], ...]:
    packed = (files("kiban.registries") / "data" / "municipalities.tsv.xz").read_bytes()
    return tuple(csv.DictReader(io.StringIO(lzma.decompress(packed).decode()), delimiter="\t"))


def embedded_municipalities() -> Iterator[Entry]:
    """The entries that come with the package, for the register in two times."""
    rows = _rows()
    for line, (row, following) in enumerate(zip(rows, (*rows[1:], {"key": ""}), strict=True), 2):
        start, marks = dt.date.fromisoformat(row["valid_from"]), tuple(row["marks"].split())
        data = {field.name: row[field.name] for field in MUNICIPALITY.fields}
        yield Entry(row["key"], start, data, line, "state", marks)
        goes_on = following["key"] == row["key"] and following["valid_from"] == row["valid_to"]
        if row["valid_to"] and not goes_on:
            yield Entry(row["key"], dt.date.fromisoformat(row["valid_to"]), None, line, "closed")


EMBEDDED = Source("municipalities.tsv.xz", VINTAGE, by="デジタル庁・総務省・日本郵便")


def read_municipalities(path: Path, *, as_of: dt.date, report: Report) -> Iterator[Entry]:
    """Entries of an official mt_city_all file (CSV of the address base registry); bad lines are reported.

    The file has no rows of prefectures: those that it names are told as the package knows them.

    Raises:
        BadInput: no such header, or the encoding is unknown.
    """
    rows = list(read_rows(path, ["lg_code", "pref", "city"], report=report))
    if rows and "machiaza_id" in rows[0].values:
        raise BadInput("this is a file of towns or numbers", where=Where(path.name, 1), remedy="give mt_city_all")
    cities = {_city(row): row.values["lg_code"] for row in rows if not row.values.get("ward")}
    divided = {_city(row) for row in rows if row.values.get("ward")}
    for row in rows:
        try:
            code = MunicipalityCode(row.values["lg_code"]).value
            given = row.values.get("efct_date", "")
            # 1947-04-17 stands in the official file where it has no day of its own
            start = dt.date.fromisoformat(given) if given > "1947-04-17" else as_of
        except (BadInput, ValueError) as error:
            told = error.what if isinstance(error, BadInput) else f"efct_date: {error}"
            column = "lg_code" if isinstance(error, BadInput) else "efct_date"
            report.fault(row.line, told, column=column, remedy="compare with the published file")
            continue
        report.kept += 1
        data = described(code, row.values)
        if row.values.get("ward"):
            data["within"] = cities.get(_city(row), "")
        elif _city(row) in divided:
            data["kind"] = "政令指定都市"
        yield Entry(code, start, data, row.line, "state", () if given > "1947-04-17" else ("since-at-latest",))
    named = {row.values["pref"] for row in rows}
    yield from (one for one in embedded_municipalities() if _is_prefecture(one) and (one.data or {})["name"] in named)


def _city(row: Row) -> tuple[str, str]:
    return row.values["pref"], row.values["city"]


def _is_prefecture(entry: Entry) -> bool:
    return entry.data is not None and entry.data["kind"] == "都道府県"


def described(code: str, row: Data) -> dict[str, str]:
    """The fields of a municipality from a row of the address base registry."""
    parts = {name: row.get(name) or "" for name in ("county", "city", "ward")}
    kana = "".join(row.get(f"{name}_kana") or "" for name in ("county", "city", "ward"))
    roman = " ".join(reversed([text for name in ("county", "city", "ward") if (text := row.get(f"{name}_roma") or "")]))
    return {
        "key": code,
        "code": code,
        "name": "".join(parts.values()),
        "kana": kana,
        "roman": roman,
        "kind": _kind(code, parts),
        "region": region(code),
        "prefecture": row.get("pref") or "",
        **parts,
        "within": "",
        "latitude": row.get("rep_lat") or "",
        "longitude": row.get("rep_lon") or "",
        "successor": "",
    }


def _kind(code: str, parts: Data) -> str:
    if parts["ward"]:
        return "行政区"
    if code.startswith("131") and parts["city"].endswith("区"):
        return "特別区"
    return parts["city"][-1:]


@cache
def former_municipalities() -> tuple[Former, ...]:
    """Those of the past, by prefecture and name."""
    gone = [row for row in _rows() if row["valid_to"]]
    return tuple(
        Former(
            row["code"],
            row["prefecture"],
            row["name"],
            "・".join(_name_then(key, row["valid_to"]) for key in row["successor"].split()),
            tuple(row["successor"].split()),
            dt.date.fromisoformat(row["valid_to"]),
            "ended-at-latest" not in row["marks"],
        )
        for row in sorted(gone, key=lambda row: (row["prefecture"], row["name"], row["valid_to"]))
    )


@cache
def states() -> dict[str, tuple[dict[str, str], ...]]:
    """The rows of each key in the order of their days."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in _rows():
        found.setdefault(row["key"], []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _name_then(key: str, day: str) -> str:
    """The name of a successor when it took over, or its name of today."""
    held = [row for row in states()[key] if row["valid_from"] <= day and (row["valid_to"] or "9999") > day]
    return (held or states()[key])[-1]["name"]


@cache
def _keys() -> tuple[tuple[str, str, Municipality], ...]:
    ones = town_registry().municipalities.values()
    return tuple((compare_key(f"{m.prefecture}{m.name}"), compare_key(m.kana), m) for m in ones)


@cache
def _former_keys() -> tuple[tuple[str, Former], ...]:
    return tuple((compare_key(f"{f.prefecture}{f.name}"), f) for f in former_municipalities())


def find_municipalities(text: str, *, limit: int = 50) -> tuple[Municipality, ...]:
    """Municipalities by code, or by a part of the name or the beginning of the reading; variants folded."""
    key = compare_key(text[:60])
    if not key:
        return ()
    if key.isdigit():
        return tuple(m for _, _, m in _keys() if m.code.startswith(key))[:limit]
    return tuple(m for name, kana, m in _keys() if key in name or kana.startswith(key))[:limit]


def find_former(text: str, *, limit: int = 50) -> tuple[Former, ...]:
    """Municipalities of the past by code or by a part of their name, with what became of them."""
    key = compare_key(text[:60])
    if not key:
        return ()
    found = (f for name, f in _former_keys() if (f.code.startswith(key) if key.isdigit() else key in name))
    return tuple(f for f, _ in zip(found, range(limit), strict=False))


def places_named(name: str) -> Places:
    """What a whole name can mean today and in the past, with or without prefecture and county: 府中市, 美里町.

    Raises:
        UnknownPlace: no place has or had this name.
    """
    current, former = _by_name().get(compare_key(name[:60]), ((), ()))
    if not (current or former):
        raise UnknownPlace(
            f"no municipality has the name {name[:40]!r}", remedy="compare the characters, or leave parts out"
        )
    return Places(tuple(current), tuple(former))


@cache
def _by_name() -> dict[str, tuple[list[Municipality], list[Former]]]:
    found: dict[str, tuple[list[Municipality], list[Former]]] = {}
    for m in town_registry().municipalities.values():
        for key in _names(m.prefecture, (m.county, m.city + m.ward)):
            found.setdefault(key, ([], []))[0].append(m)
    for f in former_municipalities():
        for key in _names(f.prefecture, county_and_last(f.name)):
            found.setdefault(key, ([], []))[1].append(f)
    return found


_COUNTY = re.compile(r"(.+?郡)(.+[町村])")


def county_and_last(name: str) -> tuple[str, str]:
    """海草郡下津町 → 海草郡, 下津町; 大和郡山市 and 小郡町 have no county."""
    found = _COUNTY.fullmatch(name)
    return (found[1], found[2]) if found else ("", name)


def _names(prefecture: str, parts: tuple[str, str]) -> frozenset[str]:
    county, last = parts
    return frozenset(map(compare_key, (last, county + last, prefecture + county + last, prefecture + last)))
