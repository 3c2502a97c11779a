"""Codes and identifiers of government (コード情報・ID情報): who administers each (番号登録機関), how Kiban reads it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from kiban.kernel.characters import compare_key
from kiban.kernel.errors import BadInput
from kiban.kernel.located import parse_located
from kiban.registries.engine.model import Data, Entry, Field, Record, RegistryInfo, Rule, Source

CHECKED = ("", "check_digit", "form")


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise BadInput(f"{text[:40]!r} is no regular expression: {error}", remedy="write it as Python does") from None


def _yes(text: str) -> bool:
    if text not in {"1", "0"}:
        raise BadInput(f"{text[:40]!r} is neither 1 nor 0", remedy="write 1 or 0")
    return text == "1"


def _checked(text: str) -> str:
    if text not in CHECKED:
        raise BadInput(f"{text[:40]!r} is no way of checking", remedy="write check_digit or form, or nothing")
    return text


def _explained(data: Data) -> bool:
    return (data.get("verified") == "1") != bool(data.get("why"))


def _has_digit(data: Data) -> bool:
    return data.get("checked") != "check_digit" or data.get("check_digit", "") not in {"", "なし"}


CODE = RegistryInfo(
    id="code",
    title="コード・ID",
    publisher="Kiban (各番号の所管機関の公表資料による)",
    licence="CC0-1.0",
    name_field="name",
    kana_field="kana",
    about="国と地方公共団体が使うコードと識別番号、その番号登録機関、形式と検査数字 (コード情報やID情報の収集・一覧化)",
    rules=(
        Rule("verified, or else it says why not", _explained),
        Rule("a check digit that is checked has a rule", _has_digit),
    ),
    fields=(
        Field("id", "コードID", True),
        Field("name", "名称", True),
        Field("kana", "名称（カナ）", True),
        Field("english", "英語名", True),
        Field("administrator", "番号登録機関", True),
        Field("basis", "根拠", note="法令、通知、規格; 空: 未確認"),
        Field("form", "形式", True),
        Field("pattern", "正規表現", True, _pattern, note="全体に合うもの"),
        Field("length", "桁数"),
        Field("check_digit", "検査数字", note="算式; なし: ない; 空: 未確認"),
        Field("checked", "Kibanの検査", check=_checked, note="check_digit: 検査数字まで; form: 形式まで; 空: しない"),
        Field("kiban_type", "Kibanの型", note="kiban.kernel.values の名"),
        Field("registry", "レジストリ", note="番号を収めるレジストリのID"),
        Field("personal", "個人の番号", check=_yes, note="1: 個人を識別する。形式だけを載せる"),
        Field("source", "出典", True),
        Field("verified", "確認済み", True, _yes, note="1: 出典の一次資料かデータで確かめた"),
        Field("why", "未確認の理由"),
    ),
)


@cache
def _file() -> dict[str, Any]:
    text = (files("kiban.registries") / "data" / "codes.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = parse_located(text, file="codes.yaml").value
    return found


AS_OF = dt.date(2026, 11, 21)
EMBEDDED = Source("codes.yaml", AS_OF, by="Kiban")


def embedded_codes() -> Iterator[Entry]:
    """The codes of the package, by their ids."""
    for line, row in enumerate(sorted(_file()["codes"], key=lambda one: str(one["id"])), 1):
        data = {field.name: str(row.get(field.name, "")) for field in CODE.fields}
        data["verified"] = "1" if row["verified"] else "0"
        yield Entry(data["id"], AS_OF, data, line, "state", ("since-at-latest",))


def find_codes(records: Iterable[Record], asked: str) -> list[Record]:
    """Codes in whose names, reading or administrator a text stands, folded; all of them for no text."""
    key = compare_key(asked)
    wanted = ("id", "name", "kana", "english", "administrator")
    return [one for one in records if any(key in compare_key(one.data[field]) for field in wanted)]
