"""How the residents live: work, income and tax base, insurance, pension, disability, school, registered account.

Rates by age and sex are rounded from 労働力調査, 民間給与実態統計 and 福祉行政報告例 as generally known
(``verified: false``): plausible inputs for programmes, not estimates of the real nation.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from kiban.population.model import Column, Register
from kiban.population.streams import below, chance, take

EMPLOYMENT = ("child", "student", "employee", "self_employed", "not_working", "retired")
CHILD, STUDENT, EMPLOYEE, SELF_EMPLOYED, NOT_WORKING, RETIRED = range(6)
INSURANCE = ("employees", "nhi", "late_elderly")
EMPLOYEES, NHI, LATE_ELDERLY = range(3)
WORKING = np.array([
    [0, 15, 70, 92, 95, 95, 95, 94, 93, 91, 83, 60, 42, 17],
    [0, 17, 70, 84, 80, 78, 80, 80, 79, 75, 62, 40, 26, 9],
]) * 65_536 // 100  # fmt: skip
"""Who works, male and female, of 65,536: under 15, 15–19, 20–24 … 70–74, 75 and over."""
AGE_PAY = np.array([0, 35, 65, 80, 90, 98, 105, 110, 115, 112, 80, 65, 60, 55])
DISABLED = np.array([8, 10, 10, 12, 14, 16, 20, 26, 34, 44, 56, 74, 90, 120]) * 65_536 // 1000
ADULT, LATE, PENSION_FROM, PENSION_UNTIL, PENSION_AGE = 18, 75, 20, 60, 65
BANKS = ("9991", "9992", "9993", "9994", "9995", "9996", "9997", "9998")
"""Bank codes that nobody has (checked against the list of assigned codes by a test)."""
SCHOOLS = 12
DEPENDENT_LIMIT = 580_000
"""Total income up to which a relative is a dependent (所得税法 2条1項33号, for 2025; ``verified: false``)."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Columns beside a `Register`, in the same order; -1 or 0 is none. Yen are whole."""

    employment: Column
    revenue: Column
    total_income: Column
    dependents: Column
    exempt: Column
    insurance: Column
    pension: Column
    disability: Column
    grade: Column
    school: Column
    bank: Column
    branch: Column
    account_number: Column


@cache
def lognormal(median: int, sigma_percent: int) -> npt.NDArray[np.int64]:
    """4,096 quantiles in yen, rounded to 10,000 so that no machine's last bit matters."""
    normal, sigma = NormalDist(), sigma_percent / 100
    values = (median * math.exp(sigma * normal.inv_cdf((n + 0.5) / 4096)) for n in range(4096))
    return np.array([round(value / 10_000) * 10_000 for value in values], dtype=np.int64)


