"""Bank accounts as payment files and the register of public money accounts (公金受取口座) hold them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self

from kiban.kernel.characters.bank import BANK_KANA, bank_kana
from kiban.kernel.characters.errors import NotHoldable
from kiban.kernel.errors import Where
from kiban.kernel.values.codes import digits_of
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import known_texts


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
_TYPES = {"普通": "1", "総合": "1", "当座": "2", "貯蓄": "4", "その他": "9"}


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
        if not self.holder_kana or not set(self.holder_kana) <= BANK_KANA:
            raise BadValue("not in bank kana", where=Where(field="holder_kana"), remedy="give the reading")

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """From fields as people type them: any width, short numbers filled with 0, 普通 for 1, kana of any kind.

        Raises:
            BadValue, NotHoldable: by field; the account number is not repeated.
        """
        given = dict.fromkeys(("bank_code", "branch_code", "type", "number", "holder_kana"), "") | dict(given)
        number = digits_of(given["number"], lengths=tuple(range(1, 8)), field="number", secret=True)
        written = unicodedata.normalize("NFKC", given["type"]).strip()
        try:
            kind = AccountType(_TYPES.get(written.removesuffix("預金").removesuffix("口座"), written))
        except ValueError:
            raise BadValue(
                f"{written[:10]!r} is no 預金種目", where=Where(field="type"), remedy="普通, 当座, 貯蓄"
            ) from None
        return cls(
            digits_of(given["bank_code"], lengths=(4,), field="bank_code"),
            digits_of(given["branch_code"], lengths=(3,), field="branch_code"),
            kind,
            number.zfill(7),
            _holder(given["holder_kana"].strip()),
            given.get("bank", ""),
            given.get("branch", ""),
        )

    def to_json(self) -> dict[str, str]:
        """The fields by name (item ``account.public``)."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises: BadValue, NotHoldable; the account number is not repeated."""
        return cls.parse(known_texts(data, {field.name for field in fields(cls)}, field="口座"))

    def to_csv(self) -> dict[str, str]:
        """By the columns of 口座情報."""
        return {column: str(getattr(self, name)) for column, name in CSV.items()}

    @classmethod
    def from_csv(cls, row: Mapping[str, str]) -> Self:
        """Raises: BadValue, NotHoldable, also when a column is missing; the account number is not repeated."""
        missing = [column for column, name in CSV.items() if column not in row and name not in {"bank", "branch"}]
        if missing:
            raise BadValue("the column is missing", where=Where(field=missing[0]), remedy=f"add {', '.join(missing)}")
        return cls.parse({name: row.get(column, "") for column, name in CSV.items()})

    def __repr__(self) -> str:
        return f"BankAccount({self.bank_code}-{self.branch_code}, ****{self.number[-3:]})"


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
    first = digits_of(symbol, lengths=(5, 6), field="記号")[:5]
    given = digits_of(number, lengths=tuple(range(1, 9)), field="番号", secret=True)
    if first[0] == "1" and first[4] == "0" and given[-1] == "1" and len(given) >= 2:
        return f"{first[1:3]}8", AccountType.ORDINARY, given[:-1].zfill(7)
    if first[0] == "0" and first[4] == "0" and len(given) <= 7:
        return f"{first[1:3]}9", AccountType.CURRENT, given.zfill(7)
    raise BadValue("no 記号・番号 of ゆうちょ銀行", where=Where(field="記号番号"), remedy="compare the passbook")
