"""Days on which offices work."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.workdays import is_workday, workday_on_or_before


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        ("2026-11-20", True),
        ("2026-11-21", False),  # Saturday
        ("2026-11-23", False),  # 勤労感謝の日
        ("2026-09-22", False),  # a day between two holidays (国民の休日, 3条3項)
        ("2026-05-06", False),  # in place of 憲法記念日 on a Sunday (3条2項)
        ("2026-12-28", True),
        ("2026-12-29", False),
        ("2027-01-04", True),
    ],
)
def test_days_of_the_calendar(day: str, open_: bool) -> None:
    assert is_workday(dt.date.fromisoformat(day)) is open_


@given(st.dates(dt.date(2000, 1, 1), dt.date(2050, 12, 31)))
def test_the_last_workday_is_near_and_a_workday(day: dt.date) -> None:
    found = workday_on_or_before(day)

    assert is_workday(found)
    assert 0 <= (day - found).days <= 11
