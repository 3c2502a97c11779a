"""The corporate registry (法人番号公表サイト): import of the official CSV, full and differential.

Source: 国税庁 法人番号公表サイト「基本3情報ダウンロード」, リソース定義書: 30 columns, no header, UTF-8 or Shift_JIS.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from kiban.kernel.characters import quick_compare_key
from kiban.kernel.csv_rows import records
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, opened
from kiban.kernel.values import CorporateNumber, MunicipalityCode, PostalCode, parse_day
from kiban.registries.engine.model import Data, Entry, Field, Record, RegistryInfo, Rule
from kiban.registries.store.records import RecordStore
from kiban.registries.town_registry import town_registry

COLUMNS = (
    "sequence",
    "corporate_number",
    "process",
    "correction",
    "updated_on",
    "changed_on",
    "name",
    "name_image",
    "kind",
    "prefecture",
    "city",
    "street",
    "address_image",
    "prefecture_code",
    "city_code",
    "postal_code",
    "foreign_address",
    "foreign_image",
    "closed_on",
    "closed_reason",
    "successor",
    "change_detail",
    "assigned_on",
    "latest",
    "name_en",
    "prefecture_en",
    "street_en",
    "foreign_en",
    "kana",
    "hidden",
)
TITLES = (
    "一連番号",
    "法人番号",
    "処理区分",
    "訂正区分",
    "更新年月日",
    "変更年月日",
    "商号又は名称",
    "商号又は名称イメージID",
    "法人種別",
    "国内所在地（都道府県）",
    "国内所在地（市区町村）",
    "国内所在地（丁目番地等）",
    "国内所在地イメージID",
    "都道府県コード",
    "市区町村コード",
    "郵便番号",
    "国外所在地",
    "国外所在地イメージID",
    "登記記録の閉鎖等年月日",
    "登記記録の閉鎖等の事由",
    "承継先法人番号",
    "変更事由の詳細",
    "法人番号指定年月日",
    "最新履歴",
    "商号又は名称（英語表記）",
    "国内所在地（都道府県）（英語表記）",
    "国内所在地（市区町村丁目番地等）（英語表記）",
    "国外所在地（英語表記）",
    "フリガナ",
    "検索対象除外",
)
"""What リソース定義書 calls the ``COLUMNS``."""
KINDS = {
    "101": "国の機関",
    "201": "地方公共団体",
    "301": "株式会社",
    "302": "有限会社",
    "303": "合名会社",
    "304": "合資会社",
    "305": "合同会社",
    "399": "その他の設立登記法人",
    "401": "外国会社等",
    "499": "その他",
}
PROCESSES = {
    "01": "新規",
    "11": "商号又は名称の変更",
    "12": "国内所在地の変更",
    "13": "国外所在地の変更",
    "21": "登記記録の閉鎖等",
    "22": "登記記録の復活等",
    "71": "吸収合併",
    "72": "吸収合併無効",
    "81": "商号の登記の抹消",
    "99": "削除",
}
NEW = "01"
CLOSED = {"01": "清算の結了等", "11": "合併による解散等", "21": "登記官による閉鎖", "31": "その他の清算の結了等"}
ABROAD = "99"
_FORMS = (
    r"(株式|有限|合同|合名|合資|特定目的|相互)会社|(公益|一般)(社団|財団)法人|(特定非営利活動|社会福祉|医療|学校|宗教|税理士|弁護士"
    r"|監査|管理組合|農事組合|独立行政|国立大学|地方独立行政)法人|(企業|事業協同|農業協同|漁業協同|生活協同)組合|\([株有名資同]\)|医療法人(社団|財団)"
)
_BEFORE, _AFTER = re.compile(rf"^(?:{_FORMS})"), re.compile(rf"(?:{_FORMS})$")


_USUAL = ("株式会社", "有限会社", "合同会社", "医療法人")
_FIRST, _LAST = frozenset("株有合特相公一社医学宗税弁監管農独国地企事漁生("), frozenset("社人団合)")


def firm_key(name: str) -> str:
    """The key of a corporation's name: folded, without its legal form at the beginning or end (株式会社, (有) …)."""
    key = quick_compare_key(name)
    bare = key
    if bare[:1] in _FIRST:
        bare = bare[4:] if bare.startswith(_USUAL) else _BEFORE.sub("", bare)
    if bare[-1:] in _LAST:
        bare = bare[:-4] if bare.endswith(_USUAL) else bare[:-9] + _AFTER.sub("", bare[-9:])  # the longest form: 9
    return bare or key


