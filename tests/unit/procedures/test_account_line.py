"""An account that somebody writes in one line: read whole, or refused with what is wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.procedures.errors import BadValue
from kiban.procedures.plan import FactPlan, Origin
from kiban.procedures.values import plain, read

ACCOUNT = FactPlan(id="account", type="account", origin=Origin.ASK)


@pytest.mark.parametrize(
    ("line", "bank", "branch", "kind", "number", "holder"),
    [
        ("9998-101 普通 1234567 カイナン ハナコ", "9998", "101", "1", "1234567", "カイナン ハナコ"),
        ("９９９８　１０１　当座　７６５４３２１　ｶｲﾅﾝ ﾊﾅｺ", "9998", "101", "2", "7654321", "カイナン ハナコ"),
        ("9998-101-1234567 カイナンハナコ", "9998", "101", "1", "1234567", "カイナンハナコ"),
        ("9998、101、貯蓄、1234567、カイナン", "9998", "101", "4", "1234567", "カイナン"),
    ],
)
def test_a_line_is_read(line: str, bank: str, branch: str, kind: str, number: str, holder: str) -> None:
    found = read(ACCOUNT, {"text": line})

    assert isinstance(found, dict)
    assert (found["bank_code"], found["branch_code"], found["type"]) == (bank, branch, kind)
    assert (found["number"], found["holder_kana"]) == (number, holder)
    assert all(part in plain(found) for part in (bank, branch, number, holder)), "what is signed names all of it"


WRONG = ("998-101 1234567 カ", "9998-101 123456 カイナン", "9998-101 12345678 カ", "9998 101 カイナン",
         "9998-101 普通 1234567", "ゆうちょ銀行")  # fmt: skip


@pytest.mark.parametrize("line", WRONG)
def test_what_is_no_account_is_refused(line: str) -> None:
    with pytest.raises(BadValue):
        read(ACCOUNT, {"text": line})


@given(st.text() | st.from_regex(r"[0-9\- ]{8,24}\w*"))
def test_any_line_is_read_whole_or_refused(line: str) -> None:
    try:
        found = read(ACCOUNT, {"text": line})
    except BadValue:
        return
    assert isinstance(found, dict)
    assert (len(str(found["bank_code"])), len(str(found["branch_code"])), len(str(found["number"]))) == (4, 3, 7)


def test_a_record_of_the_register_stays_as_it_is() -> None:
    record = {"bank_code": "9998", "branch_code": "101", "number": "1234567", "holder_kana": "ｶｲﾅﾝ"}

    assert read(ACCOUNT, record) == record
