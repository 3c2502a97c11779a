"""Registers that offices fill from tables: support programmes (支援制度) and public facilities (公共施設一覧)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, read_rows
from kiban.kernel.values import MunicipalityCode, Telephone, TownId, parse_day, parse_yen
from kiban.registries.code_register import CODE
from kiban.registries.corporation import CORPORATION, read_corporations
from kiban.registries.engine.model import Data, Entry, Field, RegistryInfo, Rule
from kiban.registries.errors import UnknownRegistry
from kiban.registries.gif.kinds import latitude, longitude
from kiban.registries.municipality_register import MUNICIPALITY, read_municipalities
from kiban.registries.postal import POSTAL, read_postal
from kiban.registries.town import TOWN, read_towns


def _ordered(data: Data) -> bool:
    first, last = data.get("valid_from"), data.get("valid_to")
    return not (first and last) or parse_day(first) <= parse_day(last)


def _age(text: str) -> int:
    found = _AGE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        raise BadInput(f"{text[:20]!r} is no age", remedy="write whole years, such as 18")
    return int(found[1])


_AGE = re.compile(r"(?:満)?([0-9]{1,3})歳?")

PROGRAMME = RegistryInfo(
    id="programme",
    title="支援制度",
    publisher="制度を所管する府省庁・地方公共団体",
    licence="CC-BY-4.0",
    name_field="name",
    kana_field="kana",
    area_field="municipality_code",
    rules=(Rule("開始日 is not after 終了日", _ordered),),
    about="だれが、どこで、何を受けられるか (支援情報DB, 子育て支援制度レジストリ)",
    fields=(
        Field("id", "制度ID", True),
        Field("name", "制度名", True),
        Field("kana", "制度名（カナ）"),
        Field("municipality_code", "全国地方公共団体コード", True, MunicipalityCode.parse),
        Field("theme", "分野", note="子育て, 住まい, 被災者支援 …"),
        Field("who", "対象者", True),
        Field("age_from", "対象年齢（から）", check=_age, note="満年齢"),
        Field("age_to", "対象年齢（まで）", check=_age, note="満年齢"),
        Field("what", "支援内容", True),
        Field("amount", "金額", check=parse_yen),
        Field("law", "根拠法令", True),
        Field("procedure", "手続ID"),
        Field("contact", "電話番号", check=Telephone.parse),
        Field("valid_from", "開始日", check=parse_day),
        Field("valid_to", "終了日", check=parse_day),
    ),
)
FACILITY = RegistryInfo(
    id="facility",
    title="公共施設",
    publisher="地方公共団体",
    licence="CC-BY-4.0",
    name_field="name",
    kana_field="kana",
    area_field="municipality_code",
    about="公共施設一覧 (自治体標準オープンデータセット)",
    fields=(
        Field("id", "ID", True),
        Field("name", "名称", True),
        Field("kana", "名称_カナ"),
        Field("municipality_code", "全国地方公共団体コード", True, MunicipalityCode.parse),
        Field("kind", "POIコード"),
        Field("address", "所在地_連結表記"),
        Field("town_id", "町字ID", check=TownId.parse),
        Field("latitude", "緯度", check=latitude),
        Field("longitude", "経度", check=longitude),
        Field("telephone", "電話番号", check=Telephone.parse),
        Field("open_days", "利用可能曜日"),
        Field("opens", "開始時間"),
        Field("closes", "終了時間"),
        Field("url", "URL"),
    ),
)
NO_END = 9999
REGISTRIES = {info.id: info for info in (CORPORATION, PROGRAMME, FACILITY, MUNICIPALITY, POSTAL, TOWN, CODE)}


def registry(name: str) -> RegistryInfo:
    """The registry of an id. Raises: UnknownRegistry."""
    try:
        return REGISTRIES[name]
    except KeyError:
        raise UnknownRegistry(f"there is no registry {name[:40]!r}", remedy=f"one of {', '.join(REGISTRIES)}") from None


def read_file(info: RegistryInfo, path: Path, *, as_of: dt.date, report: Report, after: int = 0) -> Iterator[Entry]:
    """Entries of a registry's own file form: of 国税庁, 日本郵便, the address base registry, or an office's table.

    Raises:
        BadInput: the file cannot be read as such.
    """
    if info is CORPORATION:
        return read_corporations(path, report=report, after=after)
    read = {MUNICIPALITY.id: read_municipalities, POSTAL.id: read_postal, TOWN.id: read_towns}.get(info.id)
    if read is not None:
        return read(path, as_of=as_of, report=report)
    return read_table(info, path, as_of=as_of, report=report)


def read_table(info: RegistryInfo, path: Path, *, as_of: dt.date, report: Report) -> Iterator[Entry]:
    """Entries of a CSV with the titles of the fields as its header; a bad line is reported and passed over.

    A value that has a normal form is kept in it (days in ISO, amounts in digits, codes with 6 digits).
    A line is in force from its 開始日, or from ``as_of``; it ends on the day after its 終了日.

    Raises:
        BadInput: no header, a needed column is missing, or the encoding is unknown.
    """
    needed = [field.title for field in info.fields if field.required]
    titles = {field.name: unicodedata.normalize("NFKC", field.title) for field in info.fields}
    for row in read_rows(path, needed, report=report):
        data = {name: row.values.get(title, "").strip() for name, title in titles.items()}
        wrong = [(field.title, *told) for field in info.fields if (told := _fault(field, data[field.name]))]
        if not wrong and not _ordered(data):
            wrong = [("終了日", f"{data['valid_to']} is before 開始日 {data['valid_from']}", "compare both days")]
        for title, what, remedy in wrong:
            report.fault(row.line, what, column=title, remedy=remedy or f"see kiban registry dictionary {info.id}")
        if not wrong:
            report.kept += 1
            data |= {field.name: _normal(field, data[field.name]) for field in info.fields}
            yield from _entries(info, data, line=row.line, as_of=as_of)


def _entries(info: RegistryInfo, data: dict[str, str], *, line: int, as_of: dt.date) -> Iterator[Entry]:
    key = data[info.key]
    start = parse_day(data["valid_from"]) if data.get("valid_from") else as_of
    yield Entry(key, start, data, line)
    if data.get("valid_to"):
        last = parse_day(data["valid_to"])
        if last.year < NO_END:  # 9999-12-31 and the like say that there is no end
            yield Entry(key, last + dt.timedelta(days=1), None, line, "closed")


def _normal(field: Field, value: str) -> str:
    """The value in its normal form, where its check gives one."""
    found = field.check(value) if value and field.check else value
    return value if isinstance(found, bool | re.Pattern) else str(found)


def _fault(field: Field, value: str) -> tuple[str, str] | None:
    """What is wrong with a cell and what to do; nothing when it is good."""
    if not value:
        return ("missing", "fill it in") if field.required else None
    try:
        return None if field.check is None or field.check(value) is not None else ("not readable", "")
    except BadInput as error:
        return error.what, error.remedy
