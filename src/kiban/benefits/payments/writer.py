"""Writes bank files. The same frozen batch gives the same bytes; what does not fit is refused, never cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kiban.benefits.payments import kana, layout
from kiban.benefits.payments.errors import BadTransfer, TooManyTransfers
from kiban.benefits.payments.model import MOST, Batch, Transfer
from kiban.kernel.errors import Where

NEWLINE = b"\r\n"


def write(batch: Batch, *, newline: bytes = NEWLINE) -> bytes:
    """One batch as a whole file: header, payments, trailer, end; each record 120 bytes and ``newline``.

    Raises: TooManyTransfers, BadTransfer, NotBankKana.
    """
    return b"".join(record + newline for record in records(batch))


def records(batch: Batch) -> Iterator[bytes]:
    """The 120-byte records of a batch."""
    if not 0 < len(batch.transfers) <= MOST:
        raise TooManyTransfers(f"a batch has 1 to {MOST:,} payments", remedy="split the run")
    yield header(batch)
    for number, transfer in enumerate(batch.transfers, 1):
        yield data(batch, transfer, number=number)
    yield _record(layout.TRAILER, {"count": str(len(batch.transfers)), "yen": str(batch.yen)})
    yield _record(layout.END, {})


def header(batch: Batch) -> bytes:
    """The header record (ヘッダ・レコード)."""
    payer = batch.payer
    values = {
        "kind": batch.kind.value, "payer_code": payer.code, "payer_name": payer.name, "day": batch.day,
        "bank": payer.bank, "bank_name": payer.bank_name, "branch": payer.branch, "branch_name": payer.branch_name,
        "type": payer.kind, "number": payer.number,
    }  # fmt: skip
    return _record(layout.HEADER, values, salary=batch.kind.salary)


def data(batch: Batch, transfer: Transfer, *, number: int) -> bytes:
    """A data record (データ・レコード). A salary record has no EDI mark: its 20 digits are two employee codes."""
    if transfer.yen <= 0:
        raise BadTransfer("there is nothing to pay", where=Where(record=str(number), field="yen"))
    values = {
        "bank": transfer.bank, "bank_name": transfer.bank_name, "branch": transfer.branch,
        "branch_name": transfer.branch_name, "clearing": "0000", "type": transfer.kind, "number": transfer.number,
        "holder": transfer.holder, "yen": str(transfer.yen), "new": "0", "key": transfer.key, "way": "7",
        "edi": " " if batch.kind.salary else "Y",
    }  # fmt: skip
    return _record(layout.DATA, values, number=number, salary=batch.kind.salary)


SETS: Mapping[str, frozenset[str]] = {"b": kana.BANK_SET, "p": kana.PARTY_SET, "e": kana.EDI_SET}


def _record(
    shape: Sequence[layout.Field], values: Mapping[str, str], *, number: int = 0, salary: bool = False
) -> bytes:
    return b"".join(_field(field, values.get(field.name), number=number, salary=salary) for field in shape)


def _field(field: layout.Field, value: str | None, *, number: int, salary: bool) -> bytes:
    if field.form == "s":
        return b" " * field.width
    text = field.form if value is None else value
    if not fits(field, text, salary=salary):
        raise BadTransfer(
            f"the value does not fit the field of {field.width} bytes",
            where=Where(record=str(number) if number else None, field=field.name),
            remedy="narrow and clip names first; codes are digits",
        )
    filled = text.rjust(field.width, "0") if field.form in {"n", "d"} else text.ljust(field.width)
    return kana.to_bytes(filled)


def fits(field: layout.Field, text: str, *, salary: bool = False) -> bool:
    """Whether a value may stand in a field: its length and its characters."""
    if len(text) > field.width:
        return False
    if field.form == "n":
        return text.isascii() and text.isdecimal()
    if field.form == "d":
        return is_day(text)
    if field.form in SETS:
        allowed = kana.SALARY_SET if salary and field.name == "holder" else SETS[field.form]
        return allowed.issuperset(text) and kana.loose_mark(text) is None and not text.startswith(" ")
    return text.ljust(field.width) in field.form.split("|")


DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_day(text: str) -> bool:
    """Whether this is a month and day, MMDD."""
    if len(text) != 4 or not (text.isascii() and text.isdecimal()):
        return False
    month, day = int(text[:2]), int(text[2:])
    return 1 <= month <= 12 and 1 <= day <= DAYS[month - 1]