def _prefecture_fits(data: Data) -> bool:
    code, name = data.get("municipality_code", ""), data.get("prefecture", "")
    return not code or not name or town_registry().prefectures.get(code[:2]) == name


RULES = (
    Rule("都道府県 fits the code", _prefecture_fits),
    Rule("a closure has its day", lambda data: bool(data.get("closed_on")) or not data.get("closed_reason")),
    Rule("who has a successor is closed", lambda data: bool(data.get("closed_on")) or not data.get("successor")),
    Rule("nobody succeeds himself", lambda data: data.get("successor") != data.get("corporate_number")),
)

CORPORATION = RegistryInfo(
    id="corporation",
    title="法人",
    publisher="国税庁",
    licence="https://www.houjin-bangou.nta.go.jp/riyokiyaku/",
    name_field="name",
    kana_field="kana",
    area_field="municipality_code",
    stale_after_days=40,
    search_key=firm_key,
    alike=("street",),
    rules=RULES,
    vocabulary={
        "corporate_number": "http://imi.go.jp/ns/core/rdf#ID",
        "name": "https://schema.org/legalName",
        "street": "https://schema.org/streetAddress",
        "prefecture": "https://schema.org/addressRegion",
        "city": "https://schema.org/addressLocality",
        "postal_code": "https://schema.org/postalCode",
        "closed_on": "https://schema.org/dissolutionDate",
    },
    about="法人番号の指定を受けた者の商号又は名称、本店又は主たる事務所の所在地、変更の履歴 (番号法39条4項)",
    fields=(
        Field("corporate_number", "法人番号", True, CorporateNumber.parse),
        Field("name", "商号又は名称", True),
        Field("kana", "商号又は名称（カナ）"),
        Field("name_en", "商号又は名称（英字）"),
        Field("kind", "組織種別", True, note="国税庁の法人種別"),
        Field("prefecture", "都道府県"),
        Field("city", "市区町村（郡）"),
        Field("street", "町字・番地以下"),
        Field("municipality_code", "全国地方公共団体コード", check=MunicipalityCode.parse),
        Field("postal_code", "郵便番号", check=PostalCode.parse),
        Field("foreign_address", "国外所在地"),
        Field("assigned_on", "法人番号指定年月日", check=parse_day),
        Field("closed_on", "登記記録の閉鎖等年月日", check=parse_day),
        Field("closed_reason", "登記記録の閉鎖等の事由"),
        Field("successor", "承継先法人番号", check=CorporateNumber.parse),
        Field("change_detail", "変更事由の詳細"),
    ),
)


def read_corporations(path: Path, *, report: Report, after: int = 0) -> Iterator[Entry]:
    """Entries of an official file (full or delta) in its order, after a line; a bad line is reported and passed over.

    The file is read as it is needed: a full one (5 million rows) takes no more memory than a delta.

    Raises:
        BadInput: the file is neither UTF-8 nor cp932.
    """
    with opened(path, report) as file:
        for record in records(file, width=len(COLUMNS)):
            line, cells = record.line, record.cells
            if line > after:
                report.read += 1
                if cells is None:
                    report.broken(record, header=TITLES)
                elif (entry := _read(cells, line, report=report)) is not None:
                    report.kept += 1
                    yield entry


