"""The law's date functions as SQL, in words that DuckDB, PostgreSQL and Spark all have."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def _year(day: str) -> str:
    return f"CAST(EXTRACT(YEAR FROM {day}) AS BIGINT)"


def _month(day: str) -> str:
    return f"CAST(EXTRACT(MONTH FROM {day}) AS BIGINT)"


def _place(day: str) -> str:
    """Month and day as one number."""
    return f"({_month(day)} * 32 + CAST(EXTRACT(DAY FROM {day}) AS BIGINT))"


def _days_after(day: str, count: str) -> str:
    return f"CAST({day} + CAST({count} AS INT) * INTERVAL '1' DAY AS DATE)"


def _months_after(day: str, count: str) -> str:
    return f"CAST({day} + CAST({count} AS INT) * INTERVAL '1' MONTH AS DATE)"


def _age(birth: str, on: str) -> str:
    reached = _days_after(on, "1")
    earlier = f"CASE WHEN {_place(reached)} < {_place(birth)} THEN 1 ELSE 0 END"
    return f"({_year(reached)} - {_year(birth)} - {earlier})"


def _month_start(day: str) -> str:
    return f"CAST(DATE_TRUNC('month', {day}) AS DATE)"


def _month_end(day: str) -> str:
    return _days_after(_months_after(_month_start(day), "1"), "-1")


def _fiscal_year(day: str) -> str:
    return f"({_year(day)} - CASE WHEN {_month(day)} < 4 THEN 1 ELSE 0 END)"


def _fiscal_year_end(day: str) -> str:
    return f"CAST(CAST({_fiscal_year(day)} + 1 AS TEXT) || '-03-31' AS DATE)"


def _months_between(start: str, end: str) -> str:
    return f"(({_year(end)} - {_year(start)}) * 12 + {_month(end)} - {_month(start)})"


DATE_CALLS: Mapping[str, tuple[str, Callable[..., str]]] = {
    "満年齢": ("integer", _age),
    "年後": ("date", lambda day, years: _months_after(day, f"12 * {years}")),
    "月後": ("date", _months_after),
    "日後": ("date", _days_after),
    "月初": ("date", _month_start),
    "月末": ("date", _month_end),
    "年度末": ("date", _fiscal_year_end),
    "年度": ("integer", _fiscal_year),
    "年": ("integer", _year),
    "月": ("integer", _month),
    "月数": ("integer", _months_between),
    "日数": ("integer", lambda start, end: f"CAST(DATE_DIFF('day', {start}, {end}) AS BIGINT)"),
}
