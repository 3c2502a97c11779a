"""Payments to bank files and back, in CPU seconds: 1 M payments, the nation's 17.1 M with --full.

Every batch: columns to 122-byte records on disk (kana frozen half-width), then a statement with 1 % returned is matched
by key; sums are compared to the yen. Beside it the plain record writer on a part, for the ratio.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from kiban.benefits.payments import Batch, Payer, Transfer, TransferKind, key_of, narrow, write
from kiban.benefits.payments.fast import Head, Results, Table, check_digits, reconcile_table, results_of, write_table
from kiban.benefits.payments.model import MOST

NATION, SAMPLE, SHARE = 17_132_418, 1_000_000, 100
FAMILY = ("サトウ", "スズキ", "タカハシ", "ジョウノウチ", "ワタナベ", "ヤマモト", "ナカムラ", "コバヤシ")
GIVEN = ("ヨーコ", "ハナコ", "タロウ", "ショウタ", "リョウ", "ミズキ", "ユウ", "アキラ")
PAYER = Payer(
    code="1234567890", name="ﾜｶﾔﾏｼ", bank="9999", bank_name="ﾀﾒｼ", branch="001", branch_name="ﾎﾝﾃﾝ", kind="1",
    number="0001234",
)  # fmt: skip


def table_of(count: int, seed: int) -> Table:
    """Random payments."""
    make = np.random.default_rng(seed)
    holders = np.array([narrow(f"{f} {g}").encode("shift_jis") for f in FAMILY for g in GIVEN], dtype="S30")
    branch = make.integers(0, 2_000, count)
    return Table(
        9000 + branch // 100, branch % 100, np.ones(count, dtype=np.int64), make.integers(0, 10**7, count),
        holders[make.integers(0, len(holders), count)], make.integers(1, 200_000, count) * 5,
    )  # fmt: skip


def names(bank: str, branch: str) -> tuple[str, str]:
    return "ﾀﾒｼ" + bank, "ﾐｾ" + branch


def main(*, full: bool = False) -> None:
    total = NATION if full else SAMPLE
    wrote = read = matched = 0.0
    size = at = run = 0
    with tempfile.TemporaryDirectory() as folder:
        while at < total:
            run += 1
            count = min(MOST, total - at)
            table, head = table_of(count, run), Head(TransferKind.GENERAL, "1210", PAYER, run)
            start = time.process_time()
            with (Path(folder) / "file").open("wb") as file:
                for piece in write_table(table, head, names=names):
                    size += file.write(piece)
            wrote += time.process_time() - start
            statement = statement_of(table, run)
            start = time.process_time()
            found = results_of(statement, run)
            read += time.process_time() - start
            start = time.process_time()
            sums = reconcile_table(table.yen, found)
            everything = Results(np.arange(1, count + 1, dtype=np.int64), table.yen)
            back = reconcile_table(table.yen, everything)  # the heaviest case: a result for each payment
            matched += time.process_time() - start
            if sums.paid + sums.returned != int(table.yen.sum()) or sums.wrong or back.paid or back.wrong:
                raise AssertionError("a yen is lost")
            at += count
    plain = scalar_rate(table_of(20_000, 1))
    print(f"payments {total:,} in {run} files, {size / 1e6:,.0f} MB")
    print(f"write      {wrote:6.2f} CPU-s  {total / wrote / 1e6:5.2f} M/CPU-s  ({total / wrote / plain:.0f} x records)")
    print(f"reconcile  {matched:6.2f} CPU-s  a result for each payment, and 1 % returned (statement {read:.2f} CPU-s)")


def statement_of(table: Table, run: int) -> bytes:
    """A statement in which every hundredth payment came back."""
    lines = np.arange(1, len(table) + 1, SHARE, dtype=np.int64)
    digits = check_digits(run, lines)
    parts = zip(table.yen[lines - 1].tolist(), lines.tolist(), digits.tolist(), strict=True)
    rows = [f"2{'0' * 20}111{yen:012d}".ljust(179) + f"{run:09d}{line:010d}{digit} \r\n" for yen, line, digit in parts]
    return "".join(rows).encode()


def scalar_rate(table: Table) -> float:
    """Records per CPU second of the record writer; its bytes are those of the array writer."""
    columns = (table.bank, table.branch, table.number, table.holder, table.yen)
    rows = enumerate(zip(*(column.tolist() for column in columns), strict=True), 1)
    transfers = []
    for line, (bank, branch, number, holder, yen) in rows:
        title = names(f"{bank:04d}", f"{branch:03d}")
        transfers.append(
            Transfer(bank=f"{bank:04d}", bank_name=title[0], branch=f"{branch:03d}", branch_name=title[1], kind="1",
                     number=f"{number:07d}", holder=holder.decode("shift_jis"), yen=yen, key=key_of(1, line))
        )  # fmt: skip
    batch = Batch(kind=TransferKind.GENERAL, day="1210", payer=PAYER, transfers=tuple(transfers))
    start = time.process_time()
    body = write(batch)
    spent = time.process_time() - start
    if body != b"".join(write_table(table, Head(TransferKind.GENERAL, "1210", PAYER, 1), names=names)):
        raise AssertionError("the two writers differ")
    return len(transfers) / spent


if __name__ == "__main__":
    main()