def _read(cells: list[str], line: int, *, report: Report) -> Entry | None:
    if len(cells) == 1 and cells[0].count("\t") + 1 == len(COLUMNS):
        report.fault(line, "the cells are separated by tabs", remedy="save it as CSV, with commas")
        return None
    if len(cells) != len(COLUMNS):
        report.fault(line, f"{len(cells)} cells where the format has {len(COLUMNS)}", remedy="see リソース定義書")
        return None
    try:
        return _entry(cells, line)
    except BadInput as error:
        remedy = error.remedy or "compare with the publication site"
        report.fault(line, error.what, column=error.where.field, remedy=remedy)
        return None


def _entry(cells: list[str], line: int) -> Entry:
    """What is empty is left out of the data. The cells are those of ``COLUMNS``, taken apart at once: it is faster."""
    (_, given, process, correction, updated_on, changed_on, name, image, kind, prefecture, city, street, *_) = cells[
        :13
    ]
    (prefecture_code, city_code, postal, foreign, _, closed_on, reason, successor, detail, assigned) = cells[13:23]
    if process not in PROCESSES:
        remedy = f"one of {', '.join(PROCESSES)}"
        raise BadInput(f"{process[:40]!r} is no 処理区分", where=Where(field="処理区分"), remedy=remedy)
    number = _number(given)
    day = _day(changed_on or updated_on, field="変更年月日" if changed_on else "更新年月日")
    if process == "99":
        return Entry(number, day, None, line, "withdrawn")
    data = {"corporate_number": number, "name": name.strip(), "kana": cells[28].strip(), "kind": KINDS.get(kind, kind)}
    data |= {"prefecture": prefecture.strip(), "city": city.strip(), "street": street.strip()}
    data["postal_code"], data["assigned_on"] = postal.strip(), assigned.strip()
    if code := prefecture_code + city_code:
        data["municipality_code"] = _municipality(code) if len(code) == 5 else "" if prefecture_code == ABROAD else code
    if closed_on or reason or successor or detail or foreign or cells[24]:
        closed = str(_day(closed_on.strip(), field="登記記録の閉鎖等年月日")) if closed_on.strip() else ""
        data |= {"closed_on": closed, "closed_reason": CLOSED.get(reason, reason)}
        data |= {
            "successor": _number(successor, field="承継先法人番号") if successor else "",
            "change_detail": detail.strip(),
        }
        data |= {"foreign_address": foreign.strip(), "name_en": cells[24].strip()}
    quality = (("name-image",) if image else ()) + (("hidden",) if cells[29] == "1" else ())
    kind = "correction" if correction == "1" else "state" if process == NEW else "change"
    return Entry(number, day, data, line, kind, quality)


@lru_cache(maxsize=50_000)
def _day(text: str, *, field: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text[:40]!r} is no day of the form 2026-03-31", where=Where(field=field)) from None


@cache
def _weights() -> dict[str, int]:
    """Four digits of a corporate number behind its check digit → what they add to the sum that it checks."""
    return {f"{n:04}": 2 * (n // 1000 + n // 10 % 10) + n // 100 % 10 + n % 10 for n in range(10_000)}


def _number(text: str, *, field: str = "法人番号") -> str:
    """As CorporateNumber.parse, without its work where the number is in normal form and checks."""
    weights = _weights()
    try:
        total = weights[text[1:5]] + weights[text[5:9]] + weights[text[9:]]
        if text[0] == "987654321"[total % 9]:
            return text
    except (KeyError, IndexError):
        pass
    try:
        return CorporateNumber.parse(text).value
    except BadInput as error:
        raise BadInput(error.what, where=Where(field=field), remedy=error.remedy) from None


@cache
def _municipality(code: str) -> str:
    try:
        return MunicipalityCode.parse(code).value
    except BadInput as error:
        raise BadInput(error.what, where=Where(field="市区町村コード"), remedy=error.remedy) from None


def successors(store: RecordStore, number: str) -> tuple[Record, ...]:
    """Who took over from a corporation, step by step to the last one; none when it has no successor."""
    found: list[Record] = []
    seen, record = {number}, store.at(CORPORATION.id, number)
    while record is not None and (after := record.data["successor"]) and after not in seen:
        seen.add(after)
        record = store.at(CORPORATION.id, after)
        found += [record] if record is not None else []
    return tuple(found)
