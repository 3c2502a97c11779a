"""Bank accounts as payment files and the register of public money accounts (公金受取口座) hold them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self

from kiban.kernel.characters.bank import BANK_KANA, bank_kana
from kiban.kernel.characters.errors import NotHoldable
from kiban.kernel.characters.folding import TO_KATAKANA
from kiban.kernel.errors import Where
from kiban.kernel.values.codes import digits_of
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import HYPHENS, cell, known_texts, typed


class AccountType(StrEnum):
    """預金種目 (全銀フォーマット)."""

    ORDINARY = "1"
    CURRENT = "2"
    SAVINGS = "4"
    OTHER = "9"


CSV = {
    "金融機関コード": "bank_code",
    "金融機関名": "bank",
    "店番": "branch_code",
    "店名": "branch",
    "預金種目": "type",
    "口座番号": "number",
    "口座名義人（カナ）": "holder_kana",
}
_TYPES = {
    **dict.fromkeys(("普通", "普", "フツウ", "総合", "通常"), "1"),
    **dict.fromkeys(("当座", "当", "トウザ", "振替"), "2"),
    **dict.fromkeys(("貯蓄", "貯", "通常貯蓄"), "4"),
    **dict.fromkeys(("その他", "ソノ他"), "9"),
}
_POST = "9900"
_TOGETHER = re.compile(r"(\d{5}(?:-\d)?)[-\s]\s*(\d{2,8})", re.ASCII)
_BY_KANJI = str.maketrans("〇零一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True, repr=False)
class BankAccount:
    """口座: bank 4 digits, branch 3, ``type`` 預金種目, ``number`` 7 digits, ``holder_kana`` in bank kana."""

    bank_code: str
    branch_code: str
    type: AccountType
    number: str
    holder_kana: str
    bank: str = ""
    branch: str = ""

    def __post_init__(self) -> None:
        for name, length in (("bank_code", 4), ("branch_code", 3), ("number", 7)):
            value = getattr(self, name)
            if digits_of(value, lengths=(length,), field=name, secret=True) != value:
                raise BadValue("not in normal form", where=Where(field=name), remedy="use parse")
        if not isinstance(self.type, AccountType):
            raise BadValue("no 預金種目", where=Where(field="type"), remedy="use parse")
        if not self.holder_kana or not set(self.holder_kana) <= BANK_KANA:
            raise BadValue("not in bank kana", where=Where(field="holder_kana"), remedy="give the reading")

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """From fields as people type them: any width, short numbers filled with 0, 普通 for 1, kana of any kind.

        Of ゆうちょ銀行 (9900) also 記号 in place of the branch and 番号 of the number, and the branch as 〇一八.

        Raises:
            BadValue, NotHoldable: by field; the account number is not repeated.
        """
        fields = dict.fromkeys(("bank_code", "branch_code", "type", "number", "holder_kana"), "") | dict(given)
        text = {name: typed(value, field=name) for name, value in fields.items()}
        bank = digits_of(text["bank_code"], lengths=(4,), field="bank_code", secret=True)
        kind = _type(text["type"]) if text["type"] else None
        place = _place(bank, text, kind=kind)
        holder = _holder(" ".join(text["holder_kana"].split()))
        return cls(bank, *place, holder, text.get("bank", ""), text.get("branch", ""))

    def to_json(self) -> dict[str, str]:
        """The fields by name (item ``account.public``)."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises: BadValue, also when it is not in normal form; the account number is not repeated."""
        text = known_texts(data, {field.name for field in fields(cls)}, field="口座")
        needed = ("bank_code", "branch_code", "type", "number", "holder_kana")
        if missing := [name for name in needed if name not in text]:
            raise BadValue("the field is missing", where=Where(field=missing[0]), remedy="give the fields by name")
        if text["type"] not in {one.value for one in AccountType}:
            raise BadValue("not the normal form", where=Where(field="type"), remedy="use parse for what people type")
        rest = (text["number"], text["holder_kana"], text.get("bank", ""), text.get("branch", ""))
        return cls(text["bank_code"], text["branch_code"], AccountType(text["type"]), *rest)

    def to_csv(self) -> dict[str, str]:
        """By the columns of 口座情報."""
        return {column: str(getattr(self, name)) for column, name in CSV.items()}

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """Raises: BadValue, NotHoldable, also when a column is missing; the account number is not repeated."""
        cells = {name: cell(row, column) for column, name in CSV.items()}
        missing = [column for column, name in CSV.items() if cells[name] is None and name not in {"bank", "branch"}]
        if missing:
            raise BadValue("the column is missing", where=Where(field=missing[0]), remedy=f"add {', '.join(missing)}")
        return cls.parse({name: found or "" for name, found in cells.items()})

    def __repr__(self) -> str:
        return f"BankAccount({self.bank_code}-{self.branch_code}, ****{self.number[-3:]})"


