"""Values of bank files: who pays, who is paid, what a validator found. Yen are int; codes are digits as text."""

from __future__ import annotations

from enum import StrEnum

import msgspec

MOST = 999_999
"""The most payments of one batch: the trailer's count has six digits."""


class TransferKind(StrEnum):
    """種別コード: ordinary transfers, or salary and bonus (private, public)."""

    GENERAL = "21"
    SALARY = "11"
    BONUS = "12"
    PUBLIC_SALARY = "71"
    PUBLIC_BONUS = "72"

    @property
    def salary(self) -> bool:
        return self is not TransferKind.GENERAL


class Payer(msgspec.Struct, frozen=True, kw_only=True):
    """The agency that pays (委託者): its code at the bank, its name in kana, its account."""

    code: str
    name: str
    bank: str
    bank_name: str
    branch: str
    branch_name: str
    kind: str
    number: str


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One payment of a batch, as the bank reads it; ``key`` is our 20 digits, by which it is found again."""

    bank: str
    bank_name: str
    branch: str
    branch_name: str
    kind: str
    number: str
    holder: str
    yen: int
    key: str

    def __repr__(self) -> str:
        return f"Transfer(key={self.key!r}, bank={self.bank!r}, yen={self.yen})"


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A header, its payments, a trailer (総合振込, 給与振込); ``day`` is MMDD."""

    kind: TransferKind
    day: str
    payer: Payer
    transfers: tuple[Transfer, ...]

    @property
    def yen(self) -> int:
        return sum(transfer.yen for transfer in self.transfers)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A fault of a file: the rule's id, what is wrong, the line (from 1), the byte in the line (from 1), the field."""

    rule: str
    message: str
    line: int
    byte: int = 1
    field: str = ""

    def __str__(self) -> str:
        return f"line {self.line}, byte {self.byte}: {self.rule} {self.message}" + (
            f" [{self.field}]" if self.field else ""
        )
