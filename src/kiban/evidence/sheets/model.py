"""What a question to the review sheets is, and what the answer rows are.

A sheet of year Y holds the money of year Y − 1 (the executed year) and the request for Y + 1, so "the initial budget of
FY Y" has three readings. The rule in force is part of every question, and every page says which one it applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BudgetRule(StrEnum):
    """Which budget year a search means by 当初予算額."""

    HELD = "held"
    OWN = "own"
    REQUEST = "request"

    def explain(self, sheet_year: int, language: str = "ja") -> str:
        """One sentence for the page: which column of which sheet and budget year is compared."""
        return EXPLAINED[self][language].format(year=sheet_year, before=sheet_year - 1, after=sheet_year + 1)


EXPLAINED = {
    BudgetRule.HELD: {
        "ja": "{year}年度のシートに載っている当初予算額({before}年度、執行済みの年度)で比べました。",
        "en": "Compared by the initial budget that the FY{year} sheet holds (budget of FY{before}, the executed year).",
        "ja-easy": "{year}年の シートに ある、{before}年の はじめの よさんで くらべました。",
    },
    BudgetRule.OWN: {
        "ja": "{year}年度の当初予算額で比べました。この額は翌年({after}年度)のシートに載っています。",
        "en": "Compared by the initial budget of FY{year} itself, which is held by the FY{after} sheet.",
        "ja-easy": "{year}年の はじめの よさんで くらべました。{after}年の シートに かいて あります。",
    },
    BudgetRule.REQUEST: {
        "ja": "{year}年度のシートに載っている翌年度({after}年度)の要求額で比べました。",
        "en": "Compared by the request for the next year that the FY{year} sheet holds.",
        "ja-easy": "{year}年の シートに ある、つぎの 年に ほしい おかねで くらべました。",
    },
}


@dataclass(frozen=True, slots=True)
class SheetQuery:
    """A question; every part is optional and all parts must hold. Amounts are yen, year is the sheet's.

    ``name`` looks in the sheet's name, ``words`` in name, purpose, issues and overview. ``change_min`` is the change of
    the initial budget against the sheet of the year before, ``payee`` a name part or a 法人番号.
    """

    sheet_year: int
    name: str = ""
    words: str = ""
    ministry: str = ""
    bureau: str = ""
    budget_rule: BudgetRule = BudgetRule.HELD
    initial_budget_min: int | None = None
    initial_budget_max: int | None = None
    change_min: int | None = None
    executed_min: int | None = None
    payee: str = ""
    order: str = "budget"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One row of a result; yen. ``budget`` is the amount that the rule compared, of year ``budget_fy``."""

    sheet_year: int
    project_id: int
    name: str
    ministry: str
    bureau: str | None
    budget_fy: int
    budget: int | None
    total_budget: int | None
    executed: int | None


@dataclass(frozen=True, slots=True)
class Total:
    """One line of an aggregation: who, how many sheets, and sums in yen."""

    label: str
    sheets: int
    initial_budget: int
    total_budget: int
    executed: int
