"""The corporate registry (法人番号公表サイト): import of the official CSV, full and differential.

Source: 国税庁 法人番号公表サイト「基本3情報ダウンロード」, リソース定義書: 30 columns, no header, UTF-8 or Shift_JIS.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report, decode
from kiban.kernel.values import CorporateNumber, MunicipalityCode, PostalCode
from kiban.registries.engine.model import Entry, Field, RegistryInfo

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
CLOSED = {"01": "清算の結了等", "11": "合併による解散等", "21": "登記官による閉鎖", "31": "その他の清算の結了等"}

CORPORATION = RegistryInfo(
    id="corporation",
    title="法人",
    publisher="国税庁",
    licence="https://www.houjin-bangou.nta.go.jp/riyokiyaku/",
    name_field="name",
    kana_field="kana",
    area_field="municipality_code",
    stale_after_days=40,
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
        Field("assigned_on", "法人番号指定年月日"),
        Field("closed_on", "登記記録の閉鎖等年月日"),
        Field("closed_reason", "登記記録の閉鎖等の事由"),
        Field("successor", "承継先法人番号", check=CorporateNumber.parse),
        Field("change_detail", "変更事由の詳細"),
    ),
)


def read_corporations(path: Path, *, report: Report) -> Iterator[Entry]:
    """Entries of an official file (full or delta) in its order; a bad line is reported and passed over.

    Raises:
        BadInput: the file is neither UTF-8 nor cp932.
    """
    text, report.encoding = decode(path.read_bytes(), file=path.name)
    reader = csv.reader(io.StringIO(text, newline=""))
    for cells in reader:
        report.read += 1
        if len(cells) != len(COLUMNS):
            report.fault(
                reader.line_num, f"{len(cells)} cells where the format has {len(COLUMNS)}", remedy="see リソース定義書"
            )
            continue
        try:
            yield _entry(dict(zip(COLUMNS, cells, strict=True)), reader.line_num)
            report.kept += 1
        except (BadInput, ValueError) as error:
            what = error.what if isinstance(error, BadInput) else str(error)
            report.fault(reader.line_num, what, remedy="compare with the publication site")


def _entry(row: dict[str, str], line: int) -> Entry:
    if row["process"] not in PROCESSES:
        raise BadInput(f"{row['process']!r} is no 処理区分")
    number = CorporateNumber.parse(row["corporate_number"]).value
    day = dt.date.fromisoformat(row["changed_on"] or row["updated_on"])
    if row["process"] == "99":
        return Entry(number, day, None, line, "withdrawn")
    code = row["prefecture_code"] + row["city_code"]
    data = {name: row[name].strip() for name in ("name", "kana", "name_en", "prefecture", "city", "street")}
    data |= {
        "corporate_number": number,
        "kind": KINDS.get(row["kind"], row["kind"]),
        "municipality_code": MunicipalityCode.parse(code).value if len(code) == 5 else "",
        "postal_code": row["postal_code"],
        "foreign_address": row["foreign_address"],
        "assigned_on": row["assigned_on"],
        "closed_on": row["closed_on"],
        "closed_reason": CLOSED.get(row["closed_reason"], row["closed_reason"]),
        "successor": CorporateNumber.parse(row["successor"]).value if row["successor"] else "",
        "change_detail": row["change_detail"],
    }
    quality = tuple(
        mark for mark, there in (("name-image", row["name_image"]), ("hidden", row["hidden"] == "1")) if there
    )
    return Entry(number, day, data, line, "correction" if row["correction"] == "1" else "state", quality)
