"""Towns (町字) as a register in two times: those that come with the package, and official files of newer days."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, read_rows
from kiban.kernel.values import MunicipalityCode, TownId
from kiban.registries.engine.model import Entry, Field, RegistryInfo, Source
from kiban.registries.town_registry import town_registry

VINTAGE = dt.date(2022, 4, 30)
EMBEDDED = Source("towns.bin", VINTAGE, by="デジタル庁")

TOWN = RegistryInfo(
    id="town",
    title="町字",
    publisher="デジタル庁",
    licence="https://www.digital.go.jp/resources/open_data/public_data_license_v1.0",
    name_field="name",
    kana_field="kana",
    area_field="municipality_code",
    stale_after_days=400,
    vocabulary={"name": "https://schema.org/addressLocality", "key": "https://schema.org/identifier"},
    about="アドレス・ベース・レジストリの町字マスター (住所・所在地関係データベース)",
    fields=(
        Field("key", "キー", True, note="全国地方公共団体コード - 町字ID"),
        Field("municipality_code", "全国地方公共団体コード", True, MunicipalityCode.parse),
        Field("town_id", "町字ID", True, TownId.parse),
        Field("name", "町字", True),
        Field("kana", "町字（カナ）"),
        Field("numbered", "住居表示フラグ", note="1: 住居表示実施"),
    ),
)


def _entry(code: str, town_id: str, *, words: tuple[str, str, str], line: int, day: dt.date) -> Entry:
    name, kana, numbered = words
    data = {"key": f"{code}-{town_id}", "municipality_code": code, "town_id": town_id}
    data |= {"name": name, "kana": unicodedata.normalize("NFKC", kana), "numbered": numbered}
    return Entry(data["key"], day, data, line, "state", ("since-at-latest",))


def embedded_towns() -> Iterator[Entry]:
    """The towns that come with the package (大字・町 and 丁目)."""
    line = 1
    for code in town_registry().municipalities:
        held = list(towns_of(code, line=line))
        yield from held
        line += len(held)


def towns_of(code: str, *, line: int = 1) -> Iterator[Entry]:
    """Those of one municipality, with lines from ``line`` on."""
    for number, town in enumerate(town_registry().towns(code), line):
        words = (town.name, town.kana, "1" if town.numbered else "")
        yield _entry(code, town.id, words=words, line=number, day=VINTAGE)


def read_towns(path: Path, *, as_of: dt.date, report: Report) -> Iterator[Entry]:
    """Entries of an official mt_town file (CSV); 小字 and other names of a town are left out, bad lines reported.

    Raises:
        BadInput: no such header, or the encoding is unknown.
    """
    needed = ["lg_code", "machiaza_id", "oaza_cho", "chome", "oaza_cho_kana", "chome_kana", "rsdt_addr_flg", "koaza"]
    for row in read_rows(path, needed, report=report):
        cells = row.values
        try:
            code, town_id = MunicipalityCode(cells["lg_code"]).value, TownId(cells["machiaza_id"]).value
        except BadInput as error:
            report.fault(row.line, error.what, column="lg_code, machiaza_id", remedy="compare with the published file")
            continue
        if cells["koaza"] or not cells["oaza_cho"]:
            continue
        report.kept += 1
        words = (cells["oaza_cho"] + cells["chome"], cells["oaza_cho_kana"] + cells["chome_kana"])
        yield _entry(code, town_id, words=(*words, cells["rsdt_addr_flg"].replace("0", "")), line=row.line, day=as_of)
