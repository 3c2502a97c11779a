"""The 120-byte records of 総合振込 and 給与振込, and of 口座振替; the 200-byte records of 入出金明細.

Each field: name, width in bytes, form. Forms: ``n`` digits, ``b`` name of a bank or branch, ``p`` name of a party,
``e`` EDI text, ``d`` month and day, ``s`` spaces, otherwise the allowed values separated by ``|``.
Source: record layouts that banks publish. What was compared, and what is ``verified: false``, is in docs/payments.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SIZE, STATEMENT_SIZE = 120, 200
Shape = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: its place (from 0), width, and form."""

    name: str
    start: int
    width: int
    form: str

    def of(self, record: bytes) -> bytes:
        return record[self.start : self.start + self.width]


def fields(shape: Shape, size: int = SIZE) -> tuple[Field, ...]:
    """The fields with their places. Raises: ValueError when they do not fill the record."""
    found, at = [], 0
    for name, width, form in shape:
        found.append(Field(name, at, width, form))
        at += width
    if at != size:
        raise ValueError(f"the fields have {at} bytes")
    return tuple(found)


_PAYER = (
    ("code_division", 1, "0"), ("payer_code", 10, "n"), ("payer_name", 40, "p"), ("day", 4, "d"),
    ("bank", 4, "n"), ("bank_name", 15, "b"), ("branch", 3, "n"), ("branch_name", 15, "b"),
)  # fmt: skip
_PAYEE = (("record", 1, "2"), ("bank", 4, "n"), ("bank_name", 15, "b"), ("branch", 3, "n"), ("branch_name", 15, "b"))
_SUM = (("holder", 30, "p"), ("yen", 10, "n"), ("new", 1, "0|1|2"))

HEADER = fields(
    (("record", 1, "1"), ("kind", 2, "21|11|12|71|72"), *_PAYER, ("type", 1, "1|2|9"), ("number", 7, "n"),
     ("spare", 17, "s"))
)  # fmt: skip
DATA = fields(
    (*_PAYEE, ("clearing", 4, "0000|    "), ("type", 1, "1|2|4|9"), ("number", 7, "n"), *_SUM, ("key", 20, "e"),
     ("way", 1, "7|8| "), ("edi", 1, "Y| "), ("spare", 7, "s"))
)  # fmt: skip
TRAILER = fields((("record", 1, "8"), ("count", 6, "n"), ("yen", 12, "n"), ("spare", 101, "s")))
END = fields((("record", 1, "9"), ("spare", 119, "s")))
RECORDS: Mapping[int, tuple[Field, ...]] = {0x31: HEADER, 0x32: DATA, 0x38: TRAILER, 0x39: END}

DEBIT_HEADER = fields(
    (("record", 1, "1"), ("kind", 2, "91"), *_PAYER, ("type", 1, "1|2|9"), ("number", 7, "n"), ("spare", 17, "s"))
)
DEBIT_DATA = fields(
    (*_PAYEE, ("dummy", 4, "s"), ("type", 1, "1|2|3|9"), ("number", 7, "n"), *_SUM, ("key", 20, "e"),
     ("result", 1, "0|1|2|3|4|8|9"), ("spare", 8, "s"))
)  # fmt: skip
DEBIT_TRAILER = fields(
    (("record", 1, "8"), ("count", 6, "n"), ("yen", 12, "n"), ("paid_count", 6, "n"), ("paid_yen", 12, "n"),
     ("failed_count", 6, "n"), ("failed_yen", 12, "n"), ("spare", 65, "s"))
)  # fmt: skip
DEBIT: Mapping[int, tuple[Field, ...]] = {0x31: DEBIT_HEADER, 0x32: DEBIT_DATA, 0x38: DEBIT_TRAILER, 0x39: END}

STATEMENT_HEADER = fields(
    (("record", 1, "1"), ("kind", 2, "03"), ("code_division", 1, "0"), ("made_on", 6, "n"), ("from", 6, "n"),
     ("to", 6, "n"), ("bank", 4, "n"), ("bank_name", 15, "b"), ("branch", 3, "n"), ("branch_name", 15, "b"),
     ("dummy", 3, "000|   "), ("type", 1, "n"), ("number", 10, "n"), ("name", 40, "p"), ("overdrawn", 1, "n"),
     ("book", 1, "n"), ("before", 14, "n"), ("spare", 71, "s")), STATEMENT_SIZE
)  # fmt: skip
STATEMENT_DATA = fields(
    (("record", 1, "2"), ("reference", 8, "n"), ("booked_on", 6, "n"), ("value_on", 6, "n"), ("direction", 1, "1|2"),
     ("transaction", 2, "n"), ("yen", 12, "n"), ("cheques", 12, "n"), ("presented", 6, "n"), ("dishonoured", 6, "n"),
     ("note_kind", 1, "n"), ("note_number", 7, "n"), ("other_branch", 3, "n"), ("sender_code", 10, "n"),
     ("sender", 48, "e"), ("bank_name", 15, "b"), ("branch_name", 15, "b"), ("text", 20, "e"), ("key", 20, "e"),
     ("spare", 1, "s")), STATEMENT_SIZE
)  # fmt: skip
STATEMENT_TRAILER = fields(
    (("record", 1, "8"), ("in_count", 6, "n"), ("in_yen", 13, "n"), ("out_count", 6, "n"), ("out_yen", 13, "n"),
     ("overdrawn", 1, "n"), ("after", 14, "n"), ("count", 7, "n"), ("spare", 139, "s")), STATEMENT_SIZE
)  # fmt: skip
STATEMENT_END = fields(
    (("record", 1, "9"), ("records", 10, "n"), ("accounts", 5, "n"), ("spare", 184, "s")), STATEMENT_SIZE
)
STATEMENT: Mapping[int, tuple[Field, ...]] = {
    0x31: STATEMENT_HEADER, 0x32: STATEMENT_DATA, 0x38: STATEMENT_TRAILER, 0x39: STATEMENT_END,
}  # fmt: skip


def place(record_fields: tuple[Field, ...], name: str) -> Field:
    """The field of this name."""
    return next(field for field in record_fields if field.name == name)
