"""Statements and tables for tests of payments."""

from __future__ import annotations

from collections.abc import Sequence

from kiban.benefits.payments import layout
from kiban.benefits.payments.results import Entry


def fill(shape: tuple[layout.Field, ...], **given: str) -> bytes:
    """A record with these fields; the others empty."""
    parts = []
    for field in shape:
        text = given.get(field.name, "")
        if field.form in {"n", "d"}:
            parts.append(text.rjust(field.width, "0"))
        else:
            fixed = field.form if not text and "|" not in field.form and field.form not in set("bpes") else text
            parts.append(
                (fixed or field.form.split("|")[0] if "|" in field.form and not text else fixed).ljust(field.width)
            )
    return "".join(parts).encode("shift_jis")


def statement(entries: Sequence[Entry]) -> bytes:
    """A statement of one account with these bookings."""
    came = [e.yen for e in entries if e.incoming]
    went = [e.yen for e in entries if not e.incoming]
    rows = [fill(layout.STATEMENT_HEADER, bank_name="", branch_name="", name="")]
    for entry in entries:
        direction = "1" if entry.incoming else "2"
        rows.append(
            fill(
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
    rows.append(fill(layout.STATEMENT_TRAILER, **{name: str(value) for name, value in sums.items()}))
    rows.append(fill(layout.STATEMENT_END, records=str(len(rows) + 1), accounts="1"))
    blank = [row if len(row) == layout.STATEMENT_SIZE else b"" for row in rows]
    assert all(blank)
    return b"".join(row + b"\r\n" for row in rows)


def debits(results: Sequence[tuple[str, int, str]]) -> bytes:
    """A file of results of direct debit: key, yen, result."""
    paid = [yen for _, yen, result in results if result == "0"]
    failed = [yen for _, yen, result in results if result != "0"]
    rows = [fill(layout.DEBIT_HEADER, day="1227", type="1")]
    rows += [fill(layout.DEBIT_DATA, key=key, yen=str(yen), result=result, type="1") for key, yen, result in results]
    sums = {
        "count": len(results), "yen": sum(paid) + sum(failed), "paid_count": len(paid), "paid_yen": sum(paid),
        "failed_count": len(failed), "failed_yen": sum(failed),
    }  # fmt: skip
    rows.append(fill(layout.DEBIT_TRAILER, **{name: str(value) for name, value in sums.items()}))
    rows.append(fill(layout.DEBIT_END if hasattr(layout, "DEBIT_END") else layout.END))
    return b"".join(row + b"\r\n" for row in rows)