def after_deduction(salary: Column) -> Column:
    """Salary less the deduction for employment income (給与所得控除; 所得税法 28条3項, 2025; ``verified: false``)."""
    bands = [salary <= 1_900_000, salary <= 3_600_000, salary <= 6_600_000, salary <= 8_500_000]
    taken = [np.full_like(salary, 650_000), salary * 3 // 10 + 80_000, salary // 5 + 440_000, salary // 10 + 1_100_000]
    left: Column = np.maximum(0, salary - np.select(bands, taken, 1_950_000))
    return left


def circumstances(people: Register, *, on: dt.date) -> Circumstances:
    """The circumstances of all persons of a register on the reference day."""
    band = np.clip(people.age // 5 - 2, 0, 13)
    employment = _employment(people, band)
    revenue, total = _income(people, employment, band=band)
    starts = np.flatnonzero(people.position == 1)
    dependents, exempt = _tax(people, total, starts=starts)
    grade = school_grades(people.birth, on=on)
    school = np.where(grade > 0, people.town % SCHOOLS, -1).astype(np.int16)
    has = (people.age >= ADULT) & chance(people.account, 0, per_65536=37_000)
    return Circumstances(
        employment=employment, revenue=revenue, total_income=total, dependents=dependents, exempt=exempt,
        insurance=_insurance(people, employment, starts=starts), pension=_pension(people, employment, starts=starts),
        disability=_disability(people, band), grade=grade, school=school,
        bank=np.where(has, take(people.account, 16, bits=3), -1).astype(np.int8),
        branch=(1 + below(people.account, 19, limit=40)).astype(np.int16),
        account_number=(take(people.account, 40, bits=24) * 10_000_000 >> 24).astype(np.int32),
    )  # fmt: skip


def _employment(people: Register, band: Column) -> Column:
    works = take(people.work, 0, bits=16) < WORKING[people.sex, band]
    own = chance(people.work, 16, per_65536=5200) | ((people.age >= 60) & chance(people.work, 16, per_65536=16_000))
    idle = np.select([people.age < 15, people.age < 22, people.age < 65], [CHILD, STUDENT, NOT_WORKING], RETIRED)
    return np.where(works, np.where(own, SELF_EMPLOYED, EMPLOYEE), idle).astype(np.int8)


def _income(people: Register, employment: Column, *, band: Column) -> tuple[Column, Column]:
    """Revenue of the year, and total income (合計所得金額) after the deductions for wages and for pensions."""
    quantile = take(people.work, 32, bits=12)
    wages = np.where(people.sex == 0, lognormal(4_700_000, 52)[quantile], lognormal(2_700_000, 62)[quantile])
    wages = np.where(employment == EMPLOYEE, wages * AGE_PAY[band] // 100, 0)
    profit = np.where(employment == SELF_EMPLOYED, lognormal(2_200_000, 85)[quantile], 0)
    pension = np.where(people.age >= PENSION_AGE, lognormal(1_450_000, 45)[take(people.work, 44, bits=12)], 0)
    total = after_deduction(wages) + profit + np.maximum(0, pension - 1_100_000)
    return wages + profit + pension, total


def _tax(people: Register, total: Column, *, starts: Column) -> tuple[Column, Column]:
    """Dependents of the head, and who is exempt from the resident tax per head (地方税法 295条3項, 1級地)."""
    low = (total <= DEPENDENT_LIMIT) & (people.position > 1)
    dependents = np.zeros(len(people), dtype=np.int8)
    dependents[starts] = np.add.reduceat(low, starts, dtype=np.int8)
    limit = 350_000 * (dependents.astype(np.int64) + 1) + 100_000 + 210_000 * (dependents > 0)
    return dependents, total <= limit


def _covered(people: Register, employment: Column, *, starts: Column) -> Column:
    """True for everybody in whose household somebody under 75 is an employee."""
    employee = (employment == EMPLOYEE) & (people.age < LATE)
    return np.repeat(np.logical_or.reduceat(employee, starts), people.size[starts])


def _insurance(people: Register, employment: Column, *, starts: Column) -> Column:
    """Health insurance: late elderly from 75 (高齢者の医療の確保に関する法律 50条), employees', else 国民健康保険."""
    dependent = _covered(people, employment, starts=starts) & (people.age < PENSION_AGE)
    covered = (dependent & (employment != SELF_EMPLOYED)) | (employment == EMPLOYEE)
    return np.select([people.age >= LATE, covered], [LATE_ELDERLY, EMPLOYEES], NHI).astype(np.int8)


def _pension(people: Register, employment: Column, *, starts: Column) -> Column:
    """Category of the National Pension 1, 2, 3 (国民年金法 7条1項); 0 for none."""
    insured = (people.age >= PENSION_FROM) & (people.age < PENSION_UNTIL)
    second = (employment == EMPLOYEE) & (people.age >= ADULT) & (people.age < 70)
    spouse = ((people.relation == 1) | (people.relation == 2)) & _covered(people, employment, starts=starts)
    third = insured & spouse & (employment == NOT_WORKING)
    return np.select([second, third, insured], [2, 3, 1], 0).astype(np.int8)


def _disability(people: Register, band: Column) -> Column:
    """Grade 1 to 6 of the handbook (身体障害者手帳); 0 for most."""
    has = take(people.work, 48, bits=16) < DISABLED[band]
    return np.where(has, 1 + take(people.account, 0, bits=16) % 6, 0).astype(np.int8)


def school_grades(birth: Column, *, on: dt.date) -> Column:
    """Grade 1 to 9 of compulsory school on a day, 0 for others (学校教育法 17条; ages by 年齢計算ニ関スル法律)."""
    reached = (birth.astype(np.int64) - 1).astype("datetime64[D]")
    month = reached.astype("datetime64[M]").astype(np.int64)
    entry = 1970 + month // 12 + 6 + (month % 12 >= 3)
    grade = (on.year if on.month >= 4 else on.year - 1) - entry + 1
    return np.where((grade >= 1) & (grade <= 9), grade, 0).astype(np.int8)
