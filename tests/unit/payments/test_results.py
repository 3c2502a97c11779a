"""What banks send back: read or refused by name, matched by key only, every yen accounted for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.benefits.payments import Transfer, key_of
from kiban.benefits.payments.errors import BadPaymentFile, PaymentError
from kiban.benefits.payments.fast import Results, reconcile_table, results_of
from kiban.benefits.payments.reconcile import account, reconcile
from kiban.benefits.payments.results import Entry, read_any, read_debits, read_statement
from kiban.benefits.payments.runs import LineState, RunLine, WorkReason
from unit.payments.sample import debits, statement


def line(number: int, yen: int, state: LineState = LineState.OPEN) -> RunLine:
    transfer = Transfer(
        bank="9999", bank_name="", branch="001", branch_name="", kind="1", number="0000001", holder="ｱ", yen=yen,
        key=key_of(3, number),
    )  # fmt: skip
    return RunLine(number=number, payment=f"p{number}", transfer=transfer, state=state)


def back(key: str, yen: int) -> Entry:
    return Entry(key=key, yen=yen, incoming=True, booked_on="000000")


LINES = {one.transfer.key: one for one in (line(1, 100), line(2, 200), line(3, 300, LineState.RETURNED))}


def test_a_statement_is_read_with_its_sums_checked() -> None:
    entries = (back(key_of(3, 1), 100), Entry(key="", yen=600, incoming=False, booked_on="000000"))
    body = statement(entries)
    assert read_statement(body) == entries
    assert read_any(body) == entries
    wrong = body.replace(b"0000000000100", b"0000000000101")
    with pytest.raises(BadPaymentFile) as refused:
        read_statement(wrong)
    assert "Z27" in str(refused.value)
    assert (refused.value.where.line, refused.value.where.field) == (4, "in_yen")


def test_an_account_without_a_booking_is_an_empty_statement() -> None:
    assert read_statement(statement(())) == ()
    with pytest.raises(BadPaymentFile, match="Z03"):
        read_debits(debits(()))


def test_columns_are_not_taken_from_lines_of_another_length() -> None:
    body = statement((back(key_of(3, 1), 100),))

    assert len(results_of(body + b"\x1a", 3).line) == 1
    with pytest.raises(BadPaymentFile):
        results_of(body.replace(b"\r\n", b""), 3)


def test_results_of_direct_debit_are_read_and_failures_count_as_come_back() -> None:
    body = debits(((key_of(3, 1), 100, "0"), (key_of(3, 2), 200, "1")))
    assert [one.paid for one in read_debits(body)] == [True, False]
    assert [(one.key, one.yen) for one in read_any(body)] == [(key_of(3, 2), 200)]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (back(key_of(3, 1), 100), WorkReason.RETURNED),
        (back(key_of(3, 1), 99), WorkReason.AMOUNT),
        (back(key_of(3, 3), 300), WorkReason.TWICE),
        (back(key_of(3, 9), 100), WorkReason.UNKNOWN_KEY),
        (back("12345678901234567890", 100), WorkReason.UNKNOWN_KEY),
    ],
)
def test_why_a_person_must_look(entry: Entry, reason: WorkReason) -> None:
    assert [one.reason for one in reconcile(LINES, [entry]).work] == [reason]


AMOUNTS = st.lists(st.integers(1, 10**10 - 1), min_size=1, max_size=20)
BACK = st.lists(st.tuples(st.integers(0, 25), st.one_of(st.none(), st.integers(1, 10**10 - 1))), max_size=30)


@given(AMOUNTS, BACK)
def test_every_yen_is_accounted_for_and_columns_say_the_same(
    amounts: list[int], came: list[tuple[int, int | None]]
) -> None:
    lines = {key_of(3, n): line(n, yen) for n, yen in enumerate(amounts, 1)}
    entries = []
    for number, other in came:
        right = amounts[number - 1] if 1 <= number <= len(amounts) else 1
        entries.append(back(key_of(3, number) if number else key_of(4, 1), other or right))
    found = reconcile(lines, entries)
    assert found.holds
    gone = {one.transfer.key for one in found.returned}
    sums = account(
        RunLine(number=one.number, payment="", transfer=one.transfer,
                state=LineState.RETURNED if key in gone else LineState.PAID)
        for key, one in lines.items()
    )  # fmt: skip
    assert sums.holds
    assert sums.ordered == sum(amounts) == sums.paid + sums.returned
    mine = [(int(e.key[9:19]), e.yen) for e in entries if e.key[:9] == "000000003"]
    column = np.array([n for n, _ in mine], dtype=np.int64), np.array([y for _, y in mine], dtype=np.int64)
    fast = reconcile_table(np.array(amounts, dtype=np.int64), Results(*column))
    assert (fast.paid, fast.returned) == (sums.paid, sums.returned)
    assert [int(row) + 1 for row in fast.failed] == sorted(one.number for one in found.returned)
    assert fast.returned + fast.wrong == sum(y for _, y in mine)


def test_columns_are_taken_from_a_statement() -> None:
    entries = [back(key_of(3, 2), 200), back(key_of(4, 1), 5), Entry(key=key_of(3, 1), yen=7, incoming=False)]
    wrong = back(key_of(3, 1)[:19] + str((int(key_of(3, 1)[19]) + 1) % 10), 100)
    found = results_of(statement([*entries, wrong]), 3)
    assert (found.line.tolist(), found.yen.tolist()) == ([2, 0], [200, 100])


@given(st.binary(max_size=500), st.sampled_from((b"", b"103", b"191")))
def test_any_bytes_are_refused_by_name(data: bytes, start: bytes) -> None:
    with pytest.raises(PaymentError):
        read_any(start + data)


@given(st.integers(0, 201 * 4), st.integers(0, 255))
def test_a_damaged_statement_is_refused_or_read(place: int, byte: int) -> None:
    body = bytearray(statement((back(key_of(3, 1), 100),)))
    body[place] = byte
    try:
        found = read_any(bytes(body))
    except PaymentError as error:
        assert error.reason == "file"  # noqa: PT017  # which error it is depends on the example
    else:
        assert len(found) <= 1
