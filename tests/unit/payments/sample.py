"""Statements and tables for tests of payments."""

from __future__ import annotations

from collections.abc import Sequence

from kiban.benefits.payments import layout
from kiban.simulators.bank import filled as fill
from kiban.simulators.bank import statement

__all__ = ["debits", "statement"]


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