def _type(written: str) -> AccountType:
    bare = written.strip("()").translate(TO_KATAKANA).removesuffix("預金").removesuffix("貯金").removesuffix("口座")
    try:
        return AccountType(_TYPES.get(bare, bare))
    except ValueError:
        raise BadValue("this is no 預金種目", where=Where(field="type"), remedy="write 普通, 当座 or 貯蓄") from None


def _place(bank: str, text: Mapping[str, str], *, kind: AccountType | None) -> tuple[str, AccountType, str]:
    """Branch, 預金種目 and number, from these or from 記号 and 番号, also in one field (14180-23456781)."""
    one = text["branch_code"] or text["number"]
    if (
        bank == _POST
        and not (text["branch_code"] and text["number"])
        and (both := _TOGETHER.fullmatch(one.translate(HYPHENS)))
    ):
        text = {**text, "branch_code": both[1], "number": both[2]}
    branch = text["branch_code"].translate(_BY_KANJI) if bank == _POST else text["branch_code"]
    if bank == _POST and sum(one.isdigit() for one in branch) >= 5:
        found = from_post_office(branch, text["number"])
        # 通常貯蓄貯金 has a 記号 like that of 通常貯金: only the person knows.
        if kind and kind is not found[1] and (kind, found[1]) != (AccountType.SAVINGS, AccountType.ORDINARY):
            raise BadValue("the 記号 is of another 預金種目", where=Where(field="type"), remedy="compare the passbook")
        return found[0], kind or found[1], found[2]
    branch = digits_of(branch, lengths=(3,), field="branch_code", secret=True)
    number = digits_of(text["number"], lengths=tuple(range(1, 8)), field="number", secret=True)
    return branch, kind or _type(""), number.zfill(7)


def _holder(written: str) -> str:
    try:
        return bank_kana(written)
    except NotHoldable as error:
        raise NotHoldable(error.what, where=Where(field="holder_kana"), remedy=error.remedy) from None


def from_post_office(symbol: str, number: str) -> tuple[str, AccountType, str]:
    """ゆうちょ銀行 記号・番号 → (店番, 預金種目, 口座番号) of bank 9900.

    記号 1xyz0 (総合口座): branch xy8, the number without its last 1.
    記号 0xyz0 (振替口座): branch xy9, the number as it is.
    A digit after the 記号 (10170-2: the passbook was issued again; 00170-1: a check digit) says nothing of the account.

    Raises:
        BadValue: no such 記号 or 番号; the number is not repeated.
    """
    first = digits_of(symbol, lengths=(5, 6), field="記号", secret=True)[:5]
    given = digits_of(number, lengths=tuple(range(1, 9)), field="番号", secret=True)
    if first[0] == "1" and first[4] == "0" and given[-1] == "1" and len(given) >= 2:
        return f"{first[1:3]}8", AccountType.ORDINARY, given[:-1].zfill(7)
    if first[0] == "0" and first[4] == "0" and len(given) <= 7:
        return f"{first[1:3]}9", AccountType.CURRENT, given.zfill(7)
    raise BadValue("no 記号・番号 of ゆうちょ銀行", where=Where(field="記号番号"), remedy="compare the passbook")
