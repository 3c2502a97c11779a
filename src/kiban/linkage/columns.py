"""Which column of a file holds which item: the names that offices and programmes give."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import product

from kiban.kernel.errors import Where
from kiban.linkage.errors import BadFile
from kiban.linkage.model import Layout

Form = tuple[str, ...]
Named = Mapping[str, Form]
"""Item → columns, as somebody says them: they go before what is recognised."""


def _forms(*texts: str) -> tuple[Form, ...]:
    """``a+b c`` → (a, b), (c,)."""
    return tuple(tuple(form.split("+")) for text in texts for form in text.split())


def _addresses() -> tuple[Form, ...]:
    prefectures, cities = ("prefecture", "都道府県", "都道府県名", "pref"), ("city", "市区町村", "市区町村名", "市町村")
    towns = ("town", "町名", "町字", "町丁目", "大字", "町域", "町字名", "street")
    numbers = ("number", "番地", "地番", "番地号", "番地等", "housenumber", "block")
    whole = tuple(product(prefectures, cities, towns, numbers))
    return (*whole, *product(cities, towns, numbers), *product(towns, numbers))


NAMES: dict[str, tuple[Form, ...]] = {
    "key": _forms("individual_number my_number 個人番号 マイナンバー link_key 個人番号12桁 mynumber_id my_no"),
    "record": _forms(
        "record_id person_id 整理番号 宛名番号 id 住民番号 個人コード 宛名コード 管理番号 識別番号",
        "被保険者番号 受給者番号 基礎年金番号",
        "証番号 手帳番号 資格者番号 登録番号 受付番号 申請番号 resident_id member_id customer_id",
        "insured_id record_no record",
        "row_id rec_id uid",
    ),
    "name": _forms(
        "family+given name 氏名 氏+名 full_name 姓+名 family_name+given_name last_name+first_name surname+given_name",
        "surname+given surname+forename surname+first_name sei+mei 名字+名前 苗字+名前 名字+名 苗字+名",
        "漢字氏名 氏名漢字",
        "氏名(漢字) 名前 お名前 住民氏名 本人氏名 被保険者氏名 受給者氏名 対象者氏名 name_kanji",
        "kanji_name kanji 姓名",
    ),
    "kana": _forms(
        "family_kana+given_kana name_kana kana 氏名カナ カナ氏名 氏名フリガナ セイ+メイ 姓カナ+名カナ 氏カナ+名カナ",
        "姓フリガナ+名フリガナ 氏フリガナ+名フリガナ 氏の振り仮名+名の振り仮名 姓かな+名かな せい+めい",
        "sei_kana+mei_kana",
        "family_name_kana+given_name_kana last_name_kana+first_name_kana surname_kana+given_name_kana",
        "氏名かな かな氏名",
        "フリガナ ふりがな 振り仮名 氏名の振り仮名 氏名振り仮名 カナ かな ヨミガナ よみがな 読み仮名 読み",
        "kana_name furigana",
        "yomigana yomi reading 氏名(カナ) 氏名(フリガナ) 被保険者カナ氏名 被保険者氏名カナ",
    ),
    "birth": _forms(
        "birth_date birth 生年月日 date_of_birth dob birthday birthdate 誕生日 出生日 出生年月日",
        "生年月日(西暦) 生年月日(和暦)"
    ),
    "sex": _forms("sex 性別 gender 性別コード 性別区分 男女区分 男女 sex_code gender_code 性別CD 性"),
    "address": (
        *_forms("prefecture+city+town+number address 住所"), *_addresses(),
        *_forms("現住所 住民票住所 住所漢字 漢字住所 住所(漢字) 居住地 本人住所 所在地 住所1+住所2",
        "address1+address2 full_address",
                "home_address 住所1 address1"),
    ),
}  # fmt: skip
ITEMS = tuple(NAMES)


def plain_name(column: str) -> str:
    """A column's name without width, case, blanks, underscores, hyphens and brackets (氏名（カナ）, Name_Kana)."""
    return re.sub(r"[\s_\-()\[\]「」・.:*※]", "", unicodedata.normalize("NFKC", column)).casefold()


def layout(columns: list[str], *, file: str, named: Named | None = None) -> Layout:
    """Recognise an agency's columns by their names, or by those that somebody says.

    Raises:
        BadFile: there is no link key, or no name; or a column that was said is not there.
    """
    known: dict[str, str] = {}
    for column in columns:
        known.setdefault(plain_name(column), column)
    found = {item: _columns(forms, columns, known=known) for item, forms in NAMES.items()}
    for item, form in (named or {}).items():
        found[item] = form if set(form) <= set(columns) else found[item]
    for item in ("key", "name"):
        if not found[item]:
            names = ", ".join("+".join(form) for form in NAMES[item])
            raise BadFile(
                f"no column for {item}",
                where=Where(file),
                remedy=f"name it one of: {names}; or say --column {item}=COLUMN",
            )
    return _layout(found, columns)


def _layout(found: dict[str, Form], columns: list[str]) -> Layout:
    def one(item: str) -> str:
        return found[item][0] if found[item] else ""

    used = {column for form in found.values() for column in form}
    return Layout(
        key=one("key"), record=one("record"), name=found["name"], kana=found["kana"], birth=one("birth"),
        sex=one("sex"), address=found["address"], extra=tuple(sorted(set(columns) - used)),
    )  # fmt: skip


def _columns(forms: tuple[Form, ...], columns: list[str], *, known: dict[str, str]) -> Form:
    """The columns of the first form that is there to the letter, else of the first that is there at all."""
    exact = next((form for form in forms if set(form) <= set(columns)), None)
    if exact is not None:
        return exact
    plain = (tuple(map(plain_name, form)) for form in forms)
    return next((tuple(known[name] for name in form) for form in plain if set(form) <= set(known)), ())
