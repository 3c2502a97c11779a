"""What a decision fixes, for whom."""

from __future__ import annotations

from kiban.cases.decisions import _for_whom


def test_a_result_is_fixed_only_for_members_whom_the_step_concerns() -> None:
    results = {"学齢": [True, False], "学年": [3, 0], "世帯の額": 5, "大人の額": [1, 2, 3]}

    found = _for_whom(results, "学齢")  # type: ignore[arg-type]  # lists are values

    assert found == {"学齢": [True, None], "学年": [3, None], "世帯の額": 5, "大人の額": [1, 2, 3]}
    assert _for_whom(results, "") == results  # type: ignore[arg-type]  # lists are values
