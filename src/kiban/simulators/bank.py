"""The agency's bank: takes a bank file and answers with a statement (入出金取引明細). MOCK; no money moves.

The statement is written from the same table as it is read (`benefits.payments.layout`): it shows that a run comes to
its end, not that a real bank writes these bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kiban.benefits.payments import layout, read
from kiban.benefits.payments.results import Entry


def answered(body: bytes, *, returned: Collection[int] = ()) -> bytes:
    """The statement after a bank file: its debit as one booking, and the payments with these line numbers come back.

    Raises: BadPaymentFile, as the bank would not take such a file.
    """
    entries = []
    for batch in read(body):
        entries.append(Entry(key="", yen=batch.yen, incoming=False, booked_on=batch.day, text=""))
        entries += [
            Entry(key=one.key, yen=one.yen, incoming=True, booked_on=batch.day, text="")
            for number, one in enumerate(batch.transfers, 1)
            if number in returned
        ]
    return statement(entries)


def statement(entries: Sequence[Entry]) -> bytes:
    """A statement of one account with these bookings."""
    came = [e.yen for e in entries if e.incoming]
    went = [e.yen for e in entries if not e.incoming]
    rows = [filled(layout.STATEMENT_HEADER, bank_name="", branch_name="", name="")]
    for entry in entries:
        direction = "1" if entry.incoming else "2"
        rows.append(
            filled(
                layout.STATEMENT_DATA,
                direction=direction,
                yen=str(entry.yen),
                key=entry.key,
                text=entry.text,
                booked_on=entry.booked_on,
            )
        )
    sums = {
        "in_count": len(came),
        "in_yen": sum(came),
        "out_count": len(went),
        "out_yen": sum(went),
        "count": len(entries),
    }
    rows.append(filled(layout.STATEMENT_TRAILER, **{name: str(value) for name, value in sums.items()}))
    rows.append(filled(layout.STATEMENT_END, records=str(len(rows) + 1), accounts="1"))
    return b"".join(row + b"\r\n" for row in rows)


def filled(shape: tuple[layout.Field, ...], **given: str) -> bytes:
    """A record with these fields; the others empty."""
    return "".join(_field(field, given.get(field.name, "")) for field in shape).encode("shift_jis")


def _field(field: layout.Field, text: str) -> str:
    if field.form in {"n", "d"}:
        return text.rjust(field.width, "0")
    fixed = field.form not in set("bpes") and not text
    return (field.form.split("|")[0] if fixed else text).ljust(field.width)
