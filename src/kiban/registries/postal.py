"""Postal codes (郵便番号) and their towns, offline (日本郵便, 2026-10: 120,720 rows); also in two times."""

from __future__ import annotations

import datetime as dt
import lzma
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from kiban.kernel.csv_rows import records
from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, opened
from kiban.kernel.values import MunicipalityCode, PostalCode
from kiban.registries.engine.model import Data, Entry, Field, RegistryInfo, Rule, Source
from kiban.registries.town_registry import town_registry

LONGEST = 2000
COMPARE = "compare with the official file"
VINTAGE = dt.date(2026, 10, 31)
EMBEDDED = Source("postal.tsv.xz", VINTAGE, by="日本郵便", whole=True)


def _place_is_there(data: Data) -> bool:
    return data.get("municipality_code", "") in town_registry().municipalities


POSTAL = RegistryInfo(
    id="postal",
    title="郵便番号",
    publisher="日本郵便",
    licence="https://www.post.japanpost.jp/zipcode/dl/readme.html",
    name_field="postal_code",
    kana_field="kana",
    area_field="municipality_code",
    stale_after_days=60,
    alike=("key",),
    rules=(Rule("the municipality is one of today", _place_is_there),),
    vocabulary={"postal_code": "https://schema.org/postalCode", "town": "https://schema.org/addressLocality"},
    about="郵便番号と町域 (大口事業所個別番号を除く)",
    fields=(
        Field("key", "キー", True, note="postal code - municipality - town, with a number where that stands twice"),
        Field("postal_code", "郵便番号", True, PostalCode.parse),
        Field("municipality_code", "全国地方公共団体コード", True, MunicipalityCode.parse),
        Field("town", "町字", note="as 日本郵便 writes it; empty: the rest of the municipality"),
        Field("kana", "町字（カナ）"),
    ),
)


@dataclass(frozen=True, slots=True)
class PostalTown:
    """A town of a postal code: 6-digit code of its municipality, town and reading as 日本郵便 writes them."""

    postal_code: str
    municipality_code: str
    town: str
    kana: str


@cache
def _lines() -> list[str]:
    packed = (files("kiban.registries") / "data" / "postal.tsv.xz").read_bytes()
    return lzma.decompress(packed).decode().split("\n")


def by_postal_code(code: PostalCode | str) -> tuple[PostalTown, ...]:
    """The towns of a postal code; none when 日本郵便 has no such code (codes of large users are not among them).

    Raises:
        BadValue: it is no postal code.
    """
    wanted = (code if isinstance(code, PostalCode) else PostalCode.parse(code)).value
    lines, found = _lines(), []
    for at in range(bisect_left(lines, wanted), len(lines)):
        cells = lines[at].split("\t")
        if cells[0] != wanted:
            break
        found.append(PostalTown(wanted, _code(cells[1]), cells[2], cells[3]))
    return tuple(found)


@cache
def _code(short: str) -> str:
    return MunicipalityCode.parse(short).value


def embedded_postal() -> Iterator[Entry]:
    """The entries that come with the package, for the register in two times."""
    rows = (line.split("\t") for line in _lines())
    made = (PostalTown(row[0], _code(row[1]), row[2], row[3]) for row in rows)
    return _entries(enumerate(made, 1), as_of=VINTAGE)


def _entries(towns: Iterable[tuple[int, PostalTown]], *, as_of: dt.date) -> Iterator[Entry]:
    """In force at the latest since the day of the file; the second row of the same words has a number in its key."""
    seen = Counter[str]()
    for line, one in towns:
        key = "-".join(part for part in (one.postal_code, one.municipality_code, one.town) if part)
        seen[key] += 1
        key = key if seen[key] == 1 else f"{key}-{seen[key]}"
        data = {"key": key, "postal_code": one.postal_code, "municipality_code": one.municipality_code}
        yield Entry(key, as_of, data | {"town": one.town, "kana": one.kana}, line, "state", ("since-at-latest",))


def read_postal(path: Path, *, as_of: dt.date, report: Report) -> Iterator[Entry]:
    """Entries of the official file (KEN_ALL in Shift_JIS or UTF-8; 15 columns, no header); a bad line is reported.

    A town that the Shift_JIS file divides over several lines (an open bracket) is joined again; what stands in brackets
    is no part of the town, nor are 以下に掲載がない場合 and 一円.

    Raises:
        BadInput: the encoding is unknown.
    """
    return _entries(_official(path, report=report), as_of=as_of)


TITLES = (
    "全国地方公共団体コード", "旧郵便番号", "郵便番号", "都道府県名カナ", "市区町村名カナ", "町域名カナ", "都道府県名",
    "市区町村名", "町域名", "複数の郵便番号", "小字毎の番地", "丁目", "複数の町域", "更新", "変更理由",
)  # fmt: skip
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def _official(path: Path, *, report: Report) -> Iterator[tuple[int, PostalTown]]:
    with opened(path, report) as file:
        town = kana = begun = ""
        line = 0
        for record in records(file, width=15):
            report.read += 1
            line, cells = record.line, record.cells
            if cells is None:
                report.broken(record, header=TITLES)
                continue
            if len(cells) != 15:
                report.fault(line, f"{len(cells)} cells where the format has 15", remedy="see the official description")
                continue
            if begun and (begun != cells[2] or len(town) > LONGEST):
                report.fault(line, f"a bracket of {begun} before this line is not closed", remedy=COMPARE)
                town = kana = ""
            begun = cells[2]
            town, kana = town + cells[8], kana + (cells[5] if cells[5] != kana else "")
            if town.count("（") > town.count("）"):
                continue
            try:
                read = PostalTown(PostalCode(cells[2]).value, _code(cells[0]), _bare(town), _reading(_bare(kana)))
            except BadInput as error:
                report.fault(line, error.what, column=error.where.field, remedy=COMPARE)
            else:
                report.kept += 1
                yield line, read
            town = kana = begun = ""
        if begun:
            report.fault(line, f"the bracket of {begun} is not closed", remedy=COMPARE)


def _reading(kana: str) -> str:
    """As the UTF-8 file writes it: full width, with the digits and letters that readings of towns have."""
    return unicodedata.normalize("NFKC", kana).translate(_WIDE)


def _bare(text: str) -> str:
    bare = text.partition("（")[0].partition("(")[0]
    nothing = bare.startswith(("以下に掲載がない", "イカニケイサイガナイ", "ｲｶﾆｹｲｻｲｶﾞﾅｲ"))
    return "" if nothing or bare.endswith(("の次に番地がくる場合", "ﾉﾂｷﾞﾆﾊﾞﾝﾁｶﾞｸﾙﾊﾞｱｲ")) else bare
