"""The array writer gives the same bytes as the record writer; pain.001 has its structure."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.benefits.payments import Batch, Transfer, TransferKind, kana, key_of, read, write
from kiban.benefits.payments.errors import BadPaymentFile, BadTransfer
from kiban.benefits.payments.fast import Head, Table, amounts_of, check_digits, write_table
from kiban.benefits.payments.pain001 import Message, export, faults
from unit.payments.test_codec import BATCH, BATCHES, PAYER

MADE = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
MESSAGE = Message("302015-7", MADE, dt.date(2026, 12, 10))


def named(bank: str, branch: str) -> tuple[str, str]:
    return "ｷﾞﾝｺｳ" + bank, "ﾐｾ" + branch


def table_of(transfers: tuple[Transfer, ...]) -> Table:
    def column(name: str) -> np.ndarray:
        return np.array([int(getattr(one, name)) for one in transfers], dtype=np.int64)

    holders = np.array([kana.to_bytes(one.holder) for one in transfers], dtype="S30")
    return Table(column("bank"), column("branch"), column("kind"), column("number"), holders, column("yen"))


@given(BATCHES)
def test_the_array_writer_gives_the_same_bytes(batch: Batch) -> None:
    from msgspec.structs import replace

    titled = tuple(
        replace(one, bank_name=named(one.bank, one.branch)[0], branch_name=named(one.bank, one.branch)[1])
        for one in batch.transfers
    )
    head = Head(batch.kind, batch.day, batch.payer, run=7)
    if batch.kind.salary:
        bare = write(replace(batch, transfers=tuple(replace(o, holder=o.holder) for o in titled)))
    else:
        bare = write(replace(batch, transfers=titled))
    fast = b"".join(write_table(table_of(titled), head, names=named))
    assert fast == bare
    assert amounts_of(fast).tolist() == [one.yen for one in titled]


@pytest.mark.parametrize("holder", [b"\xde", b"\xb1\xde", b"a", b"\xac", b"", b" \xb1", b"\xb6\xdf"])
def test_names_that_banks_do_not_take_are_refused_in_bulk(holder: bytes) -> None:
    one = np.ones(1, dtype=np.int64)
    table = Table(one, one, one, one, np.array([holder], dtype="S30"), one)
    with pytest.raises(BadTransfer):
        list(write_table(table, Head(TransferKind.GENERAL, "1210", PAYER, run=1), names=named))


@given(st.integers(1, 10**9 - 1), st.lists(st.integers(1, 10**10 - 1), min_size=1, max_size=20))
def test_check_digits_are_those_of_the_keys(run: int, lines: list[int]) -> None:
    digits = check_digits(run, np.array(lines, dtype=np.int64))
    assert [f"{run:09d}{line:010d}{digit}" for line, digit in zip(lines, digits, strict=True)] == [
        key_of(run, line) for line in lines
    ]


def test_many_chunks_are_one_file() -> None:
    count = 70_000
    yen = np.arange(1, count + 1, dtype=np.int64)
    ones = np.ones(count, dtype=np.int64)
    table = Table(ones, ones, ones, yen, np.full(count, b"\xb1", dtype="S30"), yen)
    body = b"".join(write_table(table, Head(TransferKind.GENERAL, "1210", PAYER, run=9), names=named))
    (found,) = read(body)
    assert found.yen == count * (count + 1) // 2
    assert found.transfers[-1].key == key_of(9, count)


@given(BATCHES)
def test_pain001_has_its_structure_and_is_the_same_each_time(batch: Batch) -> None:
    document = export(batch, MESSAGE)
    assert list(faults(document)) == []
    assert export(batch, MESSAGE) == document


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"<CtrlSum>35000", b"<CtrlSum>35001", "CtrlSum"),
        (b"<PmtMtd>TRF</PmtMtd>", b"", "PmtMtd is missing"),
        (b"<MmbId>9999002", b"<MmbId>999900", "MmbId"),
        (b"pain.001.001.09", b"pain.001.001.03", "namespace"),
    ],
)
def test_each_departure_is_told(old: bytes, new: bytes, told: str) -> None:
    assert any(told in fault for fault in faults(export(BATCH, MESSAGE).replace(old, new)))


@pytest.mark.parametrize("document", [b"", b"<a", b"<!DOCTYPE a><a/>", b"<a>\xff</a>"])
def test_what_is_no_xml_is_refused(document: bytes) -> None:
    with pytest.raises(BadPaymentFile):
        list(faults(document))


@given(st.binary(max_size=200))
def test_any_bytes_are_judged_or_refused(document: bytes) -> None:
    try:
        found = list(faults(document))
    except BadPaymentFile as error:
        assert error.remedy  # noqa: PT017  # which branch depends on the example
    else:
        assert found
